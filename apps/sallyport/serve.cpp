#include "client_identity.hpp"
#include "commands.hpp"
#include "embedded_sandbox.hpp"
#include "exit_code.hpp"
#include "failure.hpp"
#include "file.hpp"
#include "metrics.hpp"
#include "observation.hpp"
#include "output.hpp"
#include "shard_threads.hpp"
#include "signals.hpp"

#include <sallyport/sandbox/accounts.hpp>
#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/sandbox/throwaway_ca.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/server.hpp>

#include <unistd.h>

#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace sallyport::app {
namespace {

TlsIdentity read_identity(ServeOptions const& options) {
  if (options.self_signed) {
    auto authority = make_throwaway_ca();
    if (!authority) throw Failure("the throwaway authority: " + authority.error().message());
    if (options.ca_output) write_file("--write-ca", *options.ca_output, authority->certificate);
    return std::move(authority->identity);
  }
  auto const chain = read_file("--cert", *options.certificate_file);
  return {.certificate_chain = std::string(chain.reveal()),
          .private_key = read_private_file("--key", *options.key_file)};
}

ScenarioResult<Catalogue> read_catalogue(ServeOptions const& options) {
  auto catalogue = Catalogue::embedded();
  if (options.scenarios) {
    if (auto const loaded = catalogue.load(*options.scenarios); !loaded) return loaded.error();
  }
  return catalogue;
}

/// A server goes on with what it has where a file is wrong: whoever edits it is told and tries again.
void reload(ServeOptions const& options, Sandbox& sandbox) {
  auto catalogue = read_catalogue(options);
  if (catalogue) sandbox.replace_catalogue(std::move(*catalogue));
  Shown line = catalogue
                   ? "sallyport: read the scenarios of " + *options.scenarios + " anew"
                   : "sallyport: --scenarios: " + catalogue.error().message() + "; the scenarios stay as they were";
  static_cast<void>(show(catalogue ? STDOUT_FILENO : STDERR_FILENO, line.end_line()));
}

std::string shown_address(ServeOptions const& options, std::uint16_t port) {
  auto const is_v6 = options.address.find(':') != std::string::npos;
  return (is_v6 ? "[" + options.address + "]" : options.address) + ":" + std::to_string(port);
}

Server listen(ShardContexts const& contexts, ServeOptions const& options, Sandbox& sandbox, SandboxAccounts& accounts,
              std::shared_ptr<Observer> observer) {
  ServerConfig config;
  config.address = options.address;
  config.port = options.port;
  config.clients.push_back(read_client_identity(options.client_file));
  config.identity = read_identity(options);
  config.observer = std::move(observer);
  auto server = Server::create(contexts.executors(), std::move(config), sandbox, &accounts);
  if (server) return std::move(*server);
  auto const ec = server.error();
  if (ec == TransportErrc::bad_certificate) throw UsageError("--cert", *options.certificate_file + ": " + ec.message());
  if (ec == TransportErrc::bad_private_key) throw UsageError("--key", *options.key_file + ": " + ec.message());
  if (ec == TransportErrc::missing_client_id) throw Failure(ec.message(), exit_usage);
  throw UsageError("--listen", shown_address(options, options.port) + ": " + ec.message());
}

/// What an institution sends to a user, as a line: this is the phone of whoever plays the user.
void tell(Delivery const& delivery) {
  auto line = Shown("sandbox -> ").append(channel_name(delivery.by)).append(" to ").append(delivery.user_id);
  line.append(": ").append(delivery.text);
  if (!delivery.code.empty()) line.append(" ").append(delivery.code.reveal());
  // A server goes on where nobody reads its lines.
  static_cast<void>(show(STDOUT_FILENO, line.end_line()));
}

void tell_cut_off() {
  static_cast<void>(show(STDERR_FILENO, Shown("sallyport: stopped before every request was answered").end_line()));
}

}  // namespace

int serve(ServeOptions const& options) {
  ShardContexts contexts(options.shards);
  auto& context = contexts.first();
  std::mutex showing;
  auto catalogue = read_catalogue(options);
  if (!catalogue) throw UsageError("--scenarios", catalogue.error().message());
  Sandbox sandbox(context.get_executor(), std::move(*catalogue));
  sandbox.on_delivery([&showing](Delivery const& delivery) {
    std::lock_guard const lock(showing);
    tell(delivery);
  });
  SandboxAccounts accounts(*sandbox.catalogue());
  std::optional<Metrics> metrics;
  if (options.metrics_port) metrics.emplace();
  Observation const observation(options.events_file, metrics ? metrics->observer() : nullptr);
  auto server = listen(contexts, options, sandbox, accounts, observation.observer());
  // Before anything tells that it listens: whoever reads that may send a signal at once.
  auto const stop = [&context, &server, &options] {
    server.async_drain(options.drain, [&context](boost::system::error_code ec) {
      if (ec) tell_cut_off();
      context.stop();
    });
  };
  StopSignals const signals(context.get_executor(), stop, options.scenarios ? Hangup::reloads : Hangup::stops);
  std::optional<ReloadSignals> reloading;
  if (options.scenarios) {
    reloading.emplace(context.get_executor(), [&options, &sandbox] { reload(options, sandbox); });
  }
  server.start();
  ShardThreads const threads(contexts);
  std::optional<MetricsListener> scraped;
  if (metrics) scraped.emplace(*metrics, *options.metrics_port, [&server] { return server.counters(); });
  if (options.port_file) write_file("--port-file", *options.port_file, std::to_string(server.port()) + "\n");
  print_line("sallyport: listening on https://" + shown_address(options, server.port()));
  if (scraped) print_line("sallyport: metrics on http://127.0.0.1:" + std::to_string(scraped->port()) + "/metrics");
  context.run();
  return exit_success;
}

}  // namespace sallyport::app
