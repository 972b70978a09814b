#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>

namespace sallyport {

/// Memory for what many logins keep while they rest. It lies apart, in slabs of blocks of one size, so that what rests
/// does not scatter what is busy over the general heap. Slabs that are empty are given back. From any thread; a block
/// keeps the pool, and so may outlive who made it.
class SlabPool : public std::enable_shared_from_this<SlabPool> {
public:
  /// What is larger comes from the general heap.
  static constexpr std::size_t block_max = 2048;

  [[nodiscard]] static std::shared_ptr<SlabPool> create() { return std::shared_ptr<SlabPool>(new SlabPool); }
  SlabPool(SlabPool const&) = delete;
  SlabPool& operator=(SlabPool const&) = delete;
  ~SlabPool();

  static constexpr std::size_t alignment = 16;

  /// One byte or more.
  [[nodiscard]] void* allocate(std::size_t bytes);
  /// Wipes nothing.
  static void deallocate(void* block, std::size_t bytes) noexcept;

  /// How many slabs it has, the one of each size that it keeps for the next block included.
  [[nodiscard]] std::size_t slabs() const;

private:
  struct Slab;
  struct Free;
  struct Size {
    Slab* open = nullptr;   ///< Those that have room.
    Slab* spare = nullptr;  ///< One of them that is empty: whoever comes and goes at the edge of a slab makes none.
  };

  static constexpr std::size_t grain = alignment;

  SlabPool() = default;

  [[nodiscard]] Slab* make(std::size_t block_size);
  [[nodiscard]] Size& size_of(Slab const& slab) noexcept;
  void open(Slab* slab) noexcept;
  void shut(Slab* slab) noexcept;
  [[nodiscard]] Slab* take_back(Slab* slab, void* block) noexcept;
  static void destroy(Slab* slab) noexcept;

  mutable std::mutex mutex_;
  std::array<Size, block_max / grain> sizes_;
  std::size_t slabs_ = 0;
  std::size_t blocks_ = 0;
  std::shared_ptr<SlabPool> self_;  ///< While there are blocks.
};

/// The same, as an allocator of single objects.
template <class T>
class SlabAllocator {
public:
  using value_type = T;

  /// The pool must be there when something is allocated.
  explicit SlabAllocator(SlabPool& pool) noexcept : pool_(&pool) {}
  template <class Other>
  SlabAllocator(SlabAllocator<Other> const& other) noexcept : pool_(other.pool()) {}

  [[nodiscard]] T* allocate(std::size_t count) {
    static_assert(alignof(T) <= SlabPool::alignment);
    return static_cast<T*>(pool_->allocate(count * sizeof(T)));
  }
  void deallocate(T* block, std::size_t count) noexcept { SlabPool::deallocate(block, count * sizeof(T)); }
  [[nodiscard]] SlabPool* pool() const noexcept { return pool_; }

  template <class Other>
  friend bool operator==(SlabAllocator const& left, SlabAllocator<Other> const& right) noexcept {
    return left.pool() == right.pool();
  }

private:
  SlabPool* pool_;
};

}  // namespace sallyport
