#pragma once

#include "support/slept_time.hpp"

#include <sallyport/engine/time.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sallyport {

/// The engine's time is the monotonic clock of the process, and goes on while the machine sleeps: an institution's
/// clocks do, too.
[[nodiscard]] inline TimePoint to_engine(std::chrono::steady_clock::time_point moment) noexcept {
  return TimePoint(std::chrono::duration_cast<Duration>(moment.time_since_epoch())) + slept();
}

/// What the steady clock shows then, if the machine does not sleep before.
[[nodiscard]] inline std::chrono::steady_clock::time_point from_engine(TimePoint moment) noexcept {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>((moment - slept()).time_since_epoch()));
}

/// A timer of the steady clock looks so often whether the machine has slept.
inline constexpr std::chrono::seconds sleep_check_interval{5};

/// A count of seconds as the API writes it.
[[nodiscard]] inline std::optional<std::chrono::seconds> seconds_of(std::optional<std::int32_t> count) noexcept {
  return count ? std::optional<std::chrono::seconds>(*count) : std::nullopt;
}

[[nodiscard]] inline TimePoint engine_now() noexcept {
  return to_engine(std::chrono::steady_clock::now());
}

}  // namespace sallyport
