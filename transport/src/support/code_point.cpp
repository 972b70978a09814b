#include "support/code_point.hpp"

namespace sallyport {

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

}  // namespace sallyport
