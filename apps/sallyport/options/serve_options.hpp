#pragma once

#include "options/options.hpp"

#include <CLI/App.hpp>

#include <string>

namespace sallyport::app {

/// The words of `sallyport serve` that are numbers or addresses.
struct ServeArguments {
  ServeOptions options;
  std::string listen;
  std::string metrics;
  std::string drain;
  std::string shards;
};

void add_serve_options(CLI::App& verb, ServeArguments& arguments);

/// Reads those words; a UsageError names the option that is wrong.
[[nodiscard]] ServeOptions serve_options(ServeArguments const& arguments);

}  // namespace sallyport::app
