#pragma once

#include "process_descriptor.hpp"
#include "tls_stream.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace sallyport {

/// Connects a socket to the first of several addresses that takes it. Each gets an equal share of the time that is
/// left, so that an address which swallows packets leaves some to the next. The socket must live until the handler ran.
class AddressWalk : public std::enable_shared_from_this<AddressWalk> {
public:
  using Handler = std::function<void(boost::system::error_code)>;

  AddressWalk(AddressWalk const&) = delete;
  AddressWalk& operator=(AddressWalk const&) = delete;
  AddressWalk(Socket& socket, std::vector<boost::asio::ip::tcp::endpoint> addresses, std::chrono::milliseconds timeout);
  ~AddressWalk() { connecting_.close(); }  // Before the socket is closed with all that waits for it.

  /// Completes once: with success, with `connect_timeout` where the time is over, or with the last address's error.
  void start(Handler handler);
  /// Completes soon, with `operation_aborted`.
  void stop();

private:
  using Clock = std::chrono::steady_clock;

  void try_next();
  void open();
  void close();

  Socket* socket_;
  ProcessDescriptor connecting_{ProcessDescriptor::InChild::is_replaced};  ///< The socket's.
  std::vector<boost::asio::ip::tcp::endpoint> addresses_;
  std::chrono::milliseconds timeout_;
  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Strand> timer_;
  Handler handler_;
  Clock::time_point until_{};
  std::size_t next_ = 0;
  bool stopped_ = false;
};

}  // namespace sallyport
