#pragma once

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/outcome.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace sallyport {

/// The tokens of one account, with those of the accounts that share its refresh token: what a host stores, and what a
/// `TokenKeeper` keeps alive. All moments are of the wall clock, so that they outlive the process.
struct KeptTokens {
  Open<BrokerType> type;
  Secret access_token;
  std::optional<Secret> refresh_token;
  /// How long the access token lives from `issued_at` on. Where it is unset the token does not expire; where it is zero
  /// or less, as some servers say, nobody knows.
  std::optional<std::chrono::seconds> expires_in;
  bool requires_reauthentication = false;  ///< The tokens cannot be refreshed: the user has to log in again.
  std::optional<std::chrono::system_clock::time_point> issued_at = std::nullopt;  ///< Of the access token; else now.
  /// The refresh token's own end, where it is known; from then on it is not sent.
  std::optional<std::chrono::system_clock::time_point> refresh_token_expires_at = std::nullopt;
  std::optional<BrokerAccount> account = std::nullopt;  ///< Whose tokens they are: a reply is matched by its ids.
  std::optional<std::string> token_id = std::nullopt;
  bool access_token_rejected = false;  ///< It got a 401: it is refreshed before it is given out again.
  /// The other accounts that shared this refresh token when they logged in; their own `sharing` is empty. One refresh
  /// serves all that still do; one whom a reply gave a refresh token of its own has one of its own.
  std::vector<KeptTokens> sharing = {};
};

/// Copies the tokens of a login that succeeded at `issued_at`: an entry for each refresh token, and so for each keeper.
/// Two keepers with one refresh token would spend it twice.
[[nodiscard]] std::vector<KeptTokens> kept_tokens(
    Open<BrokerType> const& type, Outcome const& outcome,
    std::chrono::system_clock::time_point issued_at = std::chrono::system_clock::now());

/// The entry that begins with this account of the outcome.
[[nodiscard]] KeptTokens kept_tokens(
    Open<BrokerType> const& type, AccountTokens const& account, Outcome const& outcome,
    std::chrono::system_clock::time_point issued_at = std::chrono::system_clock::now());

}  // namespace sallyport
