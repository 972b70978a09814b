#include <sallyport/engine/session_snapshot.hpp>

#include <algorithm>
#include <cstddef>

namespace sallyport {

using boost::system::result;

namespace {

/// Moments further away than this are clipped: no life span is longer, and no sum of two overflows.
constexpr Duration far = std::chrono::hours(24 * 366 * 10);
/// The year 2100, a bound that leaves room for every sum.
constexpr WallTime last_moment{std::chrono::hours(24 * 365 * 130)};

bool is_sane(WallTime moment) noexcept {
  return moment >= WallTime{} && moment <= last_moment;
}

template <class E>
bool is_described(std::optional<E> value) noexcept {
  return !value || static_cast<std::size_t>(*value) <= enumerator_count<E>;
}

bool is_sane(ChallengeKinds const& kinds) noexcept {
  constexpr auto most = ChallengeKinds::kinds_max;
  if (kinds.count == 0 || kinds.count > most || kinds.present > most) return false;
  if (kinds.present >= kinds.count && kinds.count < most) return false;
  if (kinds.answered >> (most + 1) != 0) return false;
  return std::all_of(kinds.kinds.begin() + kinds.count, kinds.kinds.end(), [](auto kind) { return kind == 0; });
}

/// What was left of the time until this moment when it was written down.
Duration left_of(WallTime moment, WallTime saved_at) noexcept {
  return std::max<Duration>(moment - saved_at, -far);
}

std::string_view problem_of_idle(SavedSession const& saved) noexcept {
  SavedSession fresh;
  fresh.saved_at = saved.saved_at;
  fresh.role = saved.role;
  return saved == fresh ? "" : "state: idle, although something was sent";
}

std::string_view problem_of_moments(SavedSession const& saved, Limits const& limits) noexcept {
  auto const longest_step = std::max(
      {limits.challenge_life_span_max, limits.challenge_life_span, limits.step_life_span, limits.flow_life_span});
  auto const longest_pause = std::max(limits.poll_interval, limits.poll_interval_max);
  for (auto const moment : {saved.flow_deadline, saved.step_deadline, saved.restart_at, saved.poll_at}) {
    if (!is_sane(moment)) return "a moment: before 1970 or after 2099";
  }
  if (saved.flow_deadline - saved.saved_at > limits.flow_life_span) return "flow_deadline: over flow_life_span";
  if (saved.step_deadline - saved.saved_at > longest_step) return "step_deadline: over every life span";
  if (saved.restart_at - saved.saved_at > limits.resend_cool_down) return "restart_at: over resend_cool_down";
  if (saved.poll_interval <= Duration::zero()) return "poll_interval: not above zero";
  if (saved.poll_interval > longest_pause) return "poll_interval: over poll_interval_max";
  if (saved.poll_at - saved.saved_at > saved.poll_interval) return "poll_at: over poll_interval";
  return {};
}

std::string_view problem_of_door(SavedSession const& saved, Limits const& limits) noexcept {
  if (!saved.status) return "status: missing at a door";
  auto const event = verdict_row(*saved.status, saved.mfa_type).event;
  if (event != EventType::challenge && event != EventType::wait) return "status: not one that stands at a door";
  if (saved.state == State::waiting && event != EventType::wait) return "status: not one that waits";
  if (saved.doors == 0) return "doors: none";
  if (saved.attempts_left == 0) return "attempts_left: none";
  if (saved.attempts_left > limits.attempts_max) return "attempts_left: over attempts_max";
  if (saved.restarts > limits.restarts_max) return "restarts: over restarts_max";
  if (saved.switches > limits.another_way_max) return "switches: over another_way_max";
  if (saved.polls > limits.polls_max) return "polls: over polls_max";
  if (saved.doors > limits.challenges_max) return "doors: over challenges_max";
  if (saved.answers > limits.answers_max) return "answers: over answers_max";
  if (saved.confirmations > limits.confirmations_max) return "confirmations: over confirmations_max";
  if (saved.unproductive >= limits.answers_without_progress_max) {
    return "unproductive: not below answers_without_progress_max";
  }
  if (!is_sane(saved.kinds)) return "kinds: not those of a login";
  return problem_of_moments(saved, limits);
}

}  // namespace

WallTime wall_time_of(TimePoint moment, ClockReading const& now) noexcept {
  // What lies before 1970 has passed all the same.
  auto const ahead = std::clamp(moment - now.steady, -far, far);
  return std::max(now.wall + std::chrono::floor<WallDuration>(ahead), WallTime{});
}

TimePoint steady_time_of(WallTime moment, WallTime saved_at, ClockReading const& now) noexcept {
  // A clock that was set back must not lengthen a life span.
  auto const since = std::clamp(saved_at, WallTime{}, last_moment);
  auto const passed = std::clamp<Duration>(now.wall - since, Duration::zero(), far);
  auto const left = left_of(std::clamp(moment, WallTime{}, last_moment), since);
  return now.steady + std::min(left, far) - passed;
}

std::string_view problem_of(SavedSession const& saved, Limits const& limits) noexcept {
  if (saved.role != Role::claimant && saved.role != Role::verifier) return "role: unknown";
  if (!is_described(saved.status)) return "status: unknown number";
  if (!is_described(saved.mfa_type)) return "mfa_type: unknown number";
  if (!is_described(saved.flow_step)) return "flow_step: unknown number";
  if (!is_sane(saved.saved_at)) return "saved_at: before 1970 or after 2099";
  if (saved.state == State::idle) return problem_of_idle(saved);
  if (saved.state == State::challenged || saved.state == State::waiting) return problem_of_door(saved, limits);
  return "state: not one that can be saved";
}

result<SavedSession> save_session(Session const& session, ClockReading const& now) {
  if (is_end(session.state_)) return EngineErrc::session_over;
  if (is_in_flight(session.state_)) return EngineErrc::not_allowed;
  if (!is_sane(now.wall)) return EngineErrc::bad_snapshot;
  SavedSession saved;
  saved.saved_at = now.wall;
  saved.role = session.role_;
  saved.state = session.state_;
  if (session.state_ == State::idle) return saved;
  saved.flow_deadline = wall_time_of(session.flow_deadline_, now);
  saved.step_deadline = wall_time_of(session.step_deadline_, now);
  saved.restart_at = wall_time_of(session.restart_at_, now);
  saved.poll_at = wall_time_of(session.wake_at_, now);
  saved.poll_interval = session.poll_interval_;
  saved.fingerprint = session.fingerprint_;
  saved.polls = session.polls_;
  saved.doors = session.doors_;
  saved.status = session.status_;
  saved.mfa_type = session.mfa_type_;
  saved.flow_step = session.flow_step_;
  saved.attempts_left = session.attempts_left_;
  saved.restarts = session.restarts_;
  saved.switches = session.switches_;
  saved.answers = session.answers_;
  saved.confirmations = session.confirmations_;
  saved.unproductive = session.unproductive_;
  saved.kinds = session.kinds_;
  saved.polled = session.polled_;
  saved.answer_was_wrong = session.answer_was_wrong_;
  saved.violation_seen = session.violation_seen_;
  // What is saved can be restored: better to hear of it here, where the login still is.
  if (!problem_of(saved, *session.limits_).empty()) return EngineErrc::bad_snapshot;
  return saved;
}

result<Session> restore_session(SavedSession const& saved, Limits const& limits, ClockReading const& now) {
  if (!problem_of(saved, limits).empty() || !is_sane(now.wall)) return EngineErrc::bad_snapshot;
  Session session(saved.role, limits);
  if (saved.state == State::idle) return session;
  auto const moment = [&saved, &now](WallTime at) { return steady_time_of(at, saved.saved_at, now); };
  session.flow_deadline_ = moment(saved.flow_deadline);
  session.step_deadline_ = moment(saved.step_deadline);
  session.restart_at_ = moment(saved.restart_at);
  session.wake_at_ = moment(saved.poll_at);
  session.poll_interval_ = saved.poll_interval;
  session.fingerprint_ = saved.fingerprint;
  session.polls_ = saved.polls;
  session.doors_ = saved.doors;
  session.state_ = saved.state;
  session.status_ = saved.status;
  session.mfa_type_ = saved.mfa_type;
  session.flow_step_ = saved.flow_step;
  auto const& row = verdict_row(*saved.status);
  session.bound_ = saved.step_deadline < saved.flow_deadline ? row.bound : Bound::flow;
  session.attempts_left_ = saved.attempts_left;
  session.restarts_ = saved.restarts;
  session.switches_ = saved.switches;
  session.answers_ = saved.answers;
  session.confirmations_ = saved.confirmations;
  session.unproductive_ = saved.unproductive;
  session.kinds_ = saved.kinds;
  session.polled_ = saved.polled;
  session.answer_was_wrong_ = saved.answer_was_wrong;
  session.violation_seen_ = saved.violation_seen;
  return session;
}

}  // namespace sallyport
