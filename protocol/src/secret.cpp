#include <sallyport/protocol/secret.hpp>

#include <openssl/crypto.h>

#include <utility>

namespace sallyport {

void wipe(void* bytes, std::size_t size) noexcept {
  OPENSSL_cleanse(bytes, size);
}

// The old block goes back through WipingAllocator, which wipes it.
Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

void Secret::clear() noexcept {
  wipe(bytes_.data(), bytes_.size());
  bytes_.clear();
}

bool equals(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace sallyport
