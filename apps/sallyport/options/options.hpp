#pragma once

#include <sallyport/protocol/broker.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sallyport::app {

struct DemoOptions {
  bool quick = false;
};

/// Which server a command speaks to: the embedded sandbox where `url` is unset.
struct ServerChoice {
  std::optional<std::string> url;
  std::optional<std::string> ca_file;
  std::optional<std::string> client_file;
  std::optional<std::string> certificate_file;
  std::optional<std::string> key_file;
  std::optional<std::string> header_file;
  std::optional<std::string> proxy;
  bool no_proxy = false;
};

struct LoginOptions {
  ServerChoice server;
  BrokerType broker = BrokerType::unknown;
  std::string user_id;
  std::optional<std::string> username;
  std::optional<std::string> device_info;
  std::optional<std::string> answers_file;
  std::optional<std::string> events_file;
  std::optional<std::string> record_file;
  std::optional<std::string> tokens_file;
  std::optional<std::string> ledger_file;
  bool no_ledger = false;
  bool qr = false;
  bool json = false;
  bool show_tokens = false;
};

struct LinkOptions {
  ServerChoice server;
  BrokerType broker = BrokerType::unknown;
  std::string user_id;
  bool json = false;
  bool show_tokens = false;
};

struct RefreshOptions {
  ServerChoice server;
  std::string tokens_file;
  std::optional<std::string> answers_file;
  bool json = false;
  bool show_tokens = false;
};

struct RemoveOptions {
  ServerChoice server;
  std::string tokens_file;
  bool yes = false;
  bool json = false;
};

struct StatusOptions {
  ServerChoice server;
  std::optional<BrokerType> broker;
  bool json = false;
};

/// One scenario of a load, and how often it is played beside the others; the broker's default where it has no name.
struct LoadShare {
  std::string scenario;
  unsigned weight = 1;
};

struct LoadOptions {
  ServerChoice server;
  BrokerType broker = BrokerType::sandbox;
  std::size_t logins = 1000;
  std::size_t concurrency = 64;
  std::chrono::milliseconds ramp{0};
  std::chrono::milliseconds think{0};
  std::vector<LoadShare> mix;
  bool json = false;
};

struct ServeOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8443;
  std::optional<std::string> certificate_file;
  std::optional<std::string> key_file;
  bool self_signed = false;
  std::optional<std::string> ca_output;
  std::optional<std::string> scenarios;
  std::optional<std::string> port_file;
  std::optional<std::string> client_file;
  std::optional<std::string> events_file;
  std::optional<std::uint16_t> metrics_port;
  std::chrono::seconds drain{10};
  std::size_t shards = 1;
  std::vector<std::string> proxies;
  bool proxy_protocol = false;
};

struct SchemesOptions {
  ServerChoice server;
  std::optional<BrokerType> broker;
  bool json = false;
};

enum class GraphFormat : std::uint8_t { md, mermaid, dot };

struct GraphOptions {
  GraphFormat format = GraphFormat::md;
  bool write = false;
  std::optional<std::string> output;
  std::optional<std::string> check;
};

struct ReplayOptions {
  std::string file;
};

struct SimulateOptions {
  std::uint64_t seed = 1;
  std::uint32_t logins = 10'000;
  double hours = 6;
};

/// A text that the command line asks for, and nothing else: the help, or the version.
struct ShowText {
  std::string text;
};

using Command =
    std::variant<DemoOptions, LoginOptions, LinkOptions, RefreshOptions, RemoveOptions, StatusOptions, LoadOptions,
                 ServeOptions, SchemesOptions, GraphOptions, ReplayOptions, SimulateOptions, ShowText>;

/// Whether the command writes events to stdout (docs/cli.md, EVENTS), so far as a command line that may be wrong says.
[[nodiscard]] bool wants_events(int count, char const* const* arguments);

/// Reads the command line. What is wrong with it is a UsageError.
[[nodiscard]] Command parse_command_line(int count, char const* const* arguments);

}  // namespace sallyport::app
