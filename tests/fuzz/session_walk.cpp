// A session, of a claimant or a verifier, under events and times that the bytes choose, keeps its promises: those of
// the random walk of the engine's tests.

#include "targets.hpp"

#include <engine/session_walk.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace sallyport::fuzz {
namespace {

/// Choices out of bytes; behind their end it is always the first.
class ByteDice {
public:
  explicit ByteDice(std::string_view bytes) noexcept : bytes_(bytes) {}

  std::uint64_t below(std::uint64_t bound) noexcept {
    std::uint64_t number = 0;
    for (std::uint64_t reach = 1; reach < bound; reach <<= 8U) number = number << 8U | next();
    return number % bound;
  }
  bool once_in(std::uint64_t times) noexcept { return below(times) == 0; }
  [[nodiscard]] bool is_used_up() const noexcept { return bytes_.empty(); }

private:
  std::uint8_t next() noexcept {
    if (bytes_.empty()) return 0;
    auto const byte = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  std::string_view bytes_;
};

void broken(std::string const& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

}  // namespace

void session_walk(std::string_view bytes) {
  ByteDice dice(bytes);
  while (!dice.is_used_up()) {
    engine_test::Walk<ByteDice> walk(engine_test::roles[dice.below(2)], dice, broken);
    while (!walk.is_over() && !dice.is_used_up()) walk.step();
  }
}

}  // namespace sallyport::fuzz
