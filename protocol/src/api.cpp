#include <sallyport/protocol/api.hpp>

#include <algorithm>

namespace sallyport::api {
namespace {

bool is_unreserved(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '-' ||
         byte == '.' || byte == '_' || byte == '~';
}

template <class Text>
void encode_into(Text& encoded, std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  for (char const byte : text) {
    if (is_unreserved(byte)) {
      encoded.push_back(byte);
      continue;
    }
    auto const bits = static_cast<unsigned char>(byte);
    encoded.push_back('%');
    encoded.push_back(digits[bits >> 4U]);
    encoded.push_back(digits[bits & 0x0FU]);
  }
}

}  // namespace

std::size_t code_points(std::string_view text) noexcept {
  auto const begins_a_sequence = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_a_sequence));
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  encode_into(encoded, text);
  return encoded;
}

void percent_encode(std::string_view text, Secret& out) {
  encode_into(out, text);
}

}  // namespace sallyport::api
