#pragma once

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

#include <cstddef>
#include <deque>
#include <memory>

namespace sallyport {

/// The tickets of one server (RFC 8446, 4.6.1): with one a handshake resumes an earlier one, at a fraction of its cost
/// and with the certificate as verified then. Each serves once, so that nobody can link two connections by it.
class TicketBox {
public:
  /// Collects what servers send to streams of this context, which must not outlive the box.
  void collect_from(boost::asio::ssl::context& tls);
  /// Lets a stream that has not begun resume, where there is a ticket that is still good.
  void offer(ssl_st* tls);
  void clear() noexcept { tickets_.clear(); }

private:
  struct Free {
    void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
  };
  using Ticket = std::unique_ptr<SSL_SESSION, Free>;

  void put(Ticket ticket);

  static constexpr std::size_t tickets_max = 16;
  std::deque<Ticket> tickets_;
};

}  // namespace sallyport
