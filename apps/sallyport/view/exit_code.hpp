#pragma once

#include <sallyport/transport/outcome.hpp>

#include <span>
#include <string>
#include <string_view>

namespace sallyport::app {

inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_input_missing = 3;

/// One line of the table in docs/cli.md.
struct ExitCodeRow {
  int code;
  std::string_view name;
  std::string_view meaning;
};

/// All exit codes of the program, ascending.
[[nodiscard]] std::span<ExitCodeRow const> exit_code_rows() noexcept;

/// The exit code of a login that ended this way; no two kinds share one.
[[nodiscard]] int exit_code_of(OutcomeKind kind) noexcept;

/// The table as `--help` shows it.
[[nodiscard]] std::string exit_code_table();

}  // namespace sallyport::app
