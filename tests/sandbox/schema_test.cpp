// docs/scenario.schema.json and the reader describe the same files.

#include "schema.hpp"
#include "player.hpp"

#include <sallyport/protocol/field.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <set>

BOOST_AUTO_TEST_SUITE(schema_test)

using namespace sallyport;
using namespace sallyport::test;
namespace json = boost::json;

namespace {

json::value const& schema() {
  static auto const document = read_json("docs/scenario.schema.json");
  return document;
}

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  std::string const directory = "sandbox/data/scenarios";
  for (auto const& entry : std::filesystem::directory_iterator(std::string(SALLYPORT_SOURCE_DIR) + '/' + directory)) {
    files.push_back(directory + '/' + entry.path().filename().string());
  }
  return files;
}

Population const& population() {
  static auto const read =
      read_population(read_text("sandbox/data/accounts.json"), read_text("sandbox/data/users.json")).value();
  return read;
}

bool reads(json::value const& document) {
  return read_scenario(json::serialize(document), "test.json", population()).has_value();
}

std::set<std::string> names_in(json::value const& list) {
  std::set<std::string> names;
  for (auto const& name : list.as_array()) names.emplace(name.as_string());
  return names;
}

template <class E>
std::set<std::string> wire_names_of() {
  std::set<std::string> names;
  for (auto const value : enumerators<E>()) names.emplace(wire_name(value));
  return names;
}

// Every kind of wrong value, put into each member of a document in turn.
void mutate(json::value const& document, std::vector<json::value>& mutants) {
  auto const collect = [&](auto const& put) {
    for (json::value const& value :
         {json::value(nullptr), json::value(true), json::value(-1), json::value(0.5), json::value(""),
          json::value("nonsense!"), json::value(json::array()), json::value(json::object())}) {
      mutants.push_back(put(value));
    }
  };
  if (auto const* const object = document.if_object()) {
    for (auto const& member : *object) {
      collect([&](json::value const& value) {
        auto copy = *object;
        copy[member.key()] = value;
        return json::value(copy);
      });
      std::vector<json::value> inner;
      mutate(member.value(), inner);
      for (auto const& value : inner) {
        auto copy = *object;
        copy[member.key()] = value;
        mutants.emplace_back(copy);
      }
    }
    auto copy = *object;
    copy["surprise"] = 1;
    mutants.emplace_back(copy);
  } else if (auto const* const array = document.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      std::vector<json::value> inner;
      mutate((*array)[i], inner);
      for (auto const& value : inner) {
        auto copy = *array;
        copy[i] = value;
        mutants.emplace_back(copy);
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_scenario_file_is_as_the_schema_says) {
  auto const files = scenario_files();
  BOOST_TEST(files.size() == catalogue().scenarios().size());
  for (auto const& file : files) {
    BOOST_TEST_CONTEXT(file) {
      BOOST_TEST(complaints(schema(), read_json(file)) == std::vector<std::string>(), boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(whatever_the_schema_refuses_the_reader_refuses_too) {
  std::size_t refused = 0;
  for (auto const* file : {"sandbox/data/scenarios/push.json", "sandbox/data/scenarios/binance-face-key.json",
                           "sandbox/data/scenarios/silent-answer.json", "sandbox/data/scenarios/questions.json",
                           "sandbox/data/scenarios/push-number.json"}) {
    std::vector<json::value> mutants;
    mutate(read_json(file), mutants);
    for (auto const& mutant : mutants) {
      auto const found = complaints(schema(), mutant);
      if (found.empty()) continue;
      ++refused;
      BOOST_TEST(!reads(mutant), file << ": " << found.front() << ": " << mutant);
    }
  }
  BOOST_TEST(refused > 500U);
}

BOOST_AUTO_TEST_CASE(schema_lists_every_integration_and_every_opening) {
  auto const& defs = schema().at("$defs");
  BOOST_TEST((names_in(defs.at("brokerTypes").at("items").at("enum")) == wire_names_of<BrokerType>()));
  std::set<std::string> openings;
  for (std::size_t i = 0; i < opening_count; ++i) openings.emplace(name_of(static_cast<Opening>(i)));
  BOOST_TEST((names_in(schema().at("properties").at("begins").at("enum")) == openings));
  std::set<std::string> channels;
  for (std::size_t i = 0; i < delivery_channel_count; ++i) channels.emplace(name_of(static_cast<DeliveryChannel>(i)));
  BOOST_TEST((names_in(defs.at("delivery").at("properties").at("by").at("enum")) == channels));
}

BOOST_AUTO_TEST_CASE(schema_accepts_the_members_that_a_user_fills_in) {
  std::set<std::string> in_schema;
  for (auto const& member : schema().at("$defs").at("accept").at("properties").as_object()) {
    in_schema.emplace(member.key());
  }
  std::set<std::string> asked;
  for (std::size_t i = 1; i <= enumerator_count<Field>; ++i) {
    auto const field = static_cast<Field>(i);
    if (!is_asked_of_the_user(field) || field == Field::country_info) continue;
    auto name = std::string(wire_name(field));
    name.front() = static_cast<char>(name.front() - 'A' + 'a');
    asked.insert(name);
  }
  BOOST_TEST(in_schema == asked, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(schema_knows_every_set_of_accounts) {
  std::set<std::string> sets;
  for (auto const& [name, accounts] : population().account_sets) sets.insert(name);
  BOOST_TEST((names_in(schema().at("$defs").at("user").at("properties").at("accounts").at("enum")) == sets));
}

BOOST_AUTO_TEST_CASE(page_lists_every_scenario_and_its_example_can_be_read) {
  auto const page = read_text("docs/scenarios.md");
  for (auto const& scenario : catalogue().scenarios()) {
    auto const row = "| `" + scenario.name + "` | ";
    BOOST_TEST(page.find(row) != std::string::npos, scenario.name);
    BOOST_TEST(page.find(scenario.description) != std::string::npos, scenario.name);
  }
  auto const begin = page.find("```json\n") + 8;
  auto const example = page.substr(begin, page.find("```\n", begin) - begin);
  auto const scenario = read_scenario(example, "docs/scenarios.md", population());
  BOOST_TEST(scenario.has_value(), (scenario ? "" : scenario.error().message()));
  BOOST_TEST(complaints(schema(), json::parse(example)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
