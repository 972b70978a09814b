#include "protocol/freed_blocks.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace sallyport::test {
namespace {

FreedBlocks* watcher = nullptr;

void release(void* block) noexcept {
  if (block != nullptr && watcher != nullptr) {
    watcher->inspect({static_cast<char const*>(block), malloc_usable_size(block)});
  }
  std::free(block);
}

void* acquire(std::size_t size) {
  // A block that is fresh from another owner may hold anything; only what this owner leaves in it counts.
  if (void* block = std::calloc(1, size == 0 ? 1 : size)) return block;
  throw std::bad_alloc();
}

}  // namespace

FreedBlocks::FreedBlocks(std::string_view sought) noexcept : sought_(sought) {
  watcher = this;
}
FreedBlocks::~FreedBlocks() {
  watcher = nullptr;
}

void FreedBlocks::inspect(std::string_view block) noexcept {
  if (block.find(sought_) != std::string_view::npos) ++found_;
}

}  // namespace sallyport::test

void* operator new(std::size_t size) {
  return sallyport::test::acquire(size);
}
void* operator new[](std::size_t size) {
  return sallyport::test::acquire(size);
}
void operator delete(void* block) noexcept {
  sallyport::test::release(block);
}
void operator delete[](void* block) noexcept {
  sallyport::test::release(block);
}
void operator delete(void* block, std::size_t) noexcept {
  sallyport::test::release(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  sallyport::test::release(block);
}
