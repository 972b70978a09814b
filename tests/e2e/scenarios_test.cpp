// Every scenario of the sandbox over HTTPS, client to server, in the time of the scenarios run fast.

#include <support/loopback.hpp>
#include <support/scenario_login.hpp>

#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/sandbox/sandbox.hpp>

#include <algorithm>
#include <iostream>

BOOST_AUTO_TEST_SUITE(scenarios)

using namespace sallyport;
using namespace sallyport::test;

namespace {

/// A server with the sandbox behind it, and clients that poll quickly.
struct SandboxNet {
  explicit SandboxNet(bool strict = false)
      : sandbox(net.io.get_executor(), Catalogue::embedded(), {.pace = 20, .clock = {}}) {
    ServerConfig config;
    config.identity = net.certificates.identity();
    config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
    net.server.emplace(std::move(*Server::create(net.io.get_executor(), std::move(config), sandbox)));
    net.server->start();
    client = net.another_client([strict](ClientConfig& tweaked) {
      tweaked.limits.strict = strict;
      tweaked.limits.poll_interval = std::chrono::milliseconds(10);
      tweaked.limits.request_life_span = std::chrono::seconds(1);
      tweaked.limits.step_life_span = std::chrono::seconds(3);
    });
  }

  /// Plays those that the condition picks and checks how each has ended.
  template <class Picks>
  std::size_t play_those(Picks picks, std::optional<OutcomeKind> all_end_as = std::nullopt) {
    std::vector<ScenarioLogin> logins;
    for (auto const& login : all_logins(sandbox.catalogue())) {
      if (picks(login)) logins.push_back(login);
    }
    auto const played = play(net.io, *client, logins, sightings);
    BOOST_TEST(played.size() == logins.size());
    for (auto const& one : played) {
      BOOST_TEST_CONTEXT(title_of(one.login)) {
        BOOST_TEST(!one.ec, one.ec.message());
        auto const as_it_should = all_end_as ? one.outcome.kind == *all_end_as : one.is_as_expected();
        BOOST_TEST(as_it_should, name_of(one.outcome.kind));
      }
    }
    return played.size();
  }

  Loopback net;
  Sandbox sandbox;
  std::optional<Client> client;
  Sightings sightings;
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_scenario_ends_as_it_should_and_all_17_statuses_are_met) {
  SandboxNet net;
  net.play_those([](ScenarioLogin const& login) { return login.scenario->name != "illegal"; });
  for (auto const status : enumerators<AuthStatus>()) {
    std::string const name(wire_name(status));
    auto const met = net.sightings.statuses.contains(name);
    std::cout << "status over HTTPS: " << name << (met ? "" : "  MISSING") << '\n';
    BOOST_TEST(met, name);
  }
  for (auto const step : enumerators<AuthFlowStep>()) {
    auto const sent_only = step == AuthFlowStep::login_password;  // Requests carry it; replies have no use for it.
    BOOST_TEST((sent_only || net.sightings.flow_steps.contains(std::string(wire_name(step)))), wire_name(step));
  }
  for (auto const factor : enumerators<MfaType>()) {
    BOOST_TEST(net.sightings.factors.contains(std::string(wire_name(factor))), wire_name(factor));
  }
  BOOST_TEST(net.sandbox.logins_open() == net.net.server->counters().sessions_open);
}

BOOST_AUTO_TEST_CASE(a_status_that_may_not_follow_is_a_violation_for_a_strict_client) {
  SandboxNet net(true);
  auto const is_illegal = [](ScenarioLogin const& login) { return login.scenario->name == "illegal"; };
  BOOST_TEST(net.play_those(is_illegal, OutcomeKind::protocol_violation) > 0U);
}

BOOST_AUTO_TEST_CASE(the_users_of_the_published_sandbox_work_everywhere) {
  SandboxNet net;
  for (auto const& login : all_logins(net.sandbox.catalogue())) {
    if (!login.is_default || login.scenario->begins != Opening::password || login.is_wrong_first) continue;
    for (std::string_view const user : {"Mesh", "Mesh2", "Mesh3", "Mesh4"}) {
      BOOST_TEST_CONTEXT(title_of(login) << " as " << user) {
        ScenarioResponder responder(login, net.sightings);
        auto who = credentials_for(login, "published-" + std::string(user));
        who.request.username = Secret(user);
        who.request.password = Secret("Pass123");
        auto const [ec, outcome] = await<Outcome>(
            net.net.io, [&](auto handler) { net.client->async_login(std::move(who), responder, std::move(handler)); });
        BOOST_TEST(!ec, ec.message());
        BOOST_TEST(name_of(outcome.kind) == name_of(expected_outcome(login)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_denied_at_once) {
  SandboxNet net;
  auto const logins = all_logins(net.sandbox.catalogue());
  auto const plain = std::ranges::find_if(logins, [](ScenarioLogin const& login) {
    return login.is_default && login.scheme->broker_type == BrokerType::robinhood;
  });
  BOOST_TEST_REQUIRE((plain != logins.end()));
  auto who = credentials_for(*plain, "user-1");
  who.request.password = Secret("wrong");
  auto const [ec, outcome] = await<Outcome>(net.net.io, [&](auto handler) {
    net.client->async_login(std::move(who), net.net.responder, std::move(handler));
  });
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "denied");
  BOOST_TEST(net.net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
