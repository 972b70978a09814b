#pragma once

// An HTTP proxy on loop-back, of which a test says what it answers.

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::test {

/// Answers CONNECT with the bytes that a test wants, and where they begin with success tunnels to one port of
/// loop-back, whatever the client named.
class TunnelProxy {
public:
  static constexpr auto opens = "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n";

  /// With an empty answer it says nothing at all. After one that opens no tunnel it ends the connection.
  TunnelProxy(boost::asio::io_context& io, std::uint16_t server_port, std::string answer = opens);
  ~TunnelProxy();
  TunnelProxy(TunnelProxy const&) = delete;
  TunnelProxy& operator=(TunnelProxy const&) = delete;

  [[nodiscard]] std::string url() const;
  /// The header of each CONNECT.
  [[nodiscard]] std::vector<std::string> const& asked() const;
  /// Every byte that clients sent, on all connections.
  [[nodiscard]] std::string const& heard() const;

private:
  struct Core;
  class Link;
  std::shared_ptr<Core> core_;
};

}  // namespace sallyport::test
