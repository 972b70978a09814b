#pragma once

#include "net/address_memory.hpp"
#include "net/tls_stream.hpp"
#include "support/process_descriptor.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace sallyport {

/// Connects a socket to one of several addresses, as RFC 8305 has it: IPv6 and IPv4 by turns, each a quarter of a
/// second after the one before it or as soon as that one has failed, and the first that takes the connection has it. So
/// an address which swallows packets costs that quarter, and the next time not even that: what failed is remembered.
/// The socket must live until the handler ran, and the memory as long as this.
class AddressWalk : public std::enable_shared_from_this<AddressWalk> {
public:
  using Handler = std::function<void(boost::system::error_code)>;
  using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;

  AddressWalk(AddressWalk const&) = delete;
  AddressWalk& operator=(AddressWalk const&) = delete;
  AddressWalk(Socket& socket, Addresses addresses, std::chrono::milliseconds timeout, AddressMemory& memory);
  ~AddressWalk() = default;

  /// Completes once: with success, with `connect_timeout` where the time is over, or with the last address's error.
  void start(Handler handler);
  /// Completes soon, with `operation_aborted`.
  void stop();

private:
  using Clock = std::chrono::steady_clock;

  struct Attempt {
    Attempt(Strand const& strand, boost::asio::ip::tcp::endpoint where) : address(std::move(where)), socket(strand) {}

    boost::asio::ip::tcp::endpoint address;
    Socket socket;
    ProcessDescriptor connecting{ProcessDescriptor::InChild::is_replaced};  ///< The socket's; gone before it.
  };
  using Attempts = std::list<Attempt>;

  void try_next();
  void set_timer();
  void ended(Attempts::iterator attempt, boost::system::error_code ec);
  void won(Attempts::iterator attempt);
  void close_all();
  void finish(boost::system::error_code ec);

  static constexpr auto attempt_delay = std::chrono::milliseconds(250);

  Socket* socket_;
  Addresses addresses_;
  std::chrono::milliseconds timeout_;
  AddressMemory* memory_;
  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Strand> timer_;
  Handler handler_;
  Clock::time_point until_{};
  Attempts attempts_;  ///< Those under way, and those whose end was not heard yet.
  std::size_t next_ = 0;
  bool stopped_ = false;
};

}  // namespace sallyport
