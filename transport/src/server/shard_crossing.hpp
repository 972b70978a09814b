#pragma once

#include "server/desk.hpp"
#include "server/routes.hpp"
#include "support/siphash.hpp"
#include "support/strand.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport {

class Crossing;

/// Which shard of a server answers a request. The crossings are put in before the server starts, and never change.
class ShardMap {
public:
  /// Nobody knows the key of the hash, so that no user can be chosen by the shard.
  explicit ShardMap(SipHash hash) noexcept : hash_(hash) {}

  void add(std::weak_ptr<Crossing> crossing) { crossings_.push_back(std::move(crossing)); }
  /// Not owned: nothing of a shard may live longer than its executor.
  [[nodiscard]] std::shared_ptr<Crossing> find(std::size_t shard) const { return crossings_[shard].lock(); }

  /// The shard of the user whom the request names; the first one for what belongs to no user and must not run twice;
  /// `here` for what needs nothing that a shard knows, and for what names its user badly and is refused anywhere.
  [[nodiscard]] std::size_t shard_of(std::string_view target, std::size_t here) const;

private:
  SipHash hash_;
  std::vector<std::weak_ptr<Crossing>> crossings_;
};

/// Where requests leave a shard for another one, and come to it: one post there, one post back. What waits for the
/// answer never leaves its own shard. All of it runs on the shard's strand, and the shard owns it.
class Crossing : public std::enable_shared_from_this<Crossing> {
public:
  Crossing(Strand strand, std::size_t shard, std::shared_ptr<ShardMap const> map,
           std::shared_ptr<Routes const> routes) noexcept;

  /// Of a connection of this shard.
  void answer(ServerRequest& request, Desk::Done done, Peer peer);
  /// Nothing that is away is answered any more, and nothing that comes.
  void stop() noexcept;
  /// In a child: nothing that is away is answered here, for the parent answers it.
  void leave_to_parent() noexcept;

private:
  using Ticket = std::uint64_t;
  class Errand;
  struct Waiting {
    Desk::Done done;
    std::weak_ptr<Errand const> errand;
  };

  void receive(ServerRequest const& request, Peer peer, std::shared_ptr<Errand> const& errand) const;
  void take_back(Ticket ticket, HttpAnswer answer);
  void drop(Ticket ticket) noexcept { auto const gone = away_.extract(ticket); }
  void drop_what_failed() noexcept;

  Strand strand_;
  std::size_t shard_;
  std::shared_ptr<ShardMap const> map_;
  std::shared_ptr<Routes const> routes_;
  std::unordered_map<Ticket, Waiting> away_;  ///< As many at most as the shard has connections.
  Ticket last_ticket_ = 0;
  std::atomic<bool> has_failed_{false};  ///< An errand was let go of, and there was no memory to say which.
};

/// The desk of a shard's connections. A request that is away holds its connection, and that holds the desk.
class CrossingDesk final : public Desk {
public:
  explicit CrossingDesk(std::weak_ptr<Crossing> crossing) noexcept : crossing_(std::move(crossing)) {}

  void take(ServerRequest& request, Done done, Peer peer) const override {
    if (auto const crossing = crossing_.lock()) crossing->answer(request, std::move(done), peer);
  }

private:
  std::weak_ptr<Crossing> crossing_;
};

}  // namespace sallyport
