#include <sallyport/protocol/field.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace sallyport {
namespace {

constexpr auto names = std::to_array<std::string_view>({
    "unknown",
    "Type",
    "Phone",
    "Username",
    "Password",
    "TradePin",
    "CountryInfo",
    "ChallengeId",
    "ChallengeCode",
    "ChallengeType",
    "ChallengeAnswer",
    "MfaCode",
    "MfaType",
    "DeviceInfo",
    "WebData",
    "AuthFlowStep",
    "Key",
    "AuthToken",
    "RedirectLink",
    "ConfirmationEmail",
    "TrueAuthAuthRequest",
    "IsTryingAnotherWay",
});
static_assert(names.size() == enumerator_count<Field> + 1);

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// A field of text, and where it is kept: as a secret or in the clear.
struct TextField {
  std::optional<Secret> AuthRequest::*secret;
  std::optional<std::string> AuthRequest::*plain;
  std::optional<std::string_view> AuthRequestView::*seen;
};

constexpr TextField kept_as(std::optional<Secret> AuthRequest::*secret,
                            std::optional<std::string_view> AuthRequestView::*seen) noexcept {
  return {secret, nullptr, seen};
}
constexpr TextField kept_as(std::optional<std::string> AuthRequest::*plain,
                            std::optional<std::string_view> AuthRequestView::*seen) noexcept {
  return {nullptr, plain, seen};
}

/// All null where the field has another shape.
constexpr TextField text_field(Field field) noexcept {
  switch (field) {
    case Field::phone: return kept_as(&AuthRequest::phone, &AuthRequestView::phone);
    case Field::username: return kept_as(&AuthRequest::username, &AuthRequestView::username);
    case Field::password: return kept_as(&AuthRequest::password, &AuthRequestView::password);
    case Field::trade_pin: return kept_as(&AuthRequest::trade_pin, &AuthRequestView::trade_pin);
    case Field::challenge_id: return kept_as(&AuthRequest::challenge_id, &AuthRequestView::challenge_id);
    case Field::challenge_code: return kept_as(&AuthRequest::challenge_code, &AuthRequestView::challenge_code);
    case Field::challenge_type: return kept_as(&AuthRequest::challenge_type, &AuthRequestView::challenge_type);
    case Field::challenge_answer: return kept_as(&AuthRequest::challenge_answer, &AuthRequestView::challenge_answer);
    case Field::mfa_code: return kept_as(&AuthRequest::mfa_code, &AuthRequestView::mfa_code);
    case Field::device_info: return kept_as(&AuthRequest::device_info, &AuthRequestView::device_info);
    case Field::web_data: return kept_as(&AuthRequest::web_data, &AuthRequestView::web_data);
    case Field::key: return kept_as(&AuthRequest::key, &AuthRequestView::key);
    case Field::auth_token: return kept_as(&AuthRequest::auth_token, &AuthRequestView::auth_token);
    case Field::redirect_link: return kept_as(&AuthRequest::redirect_link, &AuthRequestView::redirect_link);
    case Field::confirmation_email:
      return kept_as(&AuthRequest::confirmation_email, &AuthRequestView::confirmation_email);
    case Field::unknown:
    case Field::type:
    case Field::country_info:
    case Field::mfa_type:
    case Field::auth_flow_step:
    case Field::true_auth_auth_request:
    case Field::is_trying_another_way: return {};
  }
  return {};
}

constexpr std::array<TextField, names.size()> all_text_fields() noexcept {
  std::array<TextField, names.size()> fields{};
  for (std::size_t index = 0; index < fields.size(); ++index) fields[index] = text_field(static_cast<Field>(index));
  return fields;
}
constexpr auto text_fields = all_text_fields();

constexpr TextField const& member_of(Field field) noexcept {
  return text_fields[static_cast<std::size_t>(field)];
}

/// Whether one of the fields that the condition picks is set.
template <class Picks>
bool carries(AuthRequest const& request, Picks picks) noexcept {
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    if (picks(field) && has_field(request, field)) return true;
  }
  return false;
}

bool is_answer(Field field) noexcept {
  return member_of(field).secret != nullptr && !is_credential(field);
}

SecretMembers copy_of(SecretMembers const& members) {
  SecretMembers copy;
  for (auto const& [name, value] : members) {
    copy.emplace_back(name, sallyport::copy_of(value));
  }
  return copy;
}

TrueAuthRequest copy_of(TrueAuthRequest const& from) {
  TrueAuthRequest copy;
  copy.user_agent = from.user_agent;
  if (from.request_headers) copy.request_headers = copy_of(*from.request_headers);
  if (from.cookies) {
    copy.cookies.emplace();
    for (auto const& cookie : *from.cookies) copy.cookies->push_back(copy_of(cookie));
  }
  return copy;
}

/// A text or an enumerator: all that is not composed.
template <class Request>
void copy_simple_field(AuthRequest const& from, Request& to, Field field) {
  if (auto const text = text_of(from, field)) set_field(to, field, *text);
  if (field == Field::mfa_type) to.mfa_type = from.mfa_type;
  if (field == Field::auth_flow_step) to.auth_flow_step = from.auth_flow_step;
}

}  // namespace

Field field_named(std::string_view name) noexcept {
  auto const found = std::find_if(names.begin() + 1, names.end(), [name](std::string_view known) {
    return std::ranges::equal(known, name, [](char left, char right) { return lower(left) == lower(right); });
  });
  return found == names.end() ? Field::unknown : static_cast<Field>(found - names.begin());
}

bool is_asked_of_the_user(Field field) noexcept {
  return member_of(field).secret != nullptr || field == Field::confirmation_email || field == Field::country_info;
}

bool is_credential(Field field) noexcept {
  return field == Field::phone || field == Field::username || field == Field::password || field == Field::key ||
         field == Field::auth_token || field == Field::country_info || field == Field::web_data ||
         field == Field::redirect_link || field == Field::true_auth_auth_request;
}

bool set_field(AuthRequest& request, Field field, std::string_view text) {
  auto const& member = member_of(field);
  if (member.secret != nullptr) request.*member.secret = Secret(text);
  if (member.plain != nullptr) request.*member.plain = std::string(text);
  return member.seen != nullptr;
}

bool set_field(AuthRequestView& request, Field field, std::string_view text) noexcept {
  auto const& member = member_of(field);
  if (member.seen != nullptr) request.*member.seen = text;
  return member.seen != nullptr;
}

std::optional<std::string_view> text_of(AuthRequest const& request, Field field) noexcept {
  auto const& member = member_of(field);
  if (member.secret != nullptr && request.*member.secret) return (request.*member.secret)->reveal();
  if (member.plain != nullptr && request.*member.plain) return *(request.*member.plain);
  return std::nullopt;
}

bool has_field(AuthRequest const& request, Field field) noexcept {
  switch (field) {
    case Field::unknown: return false;
    case Field::type: return true;
    case Field::country_info: return request.country_info.has_value();
    case Field::true_auth_auth_request: return request.true_auth_auth_request.has_value();
    case Field::mfa_type: return request.mfa_type.has_value();
    case Field::auth_flow_step: return request.auth_flow_step.has_value();
    case Field::is_trying_another_way: return request.is_trying_another_way.has_value();
    case Field::phone:
    case Field::username:
    case Field::password:
    case Field::trade_pin:
    case Field::challenge_id:
    case Field::challenge_code:
    case Field::challenge_type:
    case Field::challenge_answer:
    case Field::mfa_code:
    case Field::device_info:
    case Field::web_data:
    case Field::key:
    case Field::auth_token:
    case Field::redirect_link:
    case Field::confirmation_email: break;
  }
  return text_of(request, field).has_value();
}

bool carries_credentials(AuthRequest const& request) noexcept {
  return carries(request, is_credential);
}

bool carries_answer(AuthRequest const& request) noexcept {
  return carries(request, is_answer);
}

void copy_field(AuthRequest const& from, AuthRequest& to, Field field) {
  copy_simple_field(from, to, field);
  if (field == Field::country_info) to.country_info = from.country_info;
  if (field == Field::true_auth_auth_request && from.true_auth_auth_request) {
    to.true_auth_auth_request = copy_of(*from.true_auth_auth_request);
  }
}

void copy_field(AuthRequest const& from, AuthRequestView& to, Field field) {
  copy_simple_field(from, to, field);
  if (field == Field::country_info) to.country_info = from.country_info ? &*from.country_info : nullptr;
  if (field == Field::true_auth_auth_request) {
    to.true_auth_auth_request = from.true_auth_auth_request ? &*from.true_auth_auth_request : nullptr;
  }
}

template <>
std::string_view wire_name<Field>(Field value) noexcept {
  auto const index = static_cast<std::size_t>(value);
  return index < names.size() ? names[index] : names[0];
}

}  // namespace sallyport
