#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

// Most of every text is printable ASCII, which means the same inside and outside of JSON. Reading and writing go over
// it sixteen bytes at a time, and look closer only at what stops them.

namespace sallyport::wire {

/// Whether the byte stands for itself in a JSON string and needs no look at its neighbours.
[[nodiscard]] constexpr bool stands_for_itself(char byte) noexcept {
  auto const bits = static_cast<unsigned char>(byte);
  return bits >= 0x20 && bits < 0x80 && byte != '"' && byte != '\\';
}

#ifdef __x86_64__
/// A bit for each of the sixteen bytes that is not plain.
[[nodiscard]] inline unsigned odd_ones(__m128i bytes) noexcept {
  // What is not ASCII is below zero, so that one comparison finds it and the control characters.
  auto const odd =
      _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
                   _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
  return static_cast<unsigned>(_mm_movemask_epi8(odd));
}

/// Copies a text of as many bytes as a Word has, or up to twice as many, and says whether all of it is plain.
template <class Word>
[[nodiscard]] inline bool copy_ends(std::string_view text, char* to) noexcept {
  auto const last = text.size() - sizeof(Word);
  Word first_word = 0;
  Word last_word = 0;
  std::memcpy(&first_word, text.data(), sizeof(Word));
  std::memcpy(&last_word, text.data() + last, sizeof(Word));
  std::memcpy(to, &first_word, sizeof(Word));
  std::memcpy(to + last, &last_word, sizeof(Word));
  auto const both = _mm_unpacklo_epi64(_mm_cvtsi64_si128(static_cast<std::int64_t>(first_word)),
                                       _mm_cvtsi64_si128(static_cast<std::int64_t>(last_word)));
  auto const odd = odd_ones(both);
  constexpr unsigned in_the_words = sizeof(Word) == 8 ? 0xFFFFU : 0x0F0FU;
  return (odd & in_the_words) == 0;
}
#endif

/// The first byte that is not plain, or the end.
[[nodiscard]] inline char const* find_odd(char const* at, char const* end) noexcept {
#ifdef __x86_64__
  for (; end - at >= 16; at += 16) {
    auto const odd = odd_ones(_mm_loadu_si128(reinterpret_cast<__m128i const*>(at)));
    if (odd != 0) return at + std::countr_zero(odd);
  }
#endif
  while (at != end && stands_for_itself(*at)) ++at;
  return at;
}

/// Copies the text up to the first byte that is not plain, and says how much that is. `to` has room for the whole text;
/// what lies behind the copy may be overwritten.
[[nodiscard]] inline std::size_t copy_plain(std::string_view text, char* to) noexcept {
  std::size_t at = 0;
#ifdef __x86_64__
  for (; text.size() - at >= 16; at += 16) {
    auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(text.data() + at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), bytes);
    auto const odd = odd_ones(bytes);
    if (odd != 0) return at + static_cast<std::size_t>(std::countr_zero(odd));
  }
  // Most texts are shorter than that, or end in a part that is: its first and its last bytes in one look.
  auto const rest = text.substr(at);
  if (rest.size() >= 8 ? copy_ends<std::uint64_t>(rest, to + at)
                       : rest.size() >= 4 && copy_ends<std::uint32_t>(rest, to + at)) {
    return text.size();
  }
#endif
  for (; at < text.size() && stands_for_itself(text[at]); ++at) to[at] = text[at];
  return at;
}

}  // namespace sallyport::wire
