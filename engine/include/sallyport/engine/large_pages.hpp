#pragma once

#include <cstddef>
#include <limits>
#include <new>

namespace sallyport {

/// Memory for a table that is looked up at random. From 4 MiB on the system (Linux) is asked for pages of 2 MiB, so
/// that the processor need not look up a page for each look-up; it takes no byte more than the table has.
[[nodiscard]] void* allocate_table(std::size_t bytes, std::size_t alignment);
void deallocate_table(void* table, std::size_t bytes, std::size_t alignment) noexcept;

/// The same, as the allocator of a container that takes all its memory at once.
template <class Value>
struct LargePages {
  using value_type = Value;

  LargePages() noexcept = default;
  template <class Other>
  LargePages(LargePages<Other> const&) noexcept {}

  [[nodiscard]] Value* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(Value)) throw std::bad_array_new_length();
    return static_cast<Value*>(allocate_table(count * sizeof(Value), alignof(Value)));
  }
  void deallocate(Value* values, std::size_t count) noexcept {
    deallocate_table(values, count * sizeof(Value), alignof(Value));
  }

  template <class Other>
  friend bool operator==(LargePages const&, LargePages<Other> const&) noexcept {
    return true;
  }
};

}  // namespace sallyport
