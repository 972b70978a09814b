#include "path.hpp"

#include <algorithm>

namespace sallyport::wire {
namespace {

bool is_plain(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/// A byte that a terminal or a log could take for something else is written as a number.
void append_escaped(std::string& step, char byte) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  if (byte == '\'' || byte == '\\') {
    step += '\\';
    step += byte;
  } else if (byte >= ' ' && byte <= '~') {
    step += byte;
  } else {
    auto const bits = static_cast<unsigned char>(byte);
    step += "\\x";
    step += digits[bits >> 4U];
    step += digits[bits & 0x0FU];
  }
}

}  // namespace

void Path::add_index(std::size_t index) {
  std::string step = "[";
  step += std::to_string(index);
  step += ']';
  add(step);
}

void Path::add_key(std::string_view key) {
  if (!key.empty() && key.size() <= key_bytes_max && std::all_of(key.begin(), key.end(), is_plain)) {
    std::string step = ".";
    step += key;
    return add(step);
  }
  std::string step = "['";
  for (char const byte : key.substr(0, key_bytes_max)) append_escaped(step, byte);
  step += key.size() > key_bytes_max ? "...']" : "']";
  add(step);
}

void Path::add(std::string_view step) {
  if (is_full_) return;
  is_full_ = text_.size() + step.size() > path_bytes_max;
  text_ += is_full_ ? std::string_view("...") : step;
}

}  // namespace sallyport::wire
