#include "words.hpp"

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

/// Whether a sentence ends here. A point within "example.com" or "2.5" ends none.
bool ends_sentence(std::string_view text) noexcept {
  auto const byte = text.front();
  if (byte == '.') return text.size() == 1 || !(is_letter(text[1]) || is_digit(text[1]));
  return byte == '!' || byte == '?' || byte == ';' || byte == '\n';
}

}  // namespace

bool Word::is_one_of(std::span<std::string_view const> list) const noexcept {
  return std::ranges::find(list, text()) != list.end();
}

Words::Words(std::string_view text) noexcept {
  text = text.substr(0, lockout_hint_text_max);
  auto after_break = false;
  while (!text.empty() && size_ < words_max) {
    auto& word = all_[size_];
    word = {};
    std::size_t taken = 1;
    if (is_digit(text.front())) {
      taken = read_number(text, word);
    } else if (is_letter(text.front())) {
      taken = read_letters(text, word);
    } else if (ends_sentence(text)) {
      word.ends_question = text.front() == '?';
    } else {
      after_break = after_break || text.front() == ',' || text.front() == ':';
      text.remove_prefix(1);
      continue;
    }
    word.after_break = std::exchange(after_break, false);
    text.remove_prefix(taken);
    ++size_;
  }
}

}  // namespace sallyport
