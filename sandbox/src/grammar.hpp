#pragma once

#include <sallyport/sandbox/grammar.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::grammar {

template <class T>
using Result = boost::system::result<T, GrammarError>;

/// What stands in the brackets of a term: a word, a number, or a number of seconds, each perhaps with a key before it.
struct Argument {
  std::size_t position = 0;
  std::string_view key;
  std::string_view word;                ///< Empty where it is a number.
  std::optional<std::uint32_t> number;  ///< At most six digits.
  bool is_seconds = false;
};

struct Term {
  std::size_t position = 0;
  std::string_view name;
  std::optional<Argument> argument;
  std::size_t end = 0;  ///< The position behind it.
};

/// Takes a text apart: term, plus, term. What the terms mean is not its business.
class Reader {
public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] std::size_t position() const noexcept { return at_ + 1; }
  /// The next term and the plus behind it.
  [[nodiscard]] Result<Term> read_term();

private:
  [[nodiscard]] Result<Argument> read_argument();
  [[nodiscard]] std::string_view read_word() noexcept;
  [[nodiscard]] bool take(char byte) noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace sallyport::grammar
