#pragma once

#include "loopback.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::test {

/// A client that sends the bytes that a test wants and returns what came back.
class RawClient {
public:
  /// `from` is an address of this machine, commonly one of 127.0.0.0/8, to be another peer.
  /// `before_tls` goes over the socket first, as it is.
  explicit RawClient(Loopback& net, std::string const& from = "127.0.0.1", std::string_view before_tls = {});
  RawClient(boost::asio::io_context& io, std::string const& ca_file, std::uint16_t port,
            std::string const& from = "127.0.0.1", std::string_view before_tls = {});

  /// Sends, and reads one whole reply; "" where the server closed the connection instead.
  [[nodiscard]] std::string send(std::string_view bytes);
  /// Sends the bytes without waiting for anything.
  void write(std::string_view bytes);
  [[nodiscard]] std::string read_reply();
  /// Reads one reply without a body, whatever its header announces: that of a HEAD.
  [[nodiscard]] std::string read_head();
  /// Whether the server closes the connection within the patience of a test.
  [[nodiscard]] bool is_closed();

  /// The same, and whether the server said so before it did (close_notify), so that nothing was cut off.
  [[nodiscard]] bool is_closed_in_order();

private:
  [[nodiscard]] bool read_some();

  boost::asio::io_context* io_;
  boost::asio::ssl::context tls_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  std::string text_;
  boost::system::error_code end_;
};

/// The headers of a client that the server knows.
inline constexpr std::string_view known_client = "X-Client-Id: client-1\r\nX-Client-Secret: client-secret-1\r\n";

[[nodiscard]] std::string http_post(std::string_view target, std::string_view body,
                                    std::string_view headers = known_client);
[[nodiscard]] std::string http_get(std::string_view target, std::string_view headers = known_client);

/// The status of a reply, 0 where there is none.
[[nodiscard]] unsigned status_of(std::string_view reply);
[[nodiscard]] std::string body_of(std::string_view reply);

}  // namespace sallyport::test
