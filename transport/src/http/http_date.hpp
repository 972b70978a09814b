#pragma once

#include <array>
#include <chrono>

namespace sallyport {

/// "Sun, 06 Nov 1994 08:49:37 GMT": a moment as HTTP writes it (RFC 9110, 5.6.7). Years have four digits there.
using HttpDate = std::array<char, 29>;

[[nodiscard]] HttpDate http_date(std::chrono::system_clock::time_point moment) noexcept;

}  // namespace sallyport
