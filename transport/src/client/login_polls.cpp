// What becomes of a poll that got no answer. It is a question and carries no secret, so it is asked again, with
// back-off, until its challenge ends. The rest of the driver is in login_op.cpp.

#include "client/login_op.hpp"

#include "login/door_renewal.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/transport/error.hpp>

#include <algorithm>
#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

/// An earlier poll, whose reply was lost, is still being answered.
bool is_overtaken(LoginReply const& reply) noexcept {
  return reply.envelope && reply.envelope->error_type == api::error_type::request_in_flight;
}

std::string reason_of(LoginReply const& reply) {
  if (!reply.reason.empty() || !reply.envelope) return reply.reason;
  return "the API's status " + std::string(wire_name(reply.envelope->status.value()));
}

bool is_slow_down(LoginReply const& reply) noexcept {
  return reply.refusal == OutcomeKind::rate_limited || reply.refusal == OutcomeKind::unavailable;
}

}  // namespace

// A reply that says nothing of the login: from something on the way, or from a server that is not well. 408 and 425 say
// by themselves that the request may be sent again.
bool LoginOp::leaves_poll_open(LoginReply const& reply) const noexcept {
  constexpr unsigned http_request_timeout = 408;
  constexpr unsigned http_too_early = 425;
  if (session_.state() != State::polling) return false;
  return is_slow_down(reply) || is_overtaken(reply) || reply.refusal == OutcomeKind::server_failure ||
         reply.refusal == OutcomeKind::protocol_violation || reply.http_status == http_request_timeout ||
         reply.http_status == http_too_early;
}

void LoginOp::poll_left_open(LoginReply& reply) {
  auto const pause = reply.retry_after.value_or(std::chrono::seconds(0));
  if (!is_slow_down(reply)) return poll_lost(reason_of(reply), pause);
  put_back(ActRefusal::slow_down);
  auto const is_limit = reply.refusal == OutcomeKind::rate_limited;
  poll_failures_.failed(is_limit ? PollFailures::Open::rate_limited : PollFailures::Open::unavailable,
                        reason_of(reply));
  put_off_poll(pause);
}

void LoginOp::poll_lost(std::string why, std::chrono::nanoseconds pause) {
  poll_failures_.failed(PollFailures::Open::unknown, std::move(why));
  static_cast<void>(step(EventType::reply_lost));
  if (is_of_parent()) return take(EventType::cancel);
  put_off_poll(pause);
}

void LoginOp::poll_not_sent(error_code ec, std::string words) {
  if (is_of_parent()) return finish_turn(ec);
  poll_failures_.failed(PollFailures::Open::not_asked, words.empty() ? ec.message() : std::move(words));
  put_off_poll({});
}

// Where the next poll would come too late, the question is asked once more shortly before the end. What the server asks
// for stands above that.
void LoginOp::put_off_poll(std::chrono::nanoseconds pause) {
  if (cancelled_) return take(EventType::cancel);
  if (leaving_ != Leaving::no) return finish_left();
  auto const interval = core_->config().limits.poll_interval;
  auto const now = core_->time().now();
  auto const last = *session_.answer_by() - interval;
  auto at = now + poll_failures_.back_off(core_->config().limits);
  if (at > last && last >= now + interval) at = last;
  poll_not_before_ = std::max(at, now + pause);
  arm();
}

// Of a wait that ended while the server wanted fewer requests.
std::optional<std::chrono::seconds> LoginOp::patience_left(OutcomeKind kind) const {
  if (kind != OutcomeKind::rate_limited && kind != OutcomeKind::unavailable) return std::nullopt;
  auto const left = std::chrono::ceil<std::chrono::seconds>(poll_not_before_ - core_->time().now());
  return left.count() > 0 ? std::optional(left) : std::nullopt;
}

// A challenge without an id is told from others by what it shows. That may change while one waits at it, so there the
// session is told that it is the same.
Verdict LoginOp::verdict_on(AuthResponse const& response, StepFields const& fields) const {
  auto verdict = verdict_of(response, fields);
  auto const stays = session_.state() == State::polling && stays_at(door_, response);
  auto const repeats = are_of_one_kind(door_, response) && fingerprint_of(door_) == verdict.fingerprint;
  if (stays || repeats) verdict.fingerprint = session_.fingerprint();
  return verdict;
}

}  // namespace sallyport
