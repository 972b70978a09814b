#include "client/login_run.hpp"

#include "support/deliver.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>

#include <cassert>
#include <exception>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

/// One question to the responder. Its handler keeps it, whatever becomes of the login: the prompt is promised to be
/// there until then, and a slot that is told of one question must not be that of the next.
struct LoginRun::Asking {
  explicit Asking(Prompt what) : prompt(std::move(what)) {}

  Prompt prompt;
  asio::cancellation_signal stop;
  std::string thrown;
  bool is_stopped = false;
  bool is_over = false;  ///< It was answered, or is not awaited any more.
};

LoginRun::LoginRun(std::shared_ptr<ClientCore> core, Credentials credentials, Responder& responder, Handler handler)
    : core_(std::move(core)),
      op_(std::make_shared<LoginOp>(core_, std::move(credentials))),
      responder_(&responder),
      handler_(std::move(handler)) {}

void LoginRun::start() {
  on_terminal_cancellation(handler_, core_->strand(), weak_from_this(), &LoginRun::cancel);
  run_on(core_->strand(), [self = shared_from_this()] {
    self->hand_over()->begin([self](error_code ec, Turn* turn) {
      self->take_back();
      self->turned(ec, std::move(*turn));
    });
  });
}

// During a turn the operation keeps this run, and what it waits for keeps the operation: were it kept here too, a login
// whose executor is gone would keep itself, and its secrets, for ever.
std::shared_ptr<LoginOp> LoginRun::hand_over() {
  turning_ = op_;
  return std::move(op_);
}

void LoginRun::take_back() {
  op_ = turning_.lock();
  assert(op_);  // It lives until the handler of its turn has run.
}

void LoginRun::cancel() {
  if (auto const op = turning_.lock()) op->cancel();
  if (asking_ && !asking_->is_over) stop_responder();
}

void LoginRun::turned(error_code ec, Turn turn) {
  if (ec) return finish(ec, std::move(std::get<Outcome>(turn)));
  if (auto* const outcome = std::get_if<Outcome>(&turn)) {
    // What became of the login outranks why it was given up.
    auto const ended = outcome->kind == OutcomeKind::cancelled ? responder_error_ : error_code{};
    if (!responder_words_.empty()) outcome->diagnostics.reason = std::move(responder_words_);
    return finish(ended, std::move(*outcome));
  }
  refusals_ = 0;
  stand_at_door(std::move(std::get<Prompt>(turn)));
}

void LoginRun::stand_at_door(Prompt prompt) {
  change_.reset();
  answer_.reset();
  asking_ = std::make_shared<Asking>(std::move(prompt));
  hand_over()->answer(Answer::wait(), [self = shared_from_this()](error_code ec, Turn* turn) {
    self->take_back();
    self->watched(ec, std::move(*turn));
  });
  ask();
}

// What the responder keeps must not keep the login: it may never let go of it. It completes inside its call, later, or
// on another thread, where nobody may be left who hears it.
void LoginRun::ask() {
  auto const asking = asking_;
  auto heard = [weak = weak_from_this(), asking](error_code ec, Answer answer) {
    auto const self = weak.lock();
    if (!self) return;
    asio::post(self->core_->strand(), [self, asking, ec, answer = std::move(answer)]() mutable {
      self->answered(*asking, ec, std::move(answer));
    });
  };
  try {
    responder_->async_respond(
        asking->prompt,
        asio::bind_cancellation_slot(asking->stop.slot(), asio::bind_executor(core_->strand(), std::move(heard))));
  } catch (std::exception const& thrown) {
    responder_threw(asking, thrown.what());
  } catch (...) {
    responder_threw(asking, "something that is no std::exception");
  }
}

// Also where it has completed before it threw, or keeps its handler: whatever it says or has said is void.
void LoginRun::responder_threw(std::shared_ptr<Asking> const& asking, std::string_view words) {
  asking->thrown = "the responder threw: " + std::string(words);
  asio::post(core_->strand(), [self = shared_from_this(), asking] { self->answered(*asking, {}, Answer()); });
}

void LoginRun::answered(Asking& asking, error_code ec, Answer answer) {
  asking.stop.slot().clear();
  if (std::exchange(asking.is_over, true)) return;  // Too late: it was not awaited any more.
  if (change_) return go_through_change();          // What was said, or thrown, at the old door is void.
  if (!asking.thrown.empty()) {
    ec = TransportErrc::callback_failed;
    responder_words_ = std::move(asking.thrown);
  }
  auto const op = turning_.lock();
  if (!op) return;  // Its executor is going down.
  if (ec) {
    if (!asking.is_stopped) responder_error_ = ec;
    return op->cancel();
  }
  if (answer.kind() == Answer::Kind::wait) return;
  answer_.emplace(std::move(answer));
  op->leave_watch(LoginOp::Leaving::aborted);
}

void LoginRun::watched(error_code ec, Turn turn) {
  if (ec == asio::error::operation_aborted && answer_) return submit();
  if (asking_->is_over) return turned(ec, std::move(turn));
  change_.emplace(ec, std::move(turn));
  await_responder();
}

void LoginRun::await_responder() {
  if (!grace_) grace_.emplace(core_->strand(), core_->time());
  grace_->set(core_->time().now() + responder_grace, [self = shared_from_this(), asking = asking_](error_code ec) {
    if (ec || std::exchange(asking->is_over, true)) return;
    self->go_through_change();
  });
  stop_responder();
}

// It may complete while it is told so, and let go of all but this.
void LoginRun::stop_responder() {
  auto const asking = asking_;
  if (!std::exchange(asking->is_stopped, true)) asking->stop.emit(asio::cancellation_type::terminal);
}

void LoginRun::go_through_change() {
  grace_->cancel();
  auto change = std::move(*change_);
  change_.reset();
  turned(change.first, std::move(change.second));
}

void LoginRun::submit() {
  auto answer = std::move(*answer_);
  answer_.reset();
  hand_over()->answer(std::move(answer), [self = shared_from_this()](error_code ec, Turn* turn) {
    self->take_back();
    if (ec) return self->answer_refused(ec, std::move(*turn));
    self->turned(ec, std::move(*turn));
  });
}

// Nothing was sent and the login stands where it stood, so the responder is asked again and told why.
void LoginRun::answer_refused(error_code ec, Turn turn) {
  auto& why = std::get<Outcome>(turn);
  if (ec == TransportErrc::forked || ++refusals_ >= refusals_max) return finish(ec, std::move(why));
  auto& prompt = asking_->prompt;  // It was answered: nobody else has it any more.
  prompt.refused = ec;
  prompt.retry_after = why.retry_after;
  stand_at_door(std::move(prompt));
}

void LoginRun::finish(error_code ec, Outcome outcome) {
  op_.reset();
  turning_.reset();
  asking_.reset();
  deliver(core_->strand(), std::move(handler_), ec, std::move(outcome));
}

}  // namespace sallyport
