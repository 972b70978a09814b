#pragma once

#include <chrono>

namespace sallyport {

/// Time as the calendar counts it. It outlives a process and so may be stored, but it may jump: nothing but what is
/// persisted uses it. A type of its own, so that nobody mixes it with the monotonic `TimePoint`.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using WallDuration = std::chrono::milliseconds;

/// `at + wait` without overflow: what lies beyond the end of the calendar is its end.
[[nodiscard]] constexpr WallTime later(WallTime at, WallDuration wait) noexcept {
  if (wait > WallDuration::zero() && at > WallTime::max() - wait) return WallTime::max();
  if (wait < WallDuration::zero() && at < WallTime::min() - wait) return WallTime::min();
  return at + wait;
}

}  // namespace sallyport
