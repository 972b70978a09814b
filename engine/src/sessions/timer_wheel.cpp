#include <sallyport/engine/timer_wheel.hpp>

#include <algorithm>
#include <bit>
#include <cassert>
#include <chrono>
#include <limits>

namespace sallyport {
namespace {

constexpr Duration tick_length = std::chrono::milliseconds(1);

}  // namespace

TimerWheel::TimerWheel(std::size_t capacity, TimePoint start)
    : own_(capacity), nodes_{own_.data(), 1}, heads_(bucket_count), capacity_(capacity), start_(start) {
  unlink_all();
}

TimerWheel::TimerWheel(Nodes nodes, std::size_t capacity, TimePoint start)
    : nodes_(nodes), heads_(bucket_count), capacity_(capacity), start_(start) {
  unlink_all();
}

void TimerWheel::unlink_all() noexcept {
  auto const count = capacity_ + bucket_count;
  assert(count <= std::numeric_limits<std::uint32_t>::max());
  for (std::uint32_t index = 0; index < count; ++index) node_at(index).next = node_at(index).previous = index;
}

void TimerWheel::arm(std::uint32_t slot, TimePoint at, EventType event) noexcept {
  assert(slot < capacity_);
  auto& node = node_of(slot);
  node.at = at;
  node.event = event;
  node.is_armed = true;
  auto wake = at;
  if (node.is_due || !is_listed(slot) || at < node.listed_at) {
    if (is_listed(slot)) unlink(slot);
    node.is_due = false;
    place(slot);
    wake = std::min(at, moment_to_bring_down(tick_of(at)));
  }
  next_ = next_ ? std::min(*next_, wake) : wake;
}

// `next_` stays: a moment too early is allowed, and looking for the next one would take time.
void TimerWheel::disarm(std::uint32_t slot) noexcept {
  assert(slot < capacity_);
  auto& node = node_of(slot);
  node.is_armed = false;
  if (!node.is_due) return;
  node.is_due = false;
  unlink(slot);
}

bool TimerWheel::is_armed(std::uint32_t slot) const noexcept {
  return node_of(slot).is_armed;
}

std::optional<TimePoint> TimerWheel::next() const noexcept {
  return is_empty(due) ? next_ : std::optional(node_of(heads_[due].next).at);
}

// Where time is.

// Moments before the start count as the start. Unsigned, so that the distance of any two moments fits.
TimerWheel::Tick TimerWheel::tick_of(TimePoint at) const noexcept {
  if (at <= start_) return 0;
  auto const distance =
      static_cast<Tick>(at.time_since_epoch().count()) - static_cast<Tick>(start_.time_since_epoch().count());
  return distance / static_cast<Tick>(tick_length.count());
}

TimePoint TimerWheel::moment_of(Tick tick) const noexcept {
  auto const count =
      static_cast<Tick>(start_.time_since_epoch().count()) + tick * static_cast<Tick>(tick_length.count());
  return TimePoint(Duration(static_cast<Duration::rep>(count)));
}

// The lowest level whose spans, the one of the present and the one after it, hold the tick.
std::size_t TimerWheel::level_of(Tick tick) const noexcept {
  std::size_t level = 0;
  for (auto shift = level_bits; level < level_count; ++level, shift += level_bits) {
    if ((tick >> shift) - (present_ >> shift) <= 1) break;
  }
  return level;
}

// When an alarm may leave its level, so that a driver that sleeps does not have to move a whole span in one go.
TimePoint TimerWheel::moment_to_bring_down(Tick tick) const noexcept {
  auto const level = tick < present_ ? 0 : level_of(tick);
  if (level == 0) return TimePoint::max();
  auto const shift = level_bits * level;
  return moment_of(((tick >> shift) - 1) << shift);
}

std::size_t TimerWheel::bucket_at(std::size_t level, Tick span) noexcept {
  return level * buckets_per_level + static_cast<std::size_t>(span % buckets_per_level);
}

// The lists.

std::uint32_t TimerWheel::head_of(std::size_t bucket) const noexcept {
  return static_cast<std::uint32_t>(capacity_ + bucket);
}

bool TimerWheel::is_empty(std::size_t bucket) const noexcept {
  return (occupied_[bucket / 64] >> (bucket % 64) & 1U) == 0;
}

bool TimerWheel::level_is_empty(std::size_t level) const noexcept {
  auto const* const words = occupied_.data() + level * buckets_per_level / 64;
  return std::all_of(words, words + buckets_per_level / 64, [](std::uint64_t word) { return word == 0; });
}

void TimerWheel::link(std::uint32_t slot, std::size_t bucket) noexcept {
  auto& head = heads_[bucket];
  auto& node = node_of(slot);
  node.next = head_of(bucket);
  node.previous = head.previous;
  node_at(head.previous).next = slot;
  head.previous = slot;
  occupied_[bucket / 64] |= std::uint64_t{1} << (bucket % 64);
}

void TimerWheel::unlink(std::uint32_t slot) noexcept {
  auto& node = node_of(slot);
  auto const before = node.previous;
  auto const after = node.next;
  node_at(before).next = after;
  node_at(after).previous = before;
  node.next = node.previous = slot;
  if (after != before || after < capacity_) return;
  auto const bucket = after - capacity_;
  occupied_[bucket / 64] &= ~(std::uint64_t{1} << (bucket % 64));
}

void TimerWheel::place(std::uint32_t slot) noexcept {
  auto& node = node_of(slot);
  node.listed_at = node.at;
  auto const tick = std::max(tick_of(node.at), present_);
  auto const level = level_of(tick);
  link(slot, level < level_count ? bucket_at(level, tick >> (level_bits * level)) : beyond);
}

// The advance.

// Moves the present to `now` and all that is due to the list of its own, so that nothing that `ring` does can touch
// what is being gone through. Where that is too much for once the present stays behind: the driver is told that it is
// late, and comes again after what else it has to do.
void TimerWheel::collect(TimePoint now) noexcept {
  auto const last = tick_of(now);
  auto work_left = work_max;
  auto is_done = collect_present(now, work_left);
  while (is_done && present_ < last) is_done = move_to(next_stop(last), work_left) && collect_present(now, work_left);
  settle(work_left);
  next_ = is_done ? earliest() : std::min(now, moment_of(present_));
}

// False where something that is due, or listed too early, had to be left.
bool TimerWheel::collect_present(TimePoint now, std::size_t& work_left) noexcept {
  auto const head = head_of(bucket_at(0, present_));
  for (auto index = node_at(head).next; index != head;) {
    auto& node = node_of(index);
    auto const following = node.next;
    auto const stays = node.is_armed && node.at > now && tick_of(node.at) <= present_;
    if (!stays) {
      if (work_left == 0) return false;
      --work_left;
      unlink(index);
      node.is_due = node.is_armed && node.at <= now;
      if (node.is_due) {
        link(index, due);
      } else if (node.is_armed) {
        place(index);
      }
    }
    index = following;
  }
  return true;
}

// The next tick that has alarms, or the next border at which alarms come down from the lowest level that has any.
TimerWheel::Tick TimerWheel::next_stop(Tick limit) const noexcept {
  auto stop = limit;
  if (auto const tick = first_span(0)) stop = std::min(stop, *tick);
  for (std::size_t level = 1; level <= level_count; ++level) {
    auto const empty = level < level_count ? level_is_empty(level) : is_empty(beyond);
    if (empty) continue;
    auto const shift = level_bits * level;
    return std::min(stop, ((present_ >> shift) + 1) << shift);
  }
  return stop;
}

// To the tick before, between which and the present there is nothing, and on only when all has come down that the
// tick's spans hold; from the top, because what comes down from one level may have to come down from the next one too.
// False where there was more of it than work left.
bool TimerWheel::move_to(Tick tick, std::size_t& work_left) noexcept {
  present_ = tick - 1;
  for (auto level = level_count - 1; level > 0; --level) {
    if (!bring_down(bucket_at(level, tick >> (level_bits * level)), work_left)) return false;
  }
  auto const shift = level_bits * level_count;
  auto const went_round = (tick >> shift) != (present_ >> shift);
  present_ = tick;
  // Nobody waits for weeks: what lies there is so little that it needs no bound.
  auto all = std::numeric_limits<std::size_t>::max();
  if (went_round) bring_down(beyond, all);
  return true;
}

bool TimerWheel::bring_down(std::size_t bucket, std::size_t& work_left) noexcept {
  auto const head = head_of(bucket);
  auto const last = heads_[bucket].previous;
  for (auto slot = heads_[bucket].next; slot != head;) {
    if (work_left == 0) return false;
    --work_left;
    auto const following = node_of(slot).next;
    __builtin_prefetch(&node_at(following), 1);
    unlink(slot);
    if (node_of(slot).is_armed) place(slot);
    // What lies beyond the wheel goes back to the end of the same list.
    if (slot == last) break;
    slot = following;
  }
  return true;
}

// Brings down the alarms of the spans after the present ones, as long as there is work left.
void TimerWheel::settle(std::size_t& work_left) noexcept {
  for (auto level = level_count - 1; level > 0; --level) {
    bring_down(bucket_at(level, (present_ >> (level_bits * level)) + 1), work_left);
  }
}

// What comes next.

// The first span with alarms at or after the present one, as a number of spans since the start.
std::optional<TimerWheel::Tick> TimerWheel::first_span(std::size_t level) const noexcept {
  auto const present = present_ >> (level_bits * level);
  auto const* const words = occupied_.data() + level * buckets_per_level / 64;
  constexpr auto word_count = buckets_per_level / 64;
  auto const from = static_cast<std::size_t>(present % buckets_per_level);
  for (std::size_t offset = 0; offset <= word_count; ++offset) {
    auto word = words[(from / 64 + offset) % word_count];
    if (offset == 0) word &= ~std::uint64_t{0} << (from % 64);
    if (offset == word_count) word &= (std::uint64_t{1} << (from % 64)) - 1;
    if (word == 0) continue;
    auto const found = (from / 64 + offset) % word_count * 64 + static_cast<std::size_t>(std::countr_zero(word));
    return present + (found - from) % buckets_per_level;
  }
  return std::nullopt;
}

std::optional<TimePoint> TimerWheel::earliest() const noexcept {
  std::optional<TimePoint> found;
  for (std::size_t level = 0; level < level_count; ++level) {
    auto const candidate = earliest_of(level);
    if (candidate && (!found || *candidate < *found)) found = candidate;
  }
  constexpr auto shift = level_bits * level_count;
  if (!found && !is_empty(beyond)) found = moment_of(((present_ >> shift) + 1) << shift);
  return found;
}

// Exact at the lowest level, unless all of that tick was put off; above it, the moment from which on the span may be
// brought down.
std::optional<TimePoint> TimerWheel::earliest_of(std::size_t level) const noexcept {
  auto const span = first_span(level);
  if (!span) return std::nullopt;
  if (level > 0) return moment_of(std::max((*span - 1) << (level_bits * level), present_ + 1));
  auto const head = head_of(bucket_at(0, *span));
  auto found = moment_of(*span + 1);
  for (auto slot = node_at(head).next; slot != head; slot = node_of(slot).next) {
    if (node_of(slot).is_armed) found = std::min(found, node_of(slot).at);
  }
  return found;
}

std::optional<std::uint32_t> TimerWheel::take_due() noexcept {
  if (is_empty(due)) return std::nullopt;
  auto const slot = heads_[due].next;
  unlink(slot);
  node_of(slot).is_due = node_of(slot).is_armed = false;
  return slot;
}

}  // namespace sallyport
