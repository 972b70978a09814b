#pragma once

#include <chrono>
#include <cstdint>

namespace sallyport {

/// The engine's idea of time. It has no `now`: every moment comes in as an argument, so that a test writes
/// `session.step(answer, start + 60s)` and a simulation owns its time. The driver maps it to a monotonic clock.
struct EngineClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<EngineClock>;
  static constexpr bool is_steady = true;
};

using Duration = EngineClock::duration;
using TimePoint = EngineClock::time_point;

}  // namespace sallyport
