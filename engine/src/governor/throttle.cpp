#include <sallyport/engine/throttle.hpp>

#include <algorithm>
#include <vector>

namespace sallyport {
namespace {

/// A wait that has doubled so often is over any recovery, so failures beyond need not be told apart. It bounds what
/// there is to be forgiven of somebody who has many attempts in flight at once.
constexpr std::uint32_t beyond_max = 32;

Duration wait_after(ThrottlePolicy const& policy, std::uint64_t beyond) noexcept {
  auto wait = std::max(policy.wait, Duration(1));
  for (auto doubling = beyond; doubling > 1 && wait < policy.recovery; --doubling) wait += wait;
  return std::min(wait, policy.recovery);
}

}  // namespace

std::optional<TimePoint> Throttle::held_until(Key key, TimePoint now) const noexcept {
  auto const found = counts_.find(key);
  if (found == counts_.end() || found->second.held_until <= now) return std::nullopt;
  return found->second.held_until;
}

void Throttle::fail(Key key, TimePoint now) {
  if (!is_on() || policy_.recovery <= Duration::zero()) return;
  auto found = counts_.find(key);
  if (found == counts_.end()) {
    if (counts_.size() >= std::max<std::size_t>(policy_.keys_max, 1)) make_room(now);
    found = counts_.try_emplace(key).first;
    found->second.forgiven_at = now;
  }
  auto& count = found->second;
  auto const most = now + policy_.recovery * (static_cast<Duration::rep>(policy_.burst) + beyond_max);
  count.forgiven_at = std::min(std::max(count.forgiven_at, now) + policy_.recovery, most);
  auto const left = (count.forgiven_at - now + policy_.recovery - Duration(1)) / policy_.recovery;
  auto const failures = static_cast<std::uint64_t>(left);
  if (failures <= policy_.burst) return;
  count.held_until = std::max(count.held_until, now + wait_after(policy_, failures - policy_.burst));
}

// Those go first who are forgiven already. Where that is not enough, an eighth goes at once, so that who brings ever
// new keys does not cause a search each time.
void Throttle::make_room(TimePoint now) {
  std::erase_if(counts_, [now](auto const& one) { return one.second.forgiven_at <= now; });
  auto const most = std::max<std::size_t>(policy_.keys_max, 1);
  auto const goal = most - std::max<std::size_t>(most / 8, 1);
  if (counts_.size() <= goal) return;
  std::vector<TimePoint> moments;
  moments.reserve(counts_.size());
  for (auto const& [key, count] : counts_) moments.push_back(count.forgiven_at);
  auto const last = moments.begin() + static_cast<std::ptrdiff_t>(counts_.size() - goal - 1);
  std::ranges::nth_element(moments, last);
  auto surplus = counts_.size() - goal;
  auto const bound = *last;
  std::erase_if(counts_, [&surplus, bound](auto const& one) {
    if (surplus == 0 || one.second.forgiven_at > bound) return false;
    --surplus;
    return true;
  });
}

}  // namespace sallyport
