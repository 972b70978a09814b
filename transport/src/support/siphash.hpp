#pragma once

#include <boost/system/result.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sallyport {

/// SipHash-2-4 (Aumasson and Bernstein, 2012): who does not know the key cannot choose a text by its hash. Every table
/// that peers can fill has it, so that nobody fills one place of it alone.
class SipHash {
public:
  /// With a key that nobody knows; the error of `random_bytes` where there is none.
  [[nodiscard]] static boost::system::result<SipHash> with_fresh_key();
  SipHash(std::uint64_t low, std::uint64_t high) noexcept : low_(low), high_(high) {}

  [[nodiscard]] std::uint64_t operator()(std::string_view text) const noexcept {
    State state{low_ ^ 0x736f6d6570736575U, high_ ^ 0x646f72616e646f6dU, low_ ^ 0x6c7967656e657261U,
                high_ ^ 0x7465646279746573U};
    constexpr std::size_t word = 8;
    auto left = text;
    for (; left.size() >= word; left.remove_prefix(word)) state.take(read(left.substr(0, word)));
    state.take(read(left) | std::uint64_t{text.size()} << 56U);
    state.c ^= 0xffU;
    for (auto round = 0; round < 4; ++round) state.mix();
    return state.a ^ state.b ^ state.c ^ state.d;
  }

  [[nodiscard]] std::uint64_t operator()(std::uint64_t number) const noexcept {
    auto const bytes = std::bit_cast<std::array<char, sizeof number>>(number);
    return (*this)(std::string_view(bytes.data(), bytes.size()));
  }

private:
  struct State {
    std::uint64_t a;
    std::uint64_t b;
    std::uint64_t c;
    std::uint64_t d;

    void take(std::uint64_t word) noexcept {
      d ^= word;
      mix();
      mix();
      a ^= word;
    }
    void mix() noexcept {
      a += b;
      b = std::rotl(b, 13) ^ a;
      a = std::rotl(a, 32);
      c += d;
      d = std::rotl(d, 16) ^ c;
      a += d;
      d = std::rotl(d, 21) ^ a;
      c += b;
      b = std::rotl(b, 17) ^ c;
      c = std::rotl(c, 32);
    }
  };

  /// At most eight bytes, the first one lowest.
  [[nodiscard]] static std::uint64_t read(std::string_view bytes) noexcept {
    std::uint64_t word = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      word |= std::uint64_t{static_cast<unsigned char>(bytes[at])} << (8 * at);
    }
    return word;
  }

  std::uint64_t low_;
  std::uint64_t high_;
};

}  // namespace sallyport
