#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace sallyport {

/// Overwrites the bytes in a way that the compiler may not leave out.
void wipe(void* bytes, std::size_t size) noexcept;

/// An allocator that wipes every block before it gives it back, also when a container grows out of it.
template <class T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <class U>
  WipingAllocator(WipingAllocator<U> const&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* block, std::size_t count) noexcept {
    wipe(block, count * sizeof(T));
    std::allocator<T>{}.deallocate(block, count);
  }
  template <class U>
  friend bool operator==(WipingAllocator const&, WipingAllocator<U> const&) noexcept {
    return true;
  }
};

/// Bytes that nobody else may see: wiped when they are dropped, without operator<<, and copied only by `clone`.
/// It refuses `==`; `equals` takes the same time wherever two secrets of one length differ.
class Secret {
public:
  Secret() = default;
  explicit Secret(std::string_view text) { append(text); }
  Secret(Secret&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Secret& operator=(Secret&& other) noexcept;
  Secret(Secret const&) = delete;
  Secret& operator=(Secret const&) = delete;
  ~Secret() { release(); }

  [[nodiscard]] Secret clone() const { return Secret(reveal()); }
  /// The bytes in the clear, valid until the secret changes. Every caller is a place that a review looks at.
  [[nodiscard]] std::string_view reveal() const noexcept { return {bytes_, size_}; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(prepare(text.size()), text.data(), text.size());
    commit(text.size());
  }
  void push_back(char byte) {
    *prepare(1) = byte;
    commit(1);
  }
  void reserve(std::size_t size) {
    if (size > capacity_) move_to(size);
  }
  /// Room for that many bytes behind the end; those that are written there belong to the secret after `commit`.
  [[nodiscard]] char* prepare(std::size_t size) {
    if (size > capacity_ - size_) grow(size);
    return bytes_ + size_;
  }
  void commit(std::size_t size) noexcept { size_ += size; }
  void clear() noexcept;

  friend bool operator==(Secret const&, Secret const&) = delete;

private:
  void grow(std::size_t size);
  void move_to(std::size_t capacity);
  void release() noexcept {
    if (bytes_ != nullptr) WipingAllocator<char>().deallocate(bytes_, capacity_);
  }

  char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

[[nodiscard]] inline std::optional<Secret> copy_of(std::optional<Secret> const& secret) {
  return secret ? std::optional(secret->clone()) : std::nullopt;
}

/// Whether the bytes are the same, in a time that depends on their lengths alone.
[[nodiscard]] bool equals(std::string_view left, std::string_view right) noexcept;
[[nodiscard]] inline bool equals(Secret const& left, Secret const& right) noexcept {
  return equals(left.reveal(), right.reveal());
}

}  // namespace sallyport
