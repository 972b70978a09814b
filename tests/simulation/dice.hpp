#pragma once

#include <sallyport/engine/time.hpp>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <random>

namespace sallyport::simulation {

/// Randomness that is the same on every platform, unlike the distributions of the standard library.
class Dice {
public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// A number below `bound`.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  bool once_in(std::uint64_t times) { return below(times) == 0; }
  Duration between(Duration least, Duration most) {
    return least + Duration(static_cast<std::int64_t>(below(static_cast<std::uint64_t>((most - least).count()) + 1)));
  }
  template <class Range>
  auto& one_of(Range&& range) {
    return std::data(range)[below(std::size(range))];
  }

private:
  std::mt19937_64 engine_;
};

}  // namespace sallyport::simulation
