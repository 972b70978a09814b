#include <sallyport/engine/session.hpp>
#include <sallyport/engine/transition_proofs.hpp>

#include <algorithm>
#include <cassert>

namespace sallyport {

using boost::system::result;

namespace {

std::uint16_t kind_of(Verdict const& verdict) noexcept {
  return kind_of_challenge(verdict.status, verdict.mfa_type, verdict.flow_step, verdict.question);
}

}  // namespace

// With its guards inlined, so that what they say is never built as an object: most of a step would go there.
[[gnu::flatten]] result<Action> Session::step(Event const& event, TimePoint now) {
  if (event.type == EventType::deadline && !is_due(now)) return Action::none;
  auto const type = guard(event, now);
  if (!type) return type.error();
  auto const row = find_transition(state_, *type);
  if (!row) return is_end(state_) ? EngineErrc::session_over : EngineErrc::not_allowed;
  enter(*row, event, now);
  return role_ == Role::claimant ? row->claimant : row->verifier;
}

// A ring is stale when the step that it was set for is over.
bool Session::is_due(TimePoint now) const noexcept {
  if (is_in_flight(state_)) return now >= wake_at_;
  auto const by = answer_by();
  return by && now >= *by;
}

// The guards rewrite the event or refuse it; they never invent a transition.
result<EventType> Session::guard(Event const& event, TimePoint now) const {
  auto const waits = state_ == State::challenged || state_ == State::waiting;
  if (waits && (is_user_act(event.type) || event.type == EventType::poll)) return guard_act(event.type, now);
  if (is_in_flight(state_) && is_verdict(event.type)) return guard_verdict(event);
  return event.type;
}

result<EventType> Session::guard_act(EventType act, TimePoint now) const {
  if (now >= *answer_by()) return EventType::deadline;
  switch (act) {
    case EventType::answer: return guard_answer(now);
    case EventType::another_way:
      if (want() == Want::restart) return EngineErrc::restart_required;
      if (switches_ >= limits_->another_way_max) return EngineErrc::restarts_exhausted;
      return act;
    case EventType::restart:
      if (restarts_ >= limits_->restarts_max) return EngineErrc::restarts_exhausted;
      if (now < restart_at_) return EngineErrc::too_early;
      return act;
    case EventType::poll:
      // Where input is awaited the table refuses a poll, however many there were. And what a timer may not ask about
      // (law 1), a stray ring may not either.
      if (state_ != State::waiting) return act;
      if (role_ == Role::claimant && !polled_) return EngineErrc::not_allowed;
      if (polls_ >= limits_->polls_max) return EventType::deadline;
      if (role_ == Role::claimant && now < wake_at_) return EngineErrc::too_early;
      return act;
    case EventType::login:
    case EventType::granted:
    case EventType::denied:
    case EventType::challenge:
    case EventType::wrong_answer:
    case EventType::wait:
    case EventType::hand_off:
    case EventType::deadline:
    case EventType::cancel:
    case EventType::reply_lost: return act;
  }
  return act;
}

// A confirmation with credentials is an act of the user's, but a program may stand in for them: it keeps the distance
// of a poll, and has an end. The verifier cannot tell when the client's reply came, so it only counts.
result<EventType> Session::guard_answer(TimePoint now) const {
  if (want() == Want::restart) return EngineErrc::restart_required;
  if (!confirms()) {
    if (answers_ >= limits_->answers_max) return EngineErrc::answers_exhausted;
    return EventType::answer;
  }
  if (confirmations_ >= limits_->confirmations_max) return EngineErrc::answers_exhausted;
  if (role_ == Role::claimant && now < wake_at_) return EngineErrc::too_early;
  return EventType::answer;
}

result<EventType> Session::guard_verdict(Event const& event) const {
  if (limits_->strict && !may_come_next(event.verdict)) return EngineErrc::protocol_violation;
  // The same challenge in reply to an answer is the API's other way to say that the answer was wrong.
  auto const refused = event.type == EventType::challenge && act_ == EventType::answer && repeats(event.verdict);
  auto const type = refused ? EventType::wrong_answer : event.type;
  // Where nothing was answered, the credentials were wrong, or what the poll asked about was refused elsewhere.
  if (type == EventType::wrong_answer && state_ != State::verifying) return EventType::denied;
  auto const last = type == EventType::wrong_answer && attempts_left_ <= 1;
  return last || exhausts(type, event.verdict) ? EventType::denied : type;
}

// Whether the reply, which does not end the login, is the one with which our own bounds do.
bool Session::exhausts(EventType type, Verdict const& verdict) const noexcept {
  if (type != EventType::wrong_answer && type != EventType::challenge && type != EventType::wait) return false;
  auto const begins = type != EventType::wrong_answer && !repeats(verdict);
  if (begins && doors_ >= limits_->challenges_max) return true;
  if (act_ != EventType::answer || confirming_) return false;
  if (begins && !kinds_.has(kind_of(verdict))) return false;
  return unproductive_ + 1U >= limits_->answers_without_progress_max;
}

bool Session::may_come_next(Verdict const& verdict) const noexcept {
  auto const starts = act_ == EventType::login || act_ == EventType::restart;
  return may_follow(starts ? std::nullopt : status_, starts ? std::nullopt : flow_step_, verdict.status,
                    verdict.flow_step);
}

bool Session::repeats(Verdict const& verdict) const noexcept {
  return status_ == verdict.status && mfa_type_ == verdict.mfa_type && flow_step_ == verdict.flow_step &&
         fingerprint_ == verdict.fingerprint && act_ != EventType::login && act_ != EventType::restart;
}

void Session::enter(Transition const& row, Event const& event, TimePoint now) {
  auto const& verdict = event.verdict;
  if (is_in_flight(state_) && is_verdict(row.event)) {
    violation_seen_ = violation_seen_ || !may_come_next(verdict);
    attempts_exhausted_ = row.event == EventType::denied && event.type != EventType::denied &&
                          (event.type != EventType::wrong_answer || state_ == State::verifying);
    answer_was_wrong_ = row.event == EventType::wrong_answer;
    if (!is_end(row.to)) note_progress(row.event, verdict);
  }
  if (is_in_flight(row.to)) {
    enter_flight(row.event, now);
  } else if (row.to == State::challenged || row.to == State::waiting) {
    enter_wait(row.event, verdict, now);
  } else if (verdict_row(verdict).event == row.event) {  // The verdict's own event, not one that a guard made.
    status_ = verdict.status;
  }
  state_ = row.to;
}

// Progress is a kind of challenge at which the login has not stood before, whatever else differs. Two kinds that take
// turns are none.
void Session::note_progress(EventType event, Verdict const& verdict) noexcept {
  led_on_ = false;
  auto const begins = (event == EventType::challenge || event == EventType::wait) && !repeats(verdict);
  if (begins) led_on_ = kinds_.enter(kind_of(verdict));
  if (act_ != EventType::answer || confirming_) return;
  unproductive_ = led_on_ ? 0 : static_cast<std::uint8_t>(unproductive_ + 1U);
}

void Session::enter_flight(EventType act, TimePoint now) {
  act_ = act;
  confirming_ = act == EventType::answer && confirms();
  if (act == EventType::answer) {
    kinds_.answer();
    if (confirming_) {
      ++confirmations_;
    } else {
      ++answers_;
    }
  }
  wake_at_ = now + limits_->request_life_span;
  if (act == EventType::login) flow_deadline_ = now + limits_->flow_life_span;
  if (act == EventType::answer) answer_was_wrong_ = false;
  if (act == EventType::restart) ++restarts_;
  if (act == EventType::another_way) ++switches_;
  if (act == EventType::poll) ++polls_;
}

// Only a new challenge starts a life span; neither a wrong answer nor a repeated challenge prolongs it, nor does a poll
// that got no answer.
void Session::enter_wait(EventType event, Verdict const& verdict, TimePoint now) {
  if (event == EventType::reply_lost) {
    wake_at_ = now + poll_interval_;
    return;
  }
  if (event == EventType::wrong_answer) {
    --attempts_left_;
  } else if (!repeats(verdict)) {
    enter_challenge(verdict, now);
  } else if (verdict.status == AuthStatus::delayed) {
    poll_interval_ = std::min(poll_interval_ * 2, limits_->poll_interval_max);
  }
  polled_ = verdict.polled;
  wake_at_ = now + poll_interval_;
}

void Session::enter_challenge(Verdict const& verdict, TimePoint now) {
  auto const row = verdict_row(verdict.status);
  status_ = verdict.status;
  mfa_type_ = verdict.mfa_type;
  flow_step_ = verdict.flow_step;
  fingerprint_ = verdict.fingerprint;
  step_deadline_ = row.bound == Bound::flow ? flow_deadline_ : now + life_span_of(verdict);
  bound_ = step_deadline_ < flow_deadline_ ? row.bound : Bound::flow;
  attempts_left_ = limits_->attempts_max;
  // A code that lives no longer than the cool-down could never be sent again. In milliseconds, as a snapshot has it.
  auto const most = std::chrono::floor<std::chrono::milliseconds>((step_deadline_ - now) * 2 / 3);
  auto const cool_down = std::min<Duration>(limits_->resend_cool_down, most);
  restart_at_ = row.want == Want::restart ? now : now + cool_down;
  poll_interval_ = limits_->poll_interval;
  polls_ = 0;
  ++doors_;
}

Duration Session::life_span_of(Verdict const& verdict) const noexcept {
  auto const bound = verdict_row(verdict.status).bound;
  Duration span = bound == Bound::challenge ? limits_->challenge_life_span : limits_->step_life_span;
  if (verdict.life_span && verdict.life_span->count() > 0) {
    auto const longest = std::chrono::duration_cast<std::chrono::seconds>(limits_->challenge_life_span_max);
    span = std::min(*verdict.life_span, longest);
  }
  return role_ == Role::claimant ? span - std::min(limits_->expiry_margin, span / 10) : span;
}

// A status for codes that one waits at has a factor that is confirmed elsewhere.
Want Session::want() const noexcept {
  if (!status_) return Want::nothing;
  return state_ == State::waiting ? verdict_row(*status_, mfa_type_).want : verdict_row(*status_).want;
}

std::optional<Alarm> Session::alarm() const {
  if (is_in_flight(state_)) return Alarm{wake_at_, EventType::deadline};
  auto const by = answer_by();
  if (!by) return std::nullopt;
  auto const polls = state_ == State::waiting && role_ == Role::claimant && polled_ && wake_at_ < *by;
  return polls ? Alarm{wake_at_, EventType::poll} : Alarm{*by, EventType::deadline};
}

std::optional<TimePoint> Session::answer_by() const noexcept {
  if (state_ != State::challenged && state_ != State::waiting) return std::nullopt;
  return std::min(step_deadline_, flow_deadline_);
}

std::optional<TimePoint> Session::can_confirm_at() const noexcept {
  if (!answer_by() || !confirms()) return std::nullopt;
  return wake_at_;
}

std::uint8_t Session::attempts_left() const noexcept {
  auto const left = std::max(0, limits_->answers_without_progress_max - unproductive_);
  return std::min(attempts_left_, static_cast<std::uint8_t>(left));
}

std::optional<TimePoint> Session::can_restart_at() const noexcept {
  if (!answer_by() || restarts_ >= limits_->restarts_max) return std::nullopt;
  return restart_at_;
}

bool Session::can_try_another_way() const noexcept {
  return answer_by() && want() != Want::restart && switches_ < limits_->another_way_max;
}

}  // namespace sallyport
