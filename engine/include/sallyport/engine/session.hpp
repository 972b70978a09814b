#pragma once

#include <sallyport/engine/challenge_kinds.hpp>
#include <sallyport/engine/error.hpp>
#include <sallyport/engine/event.hpp>
#include <sallyport/engine/limits.hpp>
#include <sallyport/engine/time.hpp>
#include <sallyport/engine/transition_table.hpp>

#include <cstdint>
#include <optional>

namespace sallyport {

struct ClockReading;
struct SavedSession;

/// When the driver must wake a session, and with which event.
struct Alarm {
  TimePoint at;
  EventType event;

  friend bool operator==(Alarm const&, Alarm const&) = default;
};

/// The moments of a session that stands at a door.
struct SessionMoments {
  TimePoint flow_deadline{};
  TimePoint step_deadline{};
  TimePoint restart_at{};
  TimePoint poll_at{};
};

/// One login, as pure decisions: no bytes, no clock, no secret. It is a value: a driver that could not send what
/// `step` asked for (not one byte left this machine) puts its copy from before the step back, and nothing happened.
class Session {
public:
  /// The limits must outlive the session.
  Session(Role role, Limits const& limits) noexcept : limits_(&limits), role_(role) {}

  /// Takes the event and says what to do. On error nothing has changed.
  /// Time outranks what a user does: an answer that comes late is not an answer, it is the deadline.
  [[nodiscard]] boost::system::result<Action> step(Event const& event, TimePoint now);

  /// When to wake this session; nothing where no time bounds it. A ring that comes too late or twice is harmless.
  [[nodiscard]] std::optional<Alarm> alarm() const;

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] Role role() const noexcept { return role_; }
  [[nodiscard]] Limits const& limits() const noexcept { return *limits_; }
  /// The same session under the same limits, kept elsewhere.
  [[nodiscard]] Session with_limits(Limits const& limits) const noexcept {
    auto copy = *this;
    copy.limits_ = &limits;
    return copy;
  }
  [[nodiscard]] SessionMoments moments() const noexcept {
    return {flow_deadline_, step_deadline_, restart_at_, wake_at_};
  }
  /// The same session with moments of another clock.
  [[nodiscard]] Session with_moments(SessionMoments const& moments) const noexcept {
    auto copy = *this;
    copy.flow_deadline_ = moments.flow_deadline;
    copy.step_deadline_ = moments.step_deadline;
    copy.restart_at_ = moments.restart_at;
    copy.wake_at_ = moments.poll_at;
    return copy;
  }
  /// The status that the session stands at: of its newest verdict; nothing before the first.
  [[nodiscard]] std::optional<AuthStatus> status() const noexcept { return status_; }
  [[nodiscard]] std::optional<MfaType> mfa_type() const noexcept { return mfa_type_; }
  [[nodiscard]] std::optional<AuthFlowStep> flow_step() const noexcept { return flow_step_; }
  [[nodiscard]] Want want() const noexcept;
  /// Until when the present step takes an answer; nothing where it is not waiting.
  [[nodiscard]] std::optional<TimePoint> answer_by() const noexcept;
  /// From when on the user may start over or have the code sent again; nothing where restarts are used up.
  [[nodiscard]] std::optional<TimePoint> can_restart_at() const noexcept;
  [[nodiscard]] bool can_try_another_way() const noexcept;
  /// From when on a confirmation with credentials may be sent; nothing where the session stands at none.
  [[nodiscard]] std::optional<TimePoint> can_confirm_at() const noexcept;
  /// How many wrong answers in a row end the login from here on.
  [[nodiscard]] std::uint8_t attempts_left() const noexcept;
  /// How many challenges and waits the session has stood at: it grows exactly when a new one begins.
  [[nodiscard]] std::uint16_t doors() const noexcept { return doors_; }
  /// Whether this login has answered a challenge of the present kind before: what is fixed may have been wrong then.
  [[nodiscard]] bool answered_before() const noexcept { return kinds_.answered_before(); }
  /// How many answers this login has sent, confirmations not counted.
  [[nodiscard]] std::uint8_t answers() const noexcept { return answers_; }
  /// Whether the newest reply brought a kind of challenge at which this login had not stood before.
  [[nodiscard]] bool led_on() const noexcept { return led_on_; }
  /// Whether the newest answer was wrong.
  [[nodiscard]] bool answer_was_wrong() const noexcept { return answer_was_wrong_; }
  /// Whether a bound of ours ended the login where the reply alone had not: `Limits::attempts_max`,
  /// `answers_without_progress_max` or `challenges_max`.
  [[nodiscard]] bool attempts_exhausted() const noexcept { return attempts_exhausted_; }
  /// What tells the challenge that stands from others.
  [[nodiscard]] std::uint64_t fingerprint() const noexcept { return fingerprint_; }
  /// Which bound ended or ends the wait.
  [[nodiscard]] Bound bound() const noexcept { return bound_; }
  /// Whether a reply came that may not follow; in tolerant mode the login went on all the same.
  [[nodiscard]] bool violation_seen() const noexcept { return violation_seen_; }

  friend bool operator==(Session const&, Session const&) = default;

private:
  friend boost::system::result<SavedSession> save_session(Session const& session, ClockReading const& now);
  friend boost::system::result<Session> restore_session(SavedSession const& saved, Limits const& limits,
                                                        ClockReading const& now);

  [[nodiscard]] bool is_due(TimePoint now) const noexcept;
  [[nodiscard]] boost::system::result<EventType> guard(Event const& event, TimePoint now) const;
  [[nodiscard]] boost::system::result<EventType> guard_act(EventType act, TimePoint now) const;
  [[nodiscard]] boost::system::result<EventType> guard_verdict(Event const& event) const;
  [[nodiscard]] bool may_come_next(Verdict const& verdict) const noexcept;
  [[nodiscard]] bool repeats(Verdict const& verdict) const noexcept;
  /// Whether an answer is a confirmation now. The verifier does not know which waits may be polled.
  [[nodiscard]] bool confirms() const noexcept {
    return state_ == State::waiting && (role_ == Role::verifier || !polled_);
  }
  [[nodiscard]] boost::system::result<EventType> guard_answer(TimePoint now) const;
  [[nodiscard]] bool exhausts(EventType type, Verdict const& verdict) const noexcept;
  void enter(Transition const& row, Event const& event, TimePoint now);
  void enter_flight(EventType act, TimePoint now);
  void enter_wait(EventType event, Verdict const& verdict, TimePoint now);
  void note_progress(EventType event, Verdict const& verdict) noexcept;
  void enter_challenge(Verdict const& verdict, TimePoint now);
  [[nodiscard]] Duration life_span_of(Verdict const& verdict) const noexcept;

  // What every step reads comes first, in 64 bytes; what replies alone change comes last.
  Limits const* limits_;
  TimePoint flow_deadline_{};
  TimePoint step_deadline_{};
  TimePoint restart_at_{};
  TimePoint wake_at_{};  ///< The deadline of a request in flight; at a door the moment of the next poll.
  std::uint16_t polls_ = 0;
  std::uint16_t doors_ = 0;
  std::uint16_t confirmations_ = 0;
  Role role_;
  State state_ = State::idle;
  EventType act_ = EventType::login;  ///< What the request in flight is, or the newest one was.
  std::optional<AuthStatus> status_;
  std::optional<MfaType> mfa_type_;
  std::optional<AuthFlowStep> flow_step_;
  Bound bound_ = Bound::none;
  std::uint8_t attempts_left_ = 0;
  std::uint8_t restarts_ = 0;
  std::uint8_t switches_ = 0;
  std::uint8_t answers_ = 0;
  std::uint8_t unproductive_ = 0;  ///< Answers in a row that have not led on.
  bool polled_ = true;
  bool answer_was_wrong_ = false;
  bool attempts_exhausted_ = false;
  bool violation_seen_ = false;
  bool confirming_ = false;  ///< The request in flight is a confirmation.
  bool led_on_ = false;
  Duration poll_interval_{};
  std::uint64_t fingerprint_ = 0;
  ChallengeKinds kinds_;
};

}  // namespace sallyport
