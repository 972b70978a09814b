#include "round_trip.hpp"

#include <sallyport/engine/verdict_table.hpp>
#include <sallyport/sandbox/grammar.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

using namespace sallyport;
using fuzz::demand;

namespace {

bool is_door(Scenario const& scenario, std::optional<std::size_t> index) {
  return !index || *index < scenario.doors.size();
}

void check_error(GrammarError const& error, std::size_t size) {
  demand(error.position >= 1 && error.position <= size + 1);
  demand(!error.expected.empty());
}

void check_scenario(Scenario const& scenario, GrammarBounds const& bounds) {
  demand(scenario.doors.size() <= bounds.doors_max);
  for (auto const& door : scenario.doors) {
    demand(is_door(scenario, door.then) && is_door(scenario, door.another_way) && is_door(scenario, door.restart));
    demand(door.reply_after >= Duration::zero());
    if (scenario.irregular || !door.then || door.silence != Silence::none) continue;
    auto const& next = scenario.doors[*door.then];
    demand(next.silence != Silence::none || may_follow(door.reply.status.value(), value_of(door.reply.auth_flow_step),
                                                       next.reply.status.value(), value_of(next.reply.auth_flow_step)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static auto const users = std::make_shared<ScenarioUsers const>(1);
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  GrammarBounds const bounds;
  auto const scenario = compose_scenario(text, Opening::password, users, bounds);
  if (!scenario) {
    check_error(scenario.error(), size);
    return 0;
  }
  check_scenario(*scenario, bounds);
  return 0;
}
