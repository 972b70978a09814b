#pragma once

#include "shown.hpp"

#include <chrono>
#include <string_view>

namespace sallyport::app {

/// Writes everything to a file; false where nobody reads any more, or the disk is full. `errno` says which. What is
/// meant for eyes, on a terminal or in a log, goes by the other two.
[[nodiscard]] bool write_all(int file_descriptor, std::string_view bytes) noexcept;

/// Writes what the file takes at once, after so much waiting at most, and removes it; false where nobody reads any
/// more.
[[nodiscard]] bool write_some(int file_descriptor, std::string_view& bytes, std::chrono::milliseconds wait) noexcept;

/// The same as the first for stdout and stderr.
[[nodiscard]] bool show(int file_descriptor, Shown const& text) noexcept;

/// Shows on stdout. A reader that has gone away ends the program quietly, anything else is a Failure.
void print(Shown const& text);
void print_line(Shown const& line);

/// What went wrong, on a line of stderr.
void complain(Shown const& line);

}  // namespace sallyport::app
