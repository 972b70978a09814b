// In the place of simulate.cpp where the tests are not built.

#include "commands/commands.hpp"
#include "runtime/failure.hpp"

namespace sallyport::app {

int simulate(SimulateOptions const&) {
  throw UsageError("simulate", "this executable was built without the simulation");
}

}  // namespace sallyport::app
