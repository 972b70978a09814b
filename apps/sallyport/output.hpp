#pragma once

#include <string_view>

namespace sallyport::app {

/// Writes everything; false where nobody reads any more, or the disk is full. `errno` says which.
[[nodiscard]] bool write_all(int file_descriptor, std::string_view text) noexcept;

/// Writes to stdout. A reader that has gone away ends the program quietly, anything else is a Failure.
void print(std::string_view text);

}  // namespace sallyport::app
