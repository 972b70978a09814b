#include "runtime/remote_server.hpp"

#include "files/file.hpp"
#include "options/client_identity.hpp"
#include "options/proxy_choice.hpp"
#include "runtime/failure.hpp"

#include <sallyport/transport/error.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

TlsIdentity read_identity(ServerChoice const& choice) {
  auto const chain = read_file("--cert", *choice.certificate_file);
  return {.certificate_chain = std::string(chain.reveal()),
          .private_key = read_private_file("--key", *choice.key_file)};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// The values may be the keys of a gateway, so the file is its owner's alone, and no line of it is shown.
std::vector<ExtraHeader> read_headers(std::string const& file) {
  auto const bytes = read_private_file("--headers", file);
  std::vector<ExtraHeader> headers;
  auto left = bytes.reveal();
  for (auto number = 1; !left.empty(); ++number) {
    auto const line = trimmed(left.substr(0, left.find('\n')));
    left.remove_prefix(std::min(left.find('\n'), left.size() - 1) + 1);
    if (line.empty()) continue;
    auto const wrong = [&](std::string_view problem) {
      return UsageError("--headers", file + ", line " + std::to_string(number) + ": " + std::string(problem));
    };
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) throw wrong("no colon between a name and a value");
    headers.push_back({.name = std::string(line.substr(0, colon)), .value = Secret(trimmed(line.substr(colon + 1)))});
    ClientConfig config;
    config.headers.push_back({.name = headers.back().name, .value = headers.back().value.clone()});
    auto const problem = problem_of(config);
    if (!problem.empty()) throw wrong(problem.substr(problem.find(':') + 2));
  }
  return headers;
}

}  // namespace

Client connect(boost::asio::any_io_executor executor, ServerChoice const& choice, std::shared_ptr<Observer> observer,
               GovernorChoice governor) {
  auto identity = read_client_identity(choice.client_file);
  ClientConfig config;
  config.url = choice.url.value_or("");
  config.client_id = std::move(identity.id);
  config.client_secret = std::move(identity.secret);
  config.ca_file = choice.ca_file;
  config.proxy = choose_proxy(choice);
  if (choice.certificate_file) config.identity = read_identity(choice);
  if (choice.header_file) config.headers = read_headers(*choice.header_file);
  config.observer = std::move(observer);
  config.governor = std::move(governor);
  auto client = Client::create(std::move(executor), std::move(config));
  if (client) return std::move(*client);
  auto const ec = client.error();
  if (ec == TransportErrc::bad_url) throw UsageError("--url", *choice.url + " is not https://host[:port][/path]");
  if (ec == TransportErrc::bad_certificate) throw UsageError("--cert", *choice.certificate_file + ": " + ec.message());
  if (ec == TransportErrc::bad_private_key) throw UsageError("--key", *choice.key_file + ": " + ec.message());
  if (ec == TransportErrc::bad_ca_file) throw UsageError("--ca", *choice.ca_file + ": " + ec.message());
  if (ec == TransportErrc::missing_client_id) throw Failure(ec.message(), exit_usage);
  throw Failure(ec.message());
}

}  // namespace sallyport::app
