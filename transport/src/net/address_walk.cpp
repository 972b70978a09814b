#include "net/address_walk.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

AddressWalk::AddressWalk(Socket& socket, Addresses addresses, std::chrono::milliseconds timeout, AddressMemory& memory)
    : socket_(&socket),
      addresses_(std::move(addresses)),
      timeout_(timeout),
      memory_(&memory),
      timer_(socket.get_executor()) {}

void AddressWalk::start(Handler handler) {
  handler_ = std::move(handler);
  auto const now = Clock::now();
  until_ = now + timeout_;
  addresses_ = memory_->in_order(std::move(addresses_), now);
  if (!addresses_.empty()) return try_next();
  asio::post(socket_->get_executor(), [self = shared_from_this()] { self->finish(asio::error::host_not_found); });
}

// Each attempt hears of it, and with the last one this is over.
void AddressWalk::stop() {
  stopped_ = true;
  timer_.cancel();
  close_all();
}

void AddressWalk::close_all() {
  for (auto& [address, socket, connecting] : attempts_) {
    connecting.close();
    error_code ignored;
    socket.close(ignored);
  }
}

void AddressWalk::try_next() {
  auto const attempt = attempts_.emplace(attempts_.end(), socket_->get_executor(), addresses_[next_++]);
  error_code ec;  // Where it cannot be opened, connecting says so.
  attempt->socket.open(attempt->address.protocol(), ec);
  if (!ec) attempt->connecting.set(attempt->socket.native_handle());
  attempt->socket.async_connect(
      attempt->address, [self = shared_from_this(), attempt](error_code failure) { self->ended(attempt, failure); });
  set_timer();
}

// It rings for the next address, and where there is none for the end.
void AddressWalk::set_timer() {
  auto const has_next = next_ < addresses_.size();
  timer_.expires_at(has_next ? std::min(until_, Clock::now() + attempt_delay) : until_);
  timer_.async_wait([self = shared_from_this()](error_code ec) {
    auto const now = Clock::now();
    if (ec || !self->handler_ || self->stopped_ || self->timer_.expiry() > now) return;
    if (now < self->until_) return self->try_next();
    for (auto const& attempt : self->attempts_) self->memory_->failed(attempt.address, now);
    self->finish(TransportErrc::connect_timeout);
  });
}

void AddressWalk::ended(Attempts::iterator attempt, error_code ec) {
  if (handler_ && !ec && !stopped_) return won(attempt);
  attempt->connecting.close();
  auto const address = attempt->address;
  attempts_.erase(attempt);
  if (!handler_) return;
  if (stopped_) return attempts_.empty() ? finish(asio::error::operation_aborted) : void();
  memory_->failed(address, Clock::now());
  if (next_ < addresses_.size() && Clock::now() < until_) return try_next();
  if (attempts_.empty()) finish(ec);
}

// Those that were asked before it and have not answered are slower at best.
void AddressWalk::won(Attempts::iterator attempt) {
  auto const now = Clock::now();
  for (auto const& other : attempts_) {
    if (&other == &*attempt) break;
    memory_->failed(other.address, now);
  }
  memory_->worked(attempt->address);
  attempt->connecting.close();
  *socket_ = std::move(attempt->socket);
  attempts_.erase(attempt);
  finish({});
}

void AddressWalk::finish(error_code ec) {
  timer_.cancel();
  close_all();
  auto const done = std::exchange(handler_, nullptr);
  done(ec);
}

}  // namespace sallyport
