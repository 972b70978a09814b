// What comes of a request that left, or did not. The rest of the driver is in login_op.cpp.

#include "client/login_op.hpp"

#include "http/http_message.hpp"
#include "login/door_renewal.hpp"

#include <string>
#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

/// Which of our own bounds has ended the login.
std::string reason_of_exhaustion(Session const& session) {
  auto const& limits = session.limits();
  if (session.doors() >= limits.challenges_max)
    return "the login stood at as many challenges as it may (challenges_max)";
  if (session.attempts_left() <= 1)
    return "too many answers in a row have not led on (attempts_max, answers_without_progress_max)";
  return {};
}

}  // namespace

void LoginOp::came(Exchanged done) {
  in_flight_ = false;
  if (done.ec && !done.sent) return not_sent(done.ec, std::move(done.words));
  if (done.ec) return reply_lost(done.ec, std::move(done.words));
  for (auto const& cookie : done.reply.cookies) cookies_.take(cookie.reveal());
  auto reply = read_login_reply(done.reply, core_->config().bounds, core_->config().limits.strict);
  core_->exchange().spare_texts().keep(std::move(done.reply.body));
  if (reply.response() != nullptr) return replied(reply);
  if (leaves_poll_open(reply)) return poll_left_open(reply);
  refused(reply);
}

void LoginOp::not_sent(error_code ec, std::string words) {
  budget_.not_sent();
  auto const polls = session_.state() == State::polling;
  put_back();
  if (cancelled_) return take(EventType::cancel);
  if (polls) return poll_not_sent(ec, std::move(words));
  finish_unsent(ec, std::move(words));
}

void LoginOp::reply_lost(error_code ec, std::string words) {
  if (words.empty()) words = ec.message();
  if (session_.state() == State::polling) return poll_lost(std::move(words), {});
  note_ = {};
  note_.reason = std::move(words);
  take(EventType::reply_lost);
}

void LoginOp::refused(LoginReply& reply) {
  note_ = take_note(reply);
  budget_.refused(reply, note_);
  retry_after_ = reply.retry_after;
  refusal_ = reply.refusal;
  auto const polls = session_.state() == State::polling;
  // The reply that was lost may have been the last that this challenge had, whoever asks about it now.
  auto const is_forgotten = poll_failures_.open == PollFailures::Open::unknown;
  if (is_forgotten && refusal_ == OutcomeKind::rejected) refusal_ = OutcomeKind::outcome_unknown;
  auto const unknown = refusal_ == OutcomeKind::server_failure || refusal_ == OutcomeKind::protocol_violation ||
                       refusal_ == OutcomeKind::outcome_unknown;
  if (!unknown) return take(EventType::denied);
  take(polls ? EventType::cancel : EventType::reply_lost);
}

void LoginOp::replied(LoginReply& reply) {
  auto& response = *reply.response();
  auto fields = step_fields(scheme_, response, credentials_.request, withheld_);
  auto const doors = session_.doors();
  auto const action = step(Event(verdict_on(response, fields)));
  if (!action) {
    reply.refusal = OutcomeKind::protocol_violation;
    reply.reason = "the status " + std::string(response.status.spelling()) + " may not follow here";
    return refused(reply);
  }
  if (poll_failures_.backs_off_by_itself()) poll_not_before_ = {};
  poll_failures_.answered();
  auto const new_door = session_.doors() != doors;
  note_ = take_note(reply);
  if (session_.attempts_exhausted() && note_.reason.empty()) note_.reason = reason_of_exhaustion(session_);
  if (!new_door && fields_.asked.empty() && !session_.answer_was_wrong()) budget_.not_yet();
  budget_.replied(session_, response, note_, door_, new_door);
  if (is_end(session_.state())) return finish_with_outcome(&response);
  if (new_door) {
    door_ = std::move(response);
    fields_ = std::move(fields);
  }
  auto const is_news = new_door || renew_door(door_, response);
  if (cancelled_) return take(EventType::cancel);
  auto const watches_on = *action == Action::watch && turning_ == Turning::watching && !is_news;
  if (!watches_on) return finish_with_prompt();
  if (leaving_ != Leaving::no) return finish_left();
  arm();
}

}  // namespace sallyport
