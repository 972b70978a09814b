#include "terminal/line_editor.hpp"

namespace sallyport::app {
namespace {

// No field of the API is longer; what is pasted beyond it is dropped.
constexpr std::size_t line_bytes_max = 4096;

constexpr char key_end = '\x04';         // Ctrl-D
constexpr char key_backspace = '\b';     // Ctrl-H
constexpr char key_erase_line = '\x15';  // Ctrl-U
constexpr char key_erase_word = '\x17';  // Ctrl-W
constexpr char key_escape = '\x1b';
constexpr char key_delete = '\x7f';

bool begins_a_code_point(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

}  // namespace

LineEditor::Event LineEditor::feed(char byte) {
  if (escape_ != Escape::none) return skip_escape(byte);
  switch (byte) {
    case '\n':
    case '\r': return Event::entered;
    case key_end: return bytes_.empty() ? Event::end_of_input : Event::none;
    case key_escape: escape_ = Escape::begun; return Event::none;
    case key_backspace:
    case key_delete: erase_letter(); return Event::changed;
    case key_erase_line: clear(); return Event::changed;
    case key_erase_word: erase_word(); return Event::changed;
    default: break;
  }
  auto const is_control = static_cast<unsigned char>(byte) < 0x20;
  if (is_control || bytes_.size() >= line_bytes_max) return Event::none;
  bytes_.push_back(byte);
  return Event::changed;
}

std::string_view LineEditor::tail(std::size_t columns) const noexcept {
  auto at = bytes_.size();
  while (at > 0 && columns > 0) {
    --at;
    if (begins_a_code_point(bytes_[at])) --columns;
  }
  while (at < bytes_.size() && !begins_a_code_point(bytes_[at])) ++at;
  return {bytes_.data() + at, bytes_.size() - at};
}

void LineEditor::clear() noexcept {
  wipe(bytes_.data(), bytes_.size());
  bytes_.clear();
}

/// Arrows and function keys send "ESC [ parameters letter" or "ESC O letter"; none of it belongs to the line.
LineEditor::Event LineEditor::skip_escape(char byte) noexcept {
  auto const opens = escape_ == Escape::begun && (byte == '[' || byte == 'O');
  auto const is_parameter = escape_ == Escape::sequence && byte >= 0x20 && byte < 0x40;
  escape_ = opens || is_parameter ? Escape::sequence : Escape::none;
  return Event::none;
}

void LineEditor::erase_letter() noexcept {
  while (!bytes_.empty()) {
    auto const whole = begins_a_code_point(bytes_.back());
    bytes_.back() = '\0';
    bytes_.pop_back();
    if (whole) break;
  }
}

void LineEditor::erase_word() noexcept {
  while (!bytes_.empty() && bytes_.back() == ' ') erase_letter();
  while (!bytes_.empty() && bytes_.back() != ' ') erase_letter();
}

}  // namespace sallyport::app
