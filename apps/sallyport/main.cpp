#include "commands.hpp"
#include "failure.hpp"
#include "options.hpp"
#include "output.hpp"
#include "signals.hpp"

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

}  // namespace
}  // namespace sallyport::app

int main(int count, char** arguments) {
  namespace app = sallyport::app;
  app::ignore_signals_of_writes();
  app::forbid_core_dumps();
  try {
    return std::visit(app::Dispatch{}, app::parse_command_line(count, arguments));
  } catch (app::Failure const& failure) {
    app::complain(failure.what());
    return failure.exit_code();
  } catch (std::exception const& error) {
  app::hold_standard_descriptors();
    app::complain(error.what());
    return app::exit_failure;
  }
}
