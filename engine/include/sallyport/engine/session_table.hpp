#pragma once

#include <sallyport/engine/large_pages.hpp>
#include <sallyport/engine/session.hpp>
#include <sallyport/engine/timer_wheel.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

namespace sallyport {

/// Names a session in a table. It goes stale when the session is closed, also when its slot is used again.
struct SessionHandle {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;

  friend bool operator==(SessionHandle const&, SessionHandle const&) = default;
};

/// Many sessions with their alarms, in slots that are allocated up front. One table belongs to one thread.
/// Nobody holds a `Session&` across an asynchronous wait: hold the handle.
class SessionTable {
public:
  SessionTable(std::size_t capacity, TimePoint start);

  /// A fresh session, or `table_full`.
  [[nodiscard]] boost::system::result<SessionHandle> open(Role role, Limits const& limits);
  /// The session, or nullptr where the handle is stale. Valid until the next call of `open` or `close`.
  [[nodiscard]] Session const* find(SessionHandle handle) const noexcept;
  /// Steps the session and sets its alarm anew; `stale_handle` where it is gone.
  [[nodiscard]] boost::system::result<Action> step(SessionHandle handle, Event const& event, TimePoint now);
  /// Puts a session back to what it was before a step that could not be carried out.
  void restore(SessionHandle handle, Session const& before);
  /// Replaces the alarm of the session: the ring comes at this moment, with this event, once.
  void wake_at(SessionHandle handle, Alarm alarm);
  void close(SessionHandle handle) noexcept;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] std::size_t capacity() const noexcept;
  /// A moment not later than the next alarm: sleep until then, not longer. Nothing where no alarm is set.
  [[nodiscard]] std::optional<TimePoint> next_alarm() const noexcept;
  /// Rings every alarm that is due, or as many as one call may take, none early: `TimerWheel::advance`. `ring` may
  /// step, open and close sessions.
  void advance(TimePoint now, std::function<void(SessionHandle, EventType)> const& ring);

private:
  // Three lines of the cache. A step that no reply asks for reads the first two alone, which come in one trip to the
  // memory: the alarm, and what a session needs to look at its time.
  struct alignas(64) Slot {
    /// Counts the sessions that the slot has held, so that a fresh handle {0, 0} names none.
    std::uint32_t generation = 0;
    std::uint32_t next_free = 0;  ///< `in_use` while it holds a session.
    TimerWheel::Node alarm;
    Session session{Role::verifier, no_limits};
  };
  static_assert(sizeof(Slot) == 192);

  static constexpr auto in_use = std::numeric_limits<std::uint32_t>::max();
  static inline Limits const no_limits{};  ///< Of the slots that hold no session.

  static constexpr auto nodes_per_slot = sizeof(Slot) / sizeof(TimerWheel::Node);

  [[nodiscard]] Session* find_open(SessionHandle handle) noexcept;
  void set_alarm(std::uint32_t slot) noexcept;

  std::vector<Slot, LargePages<Slot>> slots_;
  TimerWheel wheel_;
  std::uint32_t first_free_ = 0;
  std::size_t size_ = 0;
};

}  // namespace sallyport
