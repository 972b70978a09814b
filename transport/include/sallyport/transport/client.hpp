#pragma once

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/scheme.hpp>
#include <sallyport/protocol/token.hpp>
#include <sallyport/transport/config.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/login.hpp>
#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/pool_state.hpp>
#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/responder.hpp>
#include <sallyport/transport/same_build.hpp>
#include <sallyport/transport/snapshot.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

class ClientCore;

/// The claimant's side of the API: logs users in. It is a handle to shared state; copies are cheap and speak through
/// the same connections. Its work runs on a strand of its own, so it may be called from any thread.
/// The execution context of its executor must outlive it and whatever was made of it: logins, keepers, operations.
/// After a fork the child has no connection and none of the logins: in the child what was begun before ends with
/// `TransportErrc::forked`, or unknown where it was sent, and goes on in the parent. What a child begins needs an
/// execution context that was told of the fork (`notify_fork`); it is `context_not_told` else.
class Client {
public:
  using executor_type = boost::asio::any_io_executor;
  using Schemes = std::vector<AuthenticationScheme>;
  using SchemesReply = ApiResult<Schemes>;
  using AuthReply = ApiResult<AuthResponse>;
  using LinkReply = ApiResult<AuthPromptResponse>;
  using RefreshReply = ApiResult<RefreshResponse>;
  using RemoveReply = ApiResult<NoContent>;
  using StatusReply = ApiResult<std::vector<HealthStatus>>;

  /// Reads the CA file and checks the configuration; connects to nothing yet.
  [[nodiscard]] static boost::system::result<Client> create(executor_type executor, ClientConfig config);

  /// GET authenticationSchemes. Completes with the envelope as it came.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, SchemesReply)> Token = boost::asio::deferred_t>
  auto async_authentication_schemes(Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, SchemesReply)>(
        [core = core_](auto handler) { start_schemes(core, SchemesHandler(std::move(handler))); }, token);
  }

  /// POST authenticate, once, as it is: for hosts with a state machine of their own. A reply that refuses without an
  /// envelope, by its HTTP status alone, is put into one. `reply_lost`,
  /// `request_timeout`, `reply_too_large` and `reply_malformed` mean that it may have arrived; `operation_aborted` and
  /// every other error mean that nothing was sent. It is never repeated.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, AuthReply)> Token = boost::asio::deferred_t>
  auto async_authenticate(Credentials credentials, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, AuthReply)>(
        [core = core_](auto handler, Credentials who) {
          start_authenticate(core, std::move(who), AuthHandler(std::move(handler)));
        },
        token, std::move(credentials));
  }

  /// GET authenticate/{brokerType}: where to send the browser of a user who logs in by OAuth. What the browser brings
  /// back goes into `redirect_link`, `auth_token` or `key` of the login's first post.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, LinkReply)> Token = boost::asio::deferred_t>
  auto async_link(Open<BrokerType> type, Secret user_id, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, LinkReply)>(
        [core = core_](auto handler, Open<BrokerType> const& where, Secret const& user) {
          start_link(core, where, user, LinkHandler(std::move(handler)));
        },
        token, std::move(type), std::move(user_id));
  }

  /// POST token/refresh, once; a `TokenKeeper` does it in time and one at a time. Errors as of `async_authenticate`;
  /// `missing_token` where a member lacks that the integration needs.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, RefreshReply)> Token = boost::asio::deferred_t>
  auto async_refresh(RefreshRequest request, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, RefreshReply)>(
        [core = core_](auto handler, RefreshRequest what) {
          start_refresh(core, what, RefreshHandler(std::move(handler)));
        },
        token, std::move(request));
  }

  /// DELETE account: ends the connection to the institution and has its data erased. Errors as above.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, RemoveReply)> Token = boost::asio::deferred_t>
  auto async_remove_account(RemoveAccountRequest request, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, RemoveReply)>(
        [core = core_](auto handler, RemoveAccountRequest what) {
          start_remove(core, what, RemoveHandler(std::move(handler)));
        },
        token, std::move(request));
  }

  /// GET status: which integrations are up.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, StatusReply)> Token = boost::asio::deferred_t>
  auto async_status(Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, StatusReply)>(
        [core = core_](auto handler) { start_status(core, StatusHandler(std::move(handler))); }, token);
  }

  /// A login to be driven turn by turn.
  [[nodiscard]] Login login(Credentials credentials) const;

  /// A login that `Login::async_save` sealed, standing where it stood; nothing is sent. `claim` is asked last and must
  /// say yes once: a login is resumed once. What it throws comes out of this, and nothing is resumed. `credentials`
  /// serve where the snapshot has none; they must be of the same user and integration. One whose time is over is
  /// resumed as well, and its next turn says how it ended. `EngineErrc::bad_snapshot` means that this client's limits
  /// are stricter than what it was saved under.
  [[nodiscard]] boost::system::result<Login> resume(std::string_view sealed, SnapshotKey const& key,
                                                    std::string_view id, SnapshotClaim const& claim,
                                                    std::optional<Credentials> credentials = {}) const;

  /// A whole login. The responder is asked at every door and must outlive the operation, and each handler that it
  /// keeps. An error means that the login could not be carried out; that the server says no is an Outcome. Honours
  /// terminal cancellation at every point.
  template <boost::asio::completion_token_for<void(boost::system::error_code, Outcome)> Token = boost::asio::deferred_t>
  auto async_login(Credentials credentials, Responder& responder, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, Outcome)>(
        [core = core_, &responder](auto handler, Credentials who) {
          start_login(core, std::move(who), responder, LoginHandler(std::move(handler)));
        },
        token, std::move(credentials));
  }

  /// From any thread. The three may be of moments that differ a little.
  [[nodiscard]] PoolState pool_state() const noexcept;

  [[nodiscard]] executor_type get_executor() const noexcept;

private:
  friend class ClientCore;
  using SchemesHandler = boost::asio::any_completion_handler<void(boost::system::error_code, SchemesReply)>;
  using AuthHandler = boost::asio::any_completion_handler<void(boost::system::error_code, AuthReply)>;
  using LinkHandler = boost::asio::any_completion_handler<void(boost::system::error_code, LinkReply)>;
  using RefreshHandler = boost::asio::any_completion_handler<void(boost::system::error_code, RefreshReply)>;
  using RemoveHandler = boost::asio::any_completion_handler<void(boost::system::error_code, RemoveReply)>;
  using StatusHandler = boost::asio::any_completion_handler<void(boost::system::error_code, StatusReply)>;
  using LoginHandler = boost::asio::any_completion_handler<void(boost::system::error_code, Outcome)>;
  using Core = std::shared_ptr<ClientCore>;

  explicit Client(Core core) noexcept : core_(std::move(core)) {}

  static void start_schemes(Core const& core, SchemesHandler handler);
  static void start_authenticate(Core const& core, Credentials credentials, AuthHandler handler);
  static void start_link(Core const& core, Open<BrokerType> const& type, Secret const& user_id, LinkHandler handler);
  static void start_refresh(Core const& core, RefreshRequest const& what, RefreshHandler handler);
  static void start_remove(Core const& core, RemoveAccountRequest const& what, RemoveHandler handler);
  static void start_status(Core const& core, StatusHandler handler);
  static void start_login(Core const& core, Credentials credentials, Responder& responder, LoginHandler handler);

  Core core_;
};

}  // namespace sallyport
