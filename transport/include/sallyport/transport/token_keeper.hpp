#pragma once

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/responder.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace sallyport {

/// The tokens of one account, and how long the access token lives from now on; where that is unset it does not expire.
struct KeptTokens {
  Open<BrokerType> type;
  Secret access_token;
  std::optional<Secret> refresh_token;
  std::optional<std::chrono::seconds> expires_in;
  bool requires_reauthentication = false;  ///< The tokens cannot be refreshed: the user has to log in again.
};

/// Copies one account's tokens out of a login that succeeded.
[[nodiscard]] KeptTokens kept_tokens(Open<BrokerType> type, AccountTokens const& account, Outcome const& outcome);

/// Why a keeper stopped.
enum class KeeperEnd : std::uint8_t {
  not_needed,               ///< The tokens do not expire.
  reauthentication_needed,  ///< Only a new login gives new tokens.
  refused,                  ///< The institution refused the refresh token.
  mfa_needed,               ///< A second factor is wanted, and nobody is there to give it.
  outcome_unknown,          ///< A refresh may have arrived and no reply came: the refresh token may be spent.
  cancelled,                ///< The host ended it.
};
inline constexpr std::size_t keeper_end_count = 6;

[[nodiscard]] std::string_view name_of(KeeperEnd end) noexcept;

struct TokenKeeperConfig {
  /// So long before its end an access token is refreshed, at most a tenth of its life.
  std::chrono::seconds margin{60};
  /// The pause after a refresh that never left this machine, or was turned away unread (429); it doubles up to
  /// `pause_max`.
  std::chrono::milliseconds pause = std::chrono::seconds(1);
  std::chrono::milliseconds pause_max = std::chrono::minutes(5);
  /// Asked for a code where the institution wants one with a refresh (vanguard); must outlive the keeper's operations.
  Responder* responder = nullptr;
  /// Hears of new tokens before anybody else, to store them; called on the client's executor.
  std::function<void(KeptTokens const&)> on_refreshed;
};

class TokenKeeperCore;

/// Keeps the access token of one account alive. One refresh is in flight at a time, and none is repeated that may have
/// arrived: a refresh token is spent once.
class TokenKeeper {
public:
  TokenKeeper(Client client, KeptTokens tokens, TokenKeeperConfig config = {});

  /// Refreshes in time, until nothing more can be done; says why it stopped. Honours terminal cancellation.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, KeeperEnd)> Token = boost::asio::deferred_t>
  auto async_run(Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, KeeperEnd)>(
        [core = core_](auto handler) { run(core, RunHandler(std::move(handler))); }, token);
  }

  /// Completes with an access token that lives at least as long as the margin, refreshed if need be; all who ask
  /// meanwhile share that refresh. The error is `keeper_ended` once the keeper has stopped; `async_run` tells why.
  template <boost::asio::completion_token_for<void(boost::system::error_code, Secret)> Token = boost::asio::deferred_t>
  auto async_access_token(Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, Secret)>(
        [core = core_](auto handler) { access_token(core, TokenHandler(std::move(handler))); }, token);
  }

private:
  using RunHandler = boost::asio::any_completion_handler<void(boost::system::error_code, KeeperEnd)>;
  using TokenHandler = boost::asio::any_completion_handler<void(boost::system::error_code, Secret)>;
  using Core = std::shared_ptr<TokenKeeperCore>;

  static void run(Core const& core, RunHandler handler);
  static void access_token(Core const& core, TokenHandler handler);

  Core core_;
};

}  // namespace sallyport
