#include "view/qr.hpp"

#include <qrencode.h>

#include <memory>

namespace sallyport::app {
namespace {

// Version 10 takes 65 columns with its quiet zone.
constexpr int size_max = 57;

std::string_view half_block(bool upper_dark, bool lower_dark) noexcept {
  if (upper_dark) return lower_dark ? "█" : "▀";
  return lower_dark ? "▄" : " ";
}

/// Two module rows a line.
void draw_half_blocks(QrCode const& code, std::ptrdiff_t row, std::ptrdiff_t edge, Shown& line) {
  auto const size = static_cast<std::ptrdiff_t>(code.size());
  for (auto column = -edge; column < size + edge; ++column) {
    line.append(half_block(code.is_dark(row, column), code.is_dark(row + 1, column)));
  }
}

/// One module row a line, for locales without block characters: two blanks a module.
void draw_blanks(QrCode const& code, std::ptrdiff_t row, std::ptrdiff_t edge, Shown& line) {
  auto const size = static_cast<std::ptrdiff_t>(code.size());
  for (auto column = -edge; column < size + edge; ++column) {
    line.append(Shown(code.is_dark(row, column) ? Colour::black_ground : Colour::white_ground, "  "));
  }
}

}  // namespace

std::optional<QrCode> QrCode::of(std::string_view text) {
  if (text.empty() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::string const terminated(text);
  struct Free {
    void operator()(QRcode* code) const noexcept { QRcode_free(code); }
  };
  // A screen is never torn or stained, so the lowest correction level makes the smallest code.
  std::unique_ptr<QRcode, Free> const made(QRcode_encodeString8bit(terminated.c_str(), 0, QR_ECLEVEL_L));
  if (!made || made->width <= 0 || made->width > size_max) return std::nullopt;
  QrCode code;
  code.size_ = static_cast<std::size_t>(made->width);
  for (std::size_t at = 0; at < code.size_ * code.size_; ++at) code.dark_.push_back((made->data[at] & 1U) != 0);
  return code;
}

bool QrCode::is_dark(std::ptrdiff_t row, std::ptrdiff_t column) const noexcept {
  auto const size = static_cast<std::ptrdiff_t>(size_);
  if (row < 0 || column < 0 || row >= size || column >= size) return false;
  return dark_[static_cast<std::size_t>(row * size + column)];
}

std::size_t drawn_columns(QrCode const& code, Style const& style) noexcept {
  return (code.size() + 2 * quiet_zone) * (style.utf8 ? 1 : 2);
}

Shown draw(QrCode const& code, Style const& style, std::size_t indent) {
  auto const edge = static_cast<std::ptrdiff_t>(quiet_zone);
  auto const size = static_cast<std::ptrdiff_t>(code.size());
  Shown lines;
  for (auto row = -edge; row < size + edge; row += style.utf8 ? 2 : 1) {
    Shown line;
    if (style.utf8) {
      draw_half_blocks(code, row, edge, line);
    } else {
      draw_blanks(code, row, edge, line);
    }
    auto const on_paper = style.terminal && style.utf8;
    lines.append(indent, ' ').append(on_paper ? Shown(Colour::black_on_white, line) : line).end_line();
  }
  return lines;
}

}  // namespace sallyport::app
