#include "support/slab_pool.hpp"

#include <cassert>
#include <cstdint>
#include <new>
#include <utility>

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(place, size) (static_cast<void>(place), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(place, size) (static_cast<void>(place), static_cast<void>(size))
#endif

namespace sallyport {

namespace {

// More than malloc takes from its heap, so that slabs lie outside of it, and only what is used of one is resident.
constexpr std::size_t slab_size = std::size_t{512} << 10U;

}  // namespace

struct SlabPool::Free {
  Free* next;
};

/// At the beginning of its memory, which begins at a multiple of its size: a block finds its slab, the slab its pool.
struct alignas(64) SlabPool::Slab {
  SlabPool* pool;
  std::size_t block_size;
  Slab* before = nullptr;
  Slab* after = nullptr;
  Free* free = nullptr;  ///< Those that were given back, the newest first: it is the one in the caches.
  std::size_t fresh;     ///< Where what was never used begins.
  std::size_t used = 0;

  [[nodiscard]] static Slab* of(void* block) noexcept {
    auto const place = reinterpret_cast<std::uintptr_t>(block);
    return reinterpret_cast<Slab*>(static_cast<std::byte*>(block) - place % slab_size);
  }
  [[nodiscard]] bool is_full() const noexcept { return free == nullptr && fresh + block_size > slab_size; }

  [[nodiscard]] void* take() noexcept {
    ++used;
    if (auto* const block = free) {
      ASAN_UNPOISON_MEMORY_REGION(block, block_size);
      free = block->next;
      return block;
    }
    auto* const block = reinterpret_cast<std::byte*>(this) + std::exchange(fresh, fresh + block_size);
    ASAN_UNPOISON_MEMORY_REGION(block, block_size);
    return block;
  }
  void put(void* block) noexcept {
    --used;
    free = new (block) Free{free};
    ASAN_POISON_MEMORY_REGION(block, block_size);
  }
};

SlabPool::~SlabPool() {
  for (auto const& size : sizes_) {
    if (size.spare != nullptr) destroy(size.spare);
  }
}

void* SlabPool::allocate(std::size_t bytes) {
  assert(bytes != 0);
  if (bytes > block_max) return ::operator new(bytes);
  auto const index = (bytes - 1) / grain;
  std::lock_guard const lock(mutex_);
  auto& size = sizes_[index];
  auto* const slab = size.open != nullptr ? size.open : make((index + 1) * grain);
  if (blocks_++ == 0) self_ = shared_from_this();
  if (size.spare == slab) size.spare = nullptr;
  auto* const block = slab->take();
  if (slab->is_full()) shut(slab);
  return block;
}

void SlabPool::deallocate(void* block, std::size_t bytes) noexcept {
  if (bytes > block_max) return ::operator delete(block);
  auto* const slab = Slab::of(block);
  auto& pool = *slab->pool;
  std::shared_ptr<SlabPool> last;  // Goes when the lock has gone.
  Slab* empty = nullptr;
  {
    std::lock_guard const lock(pool.mutex_);
    empty = pool.take_back(slab, block);
    if (--pool.blocks_ == 0) last = std::move(pool.self_);
  }
  if (empty != nullptr) destroy(empty);
}

std::size_t SlabPool::slabs() const {
  std::lock_guard const lock(mutex_);
  return slabs_;
}

SlabPool::Slab* SlabPool::make(std::size_t block_size) {
  auto* const memory = ::operator new(slab_size, std::align_val_t(slab_size));
  auto* const slab = new (memory) Slab{.pool = this, .block_size = block_size, .fresh = sizeof(Slab)};
  ASAN_POISON_MEMORY_REGION(slab + 1, slab_size - sizeof(Slab));
  ++slabs_;
  open(slab);
  return slab;
}

SlabPool::Size& SlabPool::size_of(Slab const& slab) noexcept {
  return sizes_[slab.block_size / grain - 1];
}

void SlabPool::open(Slab* slab) noexcept {
  auto& first = size_of(*slab).open;
  slab->before = nullptr;
  slab->after = first;
  if (first != nullptr) first->before = slab;
  first = slab;
}

void SlabPool::shut(Slab* slab) noexcept {
  if (slab->after != nullptr) slab->after->before = slab->before;
  (slab->before != nullptr ? slab->before->after : size_of(*slab).open) = slab->after;
}

// The slab, where it is to go.
SlabPool::Slab* SlabPool::take_back(Slab* slab, void* block) noexcept {
  if (slab->is_full()) open(slab);
  slab->put(block);
  if (slab->used > 0) return nullptr;
  auto& spare = size_of(*slab).spare;
  if (spare == nullptr) {
    spare = slab;
    return nullptr;
  }
  shut(slab);
  --slabs_;
  return slab;
}

void SlabPool::destroy(Slab* slab) noexcept {
  ASAN_UNPOISON_MEMORY_REGION(slab, slab_size);
  ::operator delete(slab, std::align_val_t(slab_size));
}

}  // namespace sallyport
