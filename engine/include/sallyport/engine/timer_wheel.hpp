#pragma once

// A hierarchical timing wheel. Time is cut into ticks of a millisecond, and a level of the wheel has a bucket for each
// of 512 spans of 256^level ticks: those that the span one level up, in which the present is, has left, and those of
// the one after it. What lies further ahead waits one level up, and comes down, a bounded number at a time, while the
// present is in the span before its own. So no tick has to move a whole span at once.

#include <sallyport/engine/time.hpp>
#include <sallyport/engine/transition_table.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace sallyport {

/// At most one alarm for each of the slots 0 to capacity - 1; memory is allocated once. `arm` and `disarm` take
/// constant time. Every alarm rings exactly once, at the first `advance` at or after its moment, never before it.
class TimerWheel {
public:
  TimerWheel(std::size_t capacity, TimePoint start);

  /// Sets the alarm of a slot, in place of the one that it had. A moment in the past rings at the next `advance`.
  void arm(std::uint32_t slot, TimePoint at, EventType event) noexcept;
  void disarm(std::uint32_t slot) noexcept;
  [[nodiscard]] bool is_armed(std::uint32_t slot) const noexcept;

  /// A moment not later than the next alarm; nothing where no alarm is set. It may be earlier than any alarm, where an
  /// alarm was taken back or the wheel has alarms to bring down: call `advance` then, and ask again.
  [[nodiscard]] std::optional<TimePoint> next() const noexcept;

  /// Calls `ring(slot, event)` for every alarm that is due. `ring` may arm and disarm any slot: an alarm taken back
  /// does not ring, and one that is set inside `ring` rings at the next `advance` at the earliest.
  template <class Ring>
  void advance(TimePoint now, Ring&& ring) {
    collect(now);
    while (auto const slot = take_due()) ring(*slot, nodes_[*slot].event);
  }

private:
  static constexpr unsigned level_bits = 8;
  static constexpr std::size_t level_count = 4;
  static constexpr std::size_t buckets_per_level = std::size_t{2} << level_bits;
  /// Beyond the top level, 49 to 98 days ahead: looked through each time that the top level has gone round.
  static constexpr std::size_t beyond = level_count * buckets_per_level;
  /// What is due and waits for `ring`.
  static constexpr std::size_t due = beyond + 1;
  static constexpr std::size_t bucket_count = due + 1;
  /// How many alarms one `advance` brings down a level before their time comes: a tenth of a millisecond of work.
  static constexpr std::size_t settled_max = 1024;

  // A list is a ring of links through its bucket, which is a node too. A slot that is not armed links to itself.
  struct Node {
    TimePoint at{};
    std::uint32_t next = 0;
    std::uint32_t previous = 0;
    EventType event = EventType::deadline;
  };

  using Tick = std::uint64_t;

  [[nodiscard]] Tick tick_of(TimePoint at) const noexcept;
  [[nodiscard]] TimePoint moment_of(Tick tick) const noexcept;
  [[nodiscard]] std::size_t level_of(Tick tick) const noexcept;
  [[nodiscard]] TimePoint moment_to_bring_down(Tick tick) const noexcept;
  [[nodiscard]] std::size_t bucket_at(std::size_t level, Tick span) const noexcept;
  [[nodiscard]] std::uint32_t head_of(std::size_t bucket) const noexcept;
  [[nodiscard]] bool is_empty(std::size_t bucket) const noexcept;
  [[nodiscard]] bool level_is_empty(std::size_t level) const noexcept;
  [[nodiscard]] std::optional<Tick> first_span(std::size_t level) const noexcept;

  void link(std::uint32_t node, std::size_t bucket) noexcept;
  void unlink(std::uint32_t node) noexcept;
  void place(std::uint32_t slot) noexcept;

  void collect(TimePoint now) noexcept;
  void collect_present(TimePoint now) noexcept;
  void move_to(Tick tick) noexcept;
  [[nodiscard]] Tick next_stop(Tick limit) const noexcept;
  std::size_t bring_down(std::size_t bucket, std::size_t count_max) noexcept;
  void settle() noexcept;
  [[nodiscard]] std::optional<TimePoint> earliest() const noexcept;
  [[nodiscard]] std::optional<TimePoint> earliest_of(std::size_t level) const noexcept;
  [[nodiscard]] std::optional<std::uint32_t> take_due() noexcept;

  std::vector<Node> nodes_;
  std::size_t capacity_;
  std::array<std::uint64_t, bucket_count / 64 + 1> occupied_{};
  TimePoint start_;
  Tick present_ = 0;
  std::optional<TimePoint> next_;
};

}  // namespace sallyport
