#include <net/url.hpp>

#include <sallyport/transport/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string_view>

BOOST_AUTO_TEST_SUITE(url)

using namespace sallyport;

BOOST_AUTO_TEST_CASE(host_and_port_are_read) {
  struct Case {
    std::string_view text;
    std::string_view host;
    std::string_view port;
    std::string_view authority;
    std::string_view base_path{};
  };
  for (auto const& [text, host, port, authority, base_path] : {
           Case{"https://api.example.com", "api.example.com", "443", "api.example.com"},
           Case{"https://api.example.com/", "api.example.com", "443", "api.example.com"},
           Case{"https://api.example.com//", "api.example.com", "443", "api.example.com"},
           Case{"HTTPS://API.example.com", "API.example.com", "443", "API.example.com"},
           Case{"https://api.example.com.", "api.example.com.", "443", "api.example.com."},
           Case{"https://api.example.com/mesh", "api.example.com", "443", "api.example.com", "/mesh"},
           Case{"https://api.example.com:8443/a/b.c/~d%2Fe/", "api.example.com", "8443", "api.example.com:8443",
                "/a/b.c/~d%2Fe"},
           Case{"https://[::1]/v2", "::1", "443", "[::1]", "/v2"},
           Case{"https://127.0.0.1:8443", "127.0.0.1", "8443", "127.0.0.1:8443"},
           Case{"https://[::1]:8443/", "::1", "8443", "[::1]:8443"},
           Case{"https://[::1]", "::1", "443", "[::1]"},
       }) {
    BOOST_TEST_CONTEXT(text) {
      auto const endpoint = parse_url(text);
      BOOST_TEST_REQUIRE(endpoint.has_value());
      BOOST_TEST(endpoint->host == host);
      BOOST_TEST(endpoint->port == port);
      BOOST_TEST(endpoint->authority == authority);
      BOOST_TEST(endpoint->base_path == base_path);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_server_has_one_name_however_it_is_spelled) {
  auto const name_in = [](std::string_view text) { return server_name(parse_url(text).value()); };
  for (auto const* const text : {"https://api.example.com", "https://API.Example.com/", "https://api.example.com.",
                                 "https://api.example.com:443", "https://API.EXAMPLE.COM.:0443"}) {
    BOOST_TEST(name_in(text) == "api.example.com:443");
  }
  BOOST_TEST(name_in("https://[2001:DB8::1]:0443") == name_in("https://[2001:db8:0:0::1]"));
  for (auto const* const text : {"https://api.example.com:8443", "https://api.example.org", "https://127.0.0.1"}) {
    BOOST_TEST(name_in(text) != "api.example.com:443");
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (std::string_view const text : {"",
                                      "http://api.example.com",
                                      "https://",
                                      "https:///",
                                      "api.example.com",
                                      "https://user:secret@host",
                                      "https://host?query",
                                      "https://host/path?query",
                                      "https://host/path#part",
                                      "https://host/a//b",
                                      "https://host/a/../b",
                                      "https://host/./b",
                                      "https://host/a b",
                                      "https://host/%2",
                                      "https://host/%zz",
                                      "https://host/a\r\nX: y",
                                      "https://host/\xC3\xA9",
                                      "https://.",
                                      "https://./",
                                      " https://host",
                                      "https://host:0",
                                      "https://host:65536",
                                      "https://host:",
                                      "https://host:1x",
                                      "https://[::1",
                                      "https://.example.com",
                                      "https://ho st",
                                      "https://host\r\nX: y"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST((parse_url(text).error() == TransportErrc::bad_url));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
