#pragma once

#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/secret.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// The country of a phone number, for integrations whose user name is a phone number.
struct CountryInfo {
  std::optional<std::string> country_code;
  std::optional<std::string> country_number;
  std::optional<std::string> description;

  friend bool operator==(CountryInfo const&, CountryInfo const&) = default;
};

/// A JSON object whose values are secret strings; the order is the sender's.
using SecretMembers = std::vector<std::pair<std::string, std::optional<Secret>>>;

/// What a web view collected after the user logged in there (trueAuth). All three members are required.
struct TrueAuthRequest {
  std::optional<SecretMembers> request_headers;
  std::optional<std::vector<SecretMembers>> cookies;
  std::optional<std::string> user_agent;
};

/// The body of POST authenticate. `type` is required; every other member is sent only where it is set.
/// With `is_sensitive_fields_encrypted` eight members travel as Base64, which hides nothing: here they are clear text,
/// the codec translates.
struct AuthRequest {
  Open<BrokerType> type;
  std::optional<Secret> phone;
  std::optional<Secret> username;
  std::optional<Secret> password;
  std::optional<Secret> trade_pin;
  std::optional<CountryInfo> country_info;
  std::optional<std::string> challenge_id;
  std::optional<Secret> challenge_code;
  std::optional<std::string> challenge_type;
  std::optional<Secret> challenge_answer;
  std::optional<Secret> mfa_code;
  std::optional<Open<MfaType>> mfa_type;
  std::optional<std::string> device_info;
  std::optional<Secret> web_data;
  std::optional<Open<AuthFlowStep>> auth_flow_step;
  std::optional<Secret> key;
  std::optional<Secret> auth_token;
  std::optional<Secret> redirect_link;
  std::optional<std::string> confirmation_email;
  std::optional<TrueAuthRequest> true_auth_auth_request;
  std::optional<bool> is_sensitive_fields_encrypted;
  std::optional<bool> is_trying_another_way;
};

/// The same with texts that are somebody else's and stay where they are until it is encoded: what is written at once
/// need not be copied.
struct AuthRequestView {
  Open<BrokerType> type;
  std::optional<std::string_view> phone;
  std::optional<std::string_view> username;
  std::optional<std::string_view> password;
  std::optional<std::string_view> trade_pin;
  CountryInfo const* country_info = nullptr;
  std::optional<std::string_view> challenge_id;
  std::optional<std::string_view> challenge_code;
  std::optional<std::string_view> challenge_type;
  std::optional<std::string_view> challenge_answer;
  std::optional<std::string_view> mfa_code;
  std::optional<Open<MfaType>> mfa_type;
  std::optional<std::string_view> device_info;
  std::optional<std::string_view> web_data;
  std::optional<Open<AuthFlowStep>> auth_flow_step;
  std::optional<std::string_view> key;
  std::optional<std::string_view> auth_token;
  std::optional<std::string_view> redirect_link;
  std::optional<std::string_view> confirmation_email;
  TrueAuthRequest const* true_auth_auth_request = nullptr;
  std::optional<bool> is_sensitive_fields_encrypted;
  std::optional<bool> is_trying_another_way;
};

/// The body of POST authenticate that asks "and now?". It has no member that could hold a secret, so that code which
/// polls cannot post a credential (law 3 of credential safety).
struct PollRequest {
  Open<BrokerType> type;
  std::optional<std::string> challenge_id;
  std::optional<Open<MfaType>> mfa_type;
  std::optional<std::string> device_info;
  std::optional<Open<AuthFlowStep>> auth_flow_step;
  std::optional<std::string> confirmation_email;
};

}  // namespace sallyport
