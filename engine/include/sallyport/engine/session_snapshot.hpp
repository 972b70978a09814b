#pragma once

// A session outside its process: plain values, whose moments are those of the wall clock, the one clock that two
// machines share. Saving and restoring are pure, like all of the engine: both clocks come in as arguments.

#include <sallyport/engine/session.hpp>
#include <sallyport/engine/wall_time.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

/// Both clocks, read at the same moment.
struct ClockReading {
  TimePoint steady;
  WallTime wall;
};

/// What of a session outlives its process. All that follows from the rest is left out, so that it cannot contradict.
/// The moments count at a door alone.
struct SavedSession {
  WallTime saved_at{};
  WallTime flow_deadline{};
  WallTime step_deadline{};
  WallTime restart_at{};
  WallTime poll_at{};
  Duration poll_interval{};
  std::uint64_t fingerprint = 0;
  std::uint16_t polls = 0;
  std::uint16_t doors = 0;
  std::uint16_t confirmations = 0;
  Role role = Role::claimant;
  State state = State::idle;
  std::optional<AuthStatus> status;
  std::optional<MfaType> mfa_type;
  std::optional<AuthFlowStep> flow_step;
  std::uint8_t attempts_left = 0;
  std::uint8_t restarts = 0;
  std::uint8_t switches = 0;
  std::uint8_t answers = 0;
  std::uint8_t unproductive = 0;
  ChallengeKinds kinds;
  bool polled = true;
  bool answer_was_wrong = false;
  bool violation_seen = false;

  friend bool operator==(SavedSession const&, SavedSession const&) = default;
};

/// A session that is idle or stands at a door. While a request is in flight nobody knows what becomes of it, so that is
/// refused as `not_allowed`; an end as `session_over`; a wall clock before 1970 or after 2099 as `bad_snapshot`.
[[nodiscard]] boost::system::result<SavedSession> save_session(Session const& session, ClockReading const& now);

/// The session as it was, with the time that is left: an alarm whose moment has passed is due at once. A wall clock
/// that was set back gives no more time than was left when it was saved. The limits must outlive the session.
[[nodiscard]] boost::system::result<Session> restore_session(SavedSession const& saved, Limits const& limits,
                                                             ClockReading const& now);

/// The member whose value no session can have under these limits, and why ("polls: over polls_max"); "" where all can.
[[nodiscard]] std::string_view problem_of(SavedSession const& saved, Limits const& limits) noexcept;

/// A moment of this process on the wall clock, less than a millisecond early, and back; `saved_at` is when it was
/// written down.
[[nodiscard]] WallTime wall_time_of(TimePoint moment, ClockReading const& now) noexcept;
[[nodiscard]] TimePoint steady_time_of(WallTime moment, WallTime saved_at, ClockReading const& now) noexcept;

}  // namespace sallyport
