#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sallyport {

/// A date of HTTP in each of its three forms (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT", and the obsolete
/// "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994". A year of two digits is none that is more than
/// fifty years after `now`.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                                      std::chrono::sys_seconds now) noexcept;

/// How long a Retry-After header asks to wait, at most a day: seconds, or a date; one that is over asks for no wait.
/// `now` is what time it is at the peer, who has reckoned by that. Nothing where it is neither.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                                    std::chrono::sys_seconds now) noexcept;

/// The longest of several, of which each stands on a line of its own or behind a comma; what is neither is passed over.
[[nodiscard]] std::optional<std::chrono::seconds> longest_retry_after(std::string_view text,
                                                                      std::chrono::sys_seconds now) noexcept;

}  // namespace sallyport
