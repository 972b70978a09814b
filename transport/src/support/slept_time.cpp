#include "support/slept_time.hpp"

#include <time.h>

#include <algorithm>

namespace sallyport {
namespace {

std::int64_t read(clockid_t clock) noexcept {
  timespec at{};
  static_cast<void>(::clock_gettime(clock, &at));
  return static_cast<std::int64_t>(at.tv_sec) * 1'000'000'000 + at.tv_nsec;
}

}  // namespace

// Whoever finds another thread noting has what was known before: a mutex might be held for ever in a child.
Duration SleptTime::note(ClocksReading const& now) noexcept {
  auto const boot = now.boot - now.steady;
  auto const wall = now.wall - now.steady;
  auto const is_noise = [](std::int64_t jump) { return jump > -noise && jump < noise; };
  auto const nothing_new = is_noise(boot - boot_ahead_) && is_noise(wall - wall_ahead_);
  if (!nothing_new && !is_noting_.test_and_set(std::memory_order_acquire)) {
    auto const jump = std::max(boot - boot_ahead_, wall - wall_ahead_);
    if (jump >= noise) slept_ += jump;
    boot_ahead_ = boot;
    wall_ahead_ = wall;
    is_noting_.clear(std::memory_order_release);
  }
  return Duration(slept_);
}

ClocksReading SleptTime::read_clocks() noexcept {
  return {.steady = read(CLOCK_MONOTONIC), .boot = read(CLOCK_BOOTTIME), .wall = read(CLOCK_REALTIME)};
}

SleptTime& SleptTime::of_process() noexcept {
  static SleptTime all(read_clocks());
  return all;
}

Duration slept() noexcept {
  return SleptTime::of_process().note(SleptTime::read_clocks());
}

}  // namespace sallyport
