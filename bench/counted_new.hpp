#pragma once

// Replaces `operator new`, so that a program knows how often it allocates. To be included in one of its sources alone.

#include <cstddef>
#include <cstdlib>
#include <new>

namespace sallyport {

/// Of this thread, since it began. What OpenSSL allocates is not in it: it calls malloc.
inline thread_local std::size_t allocations = 0;

}  // namespace sallyport

void* operator new(std::size_t size) {
  ++sallyport::allocations;
  if (auto* const block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
