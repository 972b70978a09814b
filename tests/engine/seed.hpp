#pragma once

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstdlib>
#include <random>

namespace sallyport::engine_test {

/// The seed of a random test: of SALLYPORT_SEED, to run a failure again, or a new one. It is printed.
inline std::uint64_t seed() {
  auto const* const given = std::getenv("SALLYPORT_SEED");
  auto const seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  BOOST_TEST_MESSAGE("SALLYPORT_SEED=" << seed);
  return seed;
}

/// Randomness that is the same on every platform, unlike the distributions of the standard library.
class Dice {
public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// A number below `bound`.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  bool once_in(std::uint64_t times) { return below(times) == 0; }

private:
  std::mt19937_64 engine_;
};

}  // namespace sallyport::engine_test
