#pragma once

#include <sallyport/engine/time.hpp>

#include <atomic>
#include <cstdint>

namespace sallyport {

/// What the clocks of a machine show at one moment, in nanoseconds. The steady one stands while the machine sleeps;
/// that of the boot goes on. Where a machine is stopped from outside, as a virtual one is, the wall clock alone may
/// show it.
struct ClocksReading {
  std::int64_t steady = 0;
  std::int64_t boot = 0;
  std::int64_t wall = 0;
};

/// How much further time has gone than the steady clock shows: by the boot's clock or the wall's, whichever has gone
/// further. It never shrinks; a wall clock that is set back takes nothing away. From any thread, also after a fork.
class SleptTime {
public:
  /// Differences below this are the noise of reading clocks one after the other.
  static constexpr std::int64_t noise = 1'000'000'000;

  explicit SleptTime(ClocksReading const& first) noexcept
      : boot_ahead_(first.boot - first.steady), wall_ahead_(first.wall - first.steady) {}

  [[nodiscard]] Duration note(ClocksReading const& now) noexcept;

  [[nodiscard]] static ClocksReading read_clocks() noexcept;
  [[nodiscard]] static SleptTime& of_process() noexcept;

private:
  std::atomic<std::int64_t> slept_{0};
  std::atomic<std::int64_t> boot_ahead_;
  std::atomic<std::int64_t> wall_ahead_;
  std::atomic_flag is_noting_ = ATOMIC_FLAG_INIT;
};

/// The same of this process, now.
[[nodiscard]] Duration slept() noexcept;

}  // namespace sallyport
