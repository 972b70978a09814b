#pragma once

// A hierarchical timing wheel. Time is cut into ticks of a millisecond, and a level of the wheel has a bucket for each
// of 512 spans of 256^level ticks: those that the span one level up, in which the present is, has left, and those of
// the one after it. What lies further ahead waits one level up, and comes down, a bounded number at a time, while the
// present is in the span before its own. So no tick has to move a whole span at once.
//
// An alarm that is put off, or taken back, stays in the list where it is and is looked at again when that comes to its
// turn: most alarms are put off many times before one rings, and memory is what a list of a million costs.

#include <sallyport/engine/large_pages.hpp>
#include <sallyport/engine/time.hpp>
#include <sallyport/engine/transition_table.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace sallyport {

/// At most one alarm for each of the slots 0 to capacity - 1; memory is allocated once. `arm` and `disarm` take
/// constant time. Every alarm rings exactly once, at the first `advance` at or after its moment, never before it; where
/// a crowd is due at once, a bounded number at each `advance`.
class TimerWheel {
public:
  // The alarm of one slot.
  // A list is a ring of links through its bucket, which is a node too. A slot that is in no list links to itself.
  // Aligned so that a node never lies across two lines of the cache.
  struct alignas(32) Node {
    TimePoint at{};
    TimePoint listed_at{};  ///< The moment by which its list is looked through; never after `at`.
    std::uint32_t next = 0;
    std::uint32_t previous = 0;
    EventType event = EventType::deadline;
    bool is_armed = false;
    bool is_due = false;  ///< In the list of what waits for `ring`.
  };
  /// Nodes that lie in an array of somebody else's, each in what belongs to its slot: the first one, and how many
  /// nodes lie between the beginnings of two slots.
  struct Nodes {
    Node* first = nullptr;
    std::size_t stride = 1;
  };

  TimerWheel(std::size_t capacity, TimePoint start);
  /// The same in the owner's memory, which stays where it is as long as the wheel is there.
  TimerWheel(Nodes nodes, std::size_t capacity, TimePoint start);
  TimerWheel(TimerWheel&&) noexcept = default;
  TimerWheel& operator=(TimerWheel&&) = delete;
  ~TimerWheel() = default;

  /// Sets the alarm of a slot, in place of the one that it had. A moment in the past rings at the next `advance`.
  void arm(std::uint32_t slot, TimePoint at, EventType event) noexcept;
  void disarm(std::uint32_t slot) noexcept;
  [[nodiscard]] bool is_armed(std::uint32_t slot) const noexcept;

  /// A moment not later than the next alarm, or one that has passed where some are due; nothing where no alarm is set.
  /// It may be earlier than any alarm, where one was put off or taken back or the wheel has alarms to bring down: call
  /// `advance` then, and ask again. A driver that does other work in between keeps its queue short in any crowd.
  [[nodiscard]] std::optional<TimePoint> next() const noexcept;

  /// Calls `ring(slot, event)` for every alarm that is due, or for as many as one call may take: then `next` names a
  /// moment that has passed. `ring` may arm and disarm any slot: an alarm taken back does not ring, and one that is set
  /// inside `ring` rings at the next `advance` at the earliest.
  template <class Ring>
  void advance(TimePoint now, Ring&& ring) {
    collect(now);
    while (auto const slot = take_due()) ring(*slot, node_of(*slot).event);
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
  /// How many alarms one `advance` rings or moves: some tenths of a millisecond of work where each is a login that
  /// ends.
  static constexpr std::size_t work_max = 512;

  using Tick = std::uint64_t;

  [[nodiscard]] Tick tick_of(TimePoint at) const noexcept;
  [[nodiscard]] TimePoint moment_of(Tick tick) const noexcept;
  [[nodiscard]] std::size_t level_of(Tick tick) const noexcept;
  [[nodiscard]] TimePoint moment_to_bring_down(Tick tick) const noexcept;
  [[nodiscard]] static std::size_t bucket_at(std::size_t level, Tick span) noexcept;
  [[nodiscard]] std::uint32_t head_of(std::size_t bucket) const noexcept;
  [[nodiscard]] bool is_empty(std::size_t bucket) const noexcept;
  [[nodiscard]] bool level_is_empty(std::size_t level) const noexcept;
  [[nodiscard]] std::optional<Tick> first_span(std::size_t level) const noexcept;

  /// Of a slot.
  [[nodiscard]] Node& node_of(std::uint32_t slot) const noexcept { return nodes_.first[slot * nodes_.stride]; }
  /// Of a slot or, beyond them, of a bucket.
  [[nodiscard]] Node& node_at(std::uint32_t index) noexcept {
    return index < capacity_ ? node_of(index) : heads_[index - capacity_];
  }
  [[nodiscard]] Node const& node_at(std::uint32_t index) const noexcept {
    return index < capacity_ ? node_of(index) : heads_[index - capacity_];
  }
  [[nodiscard]] bool is_listed(std::uint32_t slot) const noexcept { return node_of(slot).next != slot; }
  void unlink_all() noexcept;
  void link(std::uint32_t slot, std::size_t bucket) noexcept;
  void unlink(std::uint32_t slot) noexcept;
  void place(std::uint32_t slot) noexcept;

  void collect(TimePoint now) noexcept;
  [[nodiscard]] bool collect_present(TimePoint now, std::size_t& work_left) noexcept;
  [[nodiscard]] bool move_to(Tick tick, std::size_t& work_left) noexcept;
  [[nodiscard]] Tick next_stop(Tick limit) const noexcept;
  bool bring_down(std::size_t bucket, std::size_t& work_left) noexcept;
  void settle(std::size_t& work_left) noexcept;
  [[nodiscard]] std::optional<TimePoint> earliest() const noexcept;
  [[nodiscard]] std::optional<TimePoint> earliest_of(std::size_t level) const noexcept;
  [[nodiscard]] std::optional<std::uint32_t> take_due() noexcept;

  std::vector<Node, LargePages<Node>> own_;
  Nodes nodes_;
  std::vector<Node> heads_;
  std::size_t capacity_;
  std::array<std::uint64_t, bucket_count / 64 + 1> occupied_{};
  TimePoint start_;
  Tick present_ = 0;
  std::optional<TimePoint> next_;
};

}  // namespace sallyport
