// The way to the API over an HTTP proxy, which learns where a client goes and nothing else.

#include <client/proxy.hpp>
#include <support/loopback.hpp>
#include <support/tunnel_proxy.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>

BOOST_AUTO_TEST_SUITE(proxy)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;

namespace {

/// A client that goes over a proxy to a name and a port at which nobody listens: only the proxy gets there.
struct Scene {
  explicit Scene(std::string answer = TunnelProxy::opens, std::function<void(ClientConfig&)> const& tweak = {})
      : proxy(net.io, net.server->port(), std::move(answer)) {
    net.client = net.another_client([this, &tweak](ClientConfig& config) {
      config.url = "https://localhost:1";
      config.proxy.emplace().url = proxy.url();
      if (tweak) tweak(config);
    });
  }

  Loopback net;
  TunnelProxy proxy;
};

ProxyReply::Says read(std::string_view text, std::size_t piece, unsigned& status) {
  ProxyReply reply(1024);
  auto says = ProxyReply::Says::nothing_yet;
  while (!text.empty() && says == ProxyReply::Says::nothing_yet) {
    says = reply.take(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  status = reply.status();
  return says;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_login_goes_through_a_tunnel_in_which_the_proxy_sees_no_secret) {
  Scene scene;
  scene.net.verifier.replies.push_back(granted());
  auto const [ec, outcome] = scene.net.login();
  BOOST_TEST(!ec, ec.message());
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST_REQUIRE(!scene.proxy.asked().empty());
  BOOST_TEST(scene.proxy.asked().front().starts_with("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n"));
  for (auto const* const secret :
       {"client-1", "client-secret-1", "user-1", "Mesh", "Pass123", "device-1", "authenticat", "Proxy-Authorization"}) {
    BOOST_TEST(scene.proxy.heard().find(secret) == std::string::npos, secret);
  }
}

BOOST_AUTO_TEST_CASE(a_proxy_is_told_its_credentials_and_the_api_is_not) {
  Scene scene(TunnelProxy::opens, [](ClientConfig& config) {
    config.proxy->user = Secret("Aladdin");
    config.proxy->password = Secret("open sesame");
  });
  scene.net.verifier.replies.push_back(granted());
  BOOST_TEST(!scene.net.login().first);
  BOOST_TEST(scene.proxy.asked().front().find("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_proxy_refuses_was_not_sent) {
  struct Case {
    std::string answer;
    std::string_view words;
  };
  for (auto const& [answer, words] : {
           Case{"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", "answered CONNECT with 403"},
           Case{"HTTP/1.0 407 Proxy Authentication Required\r\n\r\n", "407: it wants credentials, or other ones"},
           Case{"HTTP/1.1 502 Bad Gateway\r\n\r\n", "answered CONNECT with 502"},
           Case{"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n", "answered CONNECT with 302"},
           Case{"SSH-2.0-OpenSSH_9.2\r\n", "something that is not HTTP"},
           Case{"HTTP/1.1 200 OK\r\n\r\nand more", "went on talking"},
           Case{"HTTP/1.1 200 OK\r\nX: " + std::string(64 * 1024, 'x'), "CONNECT"},
           Case{"\x15\x03\x01\x02\x02\x16", "something that is not HTTP"},
           Case{"HTTP/1.1 200 OK\r\nVia: 1.1 pr", "answered CONNECT by half"},
       }) {
    BOOST_TEST_CONTEXT(words) {
      Scene scene(answer);
      auto const [ec, outcome] = scene.net.login();
      BOOST_TEST(ec == TransportErrc::proxy_refused);
      BOOST_TEST(outcome.diagnostics.reason.find(words) != std::string::npos, outcome.diagnostics.reason);
      BOOST_TEST(scene.net.server->counters().requests == 0U);
      BOOST_TEST(scene.proxy.heard().find("client-secret-1") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_proxy_that_says_nothing_is_left_in_time) {
  Scene scene("", [](ClientConfig& config) { config.connect_timeout = 100ms; });
  auto const [ec, outcome] = scene.net.login();
  BOOST_TEST(ec == TransportErrc::connect_timeout);
  BOOST_TEST(outcome.diagnostics.reason.starts_with("the proxy 127.0.0.1:"), outcome.diagnostics.reason);
  BOOST_TEST(outcome.diagnostics.reason.find("did not answer CONNECT") != std::string::npos);
  BOOST_TEST(scene.net.client->pool_state().open == 0U);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_is_not_there_is_named_in_place_of_the_api) {
  Loopback net;
  net.client = net.another_client([](ClientConfig& config) {
    config.url = "https://localhost:2";
    config.proxy.emplace().url = "http://127.0.0.1:1";
  });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(ec == boost::asio::error::connection_refused, ec.message());
  BOOST_TEST(outcome.diagnostics.reason == "the proxy 127.0.0.1:1 could not be reached: Connection refused");
}

BOOST_AUTO_TEST_CASE(what_breaks_in_a_tunnel_names_the_proxy_too) {
  Loopback net;
  TunnelProxy proxy(net.io, 1);  // Nobody listens there.
  net.client = net.another_client([&proxy](ClientConfig& config) {
    config.url = "https://localhost:2";
    config.handshake_timeout = 1s;
    config.proxy.emplace().url = proxy.url();
  });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(ec);
  BOOST_TEST(outcome.diagnostics.reason.starts_with("in the tunnel through the proxy 127.0.0.1:"),
             outcome.diagnostics.reason);
}

BOOST_AUTO_TEST_CASE(a_login_that_waits_for_a_proxy_can_be_cancelled) {
  Scene scene("");
  boost::asio::cancellation_signal stop;
  std::optional<boost::system::error_code> result;
  scene.net.client->async_status(boost::asio::bind_cancellation_slot(
      stop.slot(), [&](boost::system::error_code ec, auto const&) { result = ec; }));
  scene.net.run_until([&] { return !scene.proxy.asked().empty(); });
  stop.emit(boost::asio::cancellation_type::terminal);
  scene.net.run_until([&] { return result.has_value(); });
  BOOST_TEST(*result == boost::asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(behind_a_proxy_the_api_is_verified_as_ever) {
  Scene scene;
  auto const strange = scene.net.certificates.strange_ca_file();
  scene.net.client = scene.net.another_client([&](ClientConfig& config) {
    config.url = "https://localhost:1";
    config.proxy.emplace().url = scene.proxy.url();
    config.ca_file = strange;
  });
  BOOST_TEST(scene.net.login().first == TransportErrc::certificate_rejected);
  BOOST_TEST(scene.net.server->counters().requests == 0U);
}

BOOST_AUTO_TEST_CASE(a_dot_at_the_end_of_a_name_is_the_resolvers_alone) {
  Scene scene(TunnelProxy::opens, [](ClientConfig& config) { config.url = "https://LOCALHOST.:1"; });
  scene.net.verifier.replies.push_back(granted());
  auto const [ec, outcome] = scene.net.login();
  BOOST_TEST(!ec, ec.message() << " " << outcome.diagnostics.reason);
}

BOOST_AUTO_TEST_CASE(what_a_proxy_says_is_read_however_it_is_cut) {
  using Says = ProxyReply::Says;
  struct Case {
    std::string_view text;
    Says says;
    unsigned status;
  };
  for (auto const& [text, says, status] : {
           Case{"HTTP/1.1 200 OK\r\n\r\n", Says::opened, 200},
           Case{"HTTP/1.0 200\r\nA: b\r\nC: d\r\n\r\n", Says::opened, 200},
           Case{"HTTP/1.1 200 OK\n\n", Says::opened, 200},
           Case{"HTTP/1.1 204 No\r\n\r\n", Says::opened, 204},
           Case{"HTTP/1.1 100 Continue\r\n\r\n", Says::refused, 100},
           Case{"HTTP/1.1 407 X\r\n\r\n", Says::refused, 407},
           Case{"HTTP/1.1 200 OK\r\nA: b\r\n", Says::nothing_yet, 200},
           Case{"HTTP/1.1 2000\r\n\r\n", Says::nonsense, 0},
           Case{"HTTP/1.1 20x OK\r\n\r\n", Says::nonsense, 0},
           Case{"HTTP/1.1 000 OK\r\n\r\n", Says::nonsense, 0},
           Case{"HTTP/2 200\r\n\r\n", Says::nonsense, 0},
           Case{"\r\n\r\n", Says::nonsense, 0},
           Case{"HTTP/1.1 200 OK\r\rA: b\r\n\r\n", Says::nonsense, 0},
       }) {
    for (std::size_t const piece : {std::size_t{1}, std::size_t{7}, text.size()}) {
      BOOST_TEST_CONTEXT(text << " in pieces of " << piece) {
        unsigned read_status = 0;
        BOOST_TEST((read(text, piece, read_status) == says));
        BOOST_TEST(read_status == status);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_be_is_named) {
  struct Case {
    std::string url;
    std::string user;
    std::string password;
    std::string_view problem;
  };
  for (auto const& [url, user, password, problem] : {
           Case{"http://proxy.example:3128", "me", "a:b", ""},
           Case{"HTTP://[::1]/", "", "", ""},
           Case{"https://proxy.example", "", "", "proxy.url: not http://host[:port]"},
           Case{"socks5://proxy.example", "", "", "proxy.url: not http://host[:port]"},
           Case{"http://me:secret@proxy.example", "", "", "proxy.url: not http://host[:port]"},
           Case{"http://proxy.example/path", "", "", "proxy.url: not http://host[:port]"},
           Case{"http://proxy.example", "a:b", "", "proxy.user: too long, or with a colon or a control character"},
           Case{"http://proxy.example", "a", "b\r\nX: y", "proxy.password: too long, or with a control character"},
           Case{"http://proxy.example", "", "b", "proxy.user: empty beside a password"},
       }) {
    ClientConfig config;
    config.proxy = HttpProxy{.url = url, .user = Secret(user), .password = Secret(password)};
    BOOST_TEST(problem_of(config) == problem);
  }
}

BOOST_AUTO_TEST_SUITE_END()
