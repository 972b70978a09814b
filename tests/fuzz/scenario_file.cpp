// A scenario that can be read is within its bounds and can be played; an error names the file and a place in it.

#include "demand.hpp"
#include "scenario_laws.hpp"
#include "targets.hpp"

#include <sallyport/sandbox/scenario.hpp>

#include <string>

namespace sallyport::fuzz {
namespace {

constexpr std::string_view some_accounts = R"({"cash":[{"accountId":"SB-1","accountName":"Cash account","cash":1}]})";
constexpr std::string_view some_users = R"([{"username":"Mesh","password":"Pass123","accounts":"cash"}])";

void check_complaint(ScenarioError const& error, std::string_view file) {
  demand(error.file == file);
  demand(error.path.starts_with('$'));
  demand(!error.problem.empty());
}

}  // namespace

void scenario_file(std::string_view bytes) {
  static auto const population = read_population(some_accounts, some_users).value();
  ScenarioBounds const bounds;
  if (auto const users = read_population(some_accounts, bytes); !users) check_complaint(users.error(), "users.json");
  if (auto const sets = read_population(bytes, some_users); !sets && sets.error().file != "users.json") {
    check_complaint(sets.error(), "accounts.json");
  }
  auto const scenario = read_scenario(bytes, "own.json", population, bounds);
  if (!scenario) return check_complaint(scenario.error(), "own.json");
  demand(!scenario->name.empty() && !scenario->description.empty());
  demand(scenario->users && !scenario->users->empty());
  check_doors(*scenario, bounds.doors_max);
  check_play(*scenario);
}

}  // namespace sallyport::fuzz
