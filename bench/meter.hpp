#pragma once

// What every program of the benches shares: its arguments, the CPU time that it took, and the line it ends with.

#include <sys/resource.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

namespace sallyport::bench {

[[noreturn]] inline void fail(std::string const& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::_Exit(1);
}

/// `--name value` pairs.
class Arguments {
public:
  Arguments(int count, char** arguments) {
    for (auto index = 1; index + 1 < count; index += 2)
      values_[std::string(arguments[index]).substr(2)] = arguments[index + 1];
  }
  [[nodiscard]] std::string text(std::string const& name, std::string const& otherwise = {}) const {
    auto const found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
  }
  [[nodiscard]] std::size_t number(std::string const& name, std::size_t otherwise) const {
    auto const found = values_.find(name);
    return found == values_.end() ? otherwise : std::stoul(found->second);
  }

private:
  std::map<std::string, std::string> values_;
};

/// The CPU time of this process, user and system, in microseconds.
inline double cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto const us = [](timeval const& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

/// The memory of this process that is in RAM, in bytes.
inline std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * 4096;
}

/// Counts units of work: the first `warm_up` are not measured, the next `count` are.
class Meter {
public:
  /// `allocations` is a counter that the program keeps, if it does.
  Meter(std::size_t warm_up, std::size_t count, std::size_t const* allocations = nullptr)
      : warm_up_(warm_up), end_(warm_up + count), allocations_(allocations) {}

  /// One unit more; whether it was the last.
  bool tick() {
    if (done_++ == warm_up_) {
      if (allocations_ != nullptr) allocated_ = *allocations_;
      cpu_ = cpu_us();
      since_ = std::chrono::steady_clock::now();
      std::puts("begin");  // The harness looks at the server's CPU time now.
      std::fflush(stdout);
    }
    return done_ > end_;
  }
  [[nodiscard]] bool enough() const { return done_ > end_; }

  /// The line that the harness reads.
  void print(std::size_t per_unit = 1) const {
    auto const wall = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - since_).count();
    auto const units = (end_ - warm_up_) * per_unit;
    std::printf("{\"units\": %zu, \"cpu_us\": %.1f, \"wall_us\": %.1f", units, cpu_us() - cpu_, wall);
    if (allocations_ != nullptr) std::printf(", \"allocations\": %zu", *allocations_ - allocated_);
    std::puts("}");
    std::fflush(stdout);
  }

private:
  std::size_t warm_up_;
  std::size_t end_;
  std::size_t const* allocations_;
  std::size_t allocated_ = 0;
  std::size_t done_ = 0;
  double cpu_ = 0;
  std::chrono::steady_clock::time_point since_;
};

}  // namespace sallyport::bench
