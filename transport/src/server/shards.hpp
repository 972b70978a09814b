#pragma once

#include "net/tls.hpp"
#include "server/server_core.hpp"
#include "server/server_ending.hpp"

#include <sallyport/transport/server.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace sallyport {

/// A server, from outside: all its shards. Each of its functions may be called from any thread. Only whoever has the
/// server has this: a shard must not be kept by work that is queued at another one's executor.
class Shards {
public:
  /// Binds and listens. The configuration was checked.
  [[nodiscard]] static boost::system::result<std::shared_ptr<Shards>> create(
      std::vector<boost::asio::any_io_executor> const& executors, ServerConfig config, TlsContext tls,
      Verifier& verifier, AccountService* accounts);

  void start();
  void stop();
  void drain(std::chrono::milliseconds bound, ServerEnding::Handler handler) {
    ending_->drain(bound, std::move(handler));
  }
  void use_tls(TlsContext tls) { commons_->tls.set(std::move(tls)); }
  [[nodiscard]] std::uint16_t port() const noexcept { return cores_.front()->port(); }
  [[nodiscard]] ServerCounters counters() const noexcept;

private:
  Shards() = default;
  [[nodiscard]] boost::system::error_code listen();

  std::shared_ptr<ServerCommons> commons_;
  std::vector<std::shared_ptr<ServerCore>> cores_;
  std::shared_ptr<ServerEnding> ending_;
};

}  // namespace sallyport
