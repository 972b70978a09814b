#include "options/options.hpp"

#include "options/closest.hpp"
#include "options/help_texts.hpp"
#include "options/load_options.hpp"
#include "options/serve_options.hpp"
#include "runtime/failure.hpp"
#include "view/exit_code.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

/// Whether the simulation is linked in: it comes with the tests.
constexpr bool has_simulation = SALLYPORT_HAS_SIMULATION;

struct Parsed {
  DemoOptions demo;
  LoginOptions login;
  LinkOptions link;
  RefreshOptions refresh;
  RemoveOptions remove;
  StatusOptions status;
  LoadArguments load;
  ServeArguments serve;
  SchemesOptions schemes;
  GraphOptions graph;
  ReplayOptions replay;
  SimulateOptions simulate;
  std::string login_broker;
  std::string link_broker;
  std::string status_broker;
  std::string schemes_broker;
  std::string format = "md";
};

BrokerType broker_named(std::string const& option, std::string const& name) {
  std::vector<std::string_view> spellings;
  for (auto const broker : enumerators<BrokerType>()) {
    if (same_but_for_case(wire_name(broker), name)) return broker;
    spellings.push_back(wire_name(broker));
  }
  throw UsageError(option, "no integration is called \"" + name + "\"" + did_you_mean(name, spellings));
}

void add_server_choice(CLI::App& verb, ServerChoice& choice) {
  verb.add_option("--url", choice.url, "The server, https://host[:port][/path]; without it the sandbox in this program")
      ->type_name("URL");
  verb.add_option("--ca", choice.ca_file, "PEM file of the authorities to trust, instead of the system's")
      ->type_name("FILE");
  verb.add_option("--client-file", choice.client_file, "Client id and secret: two lines, or JSON")->type_name("FILE");
  verb.add_option("--cert", choice.certificate_file, "PEM file of a certificate to show, where the server demands one")
      ->type_name("FILE");
  verb.add_option("--key", choice.key_file, "PEM file of its private key")->type_name("FILE");
  verb.add_option("--headers", choice.header_file, "File of headers to send as well, \"Name: value\" on each line")
      ->type_name("FILE");
  verb.add_option("--proxy", choice.proxy, "The HTTP proxy on the way, http://host[:port]; else that of HTTPS_PROXY")
      ->type_name("URL");
  verb.add_flag("--no-proxy", choice.no_proxy, "Go there directly, whatever HTTPS_PROXY says");
}

CLI::App& add_verb(CLI::App& app, std::string const& name, std::string const& summary, std::string const& footer) {
  auto& verb = *app.add_subcommand(name, summary);
  verb.allow_extras();
  verb.footer(footer);
  return verb;
}

void add_login(CLI::App& app, Parsed& parsed) {
  auto& verb = add_verb(app, "login", "Logs a user in, asking at every door", login_footer);
  auto& login = parsed.login;
  verb.add_option("--broker", parsed.login_broker, "The integration, see \"sallyport schemes\"")->type_name("NAME");
  verb.add_option("--user-id", login.user_id, "Your name for the user; the API binds the login to it")->type_name("ID");
  verb.add_option("--username", login.username, "The user's name at the broker; asked for where it is left out")
      ->type_name("NAME");
  verb.add_flag("--qr", login.qr, "Begin with a QR code instead of a password");
  add_server_choice(verb, login.server);
  verb.add_option("--device-info", login.device_info, "What the broker shall take this device for; keep it the same")
      ->type_name("TEXT");
  verb.add_option("--answers", login.answers_file, "JSON file that answers instead of you; see docs/cli.md")
      ->type_name("FILE");
  verb.add_option("--events", login.events_file, "Append what happens, one JSON object a line; - is stderr")
      ->type_name("FILE");
  verb.add_option("--record", login.record_file, "Where to write the login's flight record, for \"sallyport replay\"")
      ->type_name("FILE");
  verb.add_option("--save-tokens", login.tokens_file, "Where to write the tokens, for \"sallyport refresh\"")
      ->type_name("FILE");
  verb.add_option("--ledger", login.ledger_file,
                  "Where the attempts at each account are counted, with --url; else a file in your state folder")
      ->type_name("FILE");
  verb.add_flag("--no-ledger", login.no_ledger, "Count in this process alone: a loop of logins may lock the account");
  verb.add_flag("--json", login.json, "One JSON object a line on stdout; words for a human go to stderr");
  verb.add_flag("--show-tokens", login.show_tokens, "Print tokens whole");
}

void add_accounts(CLI::App& app, Parsed& parsed) {
  auto& link = add_verb(app, "link", "Prints where to send the browser for a login by OAuth", link_footer);
  link.add_option("--broker", parsed.link_broker, "The integration")->type_name("NAME");
  link.add_option("--user-id", parsed.link.user_id, "Your name for the user")->type_name("ID");
  add_server_choice(link, parsed.link.server);
  link.add_flag("--json", parsed.link.json, "As a JSON object");
  link.add_flag("--show-tokens", parsed.link.show_tokens, "Print a link token whole");

  auto& refresh = add_verb(app, "refresh", "Refreshes the tokens of a login", refresh_footer);
  refresh.add_option("--tokens", parsed.refresh.tokens_file, "The file of \"login --save-tokens\"")->type_name("FILE");
  refresh.add_option("--answers", parsed.refresh.answers_file, "JSON file with a code, where one is wanted")
      ->type_name("FILE");
  add_server_choice(refresh, parsed.refresh.server);
  refresh.add_flag("--json", parsed.refresh.json, "One JSON object an account on stdout");
  refresh.add_flag("--show-tokens", parsed.refresh.show_tokens, "Print tokens whole");

  auto& remove = add_verb(app, "remove", "Ends the connection to an institution", remove_footer);
  remove.add_option("--tokens", parsed.remove.tokens_file, "The file of \"login --save-tokens\"")->type_name("FILE");
  remove.add_flag("--yes", parsed.remove.yes, "Without asking first");
  add_server_choice(remove, parsed.remove.server);
  remove.add_flag("--json", parsed.remove.json, "One JSON object an account on stdout");

  auto& status = add_verb(app, "status", "Shows which integrations are up", status_footer);
  status.add_option("--broker", parsed.status_broker, "One integration; where it is down, the exit code says so")
      ->type_name("NAME");
  add_server_choice(status, parsed.status.server);
  status.add_flag("--json", parsed.status.json, "As the API says it");
}

void add_small_verbs(CLI::App& app, Parsed& parsed) {
  auto& load = add_verb(app, "load", "Drives many logins at a time, and measures them", load_footer);
  add_load_options(load, parsed.load);
  add_server_choice(load, parsed.load.options.server);

  auto& schemes = add_verb(app, "schemes", "Lists the integrations and what a login there takes", schemes_footer);
  add_server_choice(schemes, parsed.schemes.server);
  schemes.add_option("--broker", parsed.schemes_broker, "One integration, with every step")->type_name("NAME");
  schemes.add_flag("--json", parsed.schemes.json, "As the API says it");

  auto& graph = add_verb(app, "graph", "Shows the state machine of a login", graph_footer);
  graph.add_option("--format", parsed.format, "md, mermaid or dot")->type_name("FORMAT");
  graph.add_flag("--write", parsed.graph.write, "Write docs/state-machine.md of the repository around");
  graph.add_option("--output", parsed.graph.output, "Write this file instead")->type_name("FILE");
  graph.add_option("--check", parsed.graph.check, "Fail where this file is stale")->type_name("FILE");

  auto& replay = add_verb(app, "replay", "Walks a session through a flight record", replay_footer);
  replay.add_option("FILE", parsed.replay.file, "What \"sallyport login --record\" wrote");
}

void add_simulate(CLI::App& app, Parsed& parsed) {
  auto& verb = add_verb(app, "simulate", "Logs thousands in, in virtual time, while all goes wrong", simulate_footer);
  auto& simulate = parsed.simulate;
  verb.add_option("--seed", simulate.seed, "Which world; 1 without it")->type_name("NUMBER");
  verb.add_option("--logins", simulate.logins, "How many logins; 10000 without it")->type_name("NUMBER");
  verb.add_option("--hours", simulate.hours, "Over how many virtual hours they begin; 6 without it")
      ->type_name("NUMBER");
}

std::string name_of_argument(std::string const& argument) {
  // What follows "=" may be a secret.
  return argument.substr(0, argument.find('='));
}

/// Complains about the first argument that nothing took.
void refuse_extras(CLI::App const& app, std::string const& command) {
  auto const extras = app.remaining();
  if (extras.empty()) return;
  auto const name = name_of_argument(extras.front());
  constexpr std::array secrets{"--password", "--secret",       "--client-secret",
                               "--token",    "--access-token", "--refresh-token"};
  if (std::ranges::find(secrets, name) != secrets.end()) {
    throw UsageError(name, "no such option: other users see a command line, so secrets never stand in it");
  }
  std::vector<std::string> names;
  if (name.starts_with('-')) {
    for (auto const* option : app.get_options()) names.push_back(option->get_name());
  } else if (command.empty()) {
    for (auto const* verb : app.get_subcommands([](CLI::App const*) { return true; })) {
      names.push_back(verb->get_name());
    }
  } else {
    throw UsageError(command, "takes no argument \"" + name + "\"");
  }
  std::vector<std::string_view> const words(names.begin(), names.end());
  throw UsageError(name, (name.starts_with('-') ? "no such option" : "no such command") + did_you_mean(name, words));
}

void check(ServerChoice const& server) {
  constexpr std::string_view scheme = "https://";
  if (server.url && !same_but_for_case(std::string_view(*server.url).substr(0, scheme.size()), scheme)) {
    throw UsageError("--url", "not https://host[:port][/path]");
  }
  if (!server.url && server.ca_file) throw UsageError("--ca", "goes with --url; the sandbox brings its own");
  auto const refuse_without_url = [&server](char const* option, bool is_given) {
    if (!server.url && is_given) throw UsageError(option, "goes with --url");
  };
  refuse_without_url("--client-file", server.client_file.has_value());
  refuse_without_url("--cert", server.certificate_file.has_value());
  refuse_without_url("--key", server.key_file.has_value());
  refuse_without_url("--headers", server.header_file.has_value());
  refuse_without_url("--proxy", server.proxy.has_value());
  refuse_without_url("--no-proxy", server.no_proxy);
  if (server.certificate_file.has_value() != server.key_file.has_value()) {
    throw UsageError("--cert", "goes with --key, and --key with it");
  }
  if (server.no_proxy && server.proxy) throw UsageError("--no-proxy", "does not go with --proxy");
}

void check_user(ServerChoice const& server, std::string& user_id) {
  if (!user_id.empty()) return;
  if (server.url) throw UsageError("--user-id", "missing; with --url the API wants your name for the user");
  user_id = "somebody";
}

LinkOptions finish(LinkOptions link, Parsed const& parsed) {
  check(link.server);
  if (parsed.link_broker.empty()) throw UsageError("--broker", "missing; \"sallyport schemes\" lists the integrations");
  link.broker = broker_named("--broker", parsed.link_broker);
  check_user(link.server, link.user_id);
  return link;
}

StatusOptions finish(StatusOptions status, Parsed const& parsed) {
  check(status.server);
  if (!parsed.status_broker.empty()) status.broker = broker_named("--broker", parsed.status_broker);
  return status;
}

/// What works on a file of tokens.
template <class Options>
Options with_tokens(Options options) {
  check(options.server);
  if (options.tokens_file.empty())
    throw UsageError("--tokens", "missing; \"sallyport login --save-tokens\" writes them");
  return options;
}

LoginOptions finish(LoginOptions login, Parsed const& parsed) {
  check(login.server);
  if (parsed.login_broker.empty())
    throw UsageError("--broker", "missing; \"sallyport schemes\" lists the integrations");
  login.broker = broker_named("--broker", parsed.login_broker);
  check_user(login.server, login.user_id);
  if (login.qr && login.username) throw UsageError("--username", "does not go with --qr: a QR code says who it is");
  if (login.no_ledger && login.ledger_file) throw UsageError("--no-ledger", "does not go with --ledger");
  if (login.ledger_file && !login.server.url) {
    throw UsageError("--ledger", "only with --url: the sandbox in this program locks nobody out");
  }
  return login;
}

LoadOptions finish(LoadArguments const& arguments) {
  auto load = load_options(arguments);
  check(load.server);
  if (!arguments.broker.empty()) load.broker = broker_named("--broker", arguments.broker);
  return load;
}

SchemesOptions finish(SchemesOptions schemes, Parsed const& parsed) {
  check(schemes.server);
  if (!parsed.schemes_broker.empty()) schemes.broker = broker_named("--broker", parsed.schemes_broker);
  return schemes;
}

GraphOptions finish(GraphOptions graph, Parsed const& parsed) {
  if (parsed.format == "mermaid") graph.format = GraphFormat::mermaid;
  if (parsed.format == "dot") graph.format = GraphFormat::dot;
  if (parsed.format != "md" && graph.format == GraphFormat::md) {
    throw UsageError("--format", "\"" + parsed.format + "\" is none of md, mermaid, dot");
  }
  if (graph.check && (graph.write || graph.output)) throw UsageError("--check", "does not go with --write or --output");
  if (graph.write && !graph.output && graph.format != GraphFormat::md) {
    throw UsageError("--write", "docs/state-machine.md is md; give --output for another format");
  }
  return graph;
}

SimulateOptions finish(SimulateOptions const& simulate) {
  constexpr std::uint32_t logins_max = 10'000'000;
  constexpr double hours_max = 24.0 * 366;
  if (simulate.logins < 1 || simulate.logins > logins_max) throw UsageError("--logins", "not 1 to 10000000");
  if (!(simulate.hours >= 0 && simulate.hours <= hours_max)) throw UsageError("--hours", "not 0 to 8784");
  return simulate;
}

Command finish(CLI::App const& app, Parsed const& parsed) {
  auto const verbs = app.get_subcommands();
  if (verbs.empty()) {
    refuse_extras(app, "");
    return parsed.demo;
  }
  auto const name = verbs.front()->get_name();
  refuse_extras(*verbs.front(), name);
  refuse_extras(app, name);
  if (name == "login") return finish(parsed.login, parsed);
  if (name == "link") return finish(parsed.link, parsed);
  if (name == "refresh") return with_tokens(parsed.refresh);
  if (name == "remove") return with_tokens(parsed.remove);
  if (name == "status") return finish(parsed.status, parsed);
  if (name == "load") return finish(parsed.load);
  if (name == "serve") return serve_options(parsed.serve);
  if (name == "schemes") return finish(parsed.schemes, parsed);
  if (name == "graph") return finish(parsed.graph, parsed);
  if (name == "replay") {
    if (parsed.replay.file.empty()) throw UsageError("replay", "wants the FILE of a flight record");
    return parsed.replay;
  }
  if (name == "simulate") return finish(parsed.simulate);
  return parsed.demo;
}

}  // namespace

bool wants_events(int count, char const* const* arguments) {
  constexpr auto with_events = std::to_array<std::string_view>({"login", "link", "refresh", "remove"});
  std::vector<std::string_view> const words(arguments + std::min(count, 1), arguments + count);
  auto const verb = std::ranges::find_if(words, [](std::string_view word) { return !word.starts_with('-'); });
  return verb != words.end() && std::ranges::find(with_events, *verb) != with_events.end() &&
         std::ranges::find(words, "--json") != words.end();
}

Command parse_command_line(int count, char const* const* arguments) {
  CLI::App app(about, "sallyport");
  Parsed parsed;
  app.allow_extras();
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", "sallyport " SALLYPORT_VERSION);
  app.get_formatter()->column_width(26);
  app.footer(general_footer + exit_code_table());
  auto& demo = add_verb(app, "demo", "Plays a whole login through before your eyes; the default", "");
  demo.add_flag("--quick", parsed.demo.quick, "Without the pauses of a human");
  add_login(app, parsed);
  add_accounts(app, parsed);
  add_serve_options(add_verb(app, "serve", "Serves the API with its sandbox", serve_footer), parsed.serve);
  add_small_verbs(app, parsed);
  if (has_simulation) add_simulate(app, parsed);
  try {
    app.parse(count, arguments);
  } catch (CLI::CallForHelp const&) {
    return ShowText{app.help()};
  } catch (CLI::CallForVersion const& version) {
    return ShowText{std::string(version.what()) + "\n"};
  } catch (CLI::ArgumentMismatch const& error) {
    std::string_view const text = error.what();
    auto const twice = text.find("At most") != std::string_view::npos;
    throw UsageError(std::string(text.substr(0, text.find(':'))), twice ? "given twice" : "wants a value");
  } catch (CLI::ParseError const& error) {
    throw Failure(error.what(), exit_usage);
  }
  return finish(app, parsed);
}

}  // namespace sallyport::app
