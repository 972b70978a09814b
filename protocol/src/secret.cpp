#include <sallyport/protocol/secret.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace sallyport {

// The compiler has to assume that the empty statement reads all memory, so that it may not leave out the stores before
// it. Many times as fast as OPENSSL_cleanse, which goes a word at a time.
void wipe(void* bytes, std::size_t size) noexcept {
  if (size == 0) return;
  std::memset(bytes, 0, size);
  asm volatile("" : : "r"(bytes) : "memory");
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    release();
    bytes_ = std::exchange(other.bytes_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

void Secret::clear() noexcept {
  wipe(bytes_, size_);
  size_ = 0;
}

void Secret::grow(std::size_t size) {
  move_to(size_ + std::max(size_, size));
}

void Secret::move_to(std::size_t capacity) {
  auto* const block = WipingAllocator<char>().allocate(capacity);
  if (size_ != 0) std::memcpy(block, bytes_, size_);
  release();
  bytes_ = block;
  capacity_ = capacity;
}

bool equals(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace sallyport
