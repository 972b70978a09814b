#include "view/json_report.hpp"

#include "view/output.hpp"
#include "view/words.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>

namespace sallyport::app {
namespace {

namespace json = boost::json;

std::string_view name_of(Answer::Kind kind) noexcept {
  switch (kind) {
    case Answer::Kind::fields: return "fields";
    case Answer::Kind::wait: return "wait";
    case Answer::Kind::confirmed: return "confirmed";
    case Answer::Kind::another_way: return "another_way";
    case Answer::Kind::restart: return "restart";
    case Answer::Kind::cancel: return "cancel";
  }
  return "unknown";
}

std::int64_t seconds_left(std::chrono::steady_clock::time_point until) {
  return std::chrono::ceil<std::chrono::seconds>(until - std::chrono::steady_clock::now()).count();
}

/// A whole number without the exponent that the serializer would give it.
json::value number(double amount) {
  constexpr double exact_max = 1e15;
  if (std::trunc(amount) == amount && std::abs(amount) < exact_max) return static_cast<std::int64_t>(amount);
  return amount;
}

json::array names_of(std::vector<std::string> const& names) {
  json::array list;
  for (auto const& name : names) list.push_back(json::string(name));
  return list;
}

json::array fields_of(Prompt const& prompt) {
  json::array fields;
  for (auto const& field : prompt.fields) {
    fields.push_back(
        json::object{{"name", wire_name(field.field)}, {"description", field.description}, {"hidden", field.hidden}});
  }
  return fields;
}

json::object account_of(AccountTokens const& tokens, bool show_tokens) {
  json::object shown;
  if (tokens.account) {
    if (tokens.account->account_id) shown["accountId"] = *tokens.account->account_id;
    if (tokens.account->account_name) shown["accountName"] = *tokens.account->account_name;
    if (tokens.account->fund) shown["fund"] = number(*tokens.account->fund);
    if (tokens.account->cash) shown["cash"] = number(*tokens.account->cash);
  }
  auto const text = [show_tokens](Secret const& token) {
    return show_tokens ? std::string(token.reveal()) : masked(token);
  };
  if (tokens.access_token) shown["accessToken"] = text(*tokens.access_token);
  if (tokens.refresh_token) shown["refreshToken"] = text(*tokens.refresh_token);
  return shown;
}

void add(json::object& object, std::string_view name, std::string const& value) {
  if (!value.empty()) object[name] = value;
}

}  // namespace

void JsonReport::began(DoorLog const& log, BrokerType broker, std::vector<std::string> const& fields) {
  json::object const event{
      {"event", "begin"}, {"door", log.number()}, {"broker", wire_name(broker)}, {"fields", names_of(fields)}};
  write(json::serialize(event));
}

void JsonReport::arrived(DoorLog const& log, Prompt const& prompt, bool again, QrPicture const& picture) {
  json::object event{{"event", "prompt"},
                     {"door", log.number()},
                     {"again", again},
                     {"kind", name_of(prompt.kind)},
                     {"status", wire_name(prompt.status)}};
  if (prompt.mfa_type) event["mfaType"] = wire_name(*prompt.mfa_type);
  if (prompt.flow_step) event["authFlowStep"] = wire_name(*prompt.flow_step);
  event["fields"] = fields_of(prompt);
  add(event, "text", prompt.text);
  event["hasQrCode"] = prompt.qr_code.has_value() || prompt.qr_code_link.has_value();
  add(event, "qrCodeFile", picture.path());
  event["secondsLeft"] = seconds_left(prompt.answer_by);
  event["attemptsLeft"] = prompt.attempts_left;
  event["canTryAnotherWay"] = prompt.can_try_another_way;
  event["answerWasWrong"] = prompt.answer_was_wrong;
  event["answeredBefore"] = prompt.answered_before;
  if (prompt.refused) event["refused"] = prompt.refused.message();
  write(json::serialize(event));
}

void JsonReport::answered(DoorLog const& log, Answer const& answer) {
  json::array names;
  for (auto const& [field, value] : answer.values()) names.push_back(json::string(wire_name(field)));
  json::object const event{
      {"event", "answer"}, {"door", log.number()}, {"act", name_of(answer.kind())}, {"fields", std::move(names)}};
  write(json::serialize(event));
}

void JsonReport::missed(DoorLog const& log, MissingInput const& missing) {
  json::object const event{{"event", "missing"}, {"door", log.number()}, {"wanted", names_of(missing.wanted)}};
  write(json::serialize(event));
}

void JsonReport::ended(DoorLog const& log, Outcome const& outcome, int exit_code, std::string const& not_saved) {
  json::object event{{"event", "outcome"},
                     {"outcome", sallyport::name_of(outcome.kind)},
                     {"exitCode", exit_code},
                     {"doors", log.number()}};
  json::array accounts;
  for (auto const& tokens : outcome.accounts) accounts.push_back(account_of(tokens, show_tokens_));
  event["accounts"] = std::move(accounts);
  if (outcome.expires_in) event["expiresInSeconds"] = outcome.expires_in->count();
  if (outcome.requires_reauthentication) event["requiresReauthentication"] = true;
  if (outcome.retry_after) event["retryAfterSeconds"] = outcome.retry_after->count();
  if (outcome.clock_correction) event["clockCorrectionSeconds"] = outcome.clock_correction->count();
  auto const& about = outcome.diagnostics;
  if (about.http_status != 0) event["httpStatus"] = about.http_status;
  add(event, "status", about.status);
  add(event, "apiStatus", about.api_status);
  add(event, "errorType", about.error_type);
  add(event, "errorHash", about.error_hash);
  add(event, "reason", about.reason);
  if (!about.odd_members.empty()) event["oddMembers"] = json::array(about.odd_members.begin(), about.odd_members.end());
  if (about.polls_failed != 0) event["pollsFailed"] = about.polls_failed;
  add(event, "pollFailure", about.poll_failure);
  add(event, "notSaved", not_saved);
  ended_ = true;
  write(json::serialize(event));
}

void JsonReport::failed(Failure const& failure) {
  json::object const event{{"event", "error"}, {"message", failure.what()}, {"exitCode", failure.exit_code()}};
  write(json::serialize(event));
}

void JsonReport::write(std::string const& line) {
  if (!closed_ && !show(STDOUT_FILENO, Shown::json(line).end_line())) closed_ = true;
}

}  // namespace sallyport::app
