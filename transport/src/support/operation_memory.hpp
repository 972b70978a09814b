#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace sallyport {

/// Memory for an operation of Asio that must be started again also where there is no memory, while the one before it,
/// cancelled, may not have gone yet. Any more take their own. An operation may outlive who has this.
class OperationMemory {
  struct Block {
    alignas(std::max_align_t) std::array<std::byte, 512> bytes;
    std::atomic<bool> is_taken{false};  // Asio gives back outside of any strand.
  };
  using Blocks = std::array<Block, 2>;

public:
  template <class T>
  class Allocator {
  public:
    using value_type = T;

    explicit Allocator(std::shared_ptr<Blocks> blocks) noexcept : blocks_(std::move(blocks)) {}
    template <class Other>
    Allocator(Allocator<Other> const& other) noexcept : blocks_(other.blocks()) {}

    [[nodiscard]] T* allocate(std::size_t count) {
      static_assert(alignof(T) <= alignof(std::max_align_t));
      auto const bytes = count * sizeof(T);
      for (auto& block : *blocks_) {
        if (bytes > block.bytes.size() || block.is_taken.exchange(true, std::memory_order_acquire)) continue;
        return reinterpret_cast<T*>(block.bytes.data());
      }
      return static_cast<T*>(::operator new(bytes));
    }
    void deallocate(T* memory, std::size_t /*count*/) noexcept {
      for (auto& block : *blocks_) {
        if (reinterpret_cast<std::byte*>(memory) != block.bytes.data()) continue;
        block.is_taken.store(false, std::memory_order_release);
        return;
      }
      ::operator delete(memory);
    }
    [[nodiscard]] std::shared_ptr<Blocks> const& blocks() const noexcept { return blocks_; }

    template <class Other>
    friend bool operator==(Allocator const& left, Allocator<Other> const& right) noexcept {
      return left.blocks() == right.blocks();
    }

  private:
    std::shared_ptr<Blocks> blocks_;
  };

  [[nodiscard]] Allocator<std::byte> allocator() const noexcept { return Allocator<std::byte>(blocks_); }

private:
  std::shared_ptr<Blocks> blocks_ = std::make_shared<Blocks>();
};

}  // namespace sallyport
