// The catalogue of authentication schemes: complete, as its schema says, and with a login for each way in.

#include "player.hpp"
#include "schema.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(scheme_test)

using namespace sallyport;
using namespace sallyport::test;
namespace json = boost::json;

namespace {

json::value const& schema() {
  static auto const document = read_json("docs/scheme.schema.json");
  return document;
}

template <class E>
void check_that_schema_lists_all(char const* definition) {
  std::multiset<std::string> listed;
  for (auto const& name : schema().at("$defs").at(definition).at("enum").as_array()) listed.emplace(name.as_string());
  std::multiset<std::string> wanted;
  for (std::size_t i = 1; i <= enumerator_count<E>; ++i) wanted.emplace(wire_name(static_cast<E>(i)));
  BOOST_TEST(listed == wanted, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_scheme_is_as_the_schema_says) {
  auto const schemes = read_json("sandbox/data/schemes.json");
  BOOST_TEST(complaints(schema(), schemes) == std::vector<std::string>(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(schema_refuses_what_is_no_scheme) {
  struct Row {
    char const* member;
    json::value value;
  };
  auto const good = read_json("sandbox/data/schemes.json").as_array();
  auto const api_key = std::ranges::find_if(
      good, [](json::value const& scheme) { return scheme.at("authenticationSchemeType").as_string() == "apiKey"; });
  BOOST_TEST_REQUIRE((api_key != good.end()));
  auto const index = static_cast<std::size_t>(api_key - good.begin());
  for (auto const& [member, value] : {Row{"brokerType", "moonbase"},
                                      {"authenticationSchemeType", "handshake"},
                                      {"authenticationSchemeType", "trueAuth"},
                                      {"mfaSchemes", json::array{"smoke"}},
                                      {"instructionsUrl", nullptr},
                                      {"surprise", 1},
                                      {"initialAuthenticationModel", json::object{{"fields", json::array{}}}},
                                      {"authenticationSteps", json::array{json::object{}}}}) {
    BOOST_TEST_CONTEXT(member << ' ' << value) {
      auto bad = good;
      auto& scheme = bad[index].as_object();
      if (value.is_null()) {
        scheme.erase(member);
      } else {
        scheme[member] = value;
      }
      BOOST_TEST(!complaints(schema(), bad).empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(schema_lists_every_value_of_the_api) {
  check_that_schema_lists_all<BrokerType>("brokerType");
  check_that_schema_lists_all<AuthenticationSchemeType>("authenticationSchemeType");
  check_that_schema_lists_all<MfaScheme>("mfaScheme");
  check_that_schema_lists_all<AuthStatus>("status");
  check_that_schema_lists_all<MfaType>("mfaType");
  check_that_schema_lists_all<AuthFlowStep>("authFlowStep");
  check_that_schema_lists_all<Field>("fieldName");
}

BOOST_AUTO_TEST_CASE(every_integration_has_exactly_one_scheme) {
  std::map<BrokerType, int> counts;
  for (auto const& scheme : catalogue().schemes()) ++counts[scheme.broker_type.value()];
  for (auto const broker : enumerators<BrokerType>()) BOOST_TEST(counts[broker] == 1, wire_name(broker));
  BOOST_TEST(counts.size() == enumerator_count<BrokerType>);
}

BOOST_AUTO_TEST_CASE(every_scheme_type_and_every_mfa_scheme_is_used) {
  std::set<AuthenticationSchemeType> types;
  std::set<MfaScheme> mfa_schemes;
  for (auto const& scheme : catalogue().schemes()) {
    types.insert(scheme.authentication_scheme_type.value());
    for (auto const& mfa : scheme.mfa_schemes.value()) mfa_schemes.insert(mfa.value());
  }
  for (auto const type : enumerators<AuthenticationSchemeType>()) BOOST_TEST(types.contains(type), wire_name(type));
  for (auto const mfa : enumerators<MfaScheme>()) BOOST_TEST(mfa_schemes.contains(mfa), wire_name(mfa));
  BOOST_TEST(!types.contains(AuthenticationSchemeType::unknown));
  BOOST_TEST(!mfa_schemes.contains(MfaScheme::unknown));
}

BOOST_AUTO_TEST_CASE(every_way_into_every_integration_has_a_default_that_a_published_user_can_begin) {
  for (auto const& scheme : catalogue().schemes()) {
    auto const broker = scheme.broker_type.value();
    auto const openings = openings_of(scheme);
    BOOST_TEST(!openings.empty(), wire_name(broker));
    for (auto const opening : openings) {
      BOOST_TEST_CONTEXT(wire_name(broker) << ' ' << name_of(opening)) {
        auto const* const scenario = catalogue().find_default(broker, opening);
        BOOST_TEST_REQUIRE(scenario != nullptr);
        auto const request = first_post(*scenario, broker);
        BOOST_TEST((catalogue().choose(request).scenario == scenario));
        auto const judgement = judge(*scenario, {}, EventType::login, request, TimePoint());
        BOOST_TEST((judgement.reply.status != AuthStatus::failed));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
