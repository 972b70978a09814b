#pragma once

#include <sallyport/engine/limits.hpp>
#include <sallyport/engine/time.hpp>

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport {

// What the configurations of a client and of a server have in common. Each check names the first member with which
// something is wrong, and what ("idle_timeout: not above zero"); "" where nothing is.

/// Far beyond any use, and small enough that no sum of moments and durations overflows.
inline constexpr Duration duration_max = std::chrono::hours(24 * 366);

[[nodiscard]] std::string check_durations(std::initializer_list<std::pair<std::string_view, Duration>> durations);
[[nodiscard]] std::string check_counts(std::initializer_list<std::pair<std::string_view, std::size_t>> counts);
[[nodiscard]] std::string problem_of(Limits const& limits);

/// Milliseconds that do not fit the engine's nanoseconds are out of reason anyway.
[[nodiscard]] Duration bounded(std::chrono::milliseconds value) noexcept;

}  // namespace sallyport
