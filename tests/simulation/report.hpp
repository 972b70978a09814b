#pragma once

// The simulation seen from outside: a plan goes in, a report comes out.

#include "laws.hpp"
#include "trace.hpp"

#include <sallyport/engine/time.hpp>
#include <sallyport/transport/outcome.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace sallyport::simulation {

/// What a world is made from: the same plan is the same world, to the last event.
struct Plan {
  std::uint64_t seed = 1;
  std::uint32_t logins = 10'000;
  double hours = 6;  ///< Over which the logins begin.
};

/// What became of a world.
struct Report {
  std::optional<Breach> breach;
  std::string story;    ///< Of the login that broke a law.
  std::string command;  ///< What shows it once more.
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::uint64_t acts = 0;
  std::uint64_t posts = 0;
  std::uint64_t polls = 0;
  Duration lasted{};
  std::array<std::uint64_t, outcome_kind_count> outcomes{};
  std::uint64_t gave_up = 0;  ///< Logins that could not be carried out: nothing was sent.
  std::uint64_t lost = 0;     ///< Logins whose process crashed.
  std::array<std::uint64_t, fault_count> faults{};

  /// The breach, its story and the command, for a test's message; "" where no law was broken.
  [[nodiscard]] std::string complaint() const;
};

/// Makes the world of the plan and runs it to its end, or to the first breach of a law.
[[nodiscard]] Report simulate(Plan const& plan);

/// The report in words, for a terminal. `cpu_seconds` is the one part that is not the same at every run.
[[nodiscard]] std::string text_of(Report const& report, Plan const& plan, double cpu_seconds);

}  // namespace sallyport::simulation
