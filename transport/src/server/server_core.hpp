#pragma once

#include "net/reactor.hpp"
#include "server/account_routes.hpp"
#include "server/connection_book.hpp"
#include "server/desk.hpp"
#include "server/http_connection.hpp"
#include "server/login_service.hpp"
#include "server/routes.hpp"
#include "server/server_state.hpp"
#include "server/shard_crossing.hpp"
#include "support/fork_notice.hpp"
#include "support/strand.hpp"
#include "support/weak_list.hpp"

#include <sallyport/transport/server.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace sallyport {

/// One shard of a server: accepts connections, keeps count of them and of its logins. All of it runs on one strand.
/// Where there is no memory or no descriptor for a connection, that one is dropped, and after a while it accepts again.
class ServerCore final : public std::enable_shared_from_this<ServerCore>, private Reactor::Source {
public:
  ServerCore(Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier, AccountService* accounts);
  ServerCore(ServerCore const&) = delete;
  ServerCore& operator=(ServerCore const&) = delete;
  ~ServerCore();

  /// Where the server has several shards: requests go to those that they belong to. Before `start`.
  void cross(std::shared_ptr<ShardMap> const& map);
  /// Binds what nobody else listens on, and lets the other shards listen there, too; then these.
  [[nodiscard]] boost::system::error_code listen();
  [[nodiscard]] boost::system::error_code listen_beside(std::uint16_t port);

  [[nodiscard]] Strand const& strand() const noexcept { return strand_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] ServerCounters counters() const noexcept { return state_->counters.read(); }

  // From here on, all is called on the strand.
  void start();
  /// Takes no more connections and lets go of those that are idle. Calls back once none is left; the logins stay, for
  /// whoever is connected to another shard.
  void begin_drain(std::function<void()> quiet);
  void end();

private:
  class Accepted;
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Strand>;

  [[nodiscard]] boost::system::error_code listen_at(std::uint16_t port, bool is_first);
  void ready(std::uint32_t epoll_events) override;
  void abandon() noexcept override;
  void stay_behind() noexcept override;
  void take_turn() override;
  void turn_ended() noexcept override {}
  [[nodiscard]] bool ends() const noexcept { return stopped_ || state_->draining; }
  void accept_no_more() noexcept;
  void check_quiet();
  void accept_some();
  void rest();
  void take(Accepted& accepted);
  void forked(boost::asio::execution_context::fork_event event);
  void go_on_in_child();

  Strand strand_;
  std::shared_ptr<Reactor> reactor_;
  std::shared_ptr<ServerState> state_;
  Deadline pause_;
  Deadline quiet_check_;
  std::shared_ptr<LoginService> logins_;
  std::shared_ptr<AccountRoutes> accounts_;
  std::shared_ptr<Routes const> routes_;
  std::shared_ptr<Crossing> crossing_;  ///< Where there are other shards.
  std::shared_ptr<Desk const> desk_;
  WeakList<HttpConnection> connections_;
  std::function<void()> on_quiet_;  ///< While it drains.
  int listener_ = -1;
  std::uint32_t key_ = Reactor::no_key;
  std::uint16_t port_ = 0;
  bool started_ = false;
  bool stopped_ = false;
  ForkNotice fork_notice_;
};

}  // namespace sallyport
