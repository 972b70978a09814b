#pragma once

#include "view/shown.hpp"

#include <cstddef>

namespace sallyport::app {

/// How a stream may be written to. Colours are for terminals alone, and NO_COLOR is heeded.
struct Style {
  bool terminal = false;
  bool colour = false;
  bool utf8 = false;  ///< Whether the locale can show more than ASCII.
  std::size_t width = 80;

  [[nodiscard]] Shown bold(Shown const& text) const { return in(Colour::bold, text); }
  [[nodiscard]] Shown dim(Shown const& text) const { return in(Colour::dim, text); }
  [[nodiscard]] Shown red(Shown const& text) const { return in(Colour::red, text); }
  [[nodiscard]] Shown green(Shown const& text) const { return in(Colour::green, text); }
  [[nodiscard]] Shown yellow(Shown const& text) const { return in(Colour::yellow, text); }
  [[nodiscard]] Shown cyan(Shown const& text) const { return in(Colour::cyan, text); }

private:
  [[nodiscard]] Shown in(Colour which, Shown const& text) const { return colour ? Shown(which, text) : text; }
};

/// What the stream behind the file descriptor is now; ask again after the window has changed its size.
[[nodiscard]] Style style_of(int file_descriptor);

}  // namespace sallyport::app
