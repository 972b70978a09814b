#include "login_op.hpp"

#include "deliver.hpp"
#include "http_message.hpp"
#include "login_seat.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>
#include <sallyport/transport/error.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cassert>
#include <type_traits>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// So many polls in a row may fail to leave this machine before the host hears of it.
constexpr unsigned unsent_polls_max = 3;

/// Which of our own bounds has ended the login.
std::string reason_of_exhaustion(Session const& session) {
  auto const& limits = session.limits();
  if (session.doors() >= limits.challenges_max)
    return "the login stood at as many challenges as it may (challenges_max)";
  if (session.attempts_left() <= 1)
    return "too many answers in a row have not led on (attempts_max, answers_without_progress_max)";
  return {};
}

constexpr bool is_slow_down(LoginReply const& reply) noexcept {
  return reply.refusal == OutcomeKind::rate_limited || reply.refusal == OutcomeKind::unavailable;
}

}  // namespace

LoginOp::LoginOp(std::shared_ptr<ClientCore> core, Credentials credentials)
    : core_(std::move(core)),
      credentials_(std::move(credentials)),
      session_(Role::claimant, core_->config().limits),
      before_(session_),
      budget_(core_->governor()),
      watch_(core_->watch(credentials_.request.type)),
      alarm_(core_->strand(), core_->time()) {}

// --- Turns -----------------------------------------------------------------------------------------------------------

bool LoginOp::start_turn(Turning how, Handler& handler) {
  if (handler_) {
    deliver(core_->strand(), std::move(handler), error_code(TransportErrc::request_in_flight), HeldTurn{Outcome{}});
    return false;
  }
  if (is_of_parent()) {
    deliver_and_keep(shared_from_this(), core_->strand(), std::move(handler), error_code(TransportErrc::forked),
                     HeldTurn{Outcome{}});
    return false;
  }
  handler_.emplace(std::move(handler));
  core_->add_turning(*this);
  turning_ = how;
  ++turn_count_;
  stop_requested_ = false;
  unsent_polls_ = 0;
  return true;
}

void LoginOp::finish_turn(error_code ec, HeldTurn&& held) {
  assert(handler_);
  if (is_linked()) unlink();
  alarm_.cancel();
  turning_ = Turning::no;
  Handler handler(std::move(*handler_));
  handler_.reset();
  if (auto* const none = ec ? std::get_if<Outcome>(&held.turn) : nullptr; none && none->diagnostics.reason.empty()) {
    none->diagnostics.reason = core_->exchange().words_on(ec);
  }
  if (auto const seat = std::exchange(seat_, nullptr)) seat->take_back(shared_from_this());
  if (entering_) return deliver_and_keep(shared_from_this(), core_->strand(), std::move(handler), ec, std::move(held));
  deliver_at_once(shared_from_this(), core_->strand(), std::move(handler), ec, std::move(held));
}

void LoginOp::finish_with_prompt() {
  auto prompt = make_prompt(session_, door_, fields_);
  watch_.shown(session_, prompt.kind);
  finish_turn({}, {std::move(prompt)});
}

// The login is over: what it held is wiped before anybody hears of it.
void LoginOp::finish_with_outcome(AuthResponse* response) {
  auto outcome = make_outcome(session_, response, diagnostics_of(std::exchange(note_, {})));
  if (refusal_) outcome.kind = *refusal_;
  outcome.retry_after = retry_after_;
  outcome.login = watch_.login();
  watch_.ended(session_, outcome.kind);
  credentials_ = {};
  cookies_ = {};
  door_ = {};
  finish_turn({}, {std::move(outcome)});
}

void LoginOp::begin(Handler handler) {
  Entering const here(*this);
  if (start_turn(Turning::beginning, handler)) begin_on_strand();
}

error_code LoginOp::check_credentials() const {
  if (!api::is_user_id(credentials_.user_id.reveal())) return TransportErrc::bad_user_id;
  if (credentials_.request.type.spelling() == wire_name(BrokerType::unknown)) return TransportErrc::missing_broker_type;
  return {};
}

void LoginOp::begin_on_strand() {
  if (saved_) return finish_turn(SnapshotErrc::login_saved);
  if (resumed_ && session_.answer_by()) return stand();
  if (session_.state() != State::idle) {
    return finish_turn(is_end(session_.state()) ? EngineErrc::session_over : EngineErrc::not_allowed);
  }
  if (auto const ec = check_credentials()) return finish_turn(ec);
  if (!withheld_.empty()) return finish_turn(SnapshotErrc::credentials_missing);
  core_->with_schemes([self = shared_from_this()](error_code unreachable, ClientCore::SchemeList schemes) {
    if (self->turning_ != Turning::beginning) return;  // It was cancelled meanwhile.
    if (unreachable) return self->finish_turn(unreachable);
    self->take_schemes(std::move(schemes));
    self->take(self->cancelled_ ? EventType::cancel : EventType::login);
  });
}

void LoginOp::take_schemes(ClientCore::SchemeList schemes) {
  schemes_ = std::move(schemes);
  schemes_asked_ = true;
  if (!schemes_) return;
  auto const found = std::ranges::find(*schemes_, credentials_.request.type, &AuthenticationScheme::broker_type);
  scheme_ = found == schemes_->end() ? nullptr : &*found;
}

void LoginOp::answer(Answer what, Handler handler) {
  Entering const here(*this);
  auto const watches = what.kind() == Answer::Kind::wait;
  if (!start_turn(watches ? Turning::watching : Turning::acting, handler)) return;
  if (wants_schemes(what)) return answer_with_schemes(std::move(what));
  answer_on_strand(what);
}

void LoginOp::answer_on_strand(Answer const& what) {
  if (saved_) return finish_turn(SnapshotErrc::login_saved);
  auto const waits = session_.state() == State::challenged || session_.state() == State::waiting;
  if (!waits) return finish_turn(is_end(session_.state()) ? EngineErrc::session_over : EngineErrc::not_allowed);
  if (cancelled_) return take(EventType::cancel);
  if (lacks_credentials(what)) return finish_turn(SnapshotErrc::credentials_missing);
  switch (what.kind()) {
    case Answer::Kind::wait: return arm();
    case Answer::Kind::cancel: return take(EventType::cancel);
    case Answer::Kind::another_way: return take(EventType::another_way);
    case Answer::Kind::confirmed:
      if (fields_.resent.empty() && session_.state() == State::waiting) {
        turning_ = Turning::watching;
        return arm();
      }
      if (!fields_.asked.empty()) return refuse_answer();
      return confirm();
    case Answer::Kind::fields:
      if (!fits(what, fields_.asked)) return refuse_answer();
      return take(EventType::answer, what);
    case Answer::Kind::restart:
      if (!what.values().empty() && !fits(what, fields_.asked)) return refuse_answer();
      return take(EventType::restart, what);
  }
}

// It carries credentials, so it keeps the distance of a poll: the user's act waits until then.
void LoginOp::confirm() {
  auto const at = session_.can_confirm_at();
  if (!at || core_->time().now() >= *at) return take(EventType::answer);
  alarm_.set(std::min(*at, *session_.answer_by()), [self = shared_from_this()](error_code ec) {
    if (ec || self->turning_ != Turning::acting || self->in_flight_) return;
    self->take(self->cancelled_ ? EventType::cancel : EventType::answer);
  });
}

void LoginOp::refuse_answer() {
  watch_.refused(session_, ActRefusal::bad_answer);
  finish_turn(TransportErrc::bad_answer);
}

void LoginOp::stop_watching() {
  if (turning_ != Turning::watching) return;
  stop_requested_ = true;
  if (!in_flight_) finish_turn(asio::error::operation_aborted);
}

// Where a request is in flight the exchange ends it, and says whether it was sent.
void LoginOp::stay_behind() {
  if (handler_ && !in_flight_) finish_turn(TransportErrc::forked);
}

void LoginOp::cancel() {
  cancelled_ = true;
  if (!handler_) return;
  if (in_flight_) {
    stop_exchange_.emit(asio::cancellation_type::terminal);
  } else {
    take(EventType::cancel);
  }
}

// --- Steps -----------------------------------------------------------------------------------------------------------

boost::system::result<Action> LoginOp::step(Event const& event) {
  auto const now = core_->time().now();
  auto const before = watch_.before(session_);
  auto const action = session_.step(event, now);
  watch_.stepped(before, event, action, session_, now);
  return action;
}

// What the newest act asked for did not happen. `refusal`: it was not even tried, or was turned away.
void LoginOp::put_back(std::optional<ActRefusal> refusal) {
  watch_.put_back(session_, before_, refusal);
  session_ = before_;
}

void LoginOp::take(EventType act, Answer const& answer) {
  before_ = session_;
  auto const action = step(act);
  if (!action) return finish_turn(action.error());
  obey(*action, answer);
}

void LoginOp::obey(Action action, Answer const& answer) {
  auto const& login = credentials_.request;
  auto const starts_anew = before_.state() != State::idle;
  switch (action) {
    case Action::send_login:
      for (auto const& [field, value] : answer.values()) {
        auto const named = field == Field::unknown ? fields_.asked.front().field : field;
        set_field(credentials_.request, named, value.reveal());
      }
      if (!admitted(acts_of_login(login, starts_anew ? &door_ : nullptr))) return;
      if (!starts_anew && is_first_post(login)) return post(login);
      return post(login_request(login, starts_anew ? before_.status() : std::nullopt));
    case Action::send_answer:
      if (!admitted(acts_of_answer(fields_, answer, session_.doors()))) return;
      return post(answer_request(login, door_, fields_, answer));
    case Action::send_another_way:
      if (!admitted(acts_of_another_way())) return;
      return post(another_way_request(login, door_, fields_));
    case Action::send_poll:
      if (!admitted(Act::poll)) return;
      return post(poll_request(login, door_));
    case Action::prompt: return finish_with_prompt();
    case Action::watch: return turning_ == Turning::watching ? arm() : finish_with_prompt();
    case Action::complete: return finish_with_outcome(nullptr);
    case Action::none: return arm();
    case Action::verify:
    case Action::reply:
    case Action::release: break;
  }
  assert(!"an action of the verifier");
}

// Asks the governor (law 5). What it refuses is not sent: a login that has not begun ends, a poll waits, and any other
// turn ends where it began.
bool LoginOp::admitted(Acts acts) {
  auto const refusal = budget_.admit(credentials_, acts);
  if (!refusal) return true;
  put_back(refusal_of(refusal->why));
  auto const wait = budget_.wait_of(*refusal);
  if (acts.has(Act::poll)) {
    put_off_poll(wait.value_or(std::chrono::seconds(0)));
    return false;
  }
  auto const begins = session_.state() == State::idle;
  if (begins && refusal->why == EngineErrc::would_risk_lockout) {
    refusal_ = OutcomeKind::would_risk_lockout;
    retry_after_ = wait;
    note_.reason = refusal->reason;
    take(EventType::cancel);
    return false;
  }
  Outcome refused;
  refused.kind = OutcomeKind::would_risk_lockout;
  refused.retry_after = wait;
  refused.diagnostics.reason = refusal->reason;
  finish_turn(refusal->why, {std::move(refused)});
  return false;
}

// Sleeps until the session has to be woken. Stale rings are harmless, so the timer is never asked whether it was late.
void LoginOp::arm() {
  auto const alarm = session_.alarm();
  assert(alarm);
  auto at = alarm->at;
  if (alarm->event == EventType::poll) at = std::min(std::max(at, poll_not_before_), *session_.answer_by());
  alarm_.set(at, [self = shared_from_this()](error_code ec) {
    if (ec || self->turning_ != Turning::watching || self->in_flight_) return;
    if (auto const due = self->session_.alarm()) self->take(due->event);
  });
}

template <class Request>
void LoginOp::post(Request const& request) {
  if (is_of_parent()) return not_sent(TransportErrc::forked);
  auto& spare = core_->exchange().spare_texts();
  HttpRequest http{.method = HttpRequest::Method::post,
                   .target = authenticate_target(credentials_.user_id, spare.take()),
                   .body = encode(request, spare.take()),
                   .cookies = cookies_.header().clone(),
                   .repeatable = std::is_same_v<Request, PollRequest>};
  in_flight_ = true;
  watch_.posted(session_);
  core_->exchange().exchange(
      std::move(http), [self = shared_from_this()](Exchanged done) { self->came(std::move(done)); },
      stop_exchange_.slot());
}

// --- Replies ---------------------------------------------------------------------------------------------------------

void LoginOp::came(Exchanged done) {
  in_flight_ = false;
  if (done.ec && !done.sent) return not_sent(done.ec);
  if (done.ec) return reply_lost(done.ec);
  unsent_polls_ = 0;
  for (auto const& cookie : done.reply.cookies) cookies_.take(cookie.reveal());
  auto reply = read_login_reply(done.reply, core_->config().bounds);
  core_->exchange().spare_texts().keep(std::move(done.reply.body));
  if (reply.response() != nullptr) return replied(reply);
  if (session_.state() == State::polling && is_slow_down(reply)) {
    put_back(ActRefusal::slow_down);
    return put_off_poll(reply.retry_after.value_or(std::chrono::seconds(0)));
  }
  refused(reply);
}

void LoginOp::not_sent(error_code ec) {
  budget_.not_sent();
  auto const polls = session_.state() == State::polling;
  put_back();
  if (cancelled_) return take(EventType::cancel);
  if (polls && !is_of_parent() && ++unsent_polls_ < unsent_polls_max) return put_off_poll({});
  finish_turn(ec);
}

// A poll carries no secret, so one that the server turned away, or that never left, may be sent again: later.
void LoginOp::put_off_poll(std::chrono::nanoseconds pause) {
  if (cancelled_) return take(EventType::cancel);
  if (stop_requested_) return finish_turn(asio::error::operation_aborted);
  poll_not_before_ = core_->time().now() + std::max<Duration>(pause, 2 * core_->config().limits.poll_interval);
  arm();
}

void LoginOp::reply_lost(error_code ec) {
  note_ = {};
  note_.reason = core_->exchange().words_on(ec);
  if (note_.reason.empty()) note_.reason = ec.message();
  take(EventType::reply_lost);
}

void LoginOp::refused(LoginReply& reply) {
  note_ = take_note(reply);
  budget_.refused(reply, note_);
  retry_after_ = reply.retry_after;
  refusal_ = reply.refusal;
  auto const unknown = reply.refusal == OutcomeKind::server_failure || reply.refusal == OutcomeKind::protocol_violation;
  take(unknown ? EventType::reply_lost : EventType::denied);
}

void LoginOp::replied(LoginReply& reply) {
  auto& response = *reply.response();
  auto fields = step_fields(scheme_, response, credentials_.request, withheld_);
  auto const doors = session_.doors();
  auto const action = step(Event(verdict_of(response, fields)));
  if (!action) {
    reply.refusal = OutcomeKind::protocol_violation;
    reply.reason = "the status " + std::string(response.status.spelling()) + " may not follow here";
    return refused(reply);
  }
  auto const new_door = session_.doors() != doors;
  note_ = take_note(reply);
  if (session_.attempts_exhausted() && note_.reason.empty()) note_.reason = reason_of_exhaustion(session_);
  budget_.replied(session_, response, note_, door_, new_door);
  if (is_end(session_.state())) return finish_with_outcome(&response);
  if (new_door) {
    door_ = std::move(response);
    fields_ = std::move(fields);
  }
  if (cancelled_) return take(EventType::cancel);
  auto const watches_on = *action == Action::watch && turning_ == Turning::watching && !new_door;
  if (!watches_on) return finish_with_prompt();
  if (stop_requested_) return finish_turn(asio::error::operation_aborted);
  arm();
}

}  // namespace sallyport
