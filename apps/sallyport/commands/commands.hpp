#pragma once

#include "options/options.hpp"

namespace sallyport::app {

/// The commands; each gives back the exit code. What stops them is a Failure.
[[nodiscard]] int demo(DemoOptions const& options);
[[nodiscard]] int login(LoginOptions const& options);
[[nodiscard]] int link(LinkOptions const& options);
[[nodiscard]] int refresh(RefreshOptions const& options);
[[nodiscard]] int remove(RemoveOptions const& options);
[[nodiscard]] int status(StatusOptions const& options);
[[nodiscard]] int load(LoadOptions const& options);
[[nodiscard]] int serve(ServeOptions const& options);
[[nodiscard]] int schemes(SchemesOptions const& options);
[[nodiscard]] int graph(GraphOptions const& options);
[[nodiscard]] int replay(ReplayOptions const& options);
/// Only where the tests are built: elsewhere no command line asks for it.
[[nodiscard]] int simulate(SimulateOptions const& options);

}  // namespace sallyport::app
