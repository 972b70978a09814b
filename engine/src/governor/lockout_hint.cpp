#include <sallyport/engine/lockout_hint.hpp>

#include "governor/lock_words.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace sallyport {
namespace {

using namespace std::string_view_literals;

constexpr std::array attempt_words{"attempt"sv, "attempts"sv, "try"sv, "tries"sv, "chance"sv, "chances"sv};
constexpr std::array left_words{"left"sv, "remaining"sv, "remain"sv, "remains"sv};
constexpr std::array more_words{"more"sv, "remaining"sv, "further"sv};
constexpr std::array between_words{"more"sv, "remaining"sv, "further"sv, "login"sv,        "log"sv,   "sign"sv, "in"sv,
                                   "code"sv, "password"sv,  "failed"sv,  "unsuccessful"sv, "other"sv, "only"sv};
constexpr std::array wait_words{"again"sv,     "retry"sv,  "wait"sv,   "locked"sv,   "lock"sv,     "blocked"sv,
                                "suspended"sv, "frozen"sv, "unlock"sv, "unlocked"sv, "disabled"sv, "restricted"sv};
constexpr std::array span_words{"in"sv, "for"sv, "after"sv, "wait"sv};
constexpr std::array about_words{"about"sv,  "another"sv, "approximately"sv, "at"sv,     "least"sv,  "around"sv,
                                 "nearly"sv, "the"sv,     "next"sv,          "please"sv, "another"sv};
/// Whether one of the words stands among the `reach` before (or behind) a place, in the same sentence.
bool stands_before(std::span<Word const> words, std::size_t at, std::size_t reach,
                   std::span<std::string_view const> list) noexcept {
  for (std::size_t step = 1; step <= reach && step <= at; ++step) {
    auto const& word = words[at - step];
    if (word.ends_sentence) return false;
    if (word.is_one_of(list)) return true;
  }
  return false;
}

/// The number at a place, "no" for none; of "1 of 3", "1 out of 3" and "1/3" the first.
std::uint32_t fewer_of(std::span<Word const> words, std::size_t at) noexcept {
  auto const number = words[at].number.value_or(0);
  auto before = at;
  while (before > 0 && (words[before - 1].is("of") || words[before - 1].is("out"))) --before;
  return before > 0 && words[before - 1].number ? std::min(number, *words[before - 1].number) : number;
}

/// "This is your last attempt", "last attempt remaining", and not "your last attempt failed": `at` is the word
/// "attempt".
bool is_the_last(std::span<Word const> words, std::size_t at) noexcept {
  constexpr std::array last_words{"last"sv, "final"sv};
  constexpr std::array between{"your"sv, "the"sv, "a"sv, "one"sv, "only"sv, "now"sv};
  constexpr std::array verbs{"is"sv, "have"sv, "got"sv, "get"sv, "its"sv, "thats"sv};
  auto const& word = words[at];
  auto const is_one = word.is("attempt") || word.is("try") || word.is("chance");
  if (!is_one || at == 0 || !words[at - 1].is_one_of(last_words)) return false;
  if (at + 1 < words.size() && words[at + 1].is_one_of(left_words)) return true;
  auto before = at - 1;
  while (before > 0 && words[before - 1].is_one_of(between)) --before;
  return before > 0 && words[before - 1].is_one_of(verbs);
}

/// "2 attempts used, 1 remaining": `at` is the number that stands before "remaining".
bool is_left_of_attempts(std::span<Word const> words, std::size_t at) noexcept {
  auto const is_left = words[at].number && at + 1 < words.size() && words[at + 1].is_one_of(left_words);
  return is_left && stands_before(words, at, 5, attempt_words);
}

/// "3 attempts left", "2 more login attempts", "no attempts remaining": `at` is the word "attempts".
std::optional<std::uint32_t> number_before(std::span<Word const> words, std::size_t at) noexcept {
  auto says_left = false;
  for (auto next = at + 1; next < words.size() && next <= at + 3 && !words[next].ends_sentence; ++next) {
    // "1 failed attempt, 2 remaining": what stands behind the comma is said of another number.
    if (words[next].after_break) break;
    says_left = says_left || words[next].is_one_of(left_words);
  }
  for (std::size_t step = 1; step <= 4 && step <= at; ++step) {
    auto const& word = words[at - step];
    if (word.number || word.text() == "no")
      return says_left ? fewer_of(words, at - step) : std::optional<std::uint32_t>();
    if (!word.is_one_of(between_words)) break;
    says_left = says_left || word.is_one_of(more_words);
  }
  return std::nullopt;
}

/// "Attempts left: 2", "remaining attempts: 2".
std::optional<std::uint32_t> number_behind(std::span<Word const> words, std::size_t at) noexcept {
  auto says_left = at > 0 && words[at - 1].is_one_of(left_words);
  for (auto next = at + 1; next < words.size() && next <= at + 3; ++next) {
    auto const& word = words[next];
    if (word.number) return says_left ? word.number : std::nullopt;
    auto const left = word.is_one_of(left_words);
    if (!left && word.text() != "is" && word.text() != "are") break;
    says_left = says_left || left;
  }
  return std::nullopt;
}

std::optional<std::int64_t> seconds_in(Word const& unit) noexcept {
  auto const text = unit.text();
  constexpr std::array seconds{"s"sv, "sec"sv, "secs"sv, "second"sv, "seconds"sv};
  constexpr std::array minutes{"m"sv, "min"sv, "mins"sv, "minute"sv, "minutes"sv};
  constexpr std::array hours{"h"sv, "hr"sv, "hrs"sv, "hour"sv, "hours"sv};
  constexpr std::array days{"d"sv, "day"sv, "days"sv};
  if (std::ranges::find(seconds, text) != seconds.end()) return 1;
  if (std::ranges::find(minutes, text) != minutes.end()) return 60;
  if (std::ranges::find(hours, text) != hours.end()) return 3600;
  if (std::ranges::find(days, text) != days.end()) return 86'400;
  return std::nullopt;
}

/// "An hour" and "a minute" count as one.
std::optional<std::uint32_t> count_of(Word const& word) noexcept {
  if (word.text() == "an" || word.text() == "a") return 1;
  return word.number;
}

/// A span of time whose first number stands at `at`: "1 hour and 30 minutes". Nothing where it is none.
std::optional<std::int64_t> span_at(std::span<Word const> words, std::size_t at) noexcept {
  std::optional<std::int64_t> sum;
  for (auto part = 0; part < 3 && at + 1 < words.size(); ++part) {
    auto const number = count_of(words[at]);
    auto const unit = seconds_in(words[at + 1]);
    if (!number || !unit) break;
    sum = sum.value_or(0) + static_cast<std::int64_t>(*number) * *unit;
    at += 2;
    if (at < words.size() && words[at].text() == "and") ++at;
  }
  return sum;
}

/// Whether the words before a span of time make it a wait: "try again in", "locked for". A code that is "valid for 10
/// minutes" is none.
bool is_a_wait(std::span<Word const> words, std::size_t at) noexcept {
  while (at > 0 && words[at - 1].is_one_of(about_words)) --at;
  if (at == 0 || !words[at - 1].is_one_of(span_words)) return false;
  return words[at - 1].text() == "wait" || stands_before(words, at - 1, 4, wait_words);
}

}  // namespace

LockoutHint read_lockout_hint(std::string_view text) noexcept {
  Words const words(text);
  auto const all = words.view();
  LockoutHint hint;
  hint.locked = says_locked(all);
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (all[at].is_one_of(attempt_words)) {
      auto left = number_before(all, at);
      if (!left) left = number_behind(all, at);
      if (!left && is_the_last(all, at)) left = 1;
      // Of two numbers the smaller is the safer one.
      if (left) hint.attempts_left = std::min(*left, hint.attempts_left.value_or(*left));
    }
    if (is_left_of_attempts(all, at)) hint.attempts_left = std::min(*all[at].number, hint.attempts_left.value_or(~0U));
    if (!count_of(all[at]) || !is_a_wait(all, at)) continue;
    if (auto const span = span_at(all, at)) {
      auto const wait = std::chrono::seconds(*span);
      hint.wait = std::max(wait, hint.wait.value_or(wait));
    }
  }
  return hint;
}

}  // namespace sallyport
