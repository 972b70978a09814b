// What an integration wants changes: the list of schemes has an age, and a refusal makes it older.

#include <support/fake_server.hpp>
#include <support/loopback.hpp>

#include <support/slept_time.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(schemes_age)

using namespace sallyport;
using namespace sallyport::test;
using Script = FakeServer::Script;

namespace {

Script said(std::string const& content) {
  return {.bytes = http_reply(200, R"({"status":"ok","content":)" + content + "}"), .close_after = false};
}

Script schemes(std::string const& first_fields) {
  return said(R"([{"brokerType":"robinhood","authenticationSchemeType":"usernamePassword",)"
              R"("initialAuthenticationModel":{"fields":[)" +
              first_fields + "]}}]");
}

std::string const two_fields = R"({"name":"Username"},{"name":"Password"},{"name":"DeviceInfo"},{"name":"MfaCode"})";
std::string const three_fields = two_fields + R"(,{"name":"Key"})";
std::string const denied = R"({"status":"failed"})";
std::string const succeeded = R"({"status":"succeeded"})";

struct Integration {
  explicit Integration(std::vector<Script> scripts) : server(net.io, net.certificates, std::move(scripts)) {
    net.client = net.another_client(
        [this](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
  }

  Outcome login() {
    auto [ec, outcome] = net.login();
    BOOST_TEST(!ec, ec.message());
    return std::move(outcome);
  }
  /// The requests so far: g for a list of schemes, p for a post.
  std::string story() const {
    std::string text;
    for (auto const& request : server.requests()) text += request.starts_with("GET") ? 'g' : 'p';
    return text;
  }

  Loopback net;
  FakeServer server;
};

}  // namespace

BOOST_AUTO_TEST_CASE(after_a_refusal_the_next_login_asks_for_the_schemes_again_and_once) {
  Integration at({schemes(two_fields), said(denied), schemes(two_fields), said(denied), said(denied), said(succeeded)});
  for (auto logins = 0; logins < 4; ++logins) static_cast<void>(at.login());
  BOOST_TEST(at.story() == "gpgppp");
}

BOOST_AUTO_TEST_CASE(schemes_are_fetched_anew_after_their_life_span) {
  Integration at({schemes(two_fields), said(succeeded), said(succeeded), schemes(two_fields), said(succeeded)});
  static_cast<void>(at.login());
  static_cast<void>(at.login());
  auto later = SleptTime::read_clocks();
  later.boot += std::int64_t{2} * 3600 * 1'000'000'000;
  static_cast<void>(SleptTime::of_process().note(later));
  static_cast<void>(at.login());
  BOOST_TEST(at.story() == "gppgp");
}

BOOST_AUTO_TEST_CASE(a_first_post_that_lacks_what_its_scheme_lists_is_not_sent_and_the_field_is_named) {
  Integration at({schemes(three_fields), schemes(two_fields), said(succeeded)});
  auto const outcome = at.login();
  BOOST_TEST(name_of(outcome.kind) == "rejected");
  BOOST_TEST(outcome.diagnostics.reason.starts_with("Key: "), outcome.diagnostics.reason);
  BOOST_TEST(at.story() == "g");
  BOOST_TEST(name_of(at.login().kind) == "succeeded");  // The list might have been old.
  BOOST_TEST(at.story() == "ggp");
}

BOOST_AUTO_TEST_SUITE_END()
