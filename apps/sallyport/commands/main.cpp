#include "commands/commands.hpp"
#include "options/options.hpp"
#include "runtime/failure.hpp"
#include "runtime/signals.hpp"
#include "view/json_report.hpp"
#include "view/output.hpp"

#include <exception>

namespace sallyport::app {
namespace {

struct Dispatch {
  int operator()(DemoOptions const& options) const { return demo(options); }
  int operator()(LoginOptions const& options) const { return login(options); }
  int operator()(LinkOptions const& options) const { return link(options); }
  int operator()(RefreshOptions const& options) const { return refresh(options); }
  int operator()(RemoveOptions const& options) const { return app::remove(options); }
  int operator()(StatusOptions const& options) const { return status(options); }
  int operator()(LoadOptions const& options) const { return load(options); }
  int operator()(ServeOptions const& options) const { return serve(options); }
  int operator()(SchemesOptions const& options) const { return schemes(options); }
  int operator()(GraphOptions const& options) const { return graph(options); }
  int operator()(ReplayOptions const& options) const { return replay(options); }
  int operator()(SimulateOptions const& options) const { return simulate(options); }
  int operator()(ShowText const& help) const {
    print(Shown::lines(help.text));
    return exit_success;
  }
};

/// On stderr in any case, and as the last event where events are wanted and none has told of it.
int end_with(Failure const& failure, bool wants_event) {
  if (wants_event && !failure.is_told()) JsonReport(false).failed(failure);
  complain(failure.what());
  return failure.exit_code();
}

}  // namespace
}  // namespace sallyport::app

int main(int count, char** arguments) {
  namespace app = sallyport::app;
  app::hold_standard_descriptors();
  app::ignore_signals_of_writes();
  app::forbid_core_dumps();
  auto const wants_events = app::wants_events(count, arguments);
  try {
    return std::visit(app::Dispatch{}, app::parse_command_line(count, arguments));
  } catch (app::Failure const& failure) {
    return app::end_with(failure, wants_events);
  } catch (std::exception const& error) {
    return app::end_with(app::Failure(error.what()), wants_events);
  }
}
