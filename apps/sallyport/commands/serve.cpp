#include "commands/commands.hpp"
#include "files/file.hpp"
#include "options/client_identity.hpp"
#include "runtime/embedded_sandbox.hpp"
#include "runtime/failure.hpp"
#include "runtime/line_writer.hpp"
#include "runtime/metrics.hpp"
#include "runtime/observation.hpp"
#include "runtime/shard_threads.hpp"
#include "runtime/signals.hpp"
#include "view/exit_code.hpp"

#include <sallyport/sandbox/accounts.hpp>
#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/sandbox/throwaway_ca.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/server.hpp>

#include <unistd.h>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::app {
namespace {

TlsIdentity read_identity(ServeOptions const& options, Pipes pipes) {
  if (options.self_signed) {
    auto authority = make_throwaway_ca();
    if (!authority) throw Failure("the throwaway authority: " + authority.error().message());
    if (options.ca_output) write_file("--write-ca", *options.ca_output, authority->certificate);
    return std::move(authority->identity);
  }
  auto const chain = read_file("--cert", *options.certificate_file, pipes);
  return {.certificate_chain = std::string(chain.reveal()),
          .private_key = read_private_file("--key", *options.key_file, pipes)};
}

ScenarioResult<Catalogue> read_catalogue(ServeOptions const& options) {
  auto catalogue = Catalogue::embedded();
  if (options.scenarios) {
    if (auto const loaded = catalogue.load(*options.scenarios); !loaded) return loaded.error();
  }
  return catalogue;
}

/// The lines of a server. It goes on where nobody reads them, or nobody reads on.
struct Lines {
  void say(Shown line) { out.write(line.end_line()); }
  void complain(Shown line) { err.write(("sallyport: " + line).end_line()); }

  LineWriter out{STDOUT_FILENO};
  LineWriter err{STDERR_FILENO};
};

/// A server goes on with what it has where a file is wrong: whoever edits it is told and tries again.
void reload_scenarios(ServeOptions const& options, Sandbox& sandbox, Lines& lines) {
  auto catalogue = read_catalogue(options);
  if (!catalogue) {
    return lines.complain("--scenarios: " + catalogue.error().message() + "; the scenarios stay as they were");
  }
  sandbox.replace_catalogue(std::move(*catalogue));
  lines.say("sallyport: read the scenarios of " + *options.scenarios + " anew");
}

void reload_certificate(ServeOptions const& options, Server& server, Lines& lines) {
  Shown problem;
  try {
    auto const ec = server.use_identity(read_identity(options, Pipes::are_refused));
    if (!ec) return lines.say("sallyport: read the certificate of " + *options.certificate_file + " anew");
    auto const is_key = ec == TransportErrc::bad_private_key;
    problem = (is_key ? "--key: " + *options.key_file : "--cert: " + *options.certificate_file) + ": " + ec.message();
  } catch (Failure const& failure) {
    problem = failure.what();
  }
  lines.complain(problem + "; the certificate stays as it was");
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
  config.identity = read_identity(options, Pipes::are_read);
  config.observer = std::move(observer);
  config.proxies = options.proxies;
  config.proxy_protocol = options.proxy_protocol;
  if (auto const problem = problem_of(config); !problem.empty()) {
    constexpr std::string_view ours = "proxies: ";
    throw UsageError("--proxy", problem.starts_with(ours) ? problem.substr(ours.size()) : problem);
  }
  auto server = Server::create(contexts.executors(), std::move(config), sandbox, &accounts);
  if (server) return std::move(*server);
  auto const ec = server.error();
  if (ec == TransportErrc::bad_certificate) throw UsageError("--cert", *options.certificate_file + ": " + ec.message());
  if (ec == TransportErrc::bad_private_key) throw UsageError("--key", *options.key_file + ": " + ec.message());
  if (ec == TransportErrc::missing_client_id) throw Failure(ec.message(), exit_usage);
  throw UsageError("--listen", shown_address(options, options.port) + ": " + ec.message());
}

/// What an institution sends to a user, as a line: this is the phone of whoever plays the user.
void tell(Delivery const& delivery, Lines& lines) {
  auto line = Shown("sandbox -> ").append(channel_name(delivery.by)).append(" to ").append(delivery.user_id);
  line.append(": ").append(delivery.text);
  if (!delivery.code.empty()) line.append(" ").append(delivery.code.reveal());
  lines.say(std::move(line));
}

/// What SIGHUP reads anew, if there is anything: a certificate made up for this run has no file.
Hangup hangup_of(ServeOptions const& options) {
  return options.scenarios || options.certificate_file ? Hangup::reloads : Hangup::stops;
}

}  // namespace

int serve(ServeOptions const& options) {
  Lines lines;
  ShardContexts contexts(options.shards);
  auto& context = contexts.first();
  auto catalogue = read_catalogue(options);
  if (!catalogue) throw UsageError("--scenarios", catalogue.error().message());
  Sandbox sandbox(context.get_executor(), std::move(*catalogue));
  sandbox.on_delivery([&lines](Delivery const& delivery) { tell(delivery, lines); });
  SandboxAccounts accounts(*sandbox.catalogue());
  std::optional<Metrics> metrics;
  if (options.metrics_port) metrics.emplace();
  Observation const observation(options.events_file, metrics ? metrics->observer() : nullptr, Telling::goes_on);
  auto server = listen(contexts, options, sandbox, accounts, observation.observer());
  // Before anything tells that it listens: whoever reads that may send a signal at once.
  std::atomic<bool> is_ready = true;
  auto const stop = [&] {
    is_ready = false;
    server.async_drain(options.drain, [&context, &lines](boost::system::error_code ec) {
      if (ec) lines.complain("stopped before every request was answered");
      context.stop();
    });
  };
  StopSignals const signals(context.get_executor(), stop, hangup_of(options));
  std::optional<ReloadSignals> reloading;
  if (hangup_of(options) == Hangup::reloads) {
    reloading.emplace(context.get_executor(), [&] {
      if (options.certificate_file) reload_certificate(options, server, lines);
      if (options.scenarios) reload_scenarios(options, sandbox, lines);
    });
  }
  server.start();
  ShardThreads const threads(contexts);
  std::optional<MetricsListener> scraped;
  if (metrics) {
    scraped.emplace(
        *metrics, *options.metrics_port, [&server] { return server.counters(); },
        [&is_ready] { return is_ready.load(); });
  }
  if (options.port_file) write_file("--port-file", *options.port_file, std::to_string(server.port()) + "\n");
  lines.say("sallyport: listening on https://" + shown_address(options, server.port()));
  if (scraped) lines.say("sallyport: metrics on http://127.0.0.1:" + std::to_string(scraped->port()) + "/metrics");
  context.run();
  return exit_success;
}

}  // namespace sallyport::app
