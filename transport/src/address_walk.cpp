#include "address_walk.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

AddressWalk::AddressWalk(Socket& socket, std::vector<asio::ip::tcp::endpoint> addresses,
                         std::chrono::milliseconds timeout)
    : socket_(&socket), addresses_(std::move(addresses)), timeout_(timeout), timer_(socket.get_executor()) {}

void AddressWalk::start(Handler handler) {
  handler_ = std::move(handler);
  until_ = Clock::now() + timeout_;
  if (addresses_.empty()) {
    asio::post(socket_->get_executor(), [self = shared_from_this()] {
      auto const done = std::exchange(self->handler_, nullptr);
      done(asio::error::host_not_found);
    });
    return;
  }
  try_next();
}

void AddressWalk::stop() {
  stopped_ = true;
  close();
}

// Where it cannot be opened, connecting says so.
void AddressWalk::open() {
  error_code ec;
  socket_->open(addresses_[next_].protocol(), ec);
  if (!ec) connecting_.set(socket_->native_handle());
}

void AddressWalk::close() {
  connecting_.close();
  error_code ignored;
  socket_->close(ignored);
}

void AddressWalk::try_next() {
  auto const now = Clock::now();
  auto const addresses_left = static_cast<int>(addresses_.size() - next_);
  timer_.expires_at(now + std::max(until_ - now, Clock::duration::zero()) / addresses_left);
  timer_.async_wait([self = shared_from_this()](error_code ec) {
    if (ec || !self->handler_ || self->timer_.expiry() > Clock::now()) return;
    self->close();
  });
  close();  // Of the address before this one: a socket keeps its family.
  open();
  socket_->async_connect(addresses_[next_++], [self = shared_from_this()](error_code ec) {
    auto const is_over = Clock::now() >= self->until_;
    if (self->stopped_) {
      ec = asio::error::operation_aborted;
    } else if (ec && !is_over && self->next_ < self->addresses_.size()) {
      return self->try_next();
    } else if (ec == asio::error::operation_aborted) {
      ec = TransportErrc::connect_timeout;  // Nobody but the timer closes the socket.
    }
    self->timer_.cancel();
    self->connecting_.close();
    auto const done = std::exchange(self->handler_, nullptr);
    done(ec);
  });
}

}  // namespace sallyport
