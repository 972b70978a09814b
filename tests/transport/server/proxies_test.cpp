// Where a client comes from, when proxies stand between: they are believed where they are named, and nobody else is.

#include <http/proxy_header.hpp>
#include <server/proxies.hpp>

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

BOOST_AUTO_TEST_SUITE(proxies)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using Kind = ProxyHeader::Kind;

namespace {

constexpr std::string_view schemes = "/api/v1/authenticationSchemes";

std::string proxy_header(unsigned command, unsigned family, std::string_view payload) {
  std::string text("\r\n\r\n\0\r\nQUIT\n", 12);
  text += static_cast<char>(command);
  text += static_cast<char>(family);
  text += static_cast<char>(payload.size() >> 8U);
  text += static_cast<char>(payload.size() & 0xFFU);
  return text.append(payload);
}

/// From 192.0.2.`last`, port 4660, to 10.0.0.1, port 443.
std::string over_v4(unsigned last, std::string_view more = {}) {
  std::string payload("\xC0\x00\x02", 3);
  payload += static_cast<char>(last);
  payload.append("\x0A\x00\x00\x01\x12\x34\x01\xBB", 8);
  return proxy_header(0x21, 0x11, payload.append(more));
}

std::string wrong_secret(std::string_view forwarded_for = {}) {
  std::string lines = "X-Client-Id: client-1\r\nX-Client-Secret: wrong\r\n";
  if (!forwarded_for.empty()) lines.append("X-Forwarded-For: ").append(forwarded_for).append("\r\n");
  return http_get(schemes, lines);
}

/// Fails twice, which each may, and whether the third time is refused unheard.
bool is_held_after_two(RawClient& client, std::string_view forwarded_for = {}) {
  auto const request = wrong_secret(forwarded_for);
  for (auto left = 2; left != 0; --left) BOOST_TEST(status_of(client.send(request)) == 401U);
  return status_of(client.send(request)) == 429U;
}

/// A server that holds an address after its second failure.
Loopback::Tweak strict(std::vector<std::string> proxies, bool proxy_protocol = false) {
  return [proxies = std::move(proxies), proxy_protocol](ServerConfig& config, ClientConfig&) {
    config.address_throttle = {.burst = 1, .recovery = 10min, .wait = 10min};
    config.proxies = proxies;
    config.proxy_protocol = proxy_protocol;
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_proxy_is_an_address_or_a_network) {
  TrustedProxies const trusted({"10.0.0.7", "172.16.0.0/12", "fd00::/8", "2001:db8::1"});
  for (auto const* const one :
       {"10.0.0.7", "::ffff:10.0.0.7", "172.16.0.1", "172.31.255.255", "fd12::1", "2001:db8::1"}) {
    BOOST_TEST(trusted.contains(make_address(one)), one);
  }
  for (auto const* const one : {"10.0.0.8", "172.32.0.1", "fe80::1", "2001:db8::2", "::10.0.0.7"}) {
    BOOST_TEST(!trusted.contains(make_address(one)), one);
  }
  BOOST_TEST(TrustedProxies({"0.0.0.0/0"}).contains(make_address("8.8.8.8")));
  BOOST_TEST(!TrustedProxies({"0.0.0.0/0"}).contains(make_address("2001:db8::1")));
  for (auto const* const wrong : {"", "proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "fd00::/129",
                                  "10.0.0.0/-1", "10.0.0", "fe80::1%eth0"}) {
    auto const quoted = "\"" + std::string(wrong) + "\"";
    BOOST_TEST(problem_of_proxies({wrong}) == "proxies: " + quoted + " is neither an address nor a network");
  }
  for (auto const* const wrong : {"10.0.0.1/8", "10.0.0.128/24", "fd00::1/8", "0.0.0.1/0"}) {
    auto const quoted = "\"" + std::string(wrong) + "\"";
    BOOST_TEST(problem_of_proxies({"10.0.0.7", wrong}) == "proxies: " + quoted + " has bits beyond its prefix");
  }
  BOOST_TEST(problem_of_proxies({"10.0.0.7/32", "10.0.0.128/25", "fd00::1/128", "::/0", "0.0.0.0/0"}).empty());
  BOOST_TEST(problem_of_proxies(std::vector<std::string>(65, "10.0.0.7")) == "proxies: above 64");
}

BOOST_AUTO_TEST_CASE(a_list_of_forwarders_is_believed_from_its_end_as_far_as_they_are_ours) {
  TrustedProxies const trusted({"10.0.0.0/8"});
  struct Case {
    std::string_view connected;
    std::string_view forwarded_for;
    std::string_view client;
  };
  for (auto const& [connected, forwarded_for, client] : {
           Case{"10.0.0.1", "192.0.2.1", "192.0.2.1"},
           Case{"10.0.0.1", "198.51.100.9, 192.0.2.1", "192.0.2.1"},
           Case{"10.0.0.1", "192.0.2.1, 10.0.0.2", "192.0.2.1"},
           Case{"10.0.0.1", "198.51.100.9,192.0.2.1 ,\t10.0.0.2", "192.0.2.1"},
           Case{"10.0.0.1", "192.0.2.1:51234", "192.0.2.1"},
           Case{"10.0.0.1", "[2001:db8::1]:51234", "2001:db8::1"},
           Case{"10.0.0.1", "2001:db8::1", "2001:db8::1"},
           Case{"10.0.0.1", "", "10.0.0.1"},
           Case{"10.0.0.1", "unknown", "10.0.0.1"},
           Case{"10.0.0.1", "192.0.2.1, unknown, 10.0.0.2", "10.0.0.2"},
           Case{"10.0.0.1", "192.0.2.1,", "10.0.0.1"},
           Case{"10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
           Case{"10.0.0.1", "[::1", "10.0.0.1"},
           Case{"203.0.113.5", "192.0.2.1", "203.0.113.5"},
       }) {
    BOOST_TEST_CONTEXT(connected << " forwards for " << forwarded_for) {
      BOOST_TEST(trusted.client_of(make_address(connected), forwarded_for) == make_address(client));
    }
  }
  BOOST_TEST(TrustedProxies({}).client_of(make_address("10.0.0.1"), "192.0.2.1") == make_address("10.0.0.1"));
}

BOOST_AUTO_TEST_CASE(a_header_of_the_proxy_protocol_is_whole_half_or_none) {
  std::string const v6(16, '\x20');
  struct Case {
    std::string_view name;
    std::string bytes;
    Kind kind;
    std::string_view source;
  };
  for (auto const& [name, bytes, kind, source] : {
           Case{"TCP over IPv4", over_v4(7), Kind::whole, "192.0.2.7"},
           Case{"with more words", over_v4(7, "\x04\x00\x01z"), Kind::whole, "192.0.2.7"},
           Case{"TCP over IPv6", proxy_header(0x21, 0x21, v6 + v6 + "1234"), Kind::whole,
                "2020:2020:2020:2020:2020:2020:2020:2020"},
           Case{"a check of health", proxy_header(0x20, 0x00, ""), Kind::whole, ""},
           Case{"a check of health with addresses", proxy_header(0x20, 0x11, std::string(12, 'x')), Kind::whole, ""},
           Case{"a kind that the proxy does not know", proxy_header(0x21, 0x00, "xyz"), Kind::whole, ""},
           Case{"addresses that are too short", proxy_header(0x21, 0x11, std::string(11, 'x')), Kind::none, ""},
           Case{"IPv6 with the addresses of IPv4", proxy_header(0x21, 0x21, std::string(12, 'x')), Kind::none, ""},
           Case{"datagrams", proxy_header(0x21, 0x12, std::string(12, 'x')), Kind::none, ""},
           Case{"a socket of a file", proxy_header(0x21, 0x31, std::string(216, 'x')), Kind::whole, ""},
           Case{"version 1", "PROXY TCP4 192.0.2.7 10.0.0.1 4660 443\r\n", Kind::none, ""},
           Case{"version 3", proxy_header(0x31, 0x11, std::string(12, 'x')), Kind::none, ""},
           Case{"a command that is none", proxy_header(0x22, 0x11, std::string(12, 'x')), Kind::none, ""},
           Case{"more than any proxy sends", proxy_header(0x21, 0x11, std::string(4081, 'x')), Kind::none, ""},
           Case{"TLS", "\x16\x03\x01", Kind::none, ""},
           Case{"nothing", "", Kind::half, ""},
       }) {
    BOOST_TEST_CONTEXT(name) {
      auto const header = read_proxy_header(bytes + (kind == Kind::whole ? "\x16\x03\x01" : ""));
      BOOST_TEST((header.kind == kind));
      BOOST_TEST(header.size == (kind == Kind::whole ? bytes.size() : 0U));
      BOOST_TEST((header.source ? header.source->to_string() : std::string()) == source);
      if (kind != Kind::whole) continue;
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        BOOST_TEST((read_proxy_header(std::string_view(bytes).substr(0, size)).kind == Kind::half));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(failures_are_counted_where_a_named_proxy_says_that_they_come_from) {
  Loopback net(strict({"127.0.0.1"}));
  RawClient proxy(net);
  BOOST_TEST(is_held_after_two(proxy, "192.0.2.1"));
  BOOST_TEST(is_held_after_two(proxy, "192.0.2.2"));
  // What the client itself wrote stands before what the proxy wrote.
  BOOST_TEST(status_of(proxy.send(wrong_secret("192.0.2.3, 192.0.2.1"))) == 429U);
  BOOST_TEST(status_of(proxy.send(wrong_secret("192.0.2.3"))) == 401U);
}

BOOST_AUTO_TEST_CASE(nobody_else_is_believed) {
  Loopback net(strict({"127.0.0.1"}));
  RawClient stranger(net, "127.0.0.2");
  BOOST_TEST(is_held_after_two(stranger, "192.0.2.1"));
  BOOST_TEST(status_of(stranger.send(wrong_secret("192.0.2.2"))) == 429U);
  Loopback open(strict({}));
  RawClient direct(open);
  BOOST_TEST(is_held_after_two(direct, "192.0.2.1"));
  BOOST_TEST(status_of(direct.send(wrong_secret("192.0.2.2"))) == 429U);
}

BOOST_AUTO_TEST_CASE(a_connection_comes_from_where_the_proxy_protocol_says) {
  Loopback net(strict({"127.0.0.1"}, true));
  RawClient first(net, "127.0.0.1", over_v4(1));
  BOOST_TEST(is_held_after_two(first));
  RawClient again(net, "127.0.0.1", over_v4(1, std::string_view("\x04\x00\x01z", 4)));
  BOOST_TEST(status_of(again.send(wrong_secret())) == 429U);
  // The client is no proxy: what it says of others is not believed.
  BOOST_TEST(status_of(again.send(wrong_secret("192.0.2.9"))) == 429U);
  RawClient other(net, "127.0.0.1", over_v4(2));
  BOOST_TEST(status_of(other.send(wrong_secret())) == 401U);
  RawClient health(net, "127.0.0.1", proxy_header(0x20, 0x00, ""));
  BOOST_TEST(status_of(health.send(http_get("/livez", ""))) == 200U);
  RawClient direct(net, "127.0.0.2");
  BOOST_TEST(status_of(direct.send(wrong_secret())) == 401U);
}

BOOST_AUTO_TEST_CASE(a_header_that_is_missing_or_wrong_ends_the_connection_of_a_proxy) {
  Loopback net(strict({"127.0.0.1"}, true));
  for (auto const& begin : {std::string("\x16\x03\x01\x02"), std::string("PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n"),
                            proxy_header(0x21, 0x11, "short")}) {
    boost::asio::ip::tcp::socket socket(net.io);
    socket.connect({make_address("127.0.0.1"), net.server->port()});
    boost::asio::write(socket, boost::asio::buffer(begin));
    std::optional<boost::system::error_code> end;
    char byte = 0;
    socket.async_read_some(boost::asio::buffer(&byte, 1),
                           [&end](boost::system::error_code ec, std::size_t) { end = ec; });
    net.run_until([&end] { return end.has_value(); });
    BOOST_TEST(end->failed());
  }
}

BOOST_AUTO_TEST_CASE(addresses_of_a_proxy_are_bounded_one_by_one) {
  Loopback net([](ServerConfig& config, ClientConfig&) {
    config.proxies = {"127.0.0.1"};
    config.proxy_protocol = true;
    config.connections_per_address_max = 1;
  });
  RawClient first(net, "127.0.0.1", over_v4(1));
  BOOST_TEST(status_of(first.send(http_get(schemes))) == 200U);
  RawClient second(net, "127.0.0.1", over_v4(2));
  BOOST_TEST(status_of(second.send(http_get(schemes))) == 200U);
  RawClient third(net, "127.0.0.1", over_v4(1));
  BOOST_TEST(status_of(third.send(http_get(schemes))) == 503U);
}

BOOST_AUTO_TEST_CASE(a_configuration_names_its_proxies_rightly) {
  ServerConfig config;
  config.proxies = {"10.0.0.0/8", "proxy.example"};
  BOOST_TEST(problem_of(config) == "proxies: \"proxy.example\" is neither an address nor a network");
  config.proxies.clear();
  config.proxy_protocol = true;
  BOOST_TEST(problem_of(config) == "proxy_protocol: without proxies");
}

BOOST_AUTO_TEST_SUITE_END()
