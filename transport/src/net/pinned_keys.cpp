#include "net/pinned_keys.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <charconv>

namespace sallyport {
namespace {

constexpr std::size_t base64_length = 44;
constexpr std::size_t hex_length = 64;

std::optional<KeyHash> read_hex(std::string_view text) {
  KeyHash hash{};
  for (auto& byte : hash) {
    auto const digits = text.substr(0, 2);
    auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (ec != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    text.remove_prefix(2);
  }
  return hash;
}

std::optional<KeyHash> read_base64(std::string_view text) {
  auto const* const letters = reinterpret_cast<unsigned char const*>(text.data());
  std::array<unsigned char, base64_length / 4 * 3> bytes{};
  if (EVP_DecodeBlock(bytes.data(), letters, static_cast<int>(text.size())) < 0) return std::nullopt;
  KeyHash hash{};
  std::copy_n(bytes.begin(), hash.size(), hash.begin());
  // OpenSSL takes stray bits, white space and any padding; what is written back says whether there were any.
  std::array<unsigned char, base64_length + 1> again{};
  EVP_EncodeBlock(again.data(), hash.data(), static_cast<int>(hash.size()));
  if (!std::equal(letters, letters + text.size(), again.data())) return std::nullopt;
  return hash;
}

std::optional<KeyHash> hash_of_key(X509* certificate) {
  unsigned char* der = nullptr;
  auto const size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return std::nullopt;
  KeyHash hash{};
  auto const done = EVP_Digest(der, static_cast<std::size_t>(size), hash.data(), nullptr, EVP_sha256(), nullptr) == 1;
  OPENSSL_free(der);
  return done ? std::optional(hash) : std::nullopt;
}

}  // namespace

std::optional<KeyHash> read_key_hash(std::string_view text) {
  if (text.size() == hex_length) return read_hex(text);
  if (text.size() == base64_length) return read_base64(text);
  return std::nullopt;
}

std::string problem_of_pins(std::vector<std::string> const& pins) {
  for (std::size_t at = 0; at < pins.size(); ++at) {
    if (read_key_hash(pins[at])) continue;
    return "pinned_keys[" + std::to_string(at) + "]: not 32 bytes in Base64 or hexadecimal digits";
  }
  return {};
}

bool has_pinned_key(X509_STORE_CTX* verified, std::vector<KeyHash> const& pins) {
  auto* const chain = X509_STORE_CTX_get0_chain(verified);
  auto const count = chain == nullptr ? 0 : sk_X509_num(chain);
  for (auto at = 0; at < count; ++at) {
    auto const hash = hash_of_key(sk_X509_value(chain, at));
    if (hash && std::ranges::find(pins, *hash) != pins.end()) return true;
  }
  return false;
}

}  // namespace sallyport
