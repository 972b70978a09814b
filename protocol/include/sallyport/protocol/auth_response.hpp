#pragma once

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/protocol/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sallyport {

/// The reply to POST authenticate: what became of the login, and what it wants next. `status` is required.
/// The same shape is the pattern of an authentication step in a scheme.
struct AuthResponse {
  Open<AuthStatus> status;
  std::optional<Open<MfaType>> mfa_type;
  std::optional<Open<AuthFlowStep>> auth_flow_step;
  std::optional<Secret> qr_code;
  std::optional<Secret> qr_code_link;
  std::optional<Secret> qr_code_link_ios;
  std::optional<std::string> challenge_id;
  std::optional<std::string> challenge_text;
  std::optional<std::int32_t> challenge_expires_in_seconds;
  std::optional<Secret> error_message;  ///< The peer's words; they may echo what the user typed, so they are a secret.
  std::optional<Secret> access_token;   ///< Deprecated by the API: read, never written.
  std::optional<Secret> refresh_token;  ///< Deprecated by the API: read, never written.
  std::optional<std::int32_t> expires_in_seconds;
  std::optional<std::int32_t> refresh_token_expires_in_seconds;
  std::optional<BrokerAccount> account;  ///< Deprecated by the API: read, never written.
  std::optional<std::vector<AccountTokens>> account_tokens;
  std::optional<bool> requires_reauthentication;
  std::optional<std::string> email;
  std::optional<std::string> allocated_ip_address;
};

/// A copy of what a reply shows to a user: the status, its texts and QR codes; no challenge id, account or token.
[[nodiscard]] AuthResponse copy_of_door(AuthResponse const& reply);

/// The reply to GET authenticate/{brokerType}. `status` is required.
struct AuthPromptResponse {
  Open<AuthPromptStatus> status;
  std::optional<Secret> redirect_link;
  std::optional<Secret> link_token;
  std::optional<Secret> error_message;
};

}  // namespace sallyport
