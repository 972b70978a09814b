#pragma once

#include <cstddef>
#include <utility>

namespace sallyport {

/// What all bodies that are being read may take together.
class BodyRoom {
public:
  explicit BodyRoom(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

  [[nodiscard]] bool take(std::size_t bytes) noexcept {
    if (bytes > bytes_max_ - bytes_) return false;
    bytes_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) noexcept { bytes_ -= bytes; }

private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
};

/// A part of it, which is given back at the end. Without a room there is room for all.
class BodyClaim {
public:
  explicit BodyClaim(BodyRoom* room) noexcept : room_(room) {}
  BodyClaim(BodyClaim const&) = delete;
  BodyClaim& operator=(BodyClaim const&) = delete;
  ~BodyClaim() { give_back(); }

  [[nodiscard]] bool take(std::size_t bytes) noexcept {
    if (room_ == nullptr) return true;
    if (!room_->take(bytes)) return false;
    bytes_ += bytes;
    return true;
  }
  void give_back() noexcept {
    if (room_ != nullptr) room_->give_back(std::exchange(bytes_, 0));
  }

private:
  BodyRoom* room_;
  std::size_t bytes_ = 0;
};

}  // namespace sallyport
