#include <sallyport/transport/totp.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>

namespace sallyport {
namespace {

EVP_MD const* digest_of(TotpHash hash) noexcept {
  switch (hash) {
    case TotpHash::sha1: return EVP_sha1();
    case TotpHash::sha256: return EVP_sha256();
    case TotpHash::sha512: return EVP_sha512();
  }
  return EVP_sha1();
}

/// The value of a letter of Base32; 32 for what is none.
unsigned value_of(char letter) noexcept {
  if (letter >= 'A' && letter <= 'Z') return static_cast<unsigned>(letter - 'A');
  if (letter >= 'a' && letter <= 'z') return static_cast<unsigned>(letter - 'a');
  if (letter >= '2' && letter <= '7') return static_cast<unsigned>(letter - '2') + 26;
  return 32;
}

}  // namespace

std::uint64_t totp_window(std::chrono::system_clock::time_point now, TotpParameters const& parameters) {
  auto const since_epoch = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  if (since_epoch.count() < 0 || parameters.period.count() <= 0) return 0;
  return static_cast<std::uint64_t>(since_epoch / parameters.period);
}

Secret totp_code(Secret const& key, std::uint64_t window, TotpParameters const& parameters) {
  if (key.empty() || parameters.digits < 6 || parameters.digits > 8) return {};
  std::array<unsigned char, 8> counter{};
  for (auto byte = counter.rbegin(); byte != counter.rend(); ++byte, window >>= 8U) {
    *byte = static_cast<unsigned char>(window & 0xFFU);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  auto const bytes = key.reveal();
  if (HMAC(digest_of(parameters.hash), bytes.data(), static_cast<int>(bytes.size()), counter.data(), counter.size(),
           mac.data(), &size) == nullptr) {
    return {};
  }
  // The dynamic truncation of RFC 4226: the low half of the last byte says where four bytes are taken from.
  auto const offset = mac.at(size - 1) & 0x0FU;
  std::uint32_t number = 0;
  for (auto index = offset; index < offset + 4; ++index) number = (number << 8U) | mac.at(index);
  number &= 0x7FFFFFFFU;
  wipe(mac.data(), mac.size());
  std::array<char, 8> digits{};
  for (auto index = parameters.digits; index-- > 0; number /= 10)
    digits.at(index) = static_cast<char>('0' + number % 10);
  Secret code(std::string_view(digits.data(), parameters.digits));
  wipe(digits.data(), digits.size());
  return code;
}

std::optional<Secret> totp_key_from_base32(std::string_view text) {
  constexpr std::size_t length_max = 1024;
  if (text.size() > length_max) return std::nullopt;
  Secret key;
  key.reserve(text.size());
  std::uint32_t bits = 0;
  unsigned count = 0;
  auto padded = false;
  for (auto const letter : text) {
    if (letter == ' ' || letter == '-') continue;
    if (letter == '=') {
      padded = true;
      continue;
    }
    auto const value = value_of(letter);
    if (value > 31 || padded) return std::nullopt;
    bits = (bits << 5U) | value;
    count += 5;
    if (count >= 8) {
      count -= 8;
      key.push_back(static_cast<char>((bits >> count) & 0xFFU));
    }
    bits &= 0xFFU;
  }
  if (key.empty()) return std::nullopt;
  return key;
}

}  // namespace sallyport
