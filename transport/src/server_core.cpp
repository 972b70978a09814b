#include "server_core.hpp"

#include "process_descriptor.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Closes a socket that a parent has as well. An epoll that it is left in would go on to tell of it.
void drop_copy(Socket socket) {
  error_code ec;
  if (auto const descriptor = socket.is_open() ? socket.release(ec) : -1; descriptor >= 0) ::close(descriptor);
}

}  // namespace

ServerCore::ServerCore(Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier, AccountService* accounts)
    : strand_(strand),
      reactor_(std::make_shared<Reactor>(strand)),
      state_(std::move(state)),
      acceptor_(strand),
      pause_(strand),
      logins_(std::make_shared<LoginService>(strand, state_, verifier)),
      accounts_(accounts == nullptr ? nullptr : std::make_shared<AccountRoutes>(strand, state_, *accounts)),
      routes_(std::make_shared<Routes const>(state_, verifier, logins_, accounts_)),
      desk_(routes_),
      fork_notice_(strand, [this](asio::execution_context::fork_event event) { forked(event); }) {}

void ServerCore::cross(std::shared_ptr<ShardMap> const& map) {
  crossing_ = std::make_shared<Crossing>(strand_, state_->shard, map, routes_);
  map->add(crossing_);
  desk_ = std::make_shared<CrossingDesk const>(crossing_);
}

error_code ServerCore::open(tcp::endpoint const& endpoint) {
  error_code ec;
  acceptor_.open(endpoint.protocol(), ec);
  if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
  return ec;
}

error_code ServerCore::share_port() {
  int const on = 1;
  auto const done = ::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  return done == 0 ? error_code() : error_code(errno, boost::system::system_category());
}

// The port is shared after it was bound: had it been before, another server there would go unnoticed, and each would
// get some of the connections.
error_code ServerCore::listen() {
  error_code ec;
  tcp::endpoint const endpoint(asio::ip::make_address(state_->config.address, ec), state_->config.port);
  if (!ec) ec = open(endpoint);
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec && crossing_) ec = share_port();
  if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) port_ = acceptor_.local_endpoint(ec).port();
  return ec;
}

error_code ServerCore::listen_beside(std::uint16_t port) {
  error_code ec;
  tcp::endpoint const endpoint(asio::ip::make_address(state_->config.address, ec), port);
  if (!ec) ec = open(endpoint);
  if (!ec) ec = share_port();
  if (!ec) acceptor_.bind(endpoint, ec);
  if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  port_ = port;
  return ec;
}

void ServerCore::start() {
  if (ends() || std::exchange(started_, true)) return;
  reactor_->hold();
  if (!reactor_->is_of_parent()) accept();
}

// A fork may be made inside a call of ours, so what follows from it waits for its turn.
void ServerCore::forked(asio::execution_context::fork_event event) {
  if (event != asio::execution_context::fork_child) return;
  asio::post(strand_, [weak = weak_from_this()] {
    if (auto const self = weak.lock()) self->go_on_in_child();
  });
}

// The parent keeps its connections and its logins: a challenge that two processes knew could be answered twice. The
// socket that listens is everybody's, as with all servers that fork: whoever accepts a connection has it alone.
void ServerCore::go_on_in_child() {
  if (stopped_ || !reactor_->is_of_parent()) return;
  connections_.drain([](HttpConnection& connection) { connection.close(); });
  logins_->leave_to_parent();
  if (accounts_) accounts_->stop();
  if (crossing_) crossing_->leave_to_parent();
  static_cast<void>(reactor_->go_on_in_child());  // Where it fails, the next connection tries again.
  error_code ignored;
  acceptor_.cancel(ignored);
  pause_.cancel();
  if (started_ && !ends()) accept();
}

void ServerCore::accept_no_more() {
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void ServerCore::end() {
  if (std::exchange(stopped_, true)) return;
  if (started_) reactor_->release();
  accept_no_more();
  state_->on_closed = nullptr;
  on_quiet_ = nullptr;
  logins_->stop();
  if (accounts_) accounts_->stop();
  if (crossing_) crossing_->stop();
  connections_.drain([](HttpConnection& connection) { connection.close(); });
}

void ServerCore::begin_drain(std::function<void()> quiet) {
  if (stopped_) return;
  state_->draining = true;
  on_quiet_ = std::move(quiet);
  accept_no_more();
  // A connection closes in the midst of its own work, so what follows from it waits for its turn.
  state_->on_closed = [weak = weak_from_this(), strand = strand_] {
    asio::post(strand, [weak] {
      if (auto const self = weak.lock()) self->check_quiet();
    });
  };
  connections_.for_each([](HttpConnection& connection) { connection.wind_up(); });
  check_quiet();
}

void ServerCore::check_quiet() {
  if (state_->counters.connections_open != 0) return;
  if (auto const quiet = std::exchange(on_quiet_, nullptr)) quiet();
}

void ServerCore::accept() {
  acceptor_.async_accept(strand_,
                         [self = shared_from_this(), process = process_number()](error_code ec, Socket socket) {
                           // It may have been accepted before the fork, by the parent.
                           if (process != process_number()) return drop_copy(std::move(socket));
                           if (self->stopped_ || ec == asio::error::operation_aborted) return;
                           if (ec) return self->rest();  // Out of descriptors, commonly: somebody has to hang up first.
                           self->take(std::move(socket));
                           if (!self->ends()) self->accept();
                         });
}

void ServerCore::rest() {
  pause_.expires_after(std::chrono::milliseconds(100));
  pause_.async_wait([self = shared_from_this(), process = process_number()](error_code ec) {
    if (!ec && process == process_number() && !self->ends()) self->accept();
  });
}

void ServerCore::take(Socket socket) {
  if (reactor_->go_on_in_child()) return;      // There are no descriptors. The socket closes.
  if (state_->draining && !on_quiet_) return;  // Nobody waits for it any more.
  error_code ec;
  auto const endpoint = socket.remote_endpoint(ec);
  if (ec) return;  // It has hung up.
  auto const peer = peer_of(endpoint.address());
  auto const seat = state_->book.enter(peer);
  if (seat == ConnectionBook::Seat::none) return;  // The socket closes.
  ++state_->counters.connections;
  auto const connection = std::make_shared<HttpConnection>(*reactor_, state_, desk_, peer, seat);
  connections_.add(connection);
  connection->start(std::move(socket));
}

}  // namespace sallyport
