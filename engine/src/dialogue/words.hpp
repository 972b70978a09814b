#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sallyport {

/// A word in lower case, figures, or the end of a sentence. Apostrophes are left out: "won't" is "wont".
struct Word {
  static constexpr std::size_t size_max = 16;

  std::array<char, size_max> letters{};
  std::size_t size = 0;
  std::optional<std::uint32_t> number;  ///< Figures beyond 999,999 have none; they are a word that equals none of ours.
  bool after_break = false;             ///< A comma, a colon or a dash stands before it, or a new line begins with it.
  bool ends_sentence = false;
  bool ends_question = false;  ///< Of the end of a sentence: it was a question mark.

  [[nodiscard]] std::string_view text() const noexcept { return {letters.data(), size}; }
  [[nodiscard]] bool is(std::string_view word) const noexcept { return text() == word; }
  [[nodiscard]] bool is_one_of(std::span<std::string_view const> list) const noexcept;
};

/// The words of a text, as far as they are read. Ends of sentences never follow one another.
class Words {
public:
  static constexpr std::size_t size_max = 400;

  explicit Words(std::string_view text) noexcept;

  [[nodiscard]] std::span<Word const> view() const noexcept { return std::span(all_).first(size_); }

private:
  void end_sentence(bool is_question) noexcept;

  std::array<Word, size_max> all_;
  std::size_t size_ = 0;
};

}  // namespace sallyport
