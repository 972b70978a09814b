// Every integration of the API over HTTPS: each way in, each of its own scenarios, and what is done with what a login
// opened.

#include "connections.hpp"
#include "outcome_table.hpp"
#include "sandbox_net.hpp"

#include <algorithm>
#include <iostream>

BOOST_AUTO_TEST_SUITE(integrations)

using namespace sallyport;
using namespace sallyport::test;

namespace {

/// The ways into an integration, and what is its own beside them.
bool is_of_the_integration(ScenarioLogin const& login) {
  auto const& own = login.scenario->broker_types;
  return login.is_default || std::ranges::find(own, login.scheme->broker_type.value()) != own.end();
}

std::string path_of(ScenarioLogin const& login) {
  auto path = std::string(name_of(login.scenario->begins)) + (login.is_default ? "" : "+") + ": ";
  path += login.scenario->name;
  if (login.takes_another_way) path += ", another way";
  if (login.is_wrong_first) path += ", wrong answer first";
  return path;
}

template <class E>
void check_all(char const* title, std::set<std::string> const& met) {
  std::size_t count = 0;
  for (auto const value : enumerators<E>()) {
    auto const is_met = met.contains(std::string(wire_name(value)));
    BOOST_TEST(is_met, title << " was not met: " << wire_name(value));
    if (is_met) ++count;
  }
  std::cout << title << ": " << count << " of " << enumerator_count<E> << " met\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_integration_can_be_logged_in_to_refreshed_and_removed_in_each_of_its_ways) {
  SandboxNet net;
  auto const played = net.play_those(is_of_the_integration);
  auto rows = play_connections(net, played);
  std::set<std::pair<BrokerType, Opening>> ways;
  for (auto const& one : played) {
    std::string const outcome(one.ec ? one.ec.message() : std::string(name_of(one.outcome.kind)));
    rows.emplace_back(one.login.scheme->broker_type.spelling(), path_of(one.login), outcome);
    if (!one.login.is_default) continue;
    // An identifier-first login is a login by password.
    auto const begins = one.login.scenario->begins;
    ways.emplace(one.login.scheme->broker_type.value(), begins == Opening::identifier ? Opening::password : begins);
  }
  print_table(std::move(rows));
  std::set<BrokerType> integrations;
  for (auto const& scheme : net.sandbox.schemes()) {
    integrations.insert(scheme.broker_type.value());
    for (auto const opening : openings_of(scheme)) {
      BOOST_TEST(ways.contains({scheme.broker_type.value(), opening}), scheme.broker_type.spelling()
                                                                           << ' ' << name_of(opening));
    }
  }
  BOOST_TEST(integrations.size() == enumerator_count<BrokerType>);
  check_all<AuthStatus>("statuses", net.sightings.statuses);
  check_all<MfaType>("kinds of factor", net.sightings.factors);
  auto steps = net.sightings.flow_steps;
  steps.merge(net.listener.flow_steps);  // Requests alone carry loginPassword.
  check_all<AuthFlowStep>("steps of the flow", steps);
  check_all<MfaScheme>("MFA schemes", net.sightings.mfa_schemes);
}

BOOST_AUTO_TEST_SUITE_END()
