#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sallyport {

/// A word in lower case, a number, or the end of a sentence. Apostrophes are left out: "won't" is "wont".
struct Word {
  static constexpr std::size_t size_max = 16;

  std::array<char, size_max> letters{};
  std::size_t size = 0;
  std::optional<std::uint32_t> number;
  bool after_break = false;    ///< A comma or a colon stands before it.
  bool ends_question = false;  ///< Of the end of a sentence: it was a question mark.

  [[nodiscard]] std::string_view text() const noexcept { return {letters.data(), size}; }
  [[nodiscard]] bool ends_sentence() const noexcept { return size == 0 && !number; }
  [[nodiscard]] bool is(std::string_view word) const noexcept { return text() == word; }
  [[nodiscard]] bool is_one_of(std::span<std::string_view const> list) const noexcept;
};

/// The words of a text, as far as they are read.
class Words {
public:
  explicit Words(std::string_view text) noexcept;

  [[nodiscard]] std::span<Word const> view() const noexcept { return std::span(all_).first(size_); }

private:
  static constexpr std::size_t words_max = 400;

  std::array<Word, words_max> all_;
  std::size_t size_ = 0;
};

}  // namespace sallyport
