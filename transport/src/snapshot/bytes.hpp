#pragma once

// The bytes of a snapshot: numbers in big-endian order, texts with their length before them.

#include <sallyport/protocol/secret.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sallyport {

class ByteWriter {
public:
  /// It writes into the memory of `room`, an empty text, where that is enough.
  explicit ByteWriter(Secret room = {}) : bytes_(std::move(room)) { bytes_.reserve(usual_size); }

  template <std::unsigned_integral Number>
  void number(Number value) {
    for (auto shift = 8 * sizeof(Number); shift > 0; shift -= 8) {
      bytes_.push_back(static_cast<char>(static_cast<unsigned char>(value >> (shift - 8))));
    }
  }
  void flag(bool value) { number(static_cast<std::uint8_t>(value)); }
  void raw(std::string_view text) { bytes_.append(text); }
  void text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    raw(text);
  }

  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_.reveal(); }
  [[nodiscard]] Secret take() { return std::move(bytes_); }

private:
  static constexpr std::size_t usual_size = 512;

  Secret bytes_;
};

/// Reads what a ByteWriter wrote. Past the end everything is zero or empty and `failed` tells; ask it before use.
class ByteReader {
public:
  explicit ByteReader(std::string_view bytes) noexcept : left_(bytes) {}

  template <std::unsigned_integral Number>
  [[nodiscard]] Number number() noexcept {
    Number value = 0;
    for (auto const byte : raw(sizeof(Number))) {
      value = static_cast<Number>(static_cast<std::uint64_t>(value) << 8U | static_cast<unsigned char>(byte));
    }
    return value;
  }
  /// Anything but 0 and 1 fails: one value has one spelling.
  [[nodiscard]] bool flag() noexcept {
    auto const value = number<std::uint8_t>();
    if (value > 1) failed_ = true;
    return value == 1;
  }
  [[nodiscard]] std::string_view raw(std::size_t size) noexcept {
    if (failed_ || size > left_.size()) {
      failed_ = true;
      return {};
    }
    auto const taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  [[nodiscard]] std::string_view text() noexcept { return raw(number<std::uint32_t>()); }

  void fail() noexcept { failed_ = true; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }
  [[nodiscard]] std::size_t left() const noexcept { return left_.size(); }

private:
  std::string_view left_;
  bool failed_ = false;
};

}  // namespace sallyport
