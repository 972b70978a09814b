#pragma once

#include "http/http_read.hpp"
#include "net/reactor.hpp"
#include "net/tls_stream.hpp"

#include <chrono>
#include <cstddef>

namespace sallyport {

/// One TLS connection of a client to its API.
struct Connection {
  Connection(Reactor& reactor, boost::asio::ssl::context& tls, std::size_t buffer_max)
      : stream(reactor, tls), buffer(buffer_max) {}

  /// Whether nothing was heard from the peer since the last reply. A peer that closes says so, and a post on a
  /// connection that may be dead could not be told from one that arrived.
  /// Just after a reply the socket is not asked anew.
  [[nodiscard]] bool is_quiet(std::chrono::steady_clock::time_point now) noexcept {
    constexpr auto just = std::chrono::milliseconds(1);
    return buffer.size() == 0 && stream.is_quiet(now - idle_since < just);
  }

  TlsStream stream;
  ReadBuffer buffer;
  std::chrono::steady_clock::time_point idle_since{};
  std::chrono::steady_clock::time_point idle_until{};  ///< It is not used again after that.
  std::chrono::steady_clock::duration rested{};        ///< Before its newest request; nothing at the first.
};

}  // namespace sallyport
