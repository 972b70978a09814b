#include "scanner.hpp"

#include "utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace sallyport::wire {
namespace {

constexpr bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

/// How long the string that begins there can be at most: to the next quote that is not escaped.
std::size_t bound_of_string(std::string_view text) noexcept {
  std::size_t size = 0;
  while (size < text.size() && text[size] != '"') size += text[size] == '\\' ? 2U : 1U;
  return std::min(size, text.size());
}

void append_utf8(Secret& out, unsigned code_point) {
  auto const tail = [&out, code_point](unsigned shift) {
    out.push_back(static_cast<char>(0x80U | (code_point >> shift & 0x3FU)));
  };
  if (code_point < 0x80) return out.push_back(static_cast<char>(code_point));
  if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xC0U | code_point >> 6U));
  } else if (code_point < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | code_point >> 12U));
    tail(6);
  } else {
    out.push_back(static_cast<char>(0xF0U | code_point >> 18U));
    tail(12);
    tail(6);
  }
  tail(0);
}

}  // namespace

bool Scanner::take_word(std::string_view word) noexcept {
  for (char const letter : word) {
    if (!take_here(letter)) return false;
  }
  return true;
}

// Numbers.

bool Scanner::take_number(std::string_view& number) noexcept {
  auto const* const begin = at_;
  static_cast<void>(take_here('-'));
  if (!take_here('0') && !take_digits()) return false;
  if (take_here('.') && !take_digits()) return false;
  if ((take_here('e') || take_here('E')) && !take_exponent()) return false;
  number = {begin, at_};
  return true;
}

bool Scanner::take_digits() noexcept {
  auto const* const begin = at_;
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return at_ != begin;
}

// No number needs more than 31 bits here, and whoever reckons with exponents is spared the overflow.
bool Scanner::take_exponent() noexcept {
  if (!take_here('+')) static_cast<void>(take_here('-'));
  auto const* const digits = at_;
  if (!take_digits()) return false;
  std::int32_t exponent = 0;
  exponent_is_too_large_ = std::from_chars(digits, at_, exponent).ec == std::errc::result_out_of_range;
  return !exponent_is_too_large_;
}

// Whatever is not JSON in there (a number that is none, text that is not UTF-8, a lone surrogate) is not looked at.

bool Scanner::pass_over() noexcept {
  auto const* const begin = at_;
  std::size_t open = 0;
  for (; at_ != end_; ++at_) {
    if (*at_ == '"') {
      for (++at_; at_ != end_ && *at_ != '"'; ++at_) {
        if (*at_ == '\\' && ++at_ == end_) return false;
      }
      if (at_ == end_) return false;
    } else if (*at_ == '[' || *at_ == '{') {
      ++open;
    } else if (open == 0 && (*at_ == ',' || *at_ == ']' || *at_ == '}')) {
      return at_ != begin;
    } else if (*at_ == ']' || *at_ == '}') {
      --open;
    }
  }
  return false;
}

// Strings.

bool Scanner::take_odd_string(char const* begin, std::string_view& string) {
  clear_ = Secret();
  auto const* run = begin;
  auto has_escapes = false;
  for (; at_ == end_ || *at_ != '"'; at_ = find_odd(at_, end_)) {
    if (at_ == end_) return false;
    if (*at_ != '\\') {
      if (!take_sequence()) return false;
      continue;
    }
    if (!has_escapes) clear_.reserve(bound_of_string({begin, end_}));
    has_escapes = true;
    clear_.append({run, at_});
    if (!take_escape()) return false;
    run = at_;
  }
  if (has_escapes) clear_.append({run, at_});
  string = has_escapes ? clear_.reveal() : std::string_view(begin, at_);
  ++at_;
  return true;
}

// A character that is not ASCII; control characters have to be escaped.
bool Scanner::take_sequence() noexcept {
  auto const length = static_cast<unsigned char>(*at_) < 0x20 ? 0 : utf8_sequence(rest());
  at_ += length;
  return length != 0;
}

bool Scanner::take_escape() {
  static constexpr std::string_view letters = "\"\\/bfnrt";
  static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  ++at_;
  if (take_here('u')) return take_code_point();
  auto const letter = at_ == end_ ? std::string_view::npos : letters.find(*at_);
  if (letter == std::string_view::npos) return false;
  ++at_;
  clear_.push_back(meanings[letter]);
  return true;
}

// Beyond the basic plane a character is two escapes, a high surrogate and a low one; neither may stand alone.
bool Scanner::take_code_point() {
  unsigned unit = 0;
  if (!take_code_unit(unit)) return false;
  auto const is_low = [](unsigned value) { return value >= 0xDC00 && value < 0xE000; };
  if (is_low(unit)) return false;
  if (unit >= 0xD800 && unit < 0xDC00) {
    unsigned low = 0;
    if (!take_here('\\') || !take_here('u') || !take_code_unit(low) || !is_low(low)) return false;
    unit = 0x10000U + ((unit - 0xD800U) << 10U) + (low - 0xDC00U);
  }
  append_utf8(clear_, unit);
  return true;
}

bool Scanner::take_code_unit(unsigned& unit) noexcept {
  for (int count = 0; count < 4; ++count, ++at_) {
    if (at_ == end_) return false;
    auto const small = static_cast<char>(*at_ | 0x20);
    auto const is_letter = small >= 'a' && small <= 'f';
    if (!is_digit(*at_) && !is_letter) return false;
    unit = unit << 4U | static_cast<unsigned>(is_letter ? small - 'a' + 10 : *at_ - '0');
  }
  return true;
}

}  // namespace sallyport::wire
