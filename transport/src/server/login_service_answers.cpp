// What the service of logins says to a client.

#include "server/login_service.hpp"

#include "login/door_renewal.hpp"
#include "login/login_reply.hpp"
#include "login/request_act.hpp"

#include <sallyport/protocol/api.hpp>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <string>
#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

std::optional<std::string> text_of_door(KeptLogin const& entry) {
  AuthResponse door;
  entry.read_door(door);
  return std::move(door.challenge_text);
}

// The API renamed it and still says both, with one value: clients of before know the old name alone.
void name_accounts_twice(AuthResponse& response) {
  if (!response.account_tokens) return;
  for (auto& tokens : *response.account_tokens) {
    if (tokens.account && !tokens.account->front_account_id) {
      tokens.account->front_account_id = tokens.account->mesh_account_id;
    }
  }
}

}  // namespace

// What the institution shows at the same challenge now: another number to tap, a QR code that was renewed.
void LoginService::show_anew(KeptLogin& entry, AuthResponse& response) {
  AuthResponse door;
  entry.read_door(door);
  response.challenge_id.reset();
  if (renew_door(door, response)) entry.keep_door(door, state_->spare_texts);
}

// A poll that finds nothing new, a confirmation that is not there yet, and a wrong answer leave the challenge as it is:
// neither its id nor its life span begins anew, whatever it shows then. Only a user who starts over gets a new one of
// the same kind.
bool LoginService::repeats_door(KeptLogin const& entry, AuthResponse const& response) {
  if (response.status == AuthStatus::challenge_failed) return entry.challenge.has_value();
  if (entry.act == EventType::login || entry.act == EventType::restart) return false;
  auto const door = entry.read_door_kind();
  auto const is_of_its_kind = door.status == response.status && door.mfa_type == response.mfa_type &&
                              door.auth_flow_step == response.auth_flow_step;
  auto const waits = verdict_row(response.status.value(), value_of(response.mfa_type)).event == EventType::wait;
  if (is_of_its_kind && waits && entry.act != EventType::another_way) return true;
  return is_of_its_kind && text_of_door(entry) == response.challenge_text;
}

// The reply is read off the session, never off the verdict: what the guards rewrote is what the client hears.
void LoginService::reply(KeptLogin& entry, AuthResponse* response, error_code ec) {
  auto const session = *table_.find(entry.handle);
  HttpAnswer answer;
  if (ec || session.state() == State::outcome_unknown) {
    answer = tell_no_verdict(ec);  // Of a poll, too: the login stands where it stood, and may be asked about again.
  } else if (session.answer_by().has_value()) {
    if (entry.watch) entry.watch->shown(session);
    answer = describe(entry, session);
  } else if (session.attempts_exhausted()) {
    auto failed = envelope_of(AuthResponse());
    failed.content->status = AuthStatus::failed;
    failed.content->error_message = Secret("Too many wrong answers.");
    failed.error_type = std::string(api::error_type::attempts_exhausted);
    answer = say(failed, {});
  } else {
    assert(response != nullptr);
    if (session.state() == State::failed) response->status = AuthStatus::failed;  // It may be said as challengeFailed.
    name_accounts_twice(*response);
    answer = say(envelope_of(std::move(*response)), state_->spare_texts.take());
  }
  if (is_end(session.state())) end(entry);
  if (entry.over && response != nullptr && entry.act == EventType::poll) entry.door = answer.body.clone();
  if (auto const done = std::exchange(entry.pending, nullptr)) done(std::move(answer));
}

// A poll is a question and may be asked again, so its client shall not lose a login, or the next challenge, with one
// reply. What was said to a secret is said once: whoever got hold of its challenge would be told the tokens.
std::optional<HttpAnswer> LoginService::answer_again(KeptLogin const& entry, VerifyRequest const& poll) {
  if (poll.act != EventType::poll || carries_a_secret(poll.request)) return std::nullopt;
  auto const& id = poll.request.challenge_id;
  auto const names = [&id](std::optional<RandomId> const& challenge) {
    return id && challenge && challenge->is_spelt(*id);
  };
  if (!entry.over) {
    if (!entry.poll_led_on || !names(entry.previous_challenge)) return std::nullopt;
    return describe(entry, *table_.find(entry.handle));
  }
  if (entry.door.empty() || (id && !names(entry.challenge))) return std::nullopt;
  HttpAnswer answer;
  answer.body = entry.door.clone();
  return answer;
}

HttpAnswer LoginService::describe(KeptLogin const& entry, Session const& session) {
  auto envelope = envelope_of(std::optional<AuthResponse>());
  auto& said = envelope.content.emplace();  // Where it stays: it is large.
  entry.read_door(said);
  if (session.answer_was_wrong()) said.status = AuthStatus::challenge_failed;
  if (entry.challenge) said.challenge_id = entry.challenge->hex();
  if (said.challenge_expires_in_seconds) {
    auto const left = std::chrono::ceil<std::chrono::seconds>(*session.answer_by() - time_.now());
    said.challenge_expires_in_seconds = static_cast<std::int32_t>(std::max<std::int64_t>(left.count(), 1));
  }
  return say(envelope, state_->spare_texts.take());
}

// A client that is full may have room soon, and others have it now: it is asked to slow down.
HttpAnswer LoginService::tell_full(AuthRequest const& request, Peer peer, ActRefusal why) {
  tell_refused(why, request, peer);
  auto full = why == ActRefusal::client_full
                  ? refuse(429, ApiResultStatus::too_many_request, "This client has too many logins open.")
                  : refuse(503, ApiResultStatus::server_failure, "Too many logins are open. Try again later.");
  full.retry_after = std::chrono::seconds(30);
  return full;
}

HttpAnswer LoginService::tell_end(KeptLogin const& entry) const {
  auto const* const session = table_.find(entry.handle);
  if (session != nullptr && session->state() == State::expired) {
    return refuse(200, ApiResultStatus::not_found, "The challenge has expired.", api::error_type::challenge_expired);
  }
  return refuse(200, ApiResultStatus::not_found, "The login is over; its challenge was used already.",
                api::error_type::challenge_unknown);
}

void LoginService::count_out(KeptLogin const& entry) noexcept {
  --state_->counters.sessions_open;
  shares_.leave(entry.client_id());
}

HttpAnswer LoginService::tell_refusal(KeptLogin const& entry, error_code ec) {
  auto const& session = *table_.find(entry.handle);
  auto const is_answered_out = ec == EngineErrc::answers_exhausted;
  if (ec == EngineErrc::too_early || ec == EngineErrc::restarts_exhausted || is_answered_out) {
    auto const* const why = is_answered_out ? "Too many answers were given in this login. Wait a while."
                                            : "Too many codes were asked for. Wait a while.";
    auto answer = refuse(200, ApiResultStatus::too_many_request, why);
    auto const at = session.can_restart_at().value_or(session.answer_by().value_or(time_.now()));
    answer.retry_after = std::max(std::chrono::ceil<std::chrono::seconds>(at - time_.now()), std::chrono::seconds(1));
    return answer;
  }
  if (ec == EngineErrc::restart_required) {
    return bad_request("$", "the login takes no answer at this step; start over with loginPassword");
  }
  return describe(entry, session);  // A poll of a door that waits for input: it stands where it stood.
}

}  // namespace sallyport
