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
#include <vector>

namespace sallyport {

class Shards;

/// What a server has counted since it started.
struct ServerCounters {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t credential_posts = 0;  ///< POST authenticate with a secret in it: what may count at an institution.
  std::uint64_t polls = 0;
  std::uint64_t sessions_open = 0;  ///< Logins that stand at a door now.
  std::uint64_t logins_kept = 0;    ///< Those, and the ended ones that are remembered for a while; each has an alarm.
  std::uint64_t connections_open = 0;
};

/// The verifier's side of the API over HTTPS. Its work runs on a strand of its own, or in shards, on a strand of each
/// executor. A login belongs to one shard, by its user id, whichever shard its connections come to lie on.
/// After a fork its connections and logins are the parent's alone. Where the execution context was told (`notify_fork`)
/// a server that was started accepts in the child as well; `stop` it in the process that is not to serve.
class Server {
public:
  /// Reads the certificate, binds and listens; `start` accepts. The verifier and the account service must outlive the
  /// work of the server's executor. Without an account service, the operations besides logins are 404.
  [[nodiscard]] static boost::system::result<Server> create(boost::asio::any_io_executor executor, ServerConfig config,
                                                            Verifier& verifier, AccountService* accounts = nullptr);
  /// In as many shards, on one port; for each, commonly, an executor with a thread of its own. The bounds are those of
  /// the server: `sessions_max` and `body_bytes_max` are divided evenly, and `bad_config` where a share is too small.
  /// Observer, verifier and account service are called by all shards at once. No executor may go before all have run
  /// out of the server's work, as they have once `async_drain` has completed.
  [[nodiscard]] static boost::system::result<Server> create(std::vector<boost::asio::any_io_executor> const& shards,
                                                            ServerConfig config, Verifier& verifier,
                                                            AccountService* accounts = nullptr);

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
        [shards = shards_, bound](auto handler) { drain(shards, bound, DrainHandler(std::move(handler))); }, token);
  }

  /// Shows this certificate to whoever connects from now on; connections that are open keep theirs. Where it cannot be
  /// used (`bad_certificate`, `bad_private_key`) nothing changes. From any thread.
  [[nodiscard]] boost::system::error_code use_identity(TlsIdentity const& identity);

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] ServerCounters counters() const;

private:
  using DrainHandler = boost::asio::any_completion_handler<void(boost::system::error_code)>;

  static void drain(std::shared_ptr<Shards> const& shards, std::chrono::milliseconds bound, DrainHandler handler);
  explicit Server(std::shared_ptr<Shards> shards) noexcept;

  std::shared_ptr<Shards> shards_;
};

}  // namespace sallyport
