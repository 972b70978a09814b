#pragma once

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/protocol/status.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// The body of POST token/refresh. `type` and `refresh_token` are required; weBull and vanguard need `access_token`.
struct RefreshRequest {
  Open<BrokerType> type;
  Secret refresh_token;
  std::optional<bool> create_new_refresh_token;
  std::optional<Secret> access_token;
  std::optional<Secret> trade_token;
  std::optional<Secret> mfa_code;
  std::optional<SecretMembers> metadata;
};

/// The member without which a refresh cannot work ("$.refreshToken"), "" where all are there. The API's description
/// asks for the access token too at weBull and vanguard.
[[nodiscard]] std::string_view missing_member(RefreshRequest const& request) noexcept;

/// The reply to POST token/refresh. `status` is required.
struct RefreshResponse {
  Open<RefreshStatus> status;
  std::optional<Secret> error_message;
  std::optional<BrokerAccount> account;  ///< Deprecated by the API: read, never written.
  std::optional<Secret> access_token;    ///< Deprecated by the API: read, never written.
  std::optional<Secret> refresh_token;   ///< Deprecated by the API: read, never written.
  std::optional<std::int32_t> expires_in_seconds;
  std::optional<std::int32_t> refresh_token_expires_in_seconds;
  std::optional<std::vector<AccountTokens>> broker_account_tokens;
};

/// What a reply to a refresh had for an account.
enum class Renewal : std::uint8_t {
  none,           ///< Nothing; its tokens are as they were.
  refresh_token,  ///< A new refresh token alone: that of the accounts with which it shares it.
  access_token,   ///< A new access token, with or without a new refresh token.
};

/// Gives the accounts that share the refresh token which was spent what the reply has for each, in their order: an
/// entry is whose `same_account` says, at any place. One alone is also that of who cannot be told from it: of one
/// account, or, where it names none, of all; several that name none give what they agree in. Its ids fill in unknown
/// ones. An empty token is none. Who is not in the reply has what those got who had its access token, where they agree;
/// else it keeps that and takes the new refresh token, but only where all there have the same: where they differ, they
/// stay (`none`).
std::vector<Renewal> take_new_tokens(RefreshResponse const& reply, std::span<AccountTokens* const> accounts);

/// The body of DELETE account; both members are required.
struct RemoveAccountRequest {
  Open<BrokerType> type;
  Secret auth_token;
};

/// Which wallet an entry of GET status speaks of. `id` is required.
struct DefiWalletInfo {
  std::string id;
  std::optional<std::string> name;

  friend bool operator==(DefiWalletInfo const&, DefiWalletInfo const&) = default;
};

/// One entry of GET status: whether an integration can be reached. Times are seconds of the Unix epoch.
struct HealthStatus {
  Open<BrokerType> type;
  std::optional<std::string> name;
  std::optional<bool> is_up;
  std::optional<std::string> description;
  std::optional<std::int64_t> down_time_start;
  std::optional<std::int64_t> down_time_end;
  std::optional<std::vector<Open<BrokerFeature>>> supported_products;
  std::optional<DefiWalletInfo> defi_wallet_data;

  friend bool operator==(HealthStatus const&, HealthStatus const&) = default;
};

}  // namespace sallyport
