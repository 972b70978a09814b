// What every request says, and how long the header of a reply may be.

#include <http/http_message.hpp>
#include <http/http_read.hpp>
#include <http/http_reader.hpp>
#include <net/tls.hpp>
#include <support/fake_server.hpp>
#include <support/loopback.hpp>

#include <openssl/ssl.h>

BOOST_AUTO_TEST_SUITE(request)

using namespace sallyport;
using namespace sallyport::test;

namespace {

std::string const ok = R"({"status":"ok","content":{"status":"succeeded"}})";

std::string post_of(std::function<void(ClientConfig&)> const& tweak, std::string const& path = {}) {
  Loopback net;
  FakeServer server(net.io, net.certificates, {{.bytes = http_reply(200, ok), .close_after = false}});
  net.client = net.another_client([&](ClientConfig& config) {
    config.url = "https://127.0.0.1:" + std::to_string(server.port()) + path;
    tweak(config);
  });
  auto const [ec, outcome] = net.login();
  BOOST_TEST_REQUIRE(!ec, ec.message());
  return server.requests().back();
}

bool has(std::string const& request, std::string_view line) {
  return request.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

/// What becomes of a header of so many bytes, which comes in pieces.
boost::system::error_code read_header(std::size_t size, std::size_t header_bytes_max, std::size_t piece) {
  std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ";
  text += std::string(size - text.size() - 4, 'x') + "\r\n\r\n";
  ReplyReader reader(header_bytes_max, 1024);
  ReadBuffer buffer(1024 * 1024);
  boost::system::error_code ec;
  for (std::string_view left = text; !left.empty() && !ec; left.remove_prefix(std::min(piece, left.size()))) {
    auto const some = left.substr(0, piece);
    ec = feed(reader, buffer, boost::asio::buffer(some.data(), some.size()));
  }
  if (!ec) BOOST_TEST(reader.is_done());
  return ec;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_names_its_sender_and_asks_for_a_body_as_it_is) {
  auto const post = post_of([](ClientConfig&) {});
  BOOST_TEST(user_agent().starts_with("sallyport/"));
  BOOST_TEST(has(post, "User-Agent: " + std::string(user_agent())));
  BOOST_TEST(has(post, "Accept-Encoding: identity"));
  BOOST_TEST(post.starts_with("POST /api/"), post.substr(0, 40));
}

BOOST_AUTO_TEST_CASE(a_path_of_the_url_stands_before_those_of_the_api) {
  auto const plain = post_of([](ClientConfig&) {});
  auto const below = post_of([](ClientConfig&) {}, "/gateway/mesh/");
  auto const line = plain.substr(5, plain.find("\r\n") - 5);
  BOOST_TEST(below.starts_with("POST /gateway/mesh" + line), below.substr(0, 80));
}

BOOST_AUTO_TEST_CASE(headers_of_the_host_go_with_every_request) {
  auto const post = post_of([](ClientConfig& config) {
    config.headers.push_back({.name = "X-Gateway-Key", .value = Secret("key of the gateway")});
    config.headers.push_back({.name = "user-agent", .value = Secret("backend/7")});
  });
  BOOST_TEST(has(post, "X-Gateway-Key: key of the gateway"));
  BOOST_TEST(has(post, "user-agent: backend/7"));
  BOOST_TEST(post.find("sallyport/") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(headers_that_would_change_the_request_are_refused) {
  struct Case {
    std::string_view name;
    std::string value;
    std::string_view problem;
  };
  auto const* const ours = "headers[0]: this client sets it, or it would say where a request ends";
  auto const* const no_name = "headers[0]: the name is none that a header may have";
  auto const* const no_value = "headers[0]: the value cannot stand in a header";
  for (auto const& [name, value, problem] : {
           Case{"X-Key", "v", ""},
           Case{"Authorization", "Bearer a.b-c", ""},
           Case{"content-length", "1", ours},
           Case{"Transfer-Encoding", "chunked", ours},
           Case{"host", "other", ours},
           Case{"Cookie", "a=b", ours},
           Case{"X-CLIENT-SECRET", "v", ours},
           Case{"", "v", no_name},
           Case{"X Key", "v", no_name},
           Case{"X:", "v", no_name},
           Case{"X-Key", "", no_value},
           Case{"X-Key", " v", no_value},
           Case{"X-Key", "v\r\nHost: other", no_value},
           Case{"X-Key", "\xC3\xA9", no_value},
           Case{"X-Key", std::string(8193, 'v'), no_value},
       }) {
    ClientConfig config;
    config.headers.push_back({.name = std::string(name), .value = Secret(value)});
    BOOST_TEST(problem_of(config) == problem);
  }
}

BOOST_AUTO_TEST_CASE(the_header_of_a_reply_may_be_as_long_as_its_bound_to_the_byte) {
  namespace http = boost::beast::http;
  constexpr std::size_t bound = 16 * 1024;
  for (std::size_t const piece : {std::size_t{1}, std::size_t{1000}, std::size_t{1024 * 1024}}) {
    BOOST_TEST_CONTEXT("in pieces of " << piece) {
      BOOST_TEST(!read_header(bound - 1, bound, piece));
      BOOST_TEST(!read_header(bound, bound, piece));
      BOOST_TEST((read_header(bound + 1, bound, piece) == http::error::header_limit));
      BOOST_TEST((read_header(20 * bound, bound, piece) == http::error::header_limit));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_body_that_came_encoded_is_named) {
  Loopback net;
  FakeServer server(net.io, net.certificates,
                    {{.bytes = http_reply(404, "{}"), .close_after = false},
                     {.bytes = http_reply(200, "\x1F\x8B\x08", "Content-Encoding: gzip\r\n"), .close_after = false}});
  net.client = net.another_client(
      [&server](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(outcome.diagnostics.reason.find("Content-Encoding: gzip") != std::string::npos,
             outcome.diagnostics.reason);
  auto const status =
      await<Client::StatusReply>(net.io, [&](auto handler) { net.client->async_status(std::move(handler)); });
  BOOST_TEST(status.first == TransportErrc::reply_malformed);
  BOOST_TEST_REQUIRE(status.second.message.has_value());
  BOOST_TEST(status.second.message->reveal().find("gzip") != std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(a_name_in_a_handshake_has_no_dot_at_its_end) {
  Certificates const certificates;
  ClientConfig config;
  config.ca_file = certificates.ca_file();
  auto const tls = make_client_tls(config).value();
  std::unique_ptr<SSL, decltype(&SSL_free)> const stream(SSL_new(tls->native_handle()), &SSL_free);
  BOOST_TEST(!expect_host(stream.get(), "api.example.com."));
  BOOST_TEST(std::string_view(SSL_get_servername(stream.get(), TLSEXT_NAMETYPE_host_name)) == "api.example.com");
}

BOOST_AUTO_TEST_SUITE_END()
