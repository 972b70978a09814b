#pragma once

#include "server/peer.hpp"
#include "support/siphash.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace sallyport {

/// Who is connected to a server, and for whom there is room. It has no socket. All shards of a server share one, under
/// a lock: where an address is bounded, it is bounded exactly, on whichever shards its connections come to lie.
class ConnectionBook {
public:
  struct Bounds {
    std::size_t connections = 0;
    std::size_t per_peer = 0;
    std::size_t spare = 0;
  };
  enum class Seat : std::uint8_t {
    served,
    spare,  ///< Told to come back later, which takes a handshake: for a few.
    none,
  };

  ConnectionBook(Bounds bounds, SipHash hash) : bounds_(bounds), by_peer_(0, hash) {}

  /// The place of a connection that comes; unless it is `none`, `leave` gives it back.
  [[nodiscard]] Seat enter(Peer peer) {
    std::lock_guard const lock(writing_);
    auto const found = by_peer_.find(peer);
    auto const has_room =
        served_ < bounds_.connections && (found == by_peer_.end() || found->second < bounds_.per_peer);
    if (!has_room) {
      if (spare_ >= bounds_.spare) return Seat::none;
      ++spare_;
      return Seat::spare;
    }
    ++by_peer_[peer];
    ++served_;
    return Seat::served;
  }

  void leave(Peer peer, Seat seat) noexcept {
    if (seat == Seat::none) return;
    std::lock_guard const lock(writing_);
    if (seat == Seat::spare) {
      --spare_;
      return;
    }
    --served_;
    if (auto const found = by_peer_.find(peer); --found->second == 0) by_peer_.erase(found);
  }

  [[nodiscard]] std::size_t size() const noexcept {
    std::lock_guard const lock(writing_);
    return served_ + spare_;
  }
  [[nodiscard]] std::size_t peers() const noexcept {
    std::lock_guard const lock(writing_);
    return by_peer_.size();
  }

private:
  Bounds bounds_;
  mutable std::mutex writing_;
  std::unordered_map<Peer, std::size_t, SipHash> by_peer_;
  std::size_t served_ = 0;
  std::size_t spare_ = 0;
};

/// A place in the book, which is given back at the end.
class Seat {
public:
  Seat(ConnectionBook& book, Peer peer) : book_(&book), peer_(peer), kind_(book.enter(peer)) {}
  Seat(Seat&& other) noexcept
      : book_(other.book_), peer_(other.peer_), kind_(std::exchange(other.kind_, ConnectionBook::Seat::none)) {}
  Seat(Seat const&) = delete;
  Seat& operator=(Seat const&) = delete;
  Seat& operator=(Seat&&) = delete;
  ~Seat() { give_back(); }

  [[nodiscard]] Peer peer() const noexcept { return peer_; }
  [[nodiscard]] ConnectionBook::Seat kind() const noexcept { return kind_; }
  /// It is another one's who sits here.
  void move_to(Peer peer) {
    give_back();
    peer_ = peer;
    kind_ = book_->enter(peer);
  }
  void give_back() noexcept { book_->leave(peer_, std::exchange(kind_, ConnectionBook::Seat::none)); }

private:
  ConnectionBook* book_;
  Peer peer_;
  ConnectionBook::Seat kind_;
};

}  // namespace sallyport
