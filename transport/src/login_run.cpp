#include "login_run.hpp"

#include "deliver.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>

#include <cassert>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

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
  stop_responder();
}

void LoginRun::stop_responder() {
  if (!asking_ || std::exchange(responder_stopped_, true)) return;
  stop_responder_.emit(asio::cancellation_type::terminal);
}

void LoginRun::turned(error_code ec, Turn turn) {
  if (ec) return finish(ec, Outcome{});
  if (auto* const outcome = std::get_if<Outcome>(&turn)) {
    // What became of the login outranks why it was given up.
    auto const ended = outcome->kind == OutcomeKind::cancelled ? responder_error_ : error_code{};
    return finish(ended, std::move(*outcome));
  }
  refusals_ = 0;
  prompt_ = std::move(std::get<Prompt>(turn));
  stand_at_door();
}

void LoginRun::stand_at_door() {
  change_.reset();
  answer_.reset();
  asking_ = true;
  responder_stopped_ = false;
  hand_over()->answer(Answer::wait(), [self = shared_from_this()](error_code ec, Turn* turn) {
    self->take_back();
    self->watched(ec, std::move(*turn));
  });
  responder_->async_respond(
      prompt_, asio::bind_cancellation_slot(
                   stop_responder_.slot(),
                   asio::bind_executor(core_->strand(), [self = shared_from_this()](error_code ec, Answer answer) {
                     // It may have completed inside this call or on another thread.
                     asio::post(self->core_->strand(), [self, ec, answer = std::move(answer)]() mutable {
                       self->answered(ec, std::move(answer));
                     });
                   })));
}

void LoginRun::answered(error_code ec, Answer answer) {
  asking_ = false;
  stop_responder_.slot().clear();
  if (change_) {  // The door changed meanwhile: what was said at the old one is void.
    auto change = std::move(*change_);
    return turned(change.first, std::move(change.second));
  }
  auto const op = turning_.lock();
  if (!op) return;  // Its executor is going down.
  if (ec) {
    if (!responder_stopped_) responder_error_ = ec;
    return op->cancel();
  }
  if (answer.kind() == Answer::Kind::wait) return;
  answer_.emplace(std::move(answer));
  op->stop_watching();
}

void LoginRun::watched(error_code ec, Turn turn) {
  if (ec == asio::error::operation_aborted && answer_) return submit();
  if (!asking_) return turned(ec, std::move(turn));
  change_.emplace(ec, std::move(turn));
  stop_responder();
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
  if (++refusals_ >= refusals_max) return finish(ec, std::move(why));
  prompt_.refused = ec;
  prompt_.retry_after = why.retry_after;
  stand_at_door();
}

void LoginRun::finish(error_code ec, Outcome outcome) {
  op_.reset();
  turning_.reset();
  deliver(core_->strand(), std::move(handler_), ec, std::move(outcome));
}

}  // namespace sallyport
