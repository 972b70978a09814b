#pragma once

#include "options/options.hpp"

#include <CLI/App.hpp>

#include <string>

namespace sallyport::app {

/// The words of `sallyport load` that are numbers or lists.
struct LoadArguments {
  LoadOptions options;
  std::string broker;
  std::string logins;
  std::string concurrency;
  std::string ramp;
  std::string think;
  std::string mix;
};

extern char const* const load_footer;

void add_load_options(CLI::App& verb, LoadArguments& arguments);

/// Reads those words; a UsageError names the option that is wrong. The broker is left to the caller.
[[nodiscard]] LoadOptions load_options(LoadArguments const& arguments);

}  // namespace sallyport::app
