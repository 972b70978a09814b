#include <sallyport/sandbox/catalogue.hpp>

#include <sallyport/protocol/codec.hpp>
#include <sallyport/protocol/field.hpp>
#include <sallyport/sandbox/grammar.hpp>

#include "embedded.hpp"
#include "place.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace sallyport {
namespace {

ScenarioResult<std::vector<AuthenticationScheme>> read_schemes(std::string_view text) {
  using Schemes = std::vector<AuthenticationScheme>;
  auto reply = decode<ApiResult<Schemes>>(R"({"status":"ok","content":)" + std::string(text) + "}");
  if (!reply) return ScenarioError{"schemes.json", reply.error().path, reply.error().detail};
  return std::move(reply->content).value_or(Schemes());
}

ScenarioResult<std::vector<std::pair<BrokerType, Basis>>> read_bases(std::string_view text) {
  scenario_file::Complaint complaint("basis.json");
  std::vector<std::pair<BrokerType, Basis>> bases;
  auto const document = scenario_file::parse(text, ScenarioBounds().text_bytes_max, complaint);
  if (!complaint.made()) {
    for (auto const& [name, place] : scenario_file::Place(document, "$", complaint).members()) {
      auto const broker = enumerator_of<BrokerType>(name);
      auto const basis = place.text(32);
      if (broker == BrokerType::unknown) place.complain("the API has no such integration");
      if (basis != name_of(Basis::documented) && basis != name_of(Basis::inferred)) {
        place.complain("expected one of documented, inferred");
      }
      bases.emplace_back(broker, basis == name_of(Basis::documented) ? Basis::documented : Basis::inferred);
    }
  }
  if (complaint.made()) return complaint.error();
  return bases;
}

ScenarioResult<std::vector<std::filesystem::path>> list_files(std::filesystem::path const& directory,
                                                              ScenarioBounds const& bounds) {
  std::vector<std::filesystem::path> files;
  std::error_code ec;
  std::filesystem::directory_iterator entry(directory, ec);
  for (; !ec && entry != std::filesystem::directory_iterator(); entry.increment(ec)) {
    if (entry->path().extension() != ".json") continue;
    if (files.size() == bounds.files_max) {
      return ScenarioError{directory.string(), "$", "more than " + std::to_string(bounds.files_max) + " files"};
    }
    files.push_back(entry->path());
  }
  if (ec) return ScenarioError{directory.string(), "$", "cannot be read: " + ec.message()};
  std::ranges::sort(files);
  return files;
}

ScenarioResult<Scenario> read_file(std::filesystem::path const& path, Population const& population,
                                   ScenarioBounds const& bounds) {
  // A pipe would be waited for, and a server reads its scenarios anew while it serves.
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec)) return ScenarioError{path.string(), "$", "is no file"};
  std::ifstream stream(path, std::ios::binary);
  std::string text(bounds.text_bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (stream.fail() && !stream.eof())) return ScenarioError{path.string(), "$", "cannot be read"};
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return read_scenario(text, path.string(), population, bounds);
}

// The newest scenario wins; one that names the integration wins over one for all of them.
template <class IsFor, class IsForAll>
Scenario const* find_newest(std::vector<Scenario> const& scenarios, IsFor const& is_for, IsForAll const& is_for_all) {
  auto const own = std::find_if(scenarios.rbegin(), scenarios.rend(), is_for);
  if (own != scenarios.rend()) return &*own;
  auto const general = std::find_if(scenarios.rbegin(), scenarios.rend(), is_for_all);
  return general != scenarios.rend() ? &*general : nullptr;
}

bool contains(std::vector<BrokerType> const& types, BrokerType broker) noexcept {
  return std::ranges::find(types, broker) != types.end();
}

// A login page that asks for the user name alone is one way to log in by password.
bool begins_so(Scenario const& scenario, Opening opening) noexcept {
  auto const is_password = [](Opening begins) { return begins == Opening::password || begins == Opening::identifier; };
  return scenario.begins == opening || (is_password(opening) && is_password(scenario.begins));
}

// Some login pages ask for the user name alone.
bool asks_for_password(AuthenticationScheme const& scheme) noexcept {
  auto const& first = scheme.initial_authentication_model;
  if (!first || !first->fields) return true;
  return std::ranges::any_of(*first->fields, [](AuthenticationField const& field) {
    return field_named(field.name.value_or("")) == Field::password;
  });
}

Opening opening_of(AuthenticationScheme const& scheme, AuthRequest const& request) noexcept {
  if (request.auth_flow_step == AuthFlowStep::login_qr_code) return Opening::qr_code;
  switch (scheme.authentication_scheme_type.value()) {
    case AuthenticationSchemeType::api_key: return Opening::api_key;
    case AuthenticationSchemeType::blockchain_address: return Opening::address;
    case AuthenticationSchemeType::oauth: return request.redirect_link ? Opening::redirect : Opening::nothing;
    case AuthenticationSchemeType::true_auth:
      return request.true_auth_auth_request ? Opening::true_auth : Opening::nothing;
    case AuthenticationSchemeType::username_password:
    case AuthenticationSchemeType::unknown: break;
  }
  return asks_for_password(scheme) ? Opening::password : Opening::identifier;
}

ScenarioChoice compose(std::string_view text, Opening begins, Population const& population) {
  auto scenario = compose_scenario(text, begins, population.users);
  if (!scenario) {
    return {nullptr, "The sandbox has no scenario of that name for this integration, and cannot compose one: " +
                         scenario.error().message() + "."};
  }
  auto const composed = std::make_shared<Scenario const>(std::move(*scenario));
  return {composed.get(), {}, composed};
}

}  // namespace

std::vector<Opening> openings_of(AuthenticationScheme const& scheme) {
  std::vector<Opening> openings;
  switch (scheme.authentication_scheme_type.value()) {
    case AuthenticationSchemeType::username_password: openings = {Opening::password}; break;
    case AuthenticationSchemeType::oauth: openings = {Opening::nothing, Opening::redirect}; break;
    case AuthenticationSchemeType::api_key: openings = {Opening::api_key}; break;
    case AuthenticationSchemeType::blockchain_address: openings = {Opening::address}; break;
    case AuthenticationSchemeType::true_auth: openings = {Opening::nothing, Opening::true_auth}; break;
    case AuthenticationSchemeType::unknown: break;
  }
  auto const shows_qr_code = [](AuthenticationModel const& step) {
    return step.auth_response && step.auth_response->status == AuthStatus::qr_code_required;
  };
  if (scheme.authentication_steps && std::ranges::any_of(*scheme.authentication_steps, shows_qr_code)) {
    openings.push_back(Opening::qr_code);
  }
  return openings;
}

Catalogue Catalogue::embedded() {
  Catalogue catalogue;
  catalogue.schemes_ = read_schemes(sallyport::embedded::text_of("schemes.json")).value();
  catalogue.bases_ = read_bases(sallyport::embedded::text_of("basis.json")).value();
  catalogue.population_ =
      read_population(sallyport::embedded::text_of("accounts.json"), sallyport::embedded::text_of("users.json"))
          .value();
  for (auto const& file : sallyport::embedded::files()) {
    if (!file.name.starts_with("scenarios/")) continue;
    catalogue.scenarios_.push_back(read_scenario(file.text, file.name, catalogue.population_).value());
  }
  return catalogue;
}

ScenarioResult<void> Catalogue::load(std::filesystem::path const& directory, ScenarioBounds const& bounds) {
  auto const files = list_files(directory, bounds);
  if (!files) return files.error();
  std::vector<Scenario> loaded;
  for (auto const& path : *files) {
    auto scenario = read_file(path, population_, bounds);
    if (!scenario) return scenario.error();
    loaded.push_back(std::move(*scenario));
  }
  std::ranges::move(loaded, std::back_inserter(scenarios_));
  return {};
}

AuthenticationScheme const* Catalogue::find_scheme(BrokerType broker) const noexcept {
  auto const found = std::ranges::find_if(schemes_, [&](auto const& scheme) { return scheme.broker_type == broker; });
  return found == schemes_.end() ? nullptr : &*found;
}

std::optional<Basis> Catalogue::basis_of(BrokerType broker) const noexcept {
  auto const found = std::ranges::find(bases_, broker, [](auto const& pair) { return pair.first; });
  return found == bases_.end() ? std::nullopt : std::optional(found->second);
}

Scenario const* Catalogue::find_scenario(BrokerType broker, std::string_view name) const noexcept {
  return find_newest(
      scenarios_,
      [&](Scenario const& scenario) { return scenario.name == name && contains(scenario.broker_types, broker); },
      [&](Scenario const& scenario) { return scenario.name == name && scenario.broker_types.empty(); });
}

Scenario const* Catalogue::find_default(BrokerType broker, Opening begins) const noexcept {
  return find_newest(
      scenarios_,
      [&](Scenario const& scenario) { return begins_so(scenario, begins) && contains(scenario.default_at, broker); },
      [&](Scenario const& scenario) { return begins_so(scenario, begins) && scenario.default_everywhere; });
}

ScenarioChoice Catalogue::choose(AuthRequest const& first_post) const {
  auto const broker = first_post.type.value();
  auto const* const scheme = find_scheme(broker);
  if (!scheme) return {nullptr, "The sandbox has no such integration."};
  auto const username = text_of(first_post, Field::username).value_or("");
  if (auto const name = split_username(username).scenario) {
    if (auto const* const scenario = find_scenario(broker, *name)) return {scenario, {}};
    return compose(*name, opening_of(*scheme, first_post), population_);
  }
  auto const* const scenario = find_default(broker, opening_of(*scheme, first_post));
  return {scenario, scenario ? "" : "The sandbox has no scenario for this way to log in."};
}

}  // namespace sallyport
