// Every scenario of the sandbox over HTTPS, client to server, in the time of the scenarios run fast.

#include "sandbox_net.hpp"

#include <algorithm>
#include <iostream>

BOOST_AUTO_TEST_SUITE(scenarios)

using namespace sallyport;
using namespace sallyport::test;

BOOST_AUTO_TEST_CASE(every_scenario_ends_as_it_should_and_all_17_statuses_are_met) {
  SandboxNet net;
  auto const started = std::chrono::steady_clock::now();
  auto const played = net.play_those([](ScenarioLogin const& login) { return login.scenario->name != "illegal"; },
                                     std::nullopt, Breadth::everywhere);
  std::cout << played.size() << " logins in "
            << std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count() << " s\n";
  for (auto const status : enumerators<AuthStatus>()) {
    std::string const name(wire_name(status));
    auto const met = net.sightings.statuses.contains(name);
    std::cout << "status over HTTPS: " << name << (met ? "" : "  MISSING") << '\n';
    BOOST_TEST(met, name);
  }
  for (auto const step : enumerators<AuthFlowStep>()) {
    auto const sent_only = step == AuthFlowStep::login_password;  // Requests carry it; replies have no use for it.
    auto const& met = sent_only ? net.listener.flow_steps : net.sightings.flow_steps;
    BOOST_TEST(met.contains(std::string(wire_name(step))), wire_name(step));
  }
  for (auto const factor : enumerators<MfaType>()) {
    BOOST_TEST(net.sightings.factors.contains(std::string(wire_name(factor))), wire_name(factor));
  }
  BOOST_TEST(net.sandbox.logins_open() == net.net.server->counters().sessions_open);
}

BOOST_AUTO_TEST_CASE(a_status_that_may_not_follow_is_a_violation_for_a_strict_client) {
  SandboxNet net(true);
  auto const is_illegal = [](ScenarioLogin const& login) { return login.scenario->name == "illegal"; };
  BOOST_TEST(net.play_those(is_illegal, OutcomeKind::protocol_violation).size() > 0U);
}

BOOST_AUTO_TEST_CASE(the_users_of_the_published_sandbox_work_everywhere) {
  SandboxNet net;
  for (auto const& login : all_logins(*net.sandbox.catalogue())) {
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
  auto const logins = all_logins(*net.sandbox.catalogue());
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
