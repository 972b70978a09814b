#include "dialogue/words.hpp"

#include <sallyport/engine/lockout_hint.hpp>

#include <algorithm>
#include <utility>

namespace sallyport {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t number_max = 999'999;
constexpr std::array small_numbers{"zero"sv, "one"sv,   "two"sv,   "three"sv, "four"sv, "five"sv,
                                   "six"sv,  "seven"sv, "eight"sv, "nine"sv,  "ten"sv};

constexpr bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}
constexpr char lower(char byte) noexcept {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}
constexpr bool is_letter(char byte) noexcept {
  return lower(byte) >= 'a' && lower(byte) <= 'z';
}

/// The length of the apostrophe that the text begins with, as a typewriter or a typesetter writes it.
constexpr std::size_t apostrophe(std::string_view text) noexcept {
  if (text.starts_with('\'')) return 1;
  return text.starts_with("\u2019") ? 3 : 0;
}

std::size_t read_number(std::string_view text, Word& word) noexcept {
  std::size_t end = 0;
  std::uint32_t number = 0;
  auto fits = true;
  while (end < text.size() && is_digit(text[end])) {
    number = number * 10 + static_cast<std::uint32_t>(text[end++] - '0');
    fits = fits && number <= number_max;
    number = std::min(number, number_max);
  }
  if (fits) word.number = number;
  return end;
}

/// A word that is too long is kept cut: it equals none of ours.
std::size_t read_letters(std::string_view text, Word& word) noexcept {
  std::size_t end = 0;
  while (end < text.size()) {
    auto const skipped = apostrophe(text.substr(end));
    if (skipped == 0 && !is_letter(text[end])) break;
    if (skipped == 0 && word.size < Word::size_max) word.letters[word.size++] = lower(text[end]);
    end += std::max<std::size_t>(skipped, 1);
  }
  auto const number = std::ranges::find(small_numbers, word.text());
  if (number != small_numbers.end()) word.number = static_cast<std::uint32_t>(number - small_numbers.begin());
  return end;
}

/// How the text begins, where it begins with neither a word nor a number.
enum class Mark : std::uint8_t { none, line_end, break_within, sentence_end };

/// Text is wrapped at any blank, so only an empty line ends a sentence.
Mark line_end_of(std::string_view text) noexcept {
  auto const next = text.find_first_not_of(" \t\r", 1);
  return next != std::string_view::npos && text[next] == '\n' ? Mark::sentence_end : Mark::line_end;
}

/// A point within "example.com" or "2.5" ends no sentence, and the hyphen of "sign-in" breaks none.
Mark mark_of(std::string_view text) noexcept {
  auto const next = text.size() > 1 ? text[1] : ' ';
  switch (text.front()) {
    case '!':
    case '?':
    case ';': return Mark::sentence_end;
    case '.': return is_letter(next) || is_digit(next) ? Mark::none : Mark::sentence_end;
    case '\n': return line_end_of(text);
    case ',':
    case ':': return Mark::break_within;
    case '-': return next == ' ' ? Mark::break_within : Mark::none;
    default: break;
  }
  return text.starts_with("\u2013") || text.starts_with("\u2014") ? Mark::break_within : Mark::none;
}

/// "If", "I" and not "IF": a line that begins so is mostly a new thought, whose full stop was left out.
bool begins_with_capital(std::string_view text) noexcept {
  auto const is_capital = [](char byte) { return lower(byte) != byte; };
  return !text.empty() && is_capital(text.front()) && (text.size() == 1 || !is_capital(text[1]));
}

}  // namespace

bool Word::is_one_of(std::span<std::string_view const> list) const noexcept {
  return std::ranges::find(list, text()) != list.end();
}

Words::Words(std::string_view text) noexcept {
  text = text.substr(0, lockout_hint_text_max);
  auto after_break = false;
  auto after_line = false;
  while (!text.empty() && size_ < size_max) {
    if (!is_digit(text.front()) && !is_letter(text.front())) {
      auto const mark = mark_of(text);
      if (mark == Mark::sentence_end) end_sentence(text.front() == '?');
      after_break = mark == Mark::break_within || (mark != Mark::sentence_end && after_break);
      after_line = mark == Mark::line_end || (mark != Mark::sentence_end && after_line);
      text.remove_prefix(1);
      continue;
    }
    auto& word = all_[size_++];
    word.after_break = std::exchange(after_break, false);
    if (std::exchange(after_line, false) && begins_with_capital(text)) word.after_break = true;
    text.remove_prefix(is_digit(text.front()) ? read_number(text, word) : read_letters(text, word));
  }
}

void Words::end_sentence(bool is_question) noexcept {
  // "Locked?!" and the dots that trail off end one sentence.
  if (size_ == 0 || all_[size_ - 1].ends_sentence) return;
  auto& end = all_[size_++];
  end.ends_sentence = true;
  end.ends_question = is_question;
}

}  // namespace sallyport
