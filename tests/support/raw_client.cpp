#include "raw_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <optional>

namespace sallyport::test {

namespace asio = boost::asio;
using boost::system::error_code;

RawClient::RawClient(Loopback& net, std::string const& from, std::string_view before_tls)
    : RawClient(net.io, net.certificates.ca_file(), net.server->port(), from, before_tls) {}

RawClient::RawClient(asio::io_context& io, std::string const& ca_file, std::uint16_t port, std::string const& from,
                     std::string_view before_tls)
    : io_(&io), tls_(asio::ssl::context::tls_client), stream_(io, tls_) {
  tls_.load_verify_file(ca_file);
  stream_.set_verify_mode(asio::ssl::verify_peer);
  stream_.next_layer().open(asio::ip::tcp::v4());
  stream_.next_layer().bind({asio::ip::make_address(from), 0});
  stream_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
  asio::write(stream_.next_layer(), asio::buffer(before_tls.data(), before_tls.size()));
  std::optional<error_code> done;
  stream_.async_handshake(asio::ssl::stream_base::client, [&done](error_code ec) { done = ec; });
  run_until(*io_, [&done] { return done.has_value(); });
  BOOST_TEST_REQUIRE(!*done);
}

void RawClient::write(std::string_view bytes) {
  std::optional<error_code> done;
  asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()),
                    [&done](error_code ec, std::size_t) { done = ec; });
  run_until(*io_, [&done] { return done.has_value(); });
}

bool RawClient::read_some() {
  std::array<char, 4096> chunk{};
  std::optional<error_code> done;
  std::size_t count = 0;
  stream_.async_read_some(asio::buffer(chunk), [&](error_code ec, std::size_t size) {
    done = ec;
    count = size;
  });
  run_until(*io_, [&done] { return done.has_value(); });
  text_.append(chunk.data(), count);
  end_ = *done;
  return !done->failed();
}

std::string RawClient::read_reply() {
  for (;;) {
    auto const end = text_.find("\r\n\r\n");
    if (end != std::string::npos) {
      auto const length = text_.find("Content-Length: ");
      auto const size = end + 4 + (length < end ? std::stoul(text_.substr(length + 16)) : 0);
      if (text_.size() >= size) {
        auto reply = text_.substr(0, size);
        text_.erase(0, size);
        return reply;
      }
    }
    if (!read_some()) return {};
  }
}

std::string RawClient::read_head() {
  for (;;) {
    if (auto const end = text_.find("\r\n\r\n"); end != std::string::npos) {
      auto head = text_.substr(0, end + 4);
      text_.erase(0, end + 4);
      return head;
    }
    if (!read_some()) return {};
  }
}

std::string RawClient::send(std::string_view bytes) {
  write(bytes);
  return read_reply();
}

bool RawClient::is_closed() {
  text_.clear();
  while (read_some()) {
  }
  return true;
}

bool RawClient::is_closed_in_order() {
  return is_closed() && end_ == asio::error::eof;
}

std::string http_post(std::string_view target, std::string_view body, std::string_view headers) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

std::string http_get(std::string_view target, std::string_view headers) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}

unsigned status_of(std::string_view reply) {
  if (!reply.starts_with("HTTP/1.1 ")) return 0;
  return static_cast<unsigned>(std::stoul(std::string(reply.substr(9, 3))));
}

std::string body_of(std::string_view reply) {
  auto const end = reply.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string() : std::string(reply.substr(end + 4));
}

}  // namespace sallyport::test
