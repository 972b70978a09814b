#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

namespace sallyport::test {

/// How many times longer things take here than on a machine that has nothing else to do: SALLYPORT_TIME_SCALE, else how
/// many want each processor, now or on average of the last minute; at least 1. It is measured once.
[[nodiscard]] inline int time_scale() {
  static auto const scale = [] {
    if (auto const* const wanted = std::getenv("SALLYPORT_TIME_SCALE")) return std::max(1, std::atoi(wanted));
    auto average = 0.0;
    auto running = 0.0;
    std::string skipped;
    std::ifstream("/proc/loadavg") >> average >> skipped >> skipped >> running;  // "11.20 7.10 3.00 13/512 4711"
    auto const processors = std::max(1U, std::thread::hardware_concurrency());
    return std::clamp(static_cast<int>(std::max(average, running) / processors), 1, 30);
  }();
  return scale;
}

/// A time within which something has to happen, or which is waited out: so much on an idle machine. A bound that a test
/// sets for the code under test is scaled as well, where what must happen within it is work.
template <class Rep, class Period>
[[nodiscard]] auto scaled(std::chrono::duration<Rep, Period> time) {
  return time * time_scale();
}

}  // namespace sallyport::test
