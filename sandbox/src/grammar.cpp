#include "grammar.hpp"

#include "composer.hpp"

#include <boost/throw_exception.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sallyport {
namespace grammar {
namespace {

constexpr std::size_t digits_max = 6;

bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

bool is_of_a_word(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || is_digit(byte) || byte == '-';
}

/// Makes a number of a word that is one; false where it has too many digits.
bool read_number(Argument& argument) noexcept {
  auto digits = argument.word;
  auto const is_seconds = digits.size() > 1 && digits.ends_with('s');
  if (is_seconds) digits.remove_suffix(1);
  if (!std::ranges::all_of(digits, is_digit)) return true;
  if (digits.size() > digits_max) return false;
  argument.number = 0;
  for (auto const digit : digits) argument.number = *argument.number * 10 + static_cast<std::uint32_t>(digit - '0');
  argument.is_seconds = is_seconds;
  argument.word = {};
  return true;
}

}  // namespace

std::string_view Reader::read_word() noexcept {
  auto const begin = at_;
  while (at_ < text_.size() && is_of_a_word(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

bool Reader::take(char byte) noexcept {
  if (at_end() || text_[at_] != byte) return false;
  ++at_;
  return true;
}

Result<Term> Reader::read_term() {
  Term term;
  term.position = position();
  term.name = read_word();
  if (term.name.empty()) return GrammarError{position(), "a door, a modifier, an ending or a fault"};
  if (take('(')) {
    auto const argument = read_argument();
    if (!argument) return argument.error();
    term.argument = *argument;
  }
  term.end = position();
  if (at_end()) return term;
  if (!take('+')) return GrammarError{position(), term.argument ? "a plus or the end" : "a bracket, a plus or the end"};
  if (at_end()) return GrammarError{position(), "a door, a modifier, an ending or a fault"};
  return term;
}

Result<Argument> Reader::read_argument() {
  Argument argument;
  argument.position = position();
  argument.word = read_word();
  if (argument.word.empty()) return GrammarError{position(), "a word or a number"};
  if (take('=')) {
    argument.key = std::exchange(argument.word, {});
    argument.position = position();
    argument.word = read_word();
    if (argument.word.empty()) return GrammarError{position(), "a word or a number"};
  }
  if (!read_number(argument)) return GrammarError{argument.position, "a number of at most six digits"};
  if (!take(')')) return GrammarError{position(), "a closing bracket"};
  return argument;
}

}  // namespace grammar

std::string GrammarError::message() const {
  return "at character " + std::to_string(position) + ": expected " + std::string(expected);
}

void throw_exception_from_error(GrammarError const& error, boost::source_location const& location) {
  boost::throw_exception(std::runtime_error(error.message()), location);
}

boost::system::result<Scenario, GrammarError> compose_scenario(std::string_view text, Opening begins,
                                                               std::shared_ptr<ScenarioUsers const> users,
                                                               GrammarBounds const& bounds) {
  if (text.size() > bounds.text_bytes_max) return GrammarError{bounds.text_bytes_max + 1, "the end: it is too long"};
  grammar::Reader reader(text);
  grammar::Composer composer(begins, std::move(users), bounds.doors_max);
  for (std::size_t count = 0; count == 0 || !reader.at_end(); ++count) {
    if (count == bounds.terms_max) return GrammarError{reader.position(), "the end: there are too many terms"};
    auto const term = reader.read_term();
    if (!term) return term.error();
    if (auto const added = composer.add(*term); !added) return added.error();
  }
  return composer.finish(reader.position());
}

}  // namespace sallyport
