#include "http/query.hpp"

#include "support/code_point.hpp"

#include <charconv>

namespace sallyport {
namespace {

/// What ends a line, moves a cursor or turns the direction of what is shown, and so may forge a line of a log.
bool is_control(char32_t point) noexcept {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::optional<std::string> decode_component(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());  // It may be a secret: no half of it is left behind.
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    unsigned char byte = 0;
    auto const digits = text.substr(at + 1, 2);
    auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || ec != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    decoded += static_cast<char>(byte);
    at += 2;
  }
  return decoded;
}

std::string_view problem_of_text(std::string_view text) noexcept {
  while (!text.empty()) {
    auto const point = take_code_point(text);
    if (!point) return "not UTF-8";
    if (is_control(*point)) return "holds control characters";
  }
  return {};
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  while (!query.empty()) {
    auto const pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    auto const equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = decode_component(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    if (!found) return std::nullopt;
  }
  return found;
}

}  // namespace sallyport
