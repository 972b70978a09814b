#pragma once

#include <sallyport/protocol/secret.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sallyport {

/// The balance of an account in one currency of a state; amounts are units of `symbol`.
struct FiatBalance {
  std::optional<std::string> symbol;
  std::optional<double> buying_power;
  std::optional<double> crypto_buying_power;
  std::optional<double> cash;

  friend bool operator==(FiatBalance const&, FiatBalance const&) = default;
};

/// An account that a login opened. `fund` is its buying power, `cash` its cash in USD.
struct BrokerAccount {
  std::optional<std::string> mesh_account_id;
  std::optional<std::string> front_account_id;  ///< Deprecated by the API in favour of `mesh_account_id`.
  std::optional<std::string> account_id;
  std::optional<std::string> account_name;
  std::optional<double> fund;
  std::optional<double> cash;
  std::optional<bool> is_reconnected;
  std::optional<std::vector<FiatBalance>> balances;

  friend bool operator==(BrokerAccount const&, BrokerAccount const&) = default;
};

/// What a login is for: the tokens of one account.
struct AccountTokens {
  std::optional<BrokerAccount> account;
  std::optional<Secret> access_token;
  std::optional<Secret> refresh_token;
  std::optional<std::string> token_id;
};

/// Whether two entries speak of one account, as far as their ids tell.
enum class SameAccount : std::uint8_t { no, unknown, yes };

/// `no` where a meshAccountId, frontAccountId or accountId that both have differs: tokens under the wrong account are
/// worse than a new login. Else `yes` where one of them, or the tokenId, is the same. A tokenId that differs says
/// nothing: it may be that of a newer token.
[[nodiscard]] SameAccount same_account(AccountTokens const& left, AccountTokens const& right) noexcept;

}  // namespace sallyport
