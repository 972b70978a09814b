#include <sallyport/protocol/printable.hpp>

#include "utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace sallyport {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Range {
  char32_t first;
  char32_t last;
};

/// The general categories Cc, Cf, Zl and Zp, what is Default_Ignorable_Code_Point, and what is no character. Unicode
/// gives ignorable code points out of these blocks alone, so those without a character yet are here as well. What some
/// scripts need among them, the joiners of Persian and of emoji for example, is given up: whoever shows the text cannot
/// tell that from a trick.
constexpr auto not_printable = std::to_array<Range>({
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x0600, 0x0605},
    {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},   {0x0890, 0x0891},   {0x08E2, 0x08E2},
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1345F},
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
});

bool is_printable(char32_t code_point) noexcept {
  constexpr char32_t plane_bits = 0xFFFF;
  if ((code_point & plane_bits) >= 0xFFFE) return false;  // The last two of every plane are no characters.
  auto const after = std::ranges::upper_bound(not_printable, code_point, {}, &Range::first);
  return after == not_printable.begin() || std::prev(after)->last < code_point;
}

char32_t decode(std::string_view sequence) noexcept {
  auto const byte = [sequence](std::size_t at) -> char32_t { return static_cast<unsigned char>(sequence[at]); };
  switch (sequence.size()) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3: return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    default: return (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
  }
}

void append_unit(std::string& out, char32_t unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.append("\\u");
  for (auto const shift : {12U, 8U, 4U, 0U}) out.push_back(digits[unit >> shift & 0xFU]);
}

void append_escape(std::string& out, char32_t code_point) {
  constexpr char32_t first_beyond = 0x10000;
  if (code_point < first_beyond) return append_unit(out, code_point);
  append_unit(out, 0xD800U + ((code_point - first_beyond) >> 10U));
  append_unit(out, 0xDC00U + ((code_point - first_beyond) & 0x3FFU));
}

bool is_plain(char byte) noexcept {
  return byte >= 0x20 && byte < 0x7F;
}

/// Gives every sequence that is not plain ASCII to `odd`, with its code point; with none where it is not UTF-8.
template <class Odd>
std::string rewritten(std::string_view text, std::string_view for_no_utf8, Odd odd) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto const plain = static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    auto const length = wire::utf8_sequence(text);
    if (length == 0) {
      out.append(for_no_utf8);
    } else {
      odd(out, text.substr(0, length), decode(text.substr(0, length)));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  return rewritten(text, replacement, [](std::string& out, std::string_view sequence, char32_t code_point) {
    auto const is_blank = code_point == '\n' || code_point == '\t' || code_point == '\r';
    if (is_blank) out.push_back(' ');
    if (is_printable(code_point)) out.append(sequence);
  });
}

std::string printable_json(std::string_view json) {
  return rewritten(json, "\\ufffd", [](std::string& out, std::string_view sequence, char32_t code_point) {
    if (code_point == '\n' || is_printable(code_point)) {
      out.append(sequence);
    } else {
      append_escape(out, code_point);
    }
  });
}

}  // namespace sallyport
