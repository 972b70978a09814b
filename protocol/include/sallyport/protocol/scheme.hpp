#pragma once

#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/broker.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sallyport {

/// One field that a request must carry. Names are in PascalCase ("Username"), unlike the members of a request.
struct AuthenticationField {
  std::optional<std::string> name;
  std::optional<std::string> description;

  friend bool operator==(AuthenticationField const&, AuthenticationField const&) = default;
};

/// The fields that a request must carry after a reply that matches the pattern `auth_response`.
struct AuthenticationModel {
  std::optional<AuthResponse> auth_response;
  std::optional<std::vector<AuthenticationField>> fields;
};

/// What a web view needs for a trueAuth login. The first three members are required.
struct TrueAuthScheme {
  std::optional<std::string> login_url;
  std::optional<std::string> successful_login_uri;
  std::optional<std::vector<std::string>> cookie_domains;
  std::optional<std::vector<std::string>> required_header_names;

  friend bool operator==(TrueAuthScheme const&, TrueAuthScheme const&) = default;
};

/// How one integration is logged in to. `broker_type` and `authentication_scheme_type` are required.
struct AuthenticationScheme {
  Open<BrokerType> broker_type;
  Open<AuthenticationSchemeType> authentication_scheme_type;
  std::optional<AuthenticationModel> initial_authentication_model;
  std::optional<std::vector<AuthenticationModel>> authentication_steps;
  std::optional<std::vector<Open<MfaScheme>>> mfa_schemes;
  std::optional<std::string> instructions_url;
  std::optional<TrueAuthScheme> true_auth_authentication;
};

}  // namespace sallyport
