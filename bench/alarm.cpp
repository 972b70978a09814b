// What does an alarm cost where a million are set? Taking one back and setting it anew, beside a timer of Asio for
// each; and the worst tick while a million ring within ten seconds.

#include <sallyport/engine/timer_wheel.hpp>

#include <benchmark/benchmark.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <deque>

namespace {

using namespace sallyport;
using namespace std::chrono_literals;

constexpr TimePoint start{1h};

class Random {
public:
  std::uint64_t operator()(std::uint64_t below) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % below;
  }

private:
  std::uint64_t state_ = 1;
};

Duration some_life_span(Random& random) {
  return 30s + std::chrono::microseconds(random(600'000'000));
}

void wheel(benchmark::State& state) {
  auto const count = static_cast<std::size_t>(state.range(0));
  TimerWheel wheel(count, start);
  Random random;
  for (std::uint32_t slot = 0; slot < count; ++slot)
    wheel.arm(slot, start + some_life_span(random), EventType::deadline);
  auto now = start;
  for (auto _ : state) {
    auto const slot = static_cast<std::uint32_t>(random(count));
    now += 100ns;
    wheel.disarm(slot);
    wheel.arm(slot, now + some_life_span(random), EventType::deadline);
  }
}
BENCHMARK(wheel)->Arg(1'000'000);

void asio_steady_timer(benchmark::State& state) {
  auto const count = static_cast<std::size_t>(state.range(0));
  boost::asio::io_context context{1};
  std::deque<boost::asio::steady_timer> timers;
  Random random;
  auto const arm = [&random](boost::asio::steady_timer& timer) {
    timer.expires_after(some_life_span(random));
    timer.async_wait([](boost::system::error_code ec) { benchmark::DoNotOptimize(ec); });
  };
  for (std::size_t index = 0; index < count; ++index) arm(timers.emplace_back(context));
  for (auto _ : state) {
    arm(timers[random(count)]);
    context.poll();  // The wait that was taken back completes.
  }
}
BENCHMARK(asio_steady_timer)->Arg(1'000'000);

// In CPU time, so that a tick in which another process had the core does not count as a long one.
double cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Rings a million in ten seconds of the wheel's time, a tick a step, and looks for the longest step.
void worst_tick(benchmark::State& state) {
  auto const count = static_cast<std::size_t>(state.range(0));
  auto worst = 0.0;
  for (auto _ : state) {
    TimerWheel wheel(count, start);
    Random random;
    for (std::uint32_t slot = 0; slot < count; ++slot) {
      wheel.arm(slot, start + 120s + std::chrono::microseconds(random(10'000'000)), EventType::deadline);
    }
    std::size_t rung = 0;
    for (auto now = start; rung < count; now += 1ms) {
      auto const begun = cpu_ns();
      wheel.advance(now, [&rung](std::uint32_t, EventType) { ++rung; });
      worst = std::max(worst, cpu_ns() - begun);
    }
  }
  state.counters["worst_ns"] = worst;
}
BENCHMARK(worst_tick)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
