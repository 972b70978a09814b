// Composed scenarios and faults over HTTPS, client to server.

#include "sandbox_net.hpp"

#include <sallyport/sandbox/grammar.hpp>

#include <deque>

BOOST_AUTO_TEST_SUITE(composed)

using namespace sallyport;
using namespace sallyport::test;

namespace {

struct Row {
  char const* text;
  OutcomeKind outcome;
  bool is_wrong_first = false;
};
using K = OutcomeKind;

Row const rows[] = {
    {"captcha+sms+totp+pin", K::succeeded},
    {"sms+totp+life(9s)", K::succeeded},
    {"email+question(3)+face+key", K::succeeded},
    {"push(polls=3)+sms", K::succeeded},
    {"roaming+two-codes", K::succeeded},
    {"qr(expire)", K::succeeded},
    {"qr+verified+totp", K::succeeded},
    {"passkey+email-code", K::succeeded},
    {"delayed(5)+mfa-sms", K::succeeded},
    {"bind-mfa+totp+key-error+key", K::succeeded},
    {"sms+sms", K::succeeded, true},
    {"slow(2s)+totp", K::succeeded},
    {"totp+lock(after=2)", K::succeeded, true},
    {"totp+lock(after=1)", K::denied, true},
    {"push(deny)", K::denied},
    {"sms+deny", K::denied},
    {"delayed(2)+module", K::handed_off},
    {"429", K::rate_limited},
    {"totp+429", K::rate_limited},
    {"push(polls=1)+429", K::rate_limited},  // Asked again until the life span is over, and told as what it was.
    {"503", K::unavailable},
    {"sms+503", K::unavailable},
    {"reply-lost", K::outcome_unknown},
    {"sms+reply-lost", K::outcome_unknown},
    {"delayed(1)+reply-lost", K::outcome_unknown},
    {"truncate", K::outcome_unknown},
    {"captcha+truncate", K::outcome_unknown},
    {"sms+breaks-off", K::server_failure},
    {"sms+silent", K::outcome_unknown},
    {"unknown-status", K::unsupported},
    {"sms+unknown-status", K::unsupported},
    {"wrong-step", K::succeeded},
};

/// One user of the sandbox, who composes a scenario and answers nothing.
std::pair<boost::system::error_code, Outcome> log_in(SandboxNet& net, std::string_view username) {
  auto who = net.net.credentials();
  who.request.type = BrokerType::sandbox;
  who.request.username = Secret(username);
  return await<Outcome>(net.net.io, [&](auto handler) {
    net.client->async_login(std::move(who), net.net.responder, std::move(handler));
  });
}

/// Plays the rows all at once, as users of the sandbox who name no scenario but compose one.
template <class Rows>
void play_all(SandboxNet& net, Rows const& table) {
  auto const& catalogue = *net.sandbox.catalogue();
  auto const* const scheme = catalogue.find_scheme(BrokerType::sandbox);
  auto const users = catalogue.find_scenario(BrokerType::sandbox, "plain")->users;
  std::deque<Scenario> scenarios;
  std::vector<ScenarioLogin> logins;
  for (auto const& row : table) {
    auto scenario = compose_scenario(row.text, Opening::password, users);
    BOOST_TEST_REQUIRE(scenario.has_value(), row.text);
    scenarios.push_back(std::move(*scenario));
    scenarios.back().name = row.text;  // What the user name carries.
    logins.push_back({.scheme = scheme, .scenario = &scenarios.back(), .is_wrong_first = row.is_wrong_first});
    logins.back().takes_another_way = std::string_view(row.text).starts_with("passkey");
  }
  auto const played = play(net.net.io, *net.client, logins, net.sightings);
  BOOST_TEST(played.size() == logins.size());
  for (auto const& one : played) {
    auto const index = static_cast<std::size_t>(
        std::ranges::find(logins, one.login.scenario, &ScenarioLogin::scenario) - logins.begin());
    BOOST_TEST_CONTEXT(one.login.scenario->name) {
      BOOST_TEST(!one.ec, one.ec.message());
      BOOST_TEST(name_of(one.outcome.kind) == name_of(table[index].outcome));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_composed_login_ends_as_its_last_term_says) {
  SandboxNet net;
  play_all(net, rows);
  BOOST_TEST(net.sandbox.logins_open() == net.net.server->counters().sessions_open);
}

BOOST_AUTO_TEST_CASE(faults_of_the_order_are_violations_for_a_strict_client) {
  SandboxNet net(true);
  constexpr Row strict_rows[] = {{"illegal-status", K::protocol_violation},
                                 {"sms+illegal-status", K::protocol_violation},
                                 {"qr(polls=1)+illegal-status", K::protocol_violation},
                                 {"wrong-step", K::protocol_violation}};
  play_all(net, strict_rows);
}

BOOST_AUTO_TEST_CASE(server_goes_on_after_a_fault) {
  SandboxNet net;
  constexpr Row faults[] = {
      {"truncate", K::outcome_unknown}, {"reply-lost", K::outcome_unknown}, {"429", K::rate_limited}};
  play_all(net, faults);
  constexpr Row after[] = {{"sms+pin", K::succeeded}};
  play_all(net, after);
}

BOOST_AUTO_TEST_CASE(rate_limit_says_when_to_come_back) {
  SandboxNet net;
  auto const [ec, outcome] = log_in(net, "Mesh+429");
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "rate_limited");
  BOOST_TEST((outcome.retry_after == std::chrono::seconds(30)));
}

BOOST_AUTO_TEST_CASE(mistake_in_a_composed_scenario_is_told_with_its_place) {
  SandboxNet net;
  auto const [ec, outcome] = log_in(net, "Mesh+sms+life(3)@example.com");
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "denied");
  BOOST_TEST_REQUIRE(outcome.diagnostics.message.has_value());
  auto const said = outcome.diagnostics.message->reveal();
  BOOST_TEST(said.find("at character 10: expected seconds in brackets") != std::string_view::npos);
  BOOST_TEST(said.find("life") == std::string_view::npos);
}

BOOST_AUTO_TEST_SUITE_END()
