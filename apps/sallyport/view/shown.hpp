#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::app {

/// How a part of a text stands out on a terminal.
enum class Colour : std::uint8_t {
  bold,
  dim,
  red,
  green,
  yellow,
  cyan,
  black_on_white,  ///< The same on every theme, and so are the grounds.
  black_ground,
  white_ground,
};

/// Text that may be written to a terminal or a log, and the one door to them: screens, stdout and stderr take nothing
/// else. Any text becomes one by itself and goes through `printable` then, so no word of a peer, a file or a command
/// line drives a terminal. The escape sequences and line ends in it are those that this class puts there.
class Shown {
public:
  Shown() = default;
  template <std::convertible_to<std::string_view> Text>
  Shown(Text const& text) : Shown(std::string_view(text), Through::door) {}  // NOLINT(google-explicit-constructor)
  Shown(Colour colour, Shown const& text);

  /// The lines of a text; each goes through the door, its end stays.
  [[nodiscard]] static Shown lines(std::string_view text);
  /// JSON as a serializer wrote it. What could drive a terminal is escaped in it, so that it means the same.
  [[nodiscard]] static Shown json(std::string_view json);

  Shown& append(Shown const& more);
  Shown& append(std::size_t count, char blank);
  Shown& end_line();

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  friend Shown operator+(Shown left, Shown const& right) { return std::move(left.append(right)); }
  friend bool operator==(Shown const&, Shown const&) = default;

  /// The text, cut with an ellipsis where it takes more columns.
  friend Shown truncated(Shown const& text, std::size_t columns);
  /// The text broken at spaces into lines of so many columns; lines after the first begin with `indent` spaces.
  friend Shown wrapped(Shown const& text, std::size_t width, std::size_t indent);

private:
  enum class Through : std::uint8_t { door };
  Shown(std::string_view text, Through);

  std::string text_;
};

/// How many columns the text takes: escape sequences none, an East Asian letter or an emoji two, others one.
[[nodiscard]] std::size_t columns_of(Shown const& text) noexcept;

/// The text, with spaces up to that many columns.
[[nodiscard]] Shown padded(Shown const& text, std::size_t columns);

[[nodiscard]] Shown truncated(Shown const& text, std::size_t columns);
[[nodiscard]] Shown wrapped(Shown const& text, std::size_t width, std::size_t indent);

}  // namespace sallyport::app
