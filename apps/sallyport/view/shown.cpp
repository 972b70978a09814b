#include "view/shown.hpp"

#include <sallyport/protocol/printable.hpp>

#include <algorithm>
#include <array>

namespace sallyport::app {
namespace {

constexpr std::string_view plain = "\x1b[0m";

std::string_view sequence_of(Colour colour) noexcept {
  switch (colour) {
    case Colour::bold: return "\x1b[1m";
    case Colour::dim: return "\x1b[2m";
    case Colour::red: return "\x1b[31m";
    case Colour::green: return "\x1b[32m";
    case Colour::yellow: return "\x1b[33m";
    case Colour::cyan: return "\x1b[36m";
    // Entries of the fixed colour cube: unlike colours 0 to 15, no theme redefines them.
    case Colour::black_on_white: return "\x1b[38;5;16;48;5;231m";
    case Colour::black_ground: return "\x1b[48;5;16m";
    case Colour::white_ground: return "\x1b[48;5;231m";
  }
  return {};
}

/// What is shown has one or the other at each place: an escape sequence of ours, or a code point.
std::size_t length_at(std::string_view text, std::size_t at) noexcept {
  if (text[at] == '\x1b') return std::min(text.find('m', at), text.size() - 1) - at + 1;
  auto end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return end - at;
}

/// Whether a code point, by its first three bytes, is an East Asian letter or an emoji: those take two columns. The
/// blocks are taken whole; a column too many does no harm, a line that wraps cannot be erased.
bool is_wide(std::string_view sequence) noexcept {
  struct Block {
    std::string_view first;
    std::string_view last;
  };
  constexpr auto blocks = std::to_array<Block>({
      {"\u1100", "\u115E"},
      {"\u231A", "\u23FF"},
      {"\u2600", "\u27BF"},
      {"\u2B00", "\u2BFF"},
      {"\u2E80", "\uA4CF"},
      {"\uA960", "\uA97F"},
      {"\uAC00", "\uD7FF"},
      {"\uF900", "\uFAFF"},
      {"\uFE30", "\uFE6F"},
      {"\uFF00", "\uFF60"},
      {"\uFFE0", "\uFFE6"},
      {"\U00016FE0", "\U0001B2FF"},
      {"\U0001F000", "\U0003FFFF"},
  });
  // UTF-8 sorts as its code points do.
  return std::ranges::any_of(
      blocks, [sequence](Block const& block) { return block.first <= sequence && sequence <= block.last; });
}

std::size_t columns_at(std::string_view text, std::size_t at, std::size_t length) noexcept {
  if (text[at] == '\x1b') return 0;
  return length > 2 && is_wide(text.substr(at, length)) ? 2 : 1;
}

std::size_t columns_in(std::string_view text) noexcept {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto const length = length_at(text, at);
    columns += columns_at(text, at, length);
    at += length;
  }
  return columns;
}

}  // namespace

Shown::Shown(std::string_view text, Through) : text_(printable(text)) {}

Shown::Shown(Colour colour, Shown const& text) {
  if (!text.empty()) text_.append(sequence_of(colour)).append(text.text_).append(plain);
}

Shown Shown::lines(std::string_view text) {
  Shown shown;
  while (!text.empty()) {
    auto const end = text.find('\n');
    shown.append(text.substr(0, end));
    if (end == std::string_view::npos) break;
    shown.end_line();
    text.remove_prefix(end + 1);
  }
  return shown;
}

Shown Shown::json(std::string_view json) {
  Shown shown;
  shown.text_ = printable_json(json);
  return shown;
}

Shown& Shown::append(Shown const& more) {
  text_.append(more.text_);
  return *this;
}

Shown& Shown::append(std::size_t count, char blank) {
  return append(std::string(count, blank));
}

Shown& Shown::end_line() {
  text_.push_back('\n');
  return *this;
}

std::size_t columns_of(Shown const& text) noexcept {
  return columns_in(text.text());
}

Shown padded(Shown const& text, std::size_t columns) {
  auto const taken = columns_of(text);
  return Shown(text).append(columns > taken ? columns - taken : 0, ' ');
}

Shown truncated(Shown const& text, std::size_t columns) {
  if (columns_of(text) <= columns) return text;
  Shown shown;
  auto const whole = text.text();
  for (std::size_t at = 0, taken = 0; at < whole.size();) {
    auto const length = length_at(whole, at);
    taken += columns_at(whole, at, length);
    if (taken >= columns) break;
    shown.text_.append(whole.substr(at, length));
    at += length;
  }
  auto const is_coloured = whole.find('\x1b') != std::string_view::npos;
  shown.text_.append("…").append(is_coloured ? plain : "");
  return shown;
}

Shown wrapped(Shown const& text, std::size_t width, std::size_t indent) {
  Shown lines;
  std::size_t column = indent;
  for (auto rest = text.text(); !rest.empty();) {
    auto const end = std::min(rest.find(' '), rest.size());
    auto const word = rest.substr(0, end);
    auto const taken = columns_in(word);
    if (column > indent && column + 1 + taken > width) {
      lines.end_line().append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      lines.text_.push_back(' ');
      ++column;
    }
    lines.text_.append(word);
    column += taken;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

}  // namespace sallyport::app
