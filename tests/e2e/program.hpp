#pragma once

// What the two programs of this folder share: `--url URL --ca FILE` and the client's identity from the environment.

#include <sallyport/transport/client.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

namespace sallyport::test {

using Options = std::map<std::string, std::string, std::less<>>;

/// `--name value` pairs; a name without a value stands alone.
[[nodiscard]] inline Options read_options(int count, char** words) {
  Options options;
  for (auto index = 1; index < count; ++index) {
    std::string const name = words[index];
    auto const has_value = index + 1 < count && !std::string_view(words[index + 1]).starts_with("--");
    options[name] = has_value ? words[++index] : "";
  }
  return options;
}

[[nodiscard]] inline std::string environment(char const* name) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

[[nodiscard]] inline ClientConfig client_config(Options& options) {
  ClientConfig config;
  config.url = options["--url"];
  config.ca_file = options["--ca"];
  config.client_id = environment("SALLYPORT_CLIENT_ID");
  config.client_secret = Secret(environment("SALLYPORT_CLIENT_SECRET"));
  config.limits.poll_interval = std::chrono::milliseconds(50);
  config.governor = no_governor;
  config.limits.confirmations_max = 200;  // They come a hundred times as fast as those of a user.
  return config;
}

/// Exits where the client cannot be made.
[[nodiscard]] inline Client make_client(boost::asio::io_context& io, ClientConfig config) {
  auto client = Client::create(io.get_executor(), std::move(config));
  if (client) return std::move(*client);
  std::cerr << "cannot make a client: " << client.error().message() << '\n';
  std::exit(2);
}

}  // namespace sallyport::test
