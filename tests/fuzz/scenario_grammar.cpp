// What can be composed leads only to doors that are there and, faults apart, in an order of the API; an error lies
// within its text.

#include "demand.hpp"
#include "scenario_laws.hpp"
#include "targets.hpp"

#include <sallyport/sandbox/grammar.hpp>

#include <memory>

void sallyport::fuzz::scenario_grammar(std::string_view bytes) {
  static auto const users = std::make_shared<ScenarioUsers const>(1);
  GrammarBounds const bounds;
  auto const scenario = compose_scenario(bytes, Opening::password, users, bounds);
  if (!scenario) {
    auto const& error = scenario.error();
    return demand(error.position >= 1 && error.position <= bytes.size() + 1 && !error.expected.empty());
  }
  check_doors(*scenario, bounds.doors_max);
  check_play(*scenario);
}
