#include "server/server_core.hpp"

#include "support/call_later.hpp"
#include "support/without_memory.hpp"

#include <boost/asio/post.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// How many are accepted in a row.
constexpr auto accepts_max = 16;
/// How long it waits where there is no room for another one.
constexpr auto pause_length = std::chrono::milliseconds(100);

error_code share_port(int socket) {
  int const on = 1;
  auto const done = ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  return done == 0 ? error_code() : error_code(errno, boost::system::system_category());
}

}  // namespace

ServerCore::ServerCore(Strand strand, std::shared_ptr<ServerState> state, Verifier& verifier, AccountService* accounts)
    : strand_(strand),
      reactor_(std::make_shared<Reactor>(strand)),
      state_(std::move(state)),
      pause_(reactor_->deadlines()),
      quiet_check_(reactor_->deadlines()),
      logins_(std::make_shared<LoginService>(strand, state_, verifier, reactor_->deadlines())),
      accounts_(accounts == nullptr ? nullptr : std::make_shared<AccountRoutes>(strand, state_, *accounts)),
      routes_(std::make_shared<Routes const>(state_, verifier, logins_, accounts_)),
      desk_(routes_),
      fork_notice_(strand, [this](asio::execution_context::fork_event event) { forked(event); }) {}

ServerCore::~ServerCore() {
  accept_no_more();
}

void ServerCore::cross(std::shared_ptr<ShardMap> const& map) {
  crossing_ = std::make_shared<Crossing>(strand_, state_->shard, map, routes_);
  map->add(crossing_);
  desk_ = std::make_shared<CrossingDesk const>(crossing_);
}

/// One that was accepted and does not block. Closed, unless somebody takes it.
class ServerCore::Accepted {
public:
  explicit Accepted(int listener) noexcept {
    socklen_t size = 0;
    do {
      size = static_cast<socklen_t>(from_.capacity());
      socket_ = ::accept4(listener, from_.data(), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
      why_ = socket_ < 0 ? errno : 0;
    } while (why_ == EINTR || why_ == ECONNABORTED);  // Who has hung up already is no reason to stop.
    if (socket_ >= 0) from_.resize(size);
  }
  Accepted(Accepted const&) = delete;
  Accepted& operator=(Accepted const&) = delete;
  ~Accepted() {
    if (socket_ >= 0) ::close(socket_);
  }

  [[nodiscard]] bool is_there() const noexcept { return socket_ >= 0; }
  [[nodiscard]] bool nobody_waits() const noexcept { return why_ == EAGAIN || why_ == EWOULDBLOCK; }
  [[nodiscard]] asio::ip::address address() const { return from_.address(); }
  [[nodiscard]] int release() noexcept { return std::exchange(socket_, -1); }

private:
  tcp::endpoint from_;
  int socket_ = -1;
  int why_ = 0;
};

error_code ServerCore::listen() {
  return listen_at(state_->config.port, true);
}

error_code ServerCore::listen_beside(std::uint16_t port) {
  return listen_at(port, false);
}

// The first of several shards shares the port after it was bound: had it been before, another server there would go
// unnoticed, and each would get some of the connections.
error_code ServerCore::listen_at(std::uint16_t port, bool is_first) {
  error_code ec;
  tcp::endpoint const endpoint(asio::ip::make_address(state_->config.address, ec), port);
  Acceptor acceptor(strand_);
  if (!ec) acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec && !is_first) ec = share_port(acceptor.native_handle());
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec && is_first && crossing_) ec = share_port(acceptor.native_handle());
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec) acceptor.native_non_blocking(true, ec);
  if (!ec) port_ = acceptor.local_endpoint(ec).port();
  if (!ec) listener_ = acceptor.release(ec);
  return ec;
}

void ServerCore::start() {
  if (ends() || std::exchange(started_, true)) return;
  reactor_->hold();
  accept_some();
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
  // Where there are no descriptors, it has no deadline either.
  if (reactor_->go_on_in_child())
    return call_later(strand_, pause_length, weak_from_this(), &ServerCore::go_on_in_child);
  if (started_) accept_some();
}

void ServerCore::accept_no_more() noexcept {
  if (auto const key = std::exchange(key_, Reactor::no_key); key != Reactor::no_key) reactor_->forget(key);
  if (auto const listener = std::exchange(listener_, -1); listener >= 0) ::close(listener);
  pause_.clear();
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
  state_->on_closed = [weak = weak_from_this()] {
    auto const self = weak.lock();
    if (self) self->quiet_check_.set({}, [core = self.get()] { core->shared_from_this()->check_quiet(); });
  };
  connections_.for_each([](HttpConnection& connection) { connection.wind_up(); });
  check_quiet();
}

void ServerCore::check_quiet() {
  if (state_->counters.connections_open != 0) return;
  if (auto const quiet = std::exchange(on_quiet_, nullptr)) quiet();
}

void ServerCore::ready(std::uint32_t /*epoll_events*/) {
  accept_some();
}

void ServerCore::take_turn() {
  accept_some();
}

void ServerCore::abandon() noexcept {
  key_ = Reactor::no_key;
}

// The epoll is the parent's, the socket is not.
void ServerCore::stay_behind() noexcept {
  reactor_->forget(std::exchange(key_, Reactor::no_key));
}

// Whoever is told once that somebody waits accepts until nobody does; but others have their turn meanwhile.
void ServerCore::accept_some() {
  if (ends() || reactor_->is_of_parent()) return;
  if (key_ == Reactor::no_key) {
    work_or_end([this] { static_cast<void>(reactor_->watch(listener_, *this, key_)); }, [] {});
    if (key_ == Reactor::no_key) return rest();
  }
  for (auto left = accepts_max; left != 0; --left) {
    if (ends()) return;
    Accepted accepted(listener_);
    if (accepted.nobody_waits()) return;
    // Out of descriptors or memory: somebody has to hang up first.
    auto has_room = accepted.is_there();
    if (has_room) work_or_end([&] { take(accepted); }, [&has_room] { has_room = false; });
    if (!has_room) return rest();
  }
  reactor_->call_soon(*this);
}

void ServerCore::rest() {
  pause_.set(pause_length, [this] { accept_some(); });
}

void ServerCore::take(Accepted& accepted) {
  auto const address = accepted.address();
  Seat seat(state_->book, peer_of(address));
  if (seat.kind() == ConnectionBook::Seat::none) return;
  ++state_->counters.connections;
  auto const connection = std::make_shared<HttpConnection>(*reactor_, state_, desk_, std::move(seat), address);
  connections_.add(connection);
  connection->start(accepted.release());
}

}  // namespace sallyport
