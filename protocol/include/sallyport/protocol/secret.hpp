#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

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
  explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&& other) noexcept;
  Secret(Secret const&) = delete;
  Secret& operator=(Secret const&) = delete;
  ~Secret() = default;

  [[nodiscard]] Secret clone() const { return Secret(reveal()); }
  /// The bytes in the clear, valid until the secret changes. Every caller is a place that a review looks at.
  [[nodiscard]] std::string_view reveal() const noexcept { return {bytes_.data(), bytes_.size()}; }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

  void append(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
  void push_back(char byte) { bytes_.push_back(byte); }
  void reserve(std::size_t size) { bytes_.reserve(size); }
  void clear() noexcept;

  friend bool operator==(Secret const&, Secret const&) = delete;

private:
  std::vector<char, WipingAllocator<char>> bytes_;
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
