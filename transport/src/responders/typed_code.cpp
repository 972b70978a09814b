#include "responders/typed_code.hpp"

#include "support/code_point.hpp"

#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/field.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace sallyport {
namespace {

constexpr std::size_t totp_digits_min = 6;
constexpr std::size_t totp_digits_max = 8;
constexpr std::size_t told_digits_max = 12;

struct PointRange {
  char32_t first;
  char32_t last;
};

/// Blanks, line ends, dashes, and marks without a width.
constexpr std::array passed_over{PointRange{'\t', '\r'},     PointRange{' ', ' '},       PointRange{'-', '-'},
                                 PointRange{0xA0, 0xA0},     PointRange{0xAD, 0xAD},     PointRange{0x2000, 0x2015},
                                 PointRange{0x2028, 0x202F}, PointRange{0x205F, 0x2064}, PointRange{0x2066, 0x2069},
                                 PointRange{0x2212, 0x2212}, PointRange{0x3000, 0x3000}, PointRange{0xFE58, 0xFE63},
                                 PointRange{0xFEFF, 0xFEFF}, PointRange{0xFF0D, 0xFF0D}};

/// The zeros of ASCII, Arabic, Persian, Devanagari and full-width digits.
constexpr std::array<char32_t, 5> zeros{'0', 0x0660, 0x06F0, 0x0966, 0xFF10};

std::optional<char> digit_of(char32_t point) noexcept {
  for (auto const zero : zeros) {
    if (point >= zero && point < zero + 10) return static_cast<char>('0' + (point - zero));
  }
  return std::nullopt;
}

bool is_passed_over(char32_t point) noexcept {
  return std::ranges::any_of(passed_over,
                             [point](PointRange range) { return point >= range.first && point <= range.last; });
}

/// How the code of a field at a door may look.
enum class CodeShape : std::uint8_t {
  free,           ///< No code, or one of which nothing is known.
  mostly_digits,  ///< Digits as a rule, but letters have been seen.
  digits,
  totp,
};

CodeShape shape_of(Field field, AuthResponse const& door) noexcept {
  if (field != Field::mfa_code && field != Field::challenge_code) return CodeShape::free;
  if (!door.mfa_type) {
    auto const wants_code = door.status == AuthStatus::mfa_required && field == Field::mfa_code;
    return wants_code ? CodeShape::mostly_digits : CodeShape::free;
  }
  switch (value_of(door.mfa_type).value_or(MfaType::unknown)) {
    case MfaType::totp: return CodeShape::totp;
    case MfaType::phone: return CodeShape::digits;
    case MfaType::email:
    case MfaType::phone_and_email: return CodeShape::mostly_digits;
    case MfaType::unknown:
    case MfaType::require_next_security_question:
    case MfaType::read_email:
    case MfaType::face:
    case MfaType::trading_pin:
    case MfaType::qr_code:
    case MfaType::password:
    case MfaType::roaming:
    case MfaType::mobile:
    case MfaType::passkey: break;
  }
  return CodeShape::free;
}

std::string problem_of_digits(std::size_t count, CodeShape shape, std::optional<std::string> const& text) {
  auto const told = text ? digits_told_in(*text) : std::nullopt;
  if (told && count != *told) {
    return std::to_string(count) + " digits where the challenge asks for " + std::to_string(*told);
  }
  if (!told && shape == CodeShape::totp && (count < totp_digits_min || count > totp_digits_max)) {
    return std::to_string(count) + " digits; such a code has 6 to 8";
  }
  return {};
}

/// Not of the digits that a telephone number ends with, nor of a PIN, which is another secret of the user's.
bool speaks_of_a_code(std::string_view after_digit) noexcept {
  constexpr std::size_t near = 30;
  auto const words = after_digit.substr(0, std::min(after_digit.find_first_of(".,;:!?("), near));
  return words.find("code") != std::string_view::npos || words.find("token") != std::string_view::npos;
}

/// "We never ask for a 4-digit code", "do not enter the 8-digit code of your card".
bool is_denied(std::string_view before_number) noexcept {
  auto const begin = before_number.find_last_of(".!?");
  auto const sentence = before_number.substr(begin == std::string_view::npos ? 0 : begin + 1);
  for (std::string_view const word : {" never ", " not ", "n't ", "Never ", "Not "}) {
    if (sentence.find(word) != std::string_view::npos) return true;
  }
  return false;
}

/// "4 to 6 digits", "4-6 digits", "6/8 digits": what stands before the number makes it one of several.
bool is_end_of_range(std::string_view before_number) noexcept {
  if (before_number.ends_with(" to ") || before_number.ends_with(" or ")) return true;
  auto const last = before_number.empty() ? ' ' : before_number.back();
  return last != ' ' && last != '(' && last != '"' && last != '\'' && last != '\n' && last != '\t';
}

bool is_letter(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

std::string fold_code(Secret& text, CodeShape shape, AuthResponse const& door) {
  if (shape == CodeShape::free) return {};
  auto const is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (!std::ranges::all_of(text.reveal(), is_digit)) {
    auto digits = digits_of(text.reveal());
    if (!digits) return shape == CodeShape::mostly_digits ? "" : "something else than digits";
    text = std::move(*digits);
  }
  return problem_of_digits(text.size(), shape, door.challenge_text);
}

}  // namespace

std::optional<Secret> digits_of(std::string_view typed) {
  Secret digits;
  digits.reserve(typed.size());
  while (!typed.empty()) {
    auto const point = take_code_point(typed);
    if (!point) return std::nullopt;
    if (auto const digit = digit_of(*point)) {
      digits.push_back(*digit);
    } else if (!is_passed_over(*point)) {
      return std::nullopt;
    }
  }
  if (digits.empty()) return std::nullopt;
  return digits;
}

std::optional<std::size_t> digits_told_in(std::string_view text) {
  constexpr std::string_view word = "digit ";
  std::optional<std::size_t> told;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (at < 2 || (text[at - 1] != '-' && text[at - 1] != ' ')) continue;
    auto end = at - 1;
    auto begin = end;
    while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') --begin;
    if (begin == end || end - begin > 2 || (begin > 0 && is_letter(text[begin - 1]))) continue;
    auto const before = text.substr(0, begin);
    if (is_denied(before)) continue;
    std::size_t count = 0;
    for (auto index = begin; index < end; ++index) count = count * 10 + static_cast<std::size_t>(text[index] - '0');
    if (!speaks_of_a_code(text.substr(at + word.size()))) continue;
    if (is_end_of_range(before) || count == 0 || count > told_digits_max || (told && *told != count))
      return std::nullopt;
    told = count;
  }
  return told;
}

std::string fold_codes(Answer& answer, AuthResponse const& door, std::vector<PromptField> const& asked) {
  std::string problem;
  for (auto& [field, text] : answer.values()) {
    auto const named = field == Field::unknown && !asked.empty() ? asked.front().field : field;
    auto const found = fold_code(text, shape_of(named, door), door);
    if (!found.empty()) problem = std::string(wire_name(named)) + ": " + found;
  }
  return problem;
}

}  // namespace sallyport
