#include <sallyport/sandbox/scenario.hpp>

#include "door_reader.hpp"
#include "place.hpp"
#include "reply_reader.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sallyport {
namespace {

using scenario_file::Complaint;
using scenario_file::parse;
using scenario_file::Place;
using scenario_file::read_named;

std::vector<BrokerType> read_broker_types(Place const& place, ScenarioBounds const& bounds) {
  std::vector<BrokerType> broker_types;
  for (auto const& element : place.elements(1, bounds.broker_types_max)) {
    auto const broker = enumerator_of<BrokerType>(element.text(64));
    if (broker == BrokerType::unknown) element.complain("the API has no such integration");
    broker_types.push_back(broker);
  }
  return broker_types;
}

void read_defaults(Scenario& scenario, Place const& place, ScenarioBounds const& bounds) {
  if (place.value().is_string()) {
    scenario.default_everywhere = true;
    if (place.text(32) != "everywhere") place.complain("expected integrations, or \"everywhere\"");
    if (!scenario.broker_types.empty()) place.complain("brokerTypes says that it is not played everywhere");
    return;
  }
  scenario.default_at = read_broker_types(place, bounds);
  for (auto const broker : scenario.default_at) {
    if (!plays_at(scenario, broker)) {
      place.complain("brokerTypes does not list '" + std::string(wire_name(broker)) + "'");
    }
  }
}

Grant read_grant(Place const& place) {
  constexpr std::int64_t seconds_max = 10LL * 365 * 24 * 60 * 60;
  place.allow_only({"expiresInSeconds", "refreshTokenExpiresInSeconds", "requiresReauthentication"});
  Grant grant;
  if (auto const seconds = place.find("expiresInSeconds")) {
    grant.expires_in_seconds = static_cast<std::int32_t>(seconds->integer(0, seconds_max));
  }
  if (auto const seconds = place.find("refreshTokenExpiresInSeconds")) {
    grant.refresh_token_expires_in_seconds = static_cast<std::int32_t>(seconds->integer(0, seconds_max));
  }
  if (auto const flag = place.find("requiresReauthentication")) grant.requires_reauthentication = flag->flag();
  return grant;
}

std::shared_ptr<ScenarioUsers const> read_users(Place const& place, Population const& population,
                                                ScenarioBounds const& bounds) {
  auto users = std::make_shared<ScenarioUsers>();
  for (auto const& element : place.elements(1, bounds.users_max)) {
    element.allow_only({"username", "password", "passphrase", "accounts"});
    auto& user = users->emplace_back();
    if (auto const name = element.require("username")) user.username = name->text(bounds.string_length_max);
    if (auto const password = element.require("password")) user.password = password->text(bounds.string_length_max);
    if (auto const phrase = element.find("passphrase")) user.passphrase = phrase->text(bounds.string_length_max);
    auto const accounts = element.require("accounts");
    if (!accounts) continue;
    auto const name = accounts->text(32);
    auto const set = std::ranges::find(population.account_sets, name, [](auto const& pair) { return pair.first; });
    if (set != population.account_sets.end()) {
      user.accounts = set->second;
    } else {
      accounts->complain("there is no set of accounts '" + name + "'");
    }
  }
  return users;
}

Scenario read_document(Place const& place, Complaint const& complaint, Population const& population,
                       ScenarioBounds const& bounds) {
  place.allow_only(
      {"$schema", "name", "description", "brokerTypes", "defaultAt", "begins", "irregular", "users", "doors", "grant"});
  Scenario scenario;
  scenario.users = population.users;
  if (auto const name = place.require("name")) scenario.name = scenario_file::read_name(*name);
  if (auto const text = place.require("description")) scenario.description = text->text(bounds.string_length_max);
  if (auto const types = place.find("brokerTypes")) scenario.broker_types = read_broker_types(*types, bounds);
  if (auto const where = place.find("defaultAt")) read_defaults(scenario, *where, bounds);
  if (auto const begins = place.find("begins")) scenario.begins = read_named<Opening>(*begins, opening_count);
  if (auto const flag = place.find("irregular")) scenario.irregular = flag->flag();
  if (auto const users = place.find("users")) scenario.users = read_users(*users, population, bounds);
  if (auto const doors = place.require("doors")) scenario_file::read_doors(scenario, *doors, complaint, bounds);
  if (auto const grant = place.find("grant")) scenario.grant = read_grant(*grant);
  return scenario;
}

}  // namespace

ScenarioResult<Scenario> read_scenario(std::string_view text, std::string_view file, Population const& population,
                                       ScenarioBounds const& bounds) {
  Complaint complaint(file);
  auto const document = parse(text, bounds.text_bytes_max, complaint);
  if (complaint.made()) return complaint.error();
  auto scenario = read_document(Place(document, "$", complaint), complaint, population, bounds);
  if (complaint.made()) return complaint.error();
  return scenario;
}

ScenarioResult<Population> read_population(std::string_view accounts_text, std::string_view users_text,
                                           ScenarioBounds const& bounds) {
  Population population;
  Complaint in_accounts("accounts.json");
  auto const accounts = parse(accounts_text, bounds.text_bytes_max, in_accounts);
  if (!in_accounts.made()) {
    for (auto const& [name, set] : Place(accounts, "$", in_accounts).members()) {
      auto& list = population.account_sets.emplace_back(name, std::vector<BrokerAccount>()).second;
      for (auto const& element : set.elements(1, bounds.users_max))
        list.push_back(scenario_file::read_account(element));
    }
  }
  if (in_accounts.made()) return in_accounts.error();
  Complaint in_users("users.json");
  auto const users = parse(users_text, bounds.text_bytes_max, in_users);
  if (!in_users.made()) population.users = read_users(Place(users, "$", in_users), population, bounds);
  if (in_users.made()) return in_users.error();
  return population;
}

}  // namespace sallyport
