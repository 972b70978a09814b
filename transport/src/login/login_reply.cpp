#include "login/login_reply.hpp"

#include "login/envelope_reply.hpp"
#include "support/clock.hpp"

#include <sallyport/protocol/api.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport {
namespace {

OutcomeKind refusal_of(ApiResultStatus status, std::string_view error_type) noexcept {
  if (error_type == api::error_type::challenge_expired) return OutcomeKind::expired;
  if (error_type == api::error_type::attempts_exhausted) return OutcomeKind::attempts_exhausted;
  if (error_type == api::error_type::request_in_flight) return OutcomeKind::rejected;
  switch (status) {
    case ApiResultStatus::conflict: return OutcomeKind::superseded;
    case ApiResultStatus::too_many_request: return OutcomeKind::rate_limited;
    case ApiResultStatus::locked: return OutcomeKind::locked;
    case ApiResultStatus::server_failure: return OutcomeKind::server_failure;
    case ApiResultStatus::ok: return OutcomeKind::protocol_violation;
    case ApiResultStatus::permission_denied:
    case ApiResultStatus::bad_request:
    case ApiResultStatus::not_found:
    case ApiResultStatus::unavailable_for_legal_reasons:
    case ApiResultStatus::unknown: return OutcomeKind::rejected;
  }
  return OutcomeKind::rejected;
}

/// What a reply that is not 200 means, where its body does not say it better.
OutcomeKind refusal_of(unsigned http_status) noexcept {
  // A redirect is never followed: it would carry credentials elsewhere.
  if (http_status < 400) return OutcomeKind::protocol_violation;
  if (http_status == 503) return OutcomeKind::unavailable;
  return refusal_of(status_of(http_status), {});
}

LoginReply read_refusal(HttpReply const& reply, WireBounds const& bounds, bool strict) {
  LoginReply read;
  read.http_status = reply.status;
  read.refusal = refusal_of(reply.status);
  read.retry_after = reply.retry_after;
  read.reason = "HTTP status " + std::to_string(reply.status);
  auto envelope = decode_reply<NoContent>(reply.body.reveal(), bounds, strict);
  if (!envelope) {
    read.envelope = envelope.error();
    auto problem = decode<ProblemDetails>(reply.body.reveal(), bounds);
    if (problem && problem->detail) read.detail = Secret(*problem->detail);
    return read;
  }
  auto const status = envelope->status.value();
  auto const says_more = status != ApiResultStatus::ok && status != ApiResultStatus::unknown;
  if (says_more && reply.status < 500 && reply.status >= 400 && reply.status != 429) {
    read.refusal = refusal_of(status, envelope->error_type.value_or(""));
  }
  read.envelope->status = std::move(envelope->status);
  read.envelope->message = std::move(envelope->message);
  read.envelope->display_message = std::move(envelope->display_message);
  read.envelope->error_hash = std::move(envelope->error_hash);
  read.envelope->error_type = std::move(envelope->error_type);
  return read;
}

/// A member by which a challenge is answered, and which could not be read. Who is in needs none.
OddMember const* missing_part(ApiResult<AuthResponse> const& envelope) {
  static constexpr auto parts =
      std::to_array<std::string_view>({"$.content.challengeId", "$.content.challengeText", "$.content.mfaType",
                                       "$.content.authFlowStep", "$.content.qrCode"});
  if (!envelope.content || envelope.content->status == AuthStatus::succeeded) return nullptr;
  auto const is_part = [](OddMember const& odd) { return odd.is_left_out && std::ranges::count(parts, odd.path) != 0; };
  auto const found = std::ranges::find_if(envelope.odd_members, is_part);
  return found == envelope.odd_members.end() ? nullptr : &*found;
}

LoginReply read_envelope(HttpReply const& reply, WireBounds const& bounds, bool strict) {
  LoginReply read{.envelope = decode_reply<AuthResponse>(reply.body.reveal(), bounds, strict),
                  .http_status = reply.status,
                  .retry_after = reply.retry_after,
                  .peer_clock = {},
                  .detail = {},
                  .reason = {}};
  auto const& envelope = read.envelope;
  if (auto const* const odd = envelope ? missing_part(*envelope) : nullptr) {
    read.envelope = CodecError{CodecErrc::wrong_type, odd->path, odd->detail};
  }
  if (!envelope && !reply.coding.empty()) {
    read.reason = words_on_coding(reply);
  } else if (!envelope) {
    read.reason = envelope.error().message();
  } else if (!(envelope->status == ApiResultStatus::ok)) {
    read.refusal = refusal_of(envelope->status.value(), envelope->error_type.value_or(""));
  } else if (!envelope->content) {
    read.reason = "$.content: missing";
  }
  return read;
}

PromptKind kind_of(Session const& session, AuthResponse const& door, StepFields const& fields) {
  switch (session.want()) {
    case Want::restart: return PromptKind::restart;
    case Want::nothing: return fields.resent.empty() ? PromptKind::wait : PromptKind::confirm;
    case Want::act_elsewhere: return fields.resent.empty() ? PromptKind::act_elsewhere : PromptKind::confirm;
    case Want::input:
    case Want::hand_off: break;
  }
  // Where a confirmation of something elsewhere was wrong, the session stands as if it wanted input.
  if (fields.asked.empty() && is_decoupled(value_of(door.mfa_type))) {
    return fields.resent.empty() ? PromptKind::act_elsewhere : PromptKind::confirm;
  }
  return door.mfa_type && *door.mfa_type == MfaType::passkey ? PromptKind::another_way : PromptKind::input;
}

/// The institution wants something done there before it lets this user in.
bool needs_action(Session const& session) noexcept {
  return session.status() == AuthStatus::bind_mfa_required || session.status() == AuthStatus::api_key_generation_error;
}

OutcomeKind kind_of(Session const& session, Diagnostics const& diagnostics) {
  switch (session.state()) {
    case State::succeeded: return OutcomeKind::succeeded;
    case State::failed:
      return session.attempts_exhausted() || diagnostics.error_type == api::error_type::attempts_exhausted
                 ? OutcomeKind::attempts_exhausted
                 : OutcomeKind::denied;
    case State::handed_off:
      return session.status() == AuthStatus::open_in_broker_module ? OutcomeKind::handed_off : OutcomeKind::unsupported;
    case State::expired:
      if (needs_action(session)) return OutcomeKind::action_needed;
      return session.bound() == Bound::challenge || session.status() == AuthStatus::qr_code_expired
                 ? OutcomeKind::expired
                 : OutcomeKind::user_absent;
    case State::cancelled: return needs_action(session) ? OutcomeKind::action_needed : OutcomeKind::cancelled;
    case State::outcome_unknown:
    case State::idle:
    case State::authenticating:
    case State::challenged:
    case State::waiting:
    case State::verifying:
    case State::polling: break;
  }
  return OutcomeKind::outcome_unknown;
}

/// A hash of the question's letters: a count of attempts in the text, or its layout, makes no other question. What is
/// no ASCII counts only where there are no letters of it, for digits have many shapes and some characters none. FNV-1a,
/// because a snapshot may be read by another build.
std::uint16_t question_of(AuthResponse const& response) noexcept {
  auto const status = response.status.value();
  auto const asks = status == AuthStatus::challenge_issued || status == AuthStatus::mfa_required;
  if (!asks || !reads_as_question(response)) return 0;
  std::uint64_t hash = 14695981039346656037U;
  auto const text = response.challenge_text ? std::string_view(*response.challenge_text) : std::string_view();
  auto const is_letter = [](unsigned char byte) { return (byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z'; };
  auto const has_letters =
      std::ranges::any_of(text, [&](char letter) { return is_letter(static_cast<unsigned char>(letter)); });
  for (auto const letter : text) {
    auto const byte = static_cast<unsigned char>(letter);
    if (has_letters ? !is_letter(byte) : byte < 0x80) continue;
    auto const lower = has_letters ? byte | 0x20U : byte;
    hash = (hash ^ static_cast<std::uint64_t>(lower)) * 1099511628211U;
  }
  return static_cast<std::uint16_t>((hash >> 49U) | 1U);
}

void take_accounts(AuthResponse& response, Outcome& outcome) {
  if (response.account_tokens) {
    outcome.accounts = std::move(*response.account_tokens);
  } else if (response.access_token) {  // The deprecated shape, of one account.
    outcome.accounts.push_back({.account = std::move(response.account),
                                .access_token = std::move(response.access_token),
                                .refresh_token = std::move(response.refresh_token),
                                .token_id = std::nullopt});
  }
  outcome.expires_in = seconds_of(response.expires_in_seconds);
  outcome.refresh_token_expires_in = seconds_of(response.refresh_token_expires_in_seconds);
  outcome.requires_reauthentication = response.requires_reauthentication.value_or(false);
}

}  // namespace

std::uint64_t fingerprint_of(AuthResponse const& response) {
  std::hash<std::string_view> const hash;
  if (response.challenge_id) return hash(*response.challenge_id);
  auto const text = hash(response.challenge_text.value_or(""));
  return response.qr_code ? text ^ hash(response.qr_code->reveal()) : text;
}

AuthResponse* LoginReply::response() noexcept {
  auto const is_there = envelope && envelope->status == ApiResultStatus::ok && envelope->content;
  return is_there ? &*envelope->content : nullptr;
}

LoginReply read_login_reply(HttpReply const& reply, WireBounds const& bounds, bool strict) {
  auto read =
      is_success(reply.status, strict) ? read_envelope(reply, bounds, strict) : read_refusal(reply, bounds, strict);
  if (reply.date) read.peer_clock = PeerClock{*reply.date, std::chrono::steady_clock::now()};
  return read;
}

ReplyNote take_note(LoginReply& reply) {
  ReplyNote note;
  note.http_status = reply.http_status;
  note.reason = std::move(reply.reason);
  note.message = std::move(reply.detail);
  note.peer_clock = reply.peer_clock;
  if (!reply.envelope) return note;
  note.api_status = std::move(reply.envelope->status);
  note.error_type = std::move(reply.envelope->error_type);
  note.error_hash = std::move(reply.envelope->error_hash);
  note.message = std::move(reply.envelope->message);
  note.display_text = std::move(reply.envelope->display_message);
  note.odd_members = std::move(reply.envelope->odd_members);
  if (auto const* const response = reply.response()) {
    note.status = response->status;
    if (response->error_message) note.message = copy_of(response->error_message);
  }
  return note;
}

Diagnostics diagnostics_of(ReplyNote note) {
  Diagnostics diagnostics;
  diagnostics.http_status = note.http_status;
  if (note.status) diagnostics.status = note.status->spelling();
  if (note.api_status) diagnostics.api_status = note.api_status->spelling();
  diagnostics.error_type = std::move(note.error_type).value_or("");
  diagnostics.error_hash = std::move(note.error_hash).value_or("");
  diagnostics.message = std::move(note.message);
  diagnostics.display_text = std::move(note.display_text);
  diagnostics.reason = std::move(note.reason);
  for (auto const& odd : note.odd_members) diagnostics.odd_members.push_back(odd.message());
  return diagnostics;
}

Verdict verdict_of(AuthResponse const& response, std::uint64_t fingerprint) {
  Verdict verdict;
  verdict.status = response.status.value();
  verdict.mfa_type = value_of(response.mfa_type);
  verdict.flow_step = value_of(response.auth_flow_step);
  verdict.life_span = seconds_of(response.challenge_expires_in_seconds);
  verdict.fingerprint = fingerprint;
  verdict.question = question_of(response);
  return verdict;
}

Verdict verdict_of(AuthResponse const& response, StepFields const& fields) {
  auto verdict = verdict_of(response, fingerprint_of(response));
  verdict.polled = fields.resent.empty();
  verdict.typed = !fields.asked.empty();
  return verdict;
}

Prompt make_prompt(Session const& session, AuthResponse const& door, StepFields const& fields) {
  Prompt prompt;
  prompt.kind = kind_of(session, door, fields);
  prompt.status = door.status.value();
  prompt.mfa_type = value_of(door.mfa_type);
  prompt.flow_step = value_of(door.auth_flow_step);
  prompt.fields = fields.asked;
  prompt.text = door.challenge_text.value_or("");
  prompt.email = door.email;
  prompt.allocated_ip_address = door.allocated_ip_address;
  prompt.qr_code = copy_of(door.qr_code);
  prompt.qr_code_link = copy_of(door.qr_code_link);
  prompt.qr_code_link_ios = copy_of(door.qr_code_link_ios);
  if (auto const by = session.answer_by()) prompt.answer_by = from_engine(*by);
  if (auto const at = session.can_restart_at()) prompt.can_restart_at = from_engine(*at);
  prompt.can_try_another_way = session.can_try_another_way();
  prompt.attempts_left = session.attempts_left();
  prompt.answer_was_wrong = session.answer_was_wrong();
  prompt.answered_before = session.answered_before();
  prompt.answers_given = session.answers();
  return prompt;
}

Outcome make_outcome(Session const& session, AuthResponse* response, Diagnostics diagnostics) {
  Outcome outcome;
  outcome.kind = kind_of(session, diagnostics);
  if (session.state() == State::succeeded && response != nullptr) take_accounts(*response, outcome);
  outcome.violation_seen = session.violation_seen();
  outcome.diagnostics = std::move(diagnostics);
  return outcome;
}

}  // namespace sallyport
