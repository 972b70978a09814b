#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::app {

/// How a stream may be written to. Colours are for terminals alone, and NO_COLOR is heeded.
struct Style {
  bool terminal = false;
  bool colour = false;
  bool utf8 = false;  ///< Whether the locale can show more than ASCII.
  std::size_t width = 80;

  [[nodiscard]] std::string bold(std::string_view text) const { return wrap("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return wrap("2", text); }
  [[nodiscard]] std::string red(std::string_view text) const { return wrap("31", text); }
  [[nodiscard]] std::string green(std::string_view text) const { return wrap("32", text); }
  [[nodiscard]] std::string yellow(std::string_view text) const { return wrap("33", text); }
  [[nodiscard]] std::string cyan(std::string_view text) const { return wrap("36", text); }

private:
  [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const;
};

/// What the stream behind the file descriptor is now; ask again after the window has changed its size.
[[nodiscard]] Style style_of(int file_descriptor);

/// How many columns the text takes: escape sequences none, every other code point one.
[[nodiscard]] std::size_t columns_of(std::string_view text) noexcept;

/// The text, with spaces up to that many columns.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);

/// The text, cut with an ellipsis where it takes more columns.
[[nodiscard]] std::string truncated(std::string_view text, std::size_t columns);

/// The text broken at spaces into lines of so many columns; lines after the first begin with `indent` spaces.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Text of a peer without the control characters that could play tricks with a terminal; line ends become spaces.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sallyport::app
