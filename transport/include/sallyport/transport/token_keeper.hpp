#pragma once

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/kept_tokens.hpp>
#include <sallyport/transport/responder.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sallyport {

/// Why a keeper stopped.
enum class KeeperEnd : std::uint8_t {
  not_needed,               ///< The tokens do not expire.
  reauthentication_needed,  ///< Only a new login gives new tokens.
  /// The institution refused the refresh token; where a reply was lost before, that one may have spent it.
  refused,
  mfa_needed,  ///< A second factor is wanted, and nobody is there to give it.
  /// Refreshes may have arrived and no answer came, for `outage_max` or until the host ended it, or one that carried a
  /// code: the refresh token may be spent.
  outcome_unknown,
  cancelled,       ///< The host ended it.
  tokens_missing,  ///< A refresh succeeded, and the reply has no access token of any account that is kept.
  forked,          ///< The parent of this process keeps them: a child has to be given tokens of its own.
  unavailable,     ///< For `outage_max` every refresh was turned away unread: the refresh token is good.
};
inline constexpr std::size_t keeper_end_count = 9;

[[nodiscard]] std::string_view name_of(KeeperEnd end) noexcept;

/// Stores new tokens: a callable that gives nothing or an `error_code`. One that throws or gives an error has not
/// stored them, and is called again later with what is the newest then.
class StoreTokens {
public:
  StoreTokens() = default;

  template <class Store>
  requires(!std::same_as<Store, StoreTokens> && std::copy_constructible<Store> &&
           (std::is_void_v<std::invoke_result_t<Store&, KeptTokens const&>> ||
            std::is_convertible_v<std::invoke_result_t<Store&, KeptTokens const&>, boost::system::error_code>))
      StoreTokens(Store store)
      : store_([store = std::move(store)](KeptTokens const& tokens) mutable -> boost::system::error_code {
          if constexpr (std::is_void_v<std::invoke_result_t<Store&, KeptTokens const&>>) {
            store(tokens);
            return {};
          } else {
            return store(tokens);
          }
        }) {}

  explicit operator bool() const noexcept { return store_ != nullptr; }
  boost::system::error_code operator()(KeptTokens const& tokens) const { return store_(tokens); }

private:
  std::function<boost::system::error_code(KeptTokens const&)> store_;
};

struct TokenKeeperConfig {
  /// So long before its end an access token is refreshed, at most a tenth of its life. A refresh token that has an end
  /// is spent so long before it, too.
  std::chrono::seconds margin{60};
  /// The pause after a refresh that never left this machine, was turned away (408, 425, 429), failed (5xx) or got no
  /// reply, and after new tokens could not be stored; it doubles up to `pause_max`. `Retry-After` makes it longer.
  std::chrono::milliseconds pause = std::chrono::seconds(1);
  std::chrono::milliseconds pause_max = std::chrono::minutes(5);
  /// After so long without an answer, counted from the first of those in a row, the keeper ends. What never left this
  /// machine does not count. A day outlasts the maintenance of an institution.
  std::chrono::milliseconds outage_max = std::chrono::hours(24);
  /// From one refresh to the next at least, also after a success and after a 401. Half a minute keeps an access token
  /// of a minute alive without a gap; a server that claims shorter lives sees two refreshes a minute, not thousands.
  std::chrono::milliseconds refresh_interval_min = std::chrono::seconds(30);
  /// Asked for a code where the institution wants one with a refresh (vanguard); must outlive the keeper's operations.
  /// It has two minutes. One that throws, drops its handler or is too late has given no code.
  Responder* responder = nullptr;
  /// Hears of new tokens before anybody else, to store them; called on the client's executor. The refresh token in them
  /// is the only valid one. They are offered until they are stored, as long as the keeper lives and is not cancelled.
  StoreTokens on_refreshed;
};

class TokenKeeperCore;

/// Keeps the access tokens of one account, and of those that share its refresh token, alive. One refresh is in flight
/// at a time. It is no attempt at the account: one without an answer is asked again with the same refresh token, which
/// can only win, or be refused where the lost one has spent it. New tokens go to the account that the reply names; one
/// that it leaves out keeps its access token, and its refresh token unless the reply shows that this is spent.
class TokenKeeper {
public:
  TokenKeeper(Client client, KeptTokens tokens, TokenKeeperConfig config = {});

  /// Refreshes in time, until nothing more can be done; says why it stopped. Where a life is unknown (`expires_in` of
  /// zero or less) that is when a token was rejected, or the refresh token is about to end. Honours terminal
  /// cancellation.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, KeeperEnd)> Token = boost::asio::deferred_t>
  auto async_run(Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, KeeperEnd)>(
        [core = core_](auto handler) { run(core, RunHandler(std::move(handler))); }, token);
  }

  /// Completes with the access token of the first account. One that is over, rejected or about to end is refreshed
  /// before, no sooner than `refresh_interval_min` after the last refresh; all who ask meanwhile share that refresh.
  /// The error is `keeper_ended` where it cannot be refreshed any more (`async_run` tells why), or that which put a
  /// refresh off. Honours terminal cancellation with `operation_aborted`; the refresh goes on.
  template <boost::asio::completion_token_for<void(boost::system::error_code, Secret)> Token = boost::asio::deferred_t>
  auto async_access_token(Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, Secret)>(
        [core = core_](auto handler) { access_token(core, std::nullopt, TokenHandler(std::move(handler))); }, token);
  }

  /// The same of the account with these ids. `missing_token`: the keeper has no such account, or its token is over and
  /// the newest reply left it out.
  template <boost::asio::completion_token_for<void(boost::system::error_code, Secret)> Token = boost::asio::deferred_t>
  auto async_access_token(BrokerAccount account, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, Secret)>(
        [core = core_](auto handler, BrokerAccount whose) {
          access_token(core, std::move(whose), TokenHandler(std::move(handler)));
        },
        token, std::move(account));
  }

  /// Tells that the institution answered 401 to this access token: it is refreshed before it is given out again, at
  /// most once for each token. A token that is no longer the newest is ignored. From any thread.
  void reject_access_token(Secret const& access_token) const;

private:
  using RunHandler = boost::asio::any_completion_handler<void(boost::system::error_code, KeeperEnd)>;
  using TokenHandler = boost::asio::any_completion_handler<void(boost::system::error_code, Secret)>;
  using Core = std::shared_ptr<TokenKeeperCore>;

  static void run(Core const& core, RunHandler handler);
  static void access_token(Core const& core, std::optional<BrokerAccount> account, TokenHandler handler);

  Core core_;
};

}  // namespace sallyport
