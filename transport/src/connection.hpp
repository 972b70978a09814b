#pragma once

#include <sallyport/protocol/secret.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <cstddef>

namespace sallyport {

using Strand = boost::asio::strand<boost::asio::any_io_executor>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;
using TlsStream = boost::asio::ssl::stream<Socket>;
using ReadBuffer = boost::beast::basic_flat_buffer<WipingAllocator<char>>;

/// One TLS connection of a client to its API.
struct Connection {
  Connection(Strand const& strand, boost::asio::ssl::context& tls, std::size_t buffer_max)
      : stream(Socket(strand), tls), buffer(buffer_max) {}

  /// Whether nothing was heard from the peer since the last reply. A peer that closes says so, and a post on a
  /// connection that may be dead could not be told from one that arrived.
  [[nodiscard]] bool is_quiet();
  void close() noexcept;

  TlsStream stream;
  ReadBuffer buffer;
  std::chrono::steady_clock::time_point idle_since{};
};

}  // namespace sallyport
