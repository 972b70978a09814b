#include "commands/commands.hpp"
#include "commands/load_run.hpp"
#include "runtime/embedded_sandbox.hpp"
#include "runtime/failure.hpp"
#include "runtime/remote_server.hpp"
#include "runtime/signals.hpp"
#include "terminal/screen.hpp"
#include "view/exit_code.hpp"
#include "view/output.hpp"

#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <optional>
#include <utility>

namespace sallyport::app {
namespace {

/// A client has this many connections, so a load has a client for so many logins at a time.
constexpr std::size_t logins_per_client = 64;

std::string where(LoadOptions const& options) {
  return options.server.url ? *options.server.url : "the sandbox in this program";
}

}  // namespace

int load(LoadOptions const& options) {
  boost::asio::io_context context{1};
  Screen screen(context.get_executor(), options.json ? STDERR_FILENO : STDOUT_FILENO);
  std::optional<EmbeddedSandbox> sandbox;
  if (!options.server.url) sandbox.emplace(context.get_executor(), Limits{}, 1);
  std::vector<Client> clients;
  for (std::size_t served = 0; served < options.concurrency; served += logins_per_client) {
    clients.push_back(sandbox ? sandbox->connect() : connect(context.get_executor(), options.server, {}, no_governor));
  }
  LoadRun run(context, options, std::move(clients), [&context] { context.stop(); });
  StopSignals const signals(context.get_executor(), [&run] { run.stop(); });
  screen.line(std::to_string(options.logins) + " logins at " + std::string(wire_name(options.broker)) + ", " +
              std::to_string(options.concurrency) + " at a time, at " + where(options));
  screen.show_live([&run](Style const&) { return load_progress(run.figures()); });
  run.start();
  context.run();
  screen.clear_live();
  auto figures = run.take_figures();
  figures.with_sandbox = sandbox.has_value();
  screen.block(load_report(figures));
  if (options.json) print(load_json(figures));
  if (figures.interrupted) return exit_code_of(OutcomeKind::cancelled);
  return figures.errors.empty() ? exit_success : exit_failure;
}

}  // namespace sallyport::app
