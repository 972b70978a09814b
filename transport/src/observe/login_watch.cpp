#include "observe/login_watch.hpp"

#include <atomic>

namespace sallyport {
namespace {

LoginEventKind kind_of(EventType act) noexcept {
  if (act == EventType::answer) return LoginEventKind::answer_posted;
  if (act == EventType::another_way) return LoginEventKind::another_way_posted;
  if (act == EventType::restart) return LoginEventKind::resend_posted;
  if (act == EventType::poll) return LoginEventKind::poll_posted;
  return LoginEventKind::login_posted;
}

}  // namespace

ActRefusal refusal_of(boost::system::error_code ec) noexcept {
  if (ec.category() != engine_category()) return ActRefusal::other;
  switch (static_cast<EngineErrc>(ec.value())) {
    case EngineErrc::not_allowed: return ActRefusal::not_allowed;
    case EngineErrc::session_over: return ActRefusal::session_over;
    case EngineErrc::too_early: return ActRefusal::too_early;
    case EngineErrc::restart_required: return ActRefusal::restart_required;
    case EngineErrc::restarts_exhausted: return ActRefusal::restarts_exhausted;
    case EngineErrc::answers_exhausted: return ActRefusal::answers_exhausted;
    case EngineErrc::protocol_violation: return ActRefusal::protocol_violation;
    case EngineErrc::would_risk_lockout: return ActRefusal::would_risk_lockout;
    case EngineErrc::table_full: return ActRefusal::server_full;
    case EngineErrc::stale_handle:
    case EngineErrc::ledger_full:
    case EngineErrc::bad_snapshot: break;
  }
  return ActRefusal::other;
}

std::uint64_t LoginWatch::next_id() noexcept {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

LoginEvent LoginWatch::event(LoginEventKind kind, Session const& session, TimePoint now) const noexcept {
  LoginEvent event;
  event.kind = kind;
  event.role = role_;
  event.login = login_;
  event.peer = peer_;
  event.broker = broker_;
  event.at = now;
  event.state = session.state();
  event.door = session.doors();
  event.status = session.status();
  event.mfa_type = session.mfa_type();
  event.flow_step = session.flow_step();
  return event;
}

// The first that is told of a login is that it is there. One that was resumed stands at a door already.
void LoginWatch::introduce(Session const& session, TimePoint now) {
  if (introduced_) return;
  introduced_ = true;
  began_ = now;
  auto const kind = resumed_ ? LoginEventKind::login_resumed : LoginEventKind::login_started;
  teller_->tell(event(kind, session, now));
  if (session.answer_by()) open_door(session, now);
}

void LoginWatch::open_door(Session const& session, TimePoint now) {
  opened_ = now;
  door_status_ = session.status();
  door_factor_ = session.mfa_type();
  door_step_ = session.flow_step();
  teller_->tell(event(LoginEventKind::door_opened, session, now));
}

void LoginWatch::leave_door(Session const& session, TimePoint now) {
  if (!door_status_) return;
  auto left = event(LoginEventKind::door_left, session, now);
  left.status = door_status_;
  left.mfa_type = door_factor_;
  left.flow_step = door_step_;
  left.took = now - opened_;
  door_status_.reset();
  teller_->tell(left);
}

void LoginWatch::tell_step(Session const& before, Event const& what, boost::system::result<Action> const& decided,
                           Session const& after, TimePoint now) {
  introduce(before, now);
  LoginStep step{.login = login_, .broker = broker_, .before = &before, .step = {}};
  step.step = flight_step(before, what, decided, after, now);
  teller_->tell(step);
  auto const replies = is_verdict(what.type) || what.type == EventType::reply_lost;
  if (is_in_flight(before.state()) && replies) return tell_reply(before, what, decided.has_error(), after, now);
  if (decided.has_error()) {
    auto refused = event(LoginEventKind::act_refused, after, now);
    refused.refusal = refusal_of(decided.error());
    return teller_->tell(refused);
  }
  if (is_in_flight(after.state()) && !is_in_flight(before.state())) {
    act_ = what.type;
    posted_ = now;
    return;
  }
  auto const is_over = is_end(after.state()) && !is_end(before.state());
  if (is_over && what.type != EventType::cancel) {
    // A deadline, or an act that came after it.
    auto rang = event(LoginEventKind::alarm_rang, after, now);
    if (!is_in_flight(before.state())) rang.bound = after.bound();
    teller_->tell(rang);
  }
}

void LoginWatch::tell_reply(Session const& before, Event const& what, bool refused, Session const& after,
                            TimePoint now) {
  auto const lost = what.type == EventType::reply_lost;
  auto reply = event(lost ? LoginEventKind::reply_lost : LoginEventKind::reply_came, after, now);
  auto const says_a_status = !lost && verdict_row(what.verdict).event == what.type;
  reply.status = says_a_status ? std::optional(what.verdict.status) : std::nullopt;
  reply.mfa_type = says_a_status ? what.verdict.mfa_type : std::nullopt;
  reply.flow_step = says_a_status ? what.verdict.flow_step : std::nullopt;
  reply.took = now - posted_;
  if (refused) reply.refusal = ActRefusal::protocol_violation;
  teller_->tell(reply);
  if (after.doors() == before.doors()) return;
  leave_door(before, now);
  open_door(after, now);
}

void LoginWatch::tell_posted(Session const& session) {
  teller_->tell(event(kind_of(act_), session, posted_));
}

void LoginWatch::tell_put_back(Session const& from, Session const& to, std::optional<ActRefusal> refusal) {
  auto const now = time_.now();
  LoginStep step{.login = login_, .broker = broker_, .before = &from, .step = {}};
  step.step = undone_step(from, to, now);
  teller_->tell(step);
  auto told = event(refusal ? LoginEventKind::act_refused : LoginEventKind::not_sent, to, now);
  told.refusal = refusal;
  if (refusal == ActRefusal::slow_down) told.took = now - posted_;
  teller_->tell(told);
}

void LoginWatch::tell_refused(Session const& session, ActRefusal refusal) {
  auto const now = time_.now();
  introduce(session, now);
  auto refused = event(LoginEventKind::act_refused, session, now);
  refused.refusal = refusal;
  teller_->tell(refused);
}

void LoginWatch::tell_shown(Session const& session, std::optional<PromptKind> prompt) {
  auto const now = time_.now();
  introduce(session, now);
  auto shown = event(LoginEventKind::prompt_raised, session, now);
  shown.prompt = prompt;
  shown.attempts_left = session.attempts_left();
  shown.answer_was_wrong = session.answer_was_wrong();
  if (auto const by = session.answer_by()) shown.time_left = *by - now;
  teller_->tell(shown);
}

void LoginWatch::tell_saved(Session const& session) {
  auto const now = time_.now();
  introduce(session, now);
  teller_->tell(event(LoginEventKind::login_saved, session, now));
}

void LoginWatch::tell_end(Session const& session, OutcomeKind outcome) {
  auto const now = time_.now();
  leave_door(session, now);
  auto ended = event(LoginEventKind::outcome, session, now);
  ended.outcome = outcome;
  ended.mfa_type.reset();  // Those of the last door say nothing of the end.
  ended.flow_step.reset();
  ended.took = now - began_;
  teller_->tell(ended);
}

}  // namespace sallyport
