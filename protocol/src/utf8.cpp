#include "utf8.hpp"

namespace sallyport::wire {
namespace {

/// A row of table 3-7 of the Unicode Standard: the second byte is bounded by the first, the rest are 80 to BF.
struct Sequence {
  std::size_t length;
  unsigned second_min;
  unsigned second_max;
};

Sequence sequence_of(unsigned lead) noexcept {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) noexcept {
  if (text.empty()) return 0;
  auto const byte = [text](std::size_t i) -> unsigned { return static_cast<unsigned char>(text[i]); };
  auto const sequence = sequence_of(byte(0));
  if (sequence.length <= 1) return sequence.length;
  if (text.size() < sequence.length) return 0;
  if (byte(1) < sequence.second_min || byte(1) > sequence.second_max) return 0;
  for (std::size_t i = 2; i < sequence.length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  return sequence.length;
}

std::size_t utf8_prefix(std::string_view text) noexcept {
  std::size_t prefix = 0;
  while (prefix < text.size()) {
    auto const length = utf8_sequence(text.substr(prefix));
    if (length == 0) break;
    prefix += length;
  }
  return prefix;
}

}  // namespace sallyport::wire
