#pragma once

#include "terminal/style.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::app {

/// The modules of a QR code, row by row, without the quiet zone.
class QrCode {
public:
  /// Nothing where the text is too long for a code that a screen can show.
  [[nodiscard]] static std::optional<QrCode> of(std::string_view text);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Whether a module is dark; outside of the code none is.
  [[nodiscard]] bool is_dark(std::ptrdiff_t row, std::ptrdiff_t column) const noexcept;

private:
  QrCode() = default;

  std::size_t size_ = 0;
  std::vector<bool> dark_;
};

/// Four light modules around the code, as ISO/IEC 18004 wants it: without them a phone does not find it.
inline constexpr std::size_t quiet_zone = 4;

/// How many columns the drawing takes, quiet zone included.
[[nodiscard]] std::size_t drawn_columns(QrCode const& code, Style const& style) noexcept;

/// The code as lines of text. On a terminal it is black on white whatever the theme, also where NO_COLOR is set: the
/// colours are the picture, not a decoration. Elsewhere the ink is dark, as on paper.
[[nodiscard]] Shown draw(QrCode const& code, Style const& style, std::size_t indent);

}  // namespace sallyport::app
