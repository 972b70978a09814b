#include "login/login_request.hpp"

#include <boost/container/static_vector.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace sallyport {
namespace {

bool is_hidden(Field field) noexcept {
  return field == Field::password || field == Field::trade_pin || field == Field::key || field == Field::auth_token ||
         field == Field::web_data;
}

bool is_answer(Field field) noexcept {
  return field == Field::mfa_code || field == Field::challenge_code || field == Field::challenge_answer ||
         field == Field::challenge_id || field == Field::challenge_type || field == Field::mfa_type;
}

std::string_view description_of(Field field) noexcept {
  switch (field) {
    case Field::mfa_code: return "Code";
    case Field::challenge_code: return "Second code";
    case Field::challenge_answer: return "Answer";
    case Field::trade_pin: return "Trading PIN";
    case Field::password: return "Password";
    case Field::username: return "User name";
    case Field::phone: return "Phone number";
    case Field::auth_token: return "Passphrase";
    case Field::unknown:
    case Field::type:
    case Field::country_info:
    case Field::challenge_id:
    case Field::challenge_type:
    case Field::mfa_type:
    case Field::device_info:
    case Field::web_data:
    case Field::auth_flow_step:
    case Field::key:
    case Field::redirect_link:
    case Field::confirmation_email:
    case Field::true_auth_auth_request:
    case Field::is_trying_another_way: return wire_name(field);
  }
  return wire_name(field);
}

PromptField asked_field(Field field, std::optional<std::string> const& description) {
  return {.field = field,
          .description = description && !description->empty() ? *description : std::string(description_of(field)),
          .hidden = is_hidden(field)};
}

/// A scheme may list a field twice; nobody could fill it in twice.
void ask_once(std::vector<PromptField>& asked, PromptField field) {
  if (std::ranges::find(asked, field.field, &PromptField::field) == asked.end()) asked.push_back(std::move(field));
}

template <class Value>
int agreement(std::optional<Value> const& pattern, std::optional<Value> const& reply) {
  if (!pattern) return 0;
  return pattern == reply ? 1 : -1;
}

/// Whether the reply's factor makes a wait of a status for codes.
bool waits_by_its_factor(AuthResponse const& reply) noexcept {
  auto const status = reply.status.value();
  return verdict_row(status).event != verdict_row(status, value_of(reply.mfa_type)).event;
}

/// How well a step's pattern fits a reply: below zero not at all, else the more members the better.
int fit(AuthenticationModel const& step, AuthResponse const& reply) {
  if (!step.auth_response || !(step.auth_response->status == reply.status)) return -1;
  // What a scheme lists for codes of any factor does not mean one that is confirmed elsewhere.
  if (!step.auth_response->mfa_type && waits_by_its_factor(reply)) return -1;
  auto const factor = agreement(step.auth_response->mfa_type, reply.mfa_type);
  auto const flow_step = agreement(step.auth_response->auth_flow_step, reply.auth_flow_step);
  return factor < 0 || flow_step < 0 ? -1 : factor + flow_step;
}

AuthenticationModel const* find_step(AuthenticationScheme const* scheme, AuthResponse const& reply) {
  if (scheme == nullptr || !scheme->authentication_steps) return nullptr;
  AuthenticationModel const* best = nullptr;
  auto best_fit = -1;
  for (auto const& step : *scheme->authentication_steps) {
    if (auto const how_well = fit(step, reply); how_well > best_fit) {
      best = &step;
      best_fit = how_well;
    }
  }
  return best != nullptr && best->fields ? best : nullptr;
}

using CommonFields = boost::container::static_vector<Field, 2>;

/// What a status commonly wants, by its factor. Basis: docs/protocol.md.
CommonFields common_fields(AuthResponse const& reply) {
  auto const status = reply.status.value();
  auto const factor = value_of(reply.mfa_type);
  if (status == AuthStatus::captcha_challenge) return {Field::challenge_answer};
  if (status == AuthStatus::challenge_issued || status == AuthStatus::mfa_required) {
    if (factor == MfaType::passkey || is_decoupled(factor)) return {};
    if (factor == MfaType::trading_pin) return {Field::trade_pin};
    if (factor == MfaType::password) return {Field::password};
    if (reads_as_question(reply)) return {Field::challenge_answer};
    if (factor == MfaType::phone_and_email) return {Field::mfa_code, Field::challenge_code};
    return {status == AuthStatus::mfa_required ? Field::mfa_code : Field::challenge_code};
  }
  return {};
}

void echo(AuthResponse const& door, AuthRequest const& login, AuthRequestView& request) {
  request.type = login.type;
  request.challenge_id = door.challenge_id;
  request.mfa_type = door.mfa_type;
  request.auth_flow_step = door.auth_flow_step ? door.auth_flow_step : Open<AuthFlowStep>(AuthFlowStep::mfa_flow);
  request.device_info = login.device_info;
  request.is_sensitive_fields_encrypted = login.is_sensitive_fields_encrypted;
}

}  // namespace

bool reads_as_question(AuthResponse const& reply) noexcept {
  auto const factor = value_of(reply.mfa_type);
  if (factor == MfaType::require_next_security_question) return true;
  return !factor && reply.challenge_text && reply.challenge_text->find('?') != std::string::npos;
}

StepFields step_fields(AuthenticationScheme const* scheme, AuthResponse const& reply, AuthRequest const& login,
                       std::vector<Field> const& withheld) {
  StepFields fields;
  auto const* const step = find_step(scheme, reply);
  if (step == nullptr) {
    for (auto const field : common_fields(reply)) fields.asked.push_back(asked_field(field, std::nullopt));
    return fields;
  }
  for (auto const& listed : *step->fields) {
    auto const field = field_named(listed.name.value_or(""));
    auto const known = has_field(login, field) || std::ranges::find(withheld, field) != withheld.end();
    if (is_credential(field) && known) {
      fields.resent.push_back(field);
    } else if (field == Field::confirmation_email && reply.email) {
      continue;  // The poll carries it.
    } else if (is_asked_of_the_user(field) && field != Field::country_info) {
      ask_once(fields.asked, asked_field(field, listed.description));
    }
  }
  return fields;
}

std::string problem_of_first_post(AuthenticationScheme const* scheme, AuthRequest const& login) {
  if (scheme == nullptr || !scheme->initial_authentication_model || !scheme->initial_authentication_model->fields) {
    return {};
  }
  // By a QR code, a browser or a module one logs in without them.
  auto const by_credentials = scheme->authentication_scheme_type == AuthenticationSchemeType::username_password ||
                              scheme->authentication_scheme_type == AuthenticationSchemeType::api_key;
  auto const begins = !login.auth_flow_step || *login.auth_flow_step == AuthFlowStep::login_password;
  if (!by_credentials || !begins || login.redirect_link || login.true_auth_auth_request) return {};
  auto const is_named = login.username.has_value() || login.phone.has_value();
  for (auto const& listed : *scheme->initial_authentication_model->fields) {
    auto const field = field_named(listed.name.value_or(""));
    // A passphrase is listed for a whole family of integrations, of which some have none.
    auto const is_optional = field == Field::country_info || field == Field::auth_token;
    if (!is_credential(field) || is_optional || has_field(login, field)) continue;
    if (is_named && (field == Field::username || field == Field::phone)) continue;
    return std::string(wire_name(field)) + ": the integration wants it in the first post; nothing was sent";
  }
  return {};
}

AuthRequest login_request(AuthRequest const& login, std::optional<AuthStatus> restart_of) {
  AuthRequest request;
  request.type = login.type;
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    // A code that the first post carried was for its challenge; a fresh post must not spend it again.
    if (!restart_of || !is_answer(field)) copy_field(login, request, field);
  }
  request.is_sensitive_fields_encrypted = login.is_sensitive_fields_encrypted;
  if (restart_of == AuthStatus::device_login_verified) request.auth_flow_step = AuthFlowStep::login_password;
  if (restart_of == AuthStatus::api_key_generation_error) request.auth_flow_step = AuthFlowStep::create_api_key;
  if (!request.auth_flow_step) request.auth_flow_step = AuthFlowStep::login_password;
  return request;
}

bool is_first_post(AuthRequest const& login) noexcept {
  return login.auth_flow_step && !login.is_trying_another_way;
}

AuthRequestView answer_request(AuthRequest const& login, AuthResponse const& door, StepFields const& fields,
                               Answer const& answer) {
  AuthRequestView request;
  echo(door, login, request);
  for (auto const field : fields.resent) copy_field(login, request, field);
  for (auto const& [field, value] : answer.values()) {
    set_field(request, field == Field::unknown ? fields.asked.front().field : field, value.reveal());
  }
  return request;
}

AuthRequestView another_way_request(AuthRequest const& login, AuthResponse const& door, StepFields const& fields) {
  auto request = answer_request(login, door, fields, Answer::another_way());
  request.is_trying_another_way = true;
  return request;
}

PollRequest poll_request(AuthRequest const& login, AuthResponse const& door) {
  PollRequest poll;
  poll.type = login.type;
  poll.challenge_id = door.challenge_id;
  poll.mfa_type = door.mfa_type;
  poll.device_info = login.device_info;
  poll.auth_flow_step = door.auth_flow_step;
  auto const reads_mail =
      door.status == AuthStatus::email_verification || value_of(door.mfa_type) == MfaType::read_email;
  if (reads_mail) poll.confirmation_email = door.email;
  return poll;
}

bool fits(Answer const& answer, std::vector<PromptField> const& asked) {
  auto const& values = answer.values();
  if (values.size() != asked.size()) return false;
  if (values.size() == 1 && values.front().first == Field::unknown) return !values.front().second.empty();
  return std::ranges::all_of(asked, [&values](PromptField const& wanted) {
    return std::ranges::count_if(values, [&wanted](auto const& value) {
             return value.first == wanted.field && !value.second.empty();
           }) == 1;
  });
}

}  // namespace sallyport
