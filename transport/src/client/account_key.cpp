#include <sallyport/transport/account_key.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <limits>
#include <stdexcept>
#include <string_view>

namespace sallyport {
namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text) noexcept {
  auto const first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

using Digest = decltype(AccountKey::digest);

/// HMAC-SHA-256.
Digest hmac(Secret const& host_key, std::string_view text) {
  Digest digest{};
  auto const secret = host_key.reveal();
  unsigned size = 0;
  auto const* const done = secret.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())
                               ? nullptr
                               : HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                                      static_cast<unsigned char const*>(static_cast<void const*>(text.data())),
                                      text.size(), digest.data(), &size);
  // One key for all accounts would be worse than no login.
  if (done == nullptr || size != digest.size()) throw std::runtime_error("HMAC-SHA-256 failed");
  return digest;
}

}  // namespace

AccountKey account_key(Open<BrokerType> const& broker, Secret const& account, Secret const& host_key) {
  AccountKey key;
  key.broker = broker.spelling();
  Secret named;
  named.reserve(key.broker.size() + 1 + account.size());
  named.append(key.broker);
  // No spelling has a zero in it, so no two pairs give the same bytes.
  named.push_back('\0');
  for (auto const byte : trimmed(account.reveal())) {
    named.push_back(byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte);
  }
  key.digest = hmac(host_key, named.reveal());
  return key;
}

std::string host_key_check(Secret const& host_key) {
  // A spelling of an integration has no zero in it, and is not empty, so this is no account's.
  constexpr std::string_view purpose("\0the key of a ledger", 20);
  std::string check;
  for (auto const byte : hmac(host_key, purpose)) {
    check.push_back("0123456789abcdef"[byte >> 4U]);
    check.push_back("0123456789abcdef"[byte & 0xFU]);
  }
  return check;
}

}  // namespace sallyport
