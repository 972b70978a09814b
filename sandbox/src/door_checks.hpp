#pragma once

#include <sallyport/sandbox/scenario.hpp>

#include "place.hpp"

namespace sallyport::scenario_file {

/// What one can do at a door; it follows from the status of its reply.
enum class DoorKind : std::uint8_t { answer, wait, restart, end };

[[nodiscard]] DoorKind kind_of(Door const& door) noexcept;

/// Complains about members that do not fit the kind of the door.
void check_door(Door const& door, Place const& place);

/// Complains about doors that nothing leads to and, in a regular scenario, about statuses that may not follow.
void check_ways(Scenario const& scenario, Place const& doors);

}  // namespace sallyport::scenario_file
