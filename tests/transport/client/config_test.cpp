// A configuration that cannot work is refused by name.

#include <support/loopback.hpp>

#include <limits>

BOOST_AUTO_TEST_SUITE(config)

using namespace sallyport;
using namespace sallyport::test;
using std::chrono::milliseconds;

BOOST_AUTO_TEST_CASE(the_defaults_have_no_problem) {
  BOOST_TEST(problem_of(ClientConfig{}) == "");
  BOOST_TEST(problem_of(ServerConfig{}) == "");
}

BOOST_AUTO_TEST_CASE(a_bound_that_cannot_work_is_named) {
  struct Case {
    std::function<void(ClientConfig&)> spoil;
    std::string_view problem;
  };
  for (auto const& [spoil, problem] : {
           Case{[](auto& config) { config.connect_timeout = milliseconds(0); }, "connect_timeout: not above zero"},
           Case{[](auto& config) { config.idle_timeout = milliseconds::max(); }, "idle_timeout: above a year"},
           Case{[](auto& config) { config.resolve_timeout = milliseconds::min(); }, "resolve_timeout: not above zero"},
           Case{[](auto& config) { config.limits.flow_life_span = Duration::max(); },
                "limits.flow_life_span: above a year"},
           Case{[](auto& config) { config.limits.poll_interval = Duration(-1); },
                "limits.poll_interval: not above zero"},
           Case{[](auto& config) { config.limits.expiry_margin = Duration(-1); }, "limits.expiry_margin: below zero"},
           Case{[](auto& config) { config.limits.attempts_max = 0; }, "limits.attempts_max: zero"},
           Case{[](auto& config) { config.connections_max = 0; }, "connections_max: zero"},
           Case{[](auto& config) { config.header_bytes_max = std::numeric_limits<std::size_t>::max(); },
                "header_bytes_max: above 1073741824"},
           Case{[](auto& config) { config.pinned_keys = {""}; },
                "pinned_keys[0]: not 32 bytes in Base64 or hexadecimal digits"},
           Case{[](auto& config) {
                  config.pinned_keys = {std::string(64, 'a'), std::string(64, 'g')};
                },
                "pinned_keys[1]: not 32 bytes in Base64 or hexadecimal digits"},
           // The last letter has bits that no byte takes, the padding is too long, a letter is none.
           Case{[](auto& config) { config.pinned_keys = {std::string(42, 'A') + "B="}; },
                "pinned_keys[0]: not 32 bytes in Base64 or hexadecimal digits"},
           Case{[](auto& config) { config.pinned_keys = {std::string(42, 'A') + "=="}; },
                "pinned_keys[0]: not 32 bytes in Base64 or hexadecimal digits"},
           Case{[](auto& config) { config.pinned_keys = {std::string(42, ' ') + "A="}; },
                "pinned_keys[0]: not 32 bytes in Base64 or hexadecimal digits"},
       }) {
    BOOST_TEST_CONTEXT(problem) {
      ClientConfig config{.url = "https://localhost:1", .client_id = "c", .client_secret = Secret("s"), .ca_file = {}};
      spoil(config);
      BOOST_TEST(problem_of(config) == problem);
      boost::asio::io_context io;
      auto const client = Client::create(io.get_executor(), std::move(config));
      BOOST_TEST_REQUIRE(client.has_error());
      BOOST_TEST(client.error() == make_error_code(TransportErrc::bad_config));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_cannot_work_is_not_created) {
  Certificates const certificates;
  ScriptedVerifier verifier;
  boost::asio::io_context io;
  ServerConfig config;
  config.identity = certificates.identity();
  config.linger = milliseconds(-1);
  BOOST_TEST(problem_of(config) == "linger: not above zero");
  auto const server = Server::create(io.get_executor(), std::move(config), verifier);
  BOOST_TEST_REQUIRE(server.has_error());
  BOOST_TEST(server.error() == make_error_code(TransportErrc::bad_config));
}

BOOST_AUTO_TEST_CASE(a_throttle_or_a_budget_that_cannot_work_is_named) {
  using std::chrono::hours;
  struct Case {
    std::function<void(ServerConfig&)> spoil;
    std::string_view problem;
  };
  for (auto const& [spoil, problem] : {
           Case{[](auto& config) { config.account_throttle.burst = 0; }, ""},
           Case{[](auto& config) { config.account_throttle.burst = 70'000; }, "account_throttle.burst: above 65536"},
           Case{[](auto& config) { config.account_throttle.recovery = {}; },
                "account_throttle.recovery: not above zero"},
           Case{[](auto& config) { config.account_throttle.recovery = hours(25); },
                "account_throttle.recovery: above a day"},
           Case{[](auto& config) { config.account_throttle.wait = hours(1); }, "account_throttle.wait: above recovery"},
           Case{[](auto& config) { config.account_throttle.keys_max = 0; }, "account_throttle.keys_max: zero"},
           Case{[](auto& config) { config.address_throttle.burst = 1; }, "address_throttle.recovery: not above zero"},
           Case{[](auto& config) { config.connections_per_address_max = 0; }, "connections_per_address_max: zero"},
           Case{[](auto& config) { config.connections_spare = 0; }, ""},
           Case{[](auto& config) { config.body_bytes_max = 1000; }, "body_bytes_max: below bounds.text_bytes_max"},
       }) {
    ServerConfig config;
    spoil(config);
    BOOST_TEST(problem_of(config) == problem);
  }
}

BOOST_AUTO_TEST_SUITE_END()
