#pragma once

#include <sallyport/transport/account_service.hpp>
#include <sallyport/transport/config.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/verifier.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

namespace sallyport {

class ServerCore;

/// What a server has counted since it started.
struct ServerCounters {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t credential_posts = 0;  ///< POST authenticate with a secret in it: what may count at an institution.
  std::uint64_t polls = 0;
  std::uint64_t sessions_open = 0;  ///< Logins that stand at a door now.
  std::uint64_t connections_open = 0;
};

/// The verifier's side of the API over HTTPS. Its work runs on a strand of its own.
class Server {
public:
  /// Reads the certificate, binds and listens; `start` accepts. The verifier and the account service must outlive the
  /// work of the server's executor. Without an account service, the operations besides logins are 404.
  [[nodiscard]] static boost::system::result<Server> create(boost::asio::any_io_executor executor, ServerConfig config,
                                                            Verifier& verifier, AccountService* accounts = nullptr);

  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  /// Stops at once.
  ~Server();

  void start();
  /// Takes no more connections and closes those that are open, in the midst of a request too. May be called from any
  /// thread, and again.
  void stop();
  /// Stops without hurting whoever waits for a reply: takes no more connections, closes those that are idle, answers
  /// the requests under way with `Connection: close`, and completes once the last connection has closed. After `bound`
  /// it stops and completes with `timed_out`; `stop` and terminal cancellation end it at once with `operation_aborted`.
  template <boost::asio::completion_token_for<void(boost::system::error_code)> Token = boost::asio::deferred_t>
  auto async_drain(std::chrono::milliseconds bound, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
        [core = core_, bound](auto handler) { drain(core, bound, DrainHandler(std::move(handler))); }, token);
  }

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] ServerCounters counters() const;

private:
  using DrainHandler = boost::asio::any_completion_handler<void(boost::system::error_code)>;

  static void drain(std::shared_ptr<ServerCore> const& core, std::chrono::milliseconds bound, DrainHandler handler);
  explicit Server(std::shared_ptr<ServerCore> core) noexcept;

  std::shared_ptr<ServerCore> core_;
};

}  // namespace sallyport
