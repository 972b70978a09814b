#pragma once

// Replaces `operator new` and the allocator of OpenSSL by ones that fail when a test says so. To be included in one of
// a program's sources alone.

#include <openssl/crypto.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace sallyport {

/// Which allocations fail, of one thread.
struct Failing {
  std::size_t left = 0;  ///< So many from now on is the one that fails; none where 0.
  bool all = false;

  [[nodiscard]] bool comes() noexcept { return all || (left != 0 && --left == 0); }
};

[[nodiscard]] inline Failing& failing_new() noexcept {
  thread_local Failing of_thread;
  return of_thread;
}
[[nodiscard]] inline Failing& failing_openssl() noexcept {
  thread_local Failing of_thread;
  return of_thread;
}

/// Before OpenSSL allocates for the first time.
inline bool const openssl_can_fail =
    CRYPTO_set_mem_functions([](std::size_t size, char const*,
                                int) -> void* { return failing_openssl().comes() ? nullptr : std::malloc(size); },
                             [](void* block, std::size_t size, char const*, int) -> void* {
                               return failing_openssl().comes() ? nullptr : std::realloc(block, size);
                             },
                             [](void* block, char const*, int) { std::free(block); }) == 1;

}  // namespace sallyport

void* operator new(std::size_t size) {
  auto* const block = sallyport::failing_new().comes() ? nullptr : std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
