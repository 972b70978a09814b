#pragma once

#include <sallyport/sandbox/scenario.hpp>

#include "place.hpp"

#include <cstddef>
#include <string>

namespace sallyport::scenario_file {

/// Reads all doors of a scenario and the ways between them, and checks that they make sense.
void read_doors(Scenario& scenario, Place const& place, Complaint const& complaint, ScenarioBounds const& bounds);

/// The name of a scenario or a door.
[[nodiscard]] std::string read_name(Place const& place);

/// One of the first `count` enumerators, by its name.
template <class E>
[[nodiscard]] E read_named(Place const& place, std::size_t count) {
  auto const text = place.text(32);
  std::string known;
  for (std::size_t i = 0; i < count; ++i) {
    if (name_of(static_cast<E>(i)) == text) return static_cast<E>(i);
    known += (i == 0 ? "" : ", ") + std::string(name_of(static_cast<E>(i)));
  }
  if (!text.empty()) place.complain("expected one of " + known);
  return E{};
}

}  // namespace sallyport::scenario_file
