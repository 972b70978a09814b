#include "base64.hpp"

#include <cstddef>
#include <cstdint>

namespace sallyport::wire {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t not_a_digit = 64;

std::uint32_t digit_of(char byte) noexcept {
  if (byte >= 'A' && byte <= 'Z') return static_cast<std::uint32_t>(byte - 'A');
  if (byte >= 'a' && byte <= 'z') return static_cast<std::uint32_t>(byte - 'a') + 26;
  if (byte >= '0' && byte <= '9') return static_cast<std::uint32_t>(byte - '0') + 52;
  if (byte == '+') return 62;
  if (byte == '/') return 63;
  return not_a_digit;
}

}  // namespace

Secret encode_base64(std::string_view bytes) {
  Secret text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(bytes.size() < 3 ? bytes.size() : 3)) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8U | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      text.push_back(i <= bytes.size() ? alphabet[group >> (18 - 6 * i) & 63U] : '=');
    }
  }
  return text;
}

std::optional<Secret> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Secret bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (; !text.empty(); text.remove_prefix(4)) {
    bool const is_last = text.size() == 4;
    std::size_t const padding = is_last && text[3] == '=' ? (text[2] == '=' ? 2 : 1) : 0;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      std::uint32_t const digit = i < 4 - padding ? digit_of(text[i]) : 0;
      if (digit == not_a_digit) return std::nullopt;
      group = group << 6U | digit;
    }
    if ((group & ((1U << 8U * padding) - 1)) != 0) return std::nullopt;
    for (std::size_t i = 0; i < 3 - padding; ++i) bytes.push_back(static_cast<char>(group >> (16 - 8 * i) & 0xFFU));
  }
  return bytes;
}

}  // namespace sallyport::wire
