#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace sallyport::wire {

/// Whether the first and the last bytes are the same, as many as a Word has; they may overlap.
template <class Word>
[[nodiscard]] inline bool same_ends(std::string_view left, std::string_view right) noexcept {
  Word words[4];
  auto const last = left.size() - sizeof(Word);
  std::memcpy(&words[0], left.data(), sizeof(Word));
  std::memcpy(&words[1], right.data(), sizeof(Word));
  std::memcpy(&words[2], left.data() + last, sizeof(Word));
  std::memcpy(&words[3], right.data() + last, sizeof(Word));
  return ((words[0] ^ words[1]) | (words[2] ^ words[3])) == 0;
}

/// The same as `==`, for names: most are short, and the call of memcmp costs more than to compare them here.
[[nodiscard]] inline bool same(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  if (left.size() > 16) return left == right;
  if (left.size() >= 8) return same_ends<std::uint64_t>(left, right);
  if (left.size() >= 4) return same_ends<std::uint32_t>(left, right);
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] != right[i]) return false;
  }
  return true;
}

}  // namespace sallyport::wire
