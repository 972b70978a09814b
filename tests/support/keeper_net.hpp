#pragma once

#include "scripted_accounts.hpp"

#include <sallyport/transport/token_keeper.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace sallyport::test {

/// A client and a server for keepers.
struct KeeperNet : AccountNet {
  using AccountNet::AccountNet;

  [[nodiscard]] TokenKeeper keeper(KeptTokens tokens, TokenKeeperConfig config = {}) {
    return {*loopback.client, std::move(tokens), std::move(config)};
  }
  auto run(TokenKeeper& keeper) {
    return await<KeeperEnd>(loopback.io, [&](auto handler) { keeper.async_run(std::move(handler)); });
  }
  auto token(TokenKeeper& keeper) {
    return await<Secret>(loopback.io, [&](auto handler) { keeper.async_access_token(std::move(handler)); });
  }
  auto token_of(TokenKeeper& keeper, std::string const& account_id) {
    BrokerAccount account;
    account.account_id = account_id;
    return await<Secret>(loopback.io,
                         [&](auto handler) { keeper.async_access_token(std::move(account), std::move(handler)); });
  }
};

/// The tokens "access-1" and "refresh-1", issued now.
[[nodiscard]] inline KeptTokens tokens_with(std::optional<std::chrono::seconds> life,
                                            BrokerType type = BrokerType::kraken) {
  KeptTokens made;
  made.type = type;
  made.access_token = Secret("access-1");
  made.refresh_token = Secret("refresh-1");
  made.expires_in = life;
  return made;
}

/// The same, of which the access token is over.
[[nodiscard]] inline KeptTokens tokens_that_are_over(BrokerType type = BrokerType::kraken) {
  auto made = tokens_with(std::chrono::seconds(60), type);
  made.issued_at = std::chrono::system_clock::now() - std::chrono::hours(1);
  return made;
}

}  // namespace sallyport::test
