#include "style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace sallyport::app {
namespace {

constexpr std::size_t width_min = 20;
constexpr std::size_t width_max = 100;  // Longer lines are hard to read.

std::string_view environment(char const* name) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

bool locale_is_utf8() {
  for (auto const* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    auto const value = environment(name);
    if (value.empty()) continue;
    auto const has = [value](std::string_view word) { return value.find(word) != std::string_view::npos; };
    return has("UTF-8") || has("utf8") || has("UTF8") || has("utf-8");
  }
  return false;
}

std::size_t width_of(int file_descriptor) {
  winsize size{};
  if (ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  auto const columns = std::strtoul(std::string(environment("COLUMNS")).c_str(), nullptr, 10);
  return columns > 0 ? columns : 80;
}

bool continues_a_code_point(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::string Style::wrap(std::string_view code, std::string_view text) const {
  if (!colour || text.empty()) return std::string(text);
  return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
}

Style style_of(int file_descriptor) {
  Style style;
  style.terminal = isatty(file_descriptor) != 0 && environment("TERM") != "dumb";
  style.colour = style.terminal && environment("NO_COLOR").empty();
  // A file or a pipe is read as UTF-8 nowadays, whatever the locale of the process that wrote it.
  style.utf8 = !style.terminal || locale_is_utf8();
  style.width = std::clamp(width_of(file_descriptor), width_min, width_max);
  return style;
}

std::size_t columns_of(std::string_view text) noexcept {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      while (at < text.size() && text[at] != 'm') ++at;
    } else if (!continues_a_code_point(text[at])) {
      ++columns;
    }
  }
  return columns;
}

std::string padded(std::string_view text, std::size_t columns) {
  auto const taken = columns_of(text);
  return std::string(text).append(columns > taken ? columns - taken : 0, ' ');
}

std::string truncated(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  std::string shown;
  auto const is_coloured = text.find('\x1b') != std::string_view::npos;
  for (std::size_t at = 0, taken = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      auto const end = std::min(text.find('m', at), text.size() - 1);
      shown.append(text.substr(at, end - at + 1));
      at = end;
      continue;
    }
    if (!continues_a_code_point(text[at]) && ++taken >= columns) break;
    shown.push_back(text[at]);
  }
  return shown.append("…").append(is_coloured ? "\x1b[0m" : "");
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string lines;
  std::size_t column = indent;
  while (!text.empty()) {
    auto const end = std::min(text.find(' '), text.size());
    auto const word = text.substr(0, end);
    auto const taken = columns_of(word);
    if (column > indent && column + 1 + taken > width) {
      lines.append("\n").append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      lines.push_back(' ');
      ++column;
    }
    lines.append(word);
    column += taken;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string printable(std::string_view text) {
  std::string shown;
  for (auto const byte : text) {
    auto const code = static_cast<unsigned char>(byte);
    if (code == '\n' || code == '\t' || code == '\r') {
      shown.push_back(' ');
    } else if (code >= 0x20 && code != 0x7F) {
      shown.push_back(byte);
    }
  }
  // The C1 controls of ISO 8859 are two bytes in UTF-8; some terminals obey them.
  for (auto at = shown.find('\xC2'); at != std::string::npos; at = shown.find('\xC2', at)) {
    auto const is_control = at + 1 < shown.size() && static_cast<unsigned char>(shown[at + 1]) < 0xA0;
    if (is_control) {
      shown.erase(at, 2);
    } else {
      ++at;
    }
  }
  return shown;
}

}  // namespace sallyport::app
