#include "query.hpp"

#include <charconv>

namespace sallyport {
namespace {

/// The code point at the front, which is taken off the text; nothing where it is no UTF-8 (RFC 3629).
std::optional<char32_t> take_code_point(std::string_view& text) noexcept {
  auto const lead = static_cast<unsigned char>(text.front());
  auto const size = lead < 0x80U   ? 1U
                    : lead < 0xC2U ? 0U
                    : lead < 0xE0U ? 2U
                    : lead < 0xF0U ? 3U
                    : lead < 0xF5U ? 4U
                                   : 0U;
  if (size == 0 || text.size() < size) return std::nullopt;
  char32_t point = size == 1 ? lead : lead & (0x7FU >> size);
  for (auto at = 1U; at < size; ++at) {
    auto const byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0U) != 0x80U) return std::nullopt;
    point = point << 6U | (byte & 0x3FU);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < smallest[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return std::nullopt;
  text.remove_prefix(size);
  return point;
}

/// What ends a line, moves a cursor or turns the direction of what is shown, and so may forge a line of a log.
bool is_control(char32_t point) noexcept {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::optional<std::string> decode_component(std::string_view text) {
  std::string decoded;
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
