#pragma once

#include "demand.hpp"

#include <sallyport/sandbox/scenario.hpp>

#include <cstddef>

namespace sallyport::fuzz {

/// Every way leads to a door that is there and, where the scenario is regular, in an order of the API.
void check_doors(Scenario const& scenario, std::size_t doors_max);

/// A user who does whatever may be done at a door, in turn, stays within the scenario, and every reply can be sent.
void check_play(Scenario const& scenario);

}  // namespace sallyport::fuzz
