#include "server/attempt_guard.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sallyport {
namespace {

HttpAnswer told_to_wait(Duration wait) {
  auto answer = refuse(429, ApiResultStatus::too_many_request, "Too many attempts failed. Try again later.");
  answer.retry_after = std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
  return answer;
}

}  // namespace

// Where nothing is counted, nothing is locked.
std::optional<HttpAnswer> AddressGuard::hold(Peer peer, TimePoint now) const {
  if (!throttle_.is_on() || peer == 0) return std::nullopt;
  std::lock_guard const lock(counting_);
  if (throttle_.size() == 0) return std::nullopt;
  if (auto const until = throttle_.held_until(key_of_(peer), now)) return told_to_wait(*until - now);
  return std::nullopt;
}

void AddressGuard::fail(Peer peer, TimePoint now) {
  if (!throttle_.is_on() || peer == 0) return;
  std::lock_guard const lock(counting_);
  throttle_.fail(key_of_(peer), now);
}

AttemptGuard::AttemptGuard(ServerConfig const& config, AddressGuard& addresses, SipHash key_of)
    : key_of_(key_of), accounts_(config.account_throttle), addresses_(&addresses) {}

std::optional<HttpAnswer> AttemptGuard::hold(std::string_view account, Peer peer, TimePoint now) const {
  if (accounts_.size() != 0) {  // While nobody fails, nothing is computed.
    if (auto const until = accounts_.held_until(key_of_(account), now)) return told_to_wait(*until - now);
  }
  return hold(peer, now);
}

void AttemptGuard::fail(std::string_view account, Peer peer, TimePoint now) {
  if (accounts_.is_on()) accounts_.fail(key_of_(account), now);
  fail(peer, now);
}

}  // namespace sallyport
