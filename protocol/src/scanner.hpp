#pragma once

#include <sallyport/protocol/secret.hpp>

#include "plain.hpp"

#include <cstddef>
#include <string_view>

namespace sallyport::wire {

/// Takes the tokens of JSON (RFC 8259) off a text, strictly and without a copy. Where it refuses one it stands at the
/// byte that is wrong, at the end of the text where that came too early.
class Scanner {
public:
  explicit Scanner(std::string_view text) noexcept
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] std::size_t position() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::string_view rest() const noexcept { return {at_, end_}; }
  [[nodiscard]] bool exponent_is_too_large() const noexcept { return exponent_is_too_large_; }

  /// The next byte that is not white space, which is not taken; NUL, which begins no token, at the end.
  [[nodiscard]] char peek() noexcept {
    at_ = skip_space(at_);
    return at_ == end_ ? '\0' : *at_;
  }
  [[nodiscard]] bool is_at_end() noexcept {
    at_ = skip_space(at_);
    return at_ == end_;
  }
  /// Takes this byte, if it comes next.
  [[nodiscard]] bool take(char byte) noexcept {
    auto const* const at = skip_space(at_);
    auto const is_next = at != end_ && *at == byte;
    at_ = is_next ? at + 1 : at;
    return is_next;
  }
  [[nodiscard]] bool take_word(std::string_view word) noexcept;
  [[nodiscard]] bool take_number(std::string_view& number) noexcept;
  /// Takes what stands where a value should, up to the comma or the bracket behind it, and looks at nothing but
  /// brackets and quotes; false where that is no byte, or the text ends before.
  [[nodiscard]] bool pass_over() noexcept;
  [[nodiscard]] char const* place() const noexcept { return at_; }
  /// To a place where it was before.
  void go_back(char const* place) noexcept { at_ = place; }
  void skip_byte_order_mark() noexcept {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (rest().substr(0, mark.size()) == mark) at_ += mark.size();
  }
  /// Takes as many bytes, which the caller has looked at.
  void skip(std::size_t size) noexcept { at_ += size; }
  /// What a string stands for, of which `peek` has shown the quote: it lies in the text or, where there are escapes, in
  /// the scanner until the next string.
  [[nodiscard]] bool take_string(std::string_view& string) {
    // In a variable of its own, because a member would go through memory at each step.
    auto const* const begin = at_ + 1;
    auto const* const at = find_odd(begin, end_);
    if (at == end_ || *at != '"') {
      at_ = at;
      return take_odd_string(begin, string);
    }
    string = {begin, at};
    at_ = at + 1;
    return true;
  }

private:
  static constexpr bool is_space(char byte) noexcept {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
  }
  [[nodiscard]] char const* skip_space(char const* at) const noexcept {
    while (at != end_ && is_space(*at)) ++at;
    return at;
  }

  [[nodiscard]] bool take_odd_string(char const* begin, std::string_view& string);
  [[nodiscard]] bool take_sequence() noexcept;
  [[nodiscard]] bool take_escape();
  [[nodiscard]] bool take_code_point();
  [[nodiscard]] bool take_code_unit(unsigned& unit) noexcept;
  [[nodiscard]] bool take_digits() noexcept;
  [[nodiscard]] bool take_exponent() noexcept;
  [[nodiscard]] bool take_here(char byte) noexcept {
    if (at_ == end_ || *at_ != byte) return false;
    ++at_;
    return true;
  }

  char const* begin_;
  char const* at_;
  char const* end_;
  Secret clear_;  ///< What a string with escapes stands for.
  bool exponent_is_too_large_ = false;
};

}  // namespace sallyport::wire
