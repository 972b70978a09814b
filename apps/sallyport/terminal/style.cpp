#include "terminal/style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

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

}  // namespace

Style style_of(int file_descriptor) {
  Style style;
  style.terminal = isatty(file_descriptor) != 0 && environment("TERM") != "dumb";
  style.colour = style.terminal && environment("NO_COLOR").empty();
  // A file or a pipe is read as UTF-8 nowadays, whatever the locale of the process that wrote it.
  style.utf8 = !style.terminal || locale_is_utf8();
  style.width = std::clamp(width_of(file_descriptor), width_min, width_max);
  return style;
}

}  // namespace sallyport::app
