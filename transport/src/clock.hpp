#pragma once

#include <sallyport/engine/time.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sallyport {

/// The engine's time is the monotonic clock of the process.
[[nodiscard]] inline TimePoint to_engine(std::chrono::steady_clock::time_point moment) noexcept {
  return TimePoint(std::chrono::duration_cast<Duration>(moment.time_since_epoch()));
}

[[nodiscard]] inline std::chrono::steady_clock::time_point from_engine(TimePoint moment) noexcept {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(moment.time_since_epoch()));
}

/// A count of seconds as the API writes it.
[[nodiscard]] inline std::optional<std::chrono::seconds> seconds_of(std::optional<std::int32_t> count) noexcept {
  return count ? std::optional<std::chrono::seconds>(*count) : std::nullopt;
}

[[nodiscard]] inline TimePoint engine_now() noexcept {
  return to_engine(std::chrono::steady_clock::now());
}

}  // namespace sallyport
