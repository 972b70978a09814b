#pragma once

#include "view/exit_code.hpp"

#include <sallyport/protocol/printable.hpp>

#include <stdexcept>
#include <string>

namespace sallyport::app {

/// Ends the program with one line on stderr and an exit code. What the line quotes, of a peer or of the command line,
/// is made `printable` here, so that all who catch it may show it.
class Failure : public std::runtime_error {
public:
  explicit Failure(std::string const& line, int exit_code = exit_failure)
      : std::runtime_error(printable(line)), exit_code_(exit_code) {}

  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

  /// The last event of this run tells of it.
  void note_told() noexcept { is_told_ = true; }
  [[nodiscard]] bool is_told() const noexcept { return is_told_; }

private:
  int exit_code_;
  bool is_told_ = false;
};

/// The command line is wrong: names the option and what is wrong with it.
class UsageError : public Failure {
public:
  UsageError(std::string const& option, std::string const& problem) : Failure(option + ": " + problem, exit_usage) {}
};

}  // namespace sallyport::app
