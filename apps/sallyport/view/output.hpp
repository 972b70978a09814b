#pragma once

#include "view/shown.hpp"

#include <chrono>
#include <string_view>

namespace sallyport::app {

/// Before anything is opened. A shell may start a program with one of the three standard descriptors closed (`>&-`);
/// the next file or connection that is opened would get its number then, and what is meant for eyes would go there.
/// Something takes the place that can be neither read nor written, so that who tries is told.
void hold_standard_descriptors() noexcept;

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
