// What the embedded data promises as a whole.

#include "player.hpp"
#include "schema.hpp"

#include <sallyport/engine/verdict_table.hpp>
#include <sallyport/protocol/field.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

BOOST_AUTO_TEST_SUITE(data_test)

using namespace sallyport;
using namespace sallyport::test;

namespace {

/// What can be reached, and by which scenario.
struct Reached {
  std::map<std::string, std::string> statuses;
  std::map<std::string, std::string> factors;
  std::map<std::string, std::string> steps;

  void note(Scenario const& scenario, AuthResponse const& reply) {
    statuses.emplace(reply.status.spelling(), scenario.name);
    if (reply.mfa_type) factors.emplace(reply.mfa_type->spelling(), scenario.name);
    if (reply.auth_flow_step) steps.emplace(reply.auth_flow_step->spelling(), scenario.name);
  }
};

AuthRequest request_for(Scenario const& scenario, EventType act, bool right, std::size_t door) {
  if (act == EventType::answer && right) return right_answer(scenario, scenario.doors[door]);
  AuthRequest request;
  auto const& user = scenario.users->front();
  if (act == EventType::restart || act == EventType::poll) {
    request.username = Secret(user.username);
    request.password = Secret(user.password);
  }
  return request;
}

/// Every act at every place until nothing new is found. Returns the doors that were seen.
std::set<std::size_t> explore(Scenario const& scenario, Reached& reached) {
  struct Act {
    EventType type;
    bool right;
  };
  constexpr Act acts[] = {{EventType::answer, true},
                          {EventType::answer, false},
                          {EventType::poll, true},
                          {EventType::another_way, false},
                          {EventType::restart, true}};
  std::set<std::size_t> doors;
  std::set<std::pair<std::size_t, std::uint32_t>> seen;
  std::deque<ScenarioProgress> agenda;
  auto const visit = [&](Judgement const& judgement) {
    if (judgement.silence == Silence::none) reached.note(scenario, judgement.reply);
    if (!judgement.next.begun) return;
    doors.insert(judgement.next.door);
    // A place that was asked more often than ten times is the same place.
    auto const place = std::pair(judgement.next.door, std::min<std::uint32_t>(judgement.next.polls, 10));
    if (seen.insert(place).second) agenda.push_back(judgement.next);
  };
  visit(judge(scenario, {}, EventType::login, first_post(scenario), TimePoint()));
  while (!agenda.empty()) {
    auto const progress = agenda.front();
    agenda.pop_front();
    for (auto const& act : acts) {
      auto const request = request_for(scenario, act.type, act.right, progress.door);
      visit(judge(scenario, progress, act.type, request, progress.entered + std::chrono::hours(25)));
    }
  }
  return doors;
}

template <class E>
void check_all(char const* title, std::map<std::string, std::string> const& reached) {
  BOOST_TEST_MESSAGE(title);
  for (auto const& [name, scenario] : reached) BOOST_TEST_MESSAGE("  " << name << " (" << scenario << ")");
  for (auto const value : enumerators<E>()) {
    BOOST_TEST(reached.contains(std::string(wire_name(value))), "nothing reaches " << wire_name(value));
  }
}

bool lists(AuthenticationModel const& step, Field field) {
  return std::ranges::any_of(step.fields.value(), [&](AuthenticationField const& listed) {
    return field_named(listed.name.value_or("")) == field;
  });
}

bool fits(AuthenticationModel const& step, AuthResponse const& reply) {
  auto const& pattern = step.auth_response.value();
  return pattern.status == reply.status && (!pattern.mfa_type || pattern.mfa_type == reply.mfa_type) &&
         (!pattern.auth_flow_step || pattern.auth_flow_step == reply.auth_flow_step);
}

// The first that fits: a scheme lists the more exact pattern first, for clients that stop at the first.
AuthenticationModel const* find_step(AuthenticationScheme const& scheme, AuthResponse const& reply) {
  for (auto const& step : scheme.authentication_steps.value()) {
    if (fits(step, reply)) return &step;
  }
  return nullptr;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_value_of_the_api_can_be_reached) {
  Reached reached;
  for (auto const& scenario : catalogue().scenarios()) explore(scenario, reached);
  check_all<AuthStatus>("statuses", reached.statuses);
  check_all<MfaType>("kinds of factor", reached.factors);
  check_all<AuthFlowStep>("steps of the flow", reached.steps);
  BOOST_TEST(reached.statuses.contains("sealedByMoonlight"));
}

BOOST_AUTO_TEST_CASE(every_door_can_be_reached) {
  for (auto const& scenario : catalogue().scenarios()) {
    Reached reached;
    BOOST_TEST_CONTEXT(scenario.name) {
      BOOST_TEST(explore(scenario, reached).size() == scenario.doors.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(no_two_scenarios_have_one_name_at_one_integration) {
  std::set<std::pair<std::string, BrokerType>> seen;
  for (auto const& scenario : catalogue().scenarios()) {
    BOOST_TEST_CONTEXT(scenario.name) {
      if (scenario.broker_types.empty()) BOOST_TEST(seen.emplace(scenario.name, BrokerType::unknown).second);
      for (auto const broker : scenario.broker_types) BOOST_TEST(seen.emplace(scenario.name, broker).second);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_integration_has_two_defaults) {
  std::set<std::pair<BrokerType, Opening>> seen;
  for (auto const& scenario : catalogue().scenarios()) {
    BOOST_TEST_CONTEXT(scenario.name) {
      for (auto const broker : scenario.default_at) BOOST_TEST(seen.emplace(broker, scenario.begins).second);
      if (scenario.default_everywhere) BOOST_TEST(seen.emplace(BrokerType::unknown, scenario.begins).second);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_scheme_has_a_basis_and_a_description_of_every_field) {
  for (auto const& scheme : catalogue().schemes()) {
    BOOST_TEST_CONTEXT(scheme.broker_type.spelling()) {
      BOOST_TEST((scheme.broker_type.value() != BrokerType::unknown));
      BOOST_TEST((scheme.authentication_scheme_type.value() != AuthenticationSchemeType::unknown));
      BOOST_TEST(catalogue().basis_of(scheme.broker_type.value()).has_value());
      std::vector<AuthenticationModel const*> models;
      models.push_back(&scheme.initial_authentication_model.value());
      if (scheme.authentication_steps) {
        for (auto const& step : *scheme.authentication_steps) models.push_back(&step);
      }
      for (auto const* model : models) {
        for (auto const& field : model->fields.value()) {
          BOOST_TEST((field_named(field.name.value_or("")) != Field::unknown), field.name.value_or(""));
          BOOST_TEST(wire_name(field_named(field.name.value_or(""))) == field.name.value_or(""));
          BOOST_TEST(!field.description.value_or("").empty());
        }
        BOOST_TEST(lists(*model, Field::type));
      }
      if (scheme.authentication_scheme_type == AuthenticationSchemeType::api_key) {
        BOOST_TEST(scheme.instructions_url.has_value());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(schemes_are_as_the_api_documents_them_where_it_does) {
  auto const* const scheme = catalogue().find_scheme(BrokerType::binance_international);
  BOOST_TEST_REQUIRE(scheme != nullptr);
  BOOST_TEST((catalogue().basis_of(BrokerType::binance_international) == Basis::documented));
  std::vector<AuthenticationField> const documented = {{"Username", "API key"},
                                                       {"Password", "Secret key"},
                                                       {"AuthToken", "Passphrase"},
                                                       {"Type", "BinanceInternational"}};
  BOOST_TEST((scheme->initial_authentication_model->fields == documented));
  BOOST_TEST(scheme->mfa_schemes->empty());
}

BOOST_AUTO_TEST_CASE(steps_that_one_waits_at_list_no_credentials_but_one) {
  std::set<std::string> with_credentials;
  for (auto const& scheme : catalogue().schemes()) {
    if (!scheme.authentication_steps) continue;
    for (auto const& step : *scheme.authentication_steps) {
      auto const row = verdict_row(step.auth_response->status.value());
      if (row.event != EventType::wait) continue;
      if (lists(step, Field::password)) with_credentials.emplace(scheme.broker_type.spelling());
      for (auto const field : {Field::mfa_code, Field::challenge_code, Field::challenge_answer, Field::trade_pin}) {
        BOOST_TEST(!lists(step, field));
      }
    }
  }
  BOOST_TEST(with_credentials == std::set<std::string>{"vanguard"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(scheme_tells_what_every_door_of_its_scenarios_wants) {
  for (auto const& scenario : catalogue().scenarios()) {
    for (auto const broker : scenario.broker_types) {
      auto const* const scheme = catalogue().find_scheme(broker);
      BOOST_TEST_REQUIRE(scheme != nullptr);
      for (auto const& door : scenario.doors) {
        auto const row = verdict_row(door.reply.status.value());
        if (row.bound == Bound::none || door.silence != Silence::none) continue;
        BOOST_TEST_CONTEXT(wire_name(broker) << ' ' << scenario.name << ' ' << door.name) {
          auto const* const step = find_step(*scheme, door.reply);
          BOOST_TEST_REQUIRE(step != nullptr);
          for (auto const& expectation : door.accept) BOOST_TEST(lists(*step, expectation.field));
          BOOST_TEST(door.needs_credentials == (row.event == EventType::wait && lists(*step, Field::password)));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
