#include "commands/commands.hpp"
#include "view/exit_code.hpp"
#include "view/output.hpp"

#include <simulation/report.hpp>

#include <ctime>

namespace sallyport::app {

int simulate(SimulateOptions const& options) {
  simulation::Plan const plan{.seed = options.seed, .logins = options.logins, .hours = options.hours};
  auto const began = std::clock();
  auto const report = simulation::simulate(plan);
  auto const cpu_seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  print(Shown::lines(simulation::text_of(report, plan, cpu_seconds)));
  return report.breach ? exit_failure : exit_success;
}

}  // namespace sallyport::app
