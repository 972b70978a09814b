#include <sallyport/transport/server.hpp>

#include "account_routes.hpp"
#include "deliver.hpp"
#include "http_connection.hpp"
#include "http_message.hpp"
#include "login_service.hpp"
#include "routes.hpp"
#include "server_state.hpp"
#include "tls.hpp"
#include "tls_stream.hpp"
#include "weak_list.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>

#include <boost/system/system_error.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Accepts connections and keeps count of them. All of it runs on one strand.
class ServerCore : public std::enable_shared_from_this<ServerCore> {
public:
  using DrainHandler = asio::any_completion_handler<void(error_code)>;

  ServerCore(Strand strand, ServerConfig config, TlsContext tls, Verifier& verifier, AccountService* accounts)
      : strand_(strand),
        reactor_(std::make_shared<Reactor>(strand)),
        state_(std::make_shared<ServerState>(std::move(config), std::move(tls))),
        acceptor_(strand),
        pause_(strand),
        drain_timer_(strand),
        logins_(std::make_shared<LoginService>(strand, state_, verifier)),
        accounts_(accounts == nullptr ? nullptr : std::make_shared<AccountRoutes>(strand, state_, *accounts)),
        routes_(std::make_shared<Routes const>(state_, verifier, logins_, accounts_)) {}

  error_code listen() {
    error_code ec;
    auto const address = asio::ip::make_address(state_->config.address, ec);
    tcp::endpoint const endpoint(address, state_->config.port);
    if (!ec) acceptor_.open(endpoint.protocol(), ec);
    if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (!ec) port_ = acceptor_.local_endpoint(ec).port();
    return ec;
  }

  void start() {
    asio::post(strand_, [self = shared_from_this()] {
      if (self->ends() || std::exchange(self->started_, true)) return;
      self->reactor_->hold();
      self->accept();
    });
  }

  void stop() {
    asio::post(strand_, [self = shared_from_this()] { self->end(asio::error::operation_aborted); });
  }

  void drain(std::chrono::milliseconds bound, DrainHandler handler) {
    on_terminal_cancellation(handler, strand_, weak_from_this(), &ServerCore::stop);
    asio::post(strand_, [self = shared_from_this(), bound, handler = std::move(handler)]() mutable {
      if (self->ends()) return deliver(self->strand_, std::move(handler), error_code(asio::error::operation_aborted));
      self->on_drained_.emplace(std::move(handler));
      self->begin_drain(bound);
    });
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] ServerCounters counters() const noexcept { return state_->counters.read(); }

private:
  [[nodiscard]] bool ends() const noexcept { return stopped_ || state_->draining; }

  void accept_no_more() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

  void end(error_code why) {
    if (std::exchange(stopped_, true)) return;
    if (started_) reactor_->release();
    accept_no_more();
    drain_timer_.cancel();
    state_->on_closed = nullptr;
    logins_->stop();
    if (accounts_) accounts_->stop();
    connections_.drain([](HttpConnection& connection) { connection.close(); });
    if (!on_drained_) return;
    auto handler = std::move(*on_drained_);
    on_drained_.reset();
    deliver(strand_, std::move(handler), why);
  }

  void begin_drain(std::chrono::milliseconds bound) {
    state_->draining = true;
    accept_no_more();
    drain_timer_.expires_after(bound);
    drain_timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec && !self->stopped_) self->end(asio::error::timed_out);
    });
    // A connection closes in the midst of its own work, so what follows from it waits for its turn.
    state_->on_closed = [weak = weak_from_this(), strand = strand_] {
      asio::post(strand, [weak] {
        if (auto const self = weak.lock()) self->check_drained();
      });
    };
    connections_.for_each([](HttpConnection& connection) { connection.wind_up(); });
    check_drained();
  }

  void check_drained() {
    if (!stopped_ && state_->counters.connections_open == 0) end({});
  }

  void accept() {
    acceptor_.async_accept(strand_, [self = shared_from_this()](error_code ec, Socket socket) {
      if (self->stopped_ || ec == asio::error::operation_aborted) return;
      if (ec) return self->rest();  // Out of descriptors, commonly: somebody has to hang up first.
      self->take(std::move(socket));
      if (!self->ends()) self->accept();
    });
  }

  void rest() {
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec && !self->ends()) self->accept();
    });
  }

  void take(Socket socket) {
    error_code ec;
    auto const endpoint = socket.remote_endpoint(ec);
    if (ec) return;  // It has hung up.
    auto const peer = peer_of(endpoint.address());
    auto const seat = state_->book.enter(peer);
    if (seat == ConnectionBook::Seat::none) return;  // The socket closes.
    ++state_->counters.connections;
    auto const connection = std::make_shared<HttpConnection>(*reactor_, state_, routes_, peer, seat);
    connections_.add(connection);
    connection->start(std::move(socket));
  }

  Strand strand_;
  std::shared_ptr<Reactor> reactor_;
  std::shared_ptr<ServerState> state_;
  asio::basic_socket_acceptor<tcp, Strand> acceptor_;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Strand> pause_;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Strand>
      drain_timer_;
  std::optional<DrainHandler> on_drained_;
  std::shared_ptr<LoginService> logins_;
  std::shared_ptr<AccountRoutes> accounts_;
  std::shared_ptr<Routes const> routes_;
  WeakList<HttpConnection> connections_;
  std::uint16_t port_ = 0;
  bool started_ = false;
  bool stopped_ = false;
};

Server::Server(std::shared_ptr<ServerCore> core) noexcept : core_(std::move(core)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&& other) noexcept {
  std::swap(core_, other.core_);  // The other's destructor stops what was ours.
  return *this;
}
Server::~Server() {
  if (core_) core_->stop();
}

boost::system::result<Server> Server::create(asio::any_io_executor executor, ServerConfig config, Verifier& verifier,
                                             AccountService* accounts) {
  if (!problem_of(config).empty()) return TransportErrc::bad_config;
  for (auto const& client : config.clients) {
    if (!fits_a_header(client.id) || !fits_a_header(client.secret.reveal())) return TransportErrc::missing_client_id;
  }
  auto tls = make_server_tls(config.identity);
  if (!tls) return tls.error();
  config.identity.private_key = Secret();  // OpenSSL has it; its text is of no more use.
  try {
    auto core = std::make_shared<ServerCore>(asio::make_strand(executor), std::move(config), std::move(*tls), verifier,
                                             accounts);
    if (auto const ec = core->listen()) return ec;
    return Server(std::move(core));
  } catch (boost::system::system_error const& error) {  // Out of descriptors.
    return error.code();
  }
}

void Server::start() {
  core_->start();
}
void Server::stop() {
  core_->stop();
}
void Server::drain(std::shared_ptr<ServerCore> const& core, std::chrono::milliseconds bound, DrainHandler handler) {
  core->drain(bound, std::move(handler));
}
std::uint16_t Server::port() const noexcept {
  return core_->port();
}
ServerCounters Server::counters() const {
  return core_->counters();
}

}  // namespace sallyport
