#include "client/login_op.hpp"

#include "client/login_seat.hpp"
#include "http/http_message.hpp"
#include "responders/typed_code.hpp"
#include "support/deliver.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>
#include <sallyport/transport/error.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <type_traits>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

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
  leaving_ = Leaving::no;
  return true;
}

void LoginOp::finish_turn(error_code ec, HeldTurn&& held) {
  assert(handler_);
  if (is_linked()) unlink();
  alarm_.cancel();
  turning_ = Turning::no;
  Handler handler(std::move(*handler_));
  handler_.reset();
  if (auto const seat = std::exchange(seat_, nullptr)) seat->take_back(shared_from_this());
  AfterWatch next(std::move(after_watch_));  // Assigned, it would be wrapped anew, also where it is empty (Boost 1.81).
  if (next) asio::post(core_->strand(), std::move(next));
  if (entering_) return deliver_and_keep(shared_from_this(), core_->strand(), std::move(handler), ec, std::move(held));
  deliver_at_once(shared_from_this(), core_->strand(), std::move(handler), ec, std::move(held));
}

void LoginOp::finish_unsent(error_code ec, std::string words) {
  Outcome why;
  why.diagnostics.reason = std::move(words);
  finish_turn(ec, {std::move(why)});
}

void LoginOp::finish_with_prompt() {
  auto prompt = make_prompt(session_, door_, fields_);
  prompt.peer_clock = note_.peer_clock;
  watch_.shown(session_, prompt.kind);
  finish_turn({}, {std::move(prompt)});
}

// The login is over: what it held is wiped before anybody hears of it.
void LoginOp::finish_with_outcome(AuthResponse* response) {
  auto outcome = make_outcome(session_, response, diagnostics_of(std::exchange(note_, {})));
  poll_failures_.tell(session_, outcome);
  if (refusal_) outcome.kind = *refusal_;
  outcome.retry_after = retry_after_ ? retry_after_ : patience_left(outcome.kind);
  outcome.clock_correction = clock_correction_;
  outcome.login = watch_.login();
  watch_.ended(session_, outcome.kind);
  if (outcome.kind == OutcomeKind::denied || outcome.kind == OutcomeKind::rejected) core_->doubt_schemes();
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
  core_->with_schemes([self = shared_from_this()](error_code unreachable, SchemeList schemes, std::string words) {
    if (self->turning_ != Turning::beginning) return;  // It was cancelled meanwhile.
    if (unreachable) return self->finish_unsent(unreachable, std::move(words));
    self->take_schemes(std::move(schemes));
    auto lacking = problem_of_first_post(self->scheme_, self->credentials_.request);
    if (!lacking.empty()) return self->refuse_to_begin(OutcomeKind::rejected, std::move(lacking));
    self->take(self->cancelled_ ? EventType::cancel : EventType::login);
  });
}

void LoginOp::take_schemes(SchemeList schemes) {
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
  answer_on_strand(std::move(what));
}

void LoginOp::answer_on_strand(Answer what) {
  if (saved_) return finish_turn(SnapshotErrc::login_saved);
  auto const waits = session_.state() == State::challenged || session_.state() == State::waiting;
  if (!waits) return finish_turn(is_end(session_.state()) ? EngineErrc::session_over : EngineErrc::not_allowed);
  if (cancelled_) return take(EventType::cancel);
  if (lacks_credentials(what)) return finish_turn(SnapshotErrc::credentials_missing);
  if (what.clock_correction().count() != 0) clock_correction_ = what.clock_correction();
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
      if (auto why = fold_codes(what, door_, fields_.asked); !why.empty()) return refuse_answer(std::move(why));
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

// `why`: it fits the fields, but is no code. Of a field that is wrong the host has made the answer.
void LoginOp::refuse_answer(std::string why) {
  watch_.refused(session_, ActRefusal::bad_answer);
  if (why.empty()) return finish_turn(TransportErrc::bad_answer);
  finish_unsent(TransportErrc::not_a_code, std::move(why));
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
  if (session_.state() == State::idle && refusal->why == EngineErrc::would_risk_lockout) {
    retry_after_ = wait;
    refuse_to_begin(OutcomeKind::would_risk_lockout, refusal->reason);
    return false;
  }
  Outcome refused;
  refused.kind = OutcomeKind::would_risk_lockout;
  refused.retry_after = wait;
  refused.diagnostics.reason = refusal->reason;
  finish_turn(refusal->why, {std::move(refused)});
  return false;
}

void LoginOp::refuse_to_begin(OutcomeKind kind, std::string reason) {
  refusal_ = kind;
  note_.reason = std::move(reason);
  take(EventType::cancel);
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
  if (is_of_parent()) return not_sent(TransportErrc::forked, {});
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

}  // namespace sallyport
