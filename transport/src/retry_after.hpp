#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sallyport {

/// How long a Retry-After header asks to wait, at most a day: seconds, or a date in the preferred form of RFC 9110
/// ("Sun, 06 Nov 1994 08:49:37 GMT"); a date that is over asks for no wait. Nothing where it is neither.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                                    std::chrono::system_clock::time_point now) noexcept;

}  // namespace sallyport
