#pragma once

#include "client/connection.hpp"
#include "http/keep_alive.hpp"
#include "net/ticket_box.hpp"
#include "net/tls.hpp"
#include "net/url.hpp"

#include <sallyport/transport/config.hpp>
#include <sallyport/transport/pool_state.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace sallyport {

/// The connections of one client, of its reactor. A request takes one, and gives it back after a whole reply.
/// At most `connections_max` exist; who finds none waits in line.
/// A server closes a connection that rests, and what is on its way to it then is lost. So none is used again that has
/// rested for half of what the server keeps, as far as that is known, and a request that must not be lost finds only
/// one that has hardly rested.
class ConnectionPool {
public:
  using Waiter = std::list<std::function<void()>>::iterator;

  ConnectionPool(Reactor& reactor, TlsContext tls, ClientConfig const& config)
      : reactor_(&reactor), tls_(std::move(tls)), config_(&config), rest_bound_(config.idle_timeout) {
    tickets_.collect_from(*tls_);
  }
  ConnectionPool(ConnectionPool const&) = delete;
  ConnectionPool& operator=(ConnectionPool const&) = delete;

  /// An idle connection that is alive, the newest first; null where there is none. For a request that may not be
  /// repeated it has rested for a second at most: no server that keeps connections at all closes them so soon.
  [[nodiscard]] std::unique_ptr<Connection> take_idle(bool repeatable);
  /// A connection yet to be opened, for which the oldest idle one makes room; null where none is idle.
  [[nodiscard]] std::unique_ptr<Connection> make();
  /// Gives back a connection that stands after a whole reply, in which the server may have said how long it keeps one.
  void put(std::unique_ptr<Connection> connection, std::optional<std::chrono::seconds> kept);
  /// The server ended a connection, which had rested for so long before, without a word on what was asked.
  void closed_after(std::chrono::steady_clock::duration rested) noexcept;
  /// Closes a connection that stands anywhere else.
  void drop(std::unique_ptr<Connection> connection);
  /// In a child: no connection is idle, and no ticket is left, for each serves once and the parent has them too.
  void start_anew() noexcept;

  /// Calls back, once, when a connection or room for one may be had; first come, first served. Who is called back and
  /// has no use for it any more calls `wake_one` for the next in line.
  [[nodiscard]] Waiter wait(std::function<void()> ready, bool at_the_front);
  [[nodiscard]] bool has_waiters() const noexcept { return !waiters_.empty(); }
  void leave(Waiter waiter);
  void wake_one();

  /// From any thread.
  [[nodiscard]] PoolState state() const noexcept;

private:
  void publish() noexcept;
  [[nodiscard]] bool is_stale(Connection const& idle, std::chrono::steady_clock::time_point now) const noexcept;
  void close_stale(std::chrono::steady_clock::time_point now);
  void close_oldest();

  static constexpr auto hardly_rested = std::chrono::seconds(1);

  Reactor* reactor_;
  TicketBox tickets_;
  TlsContext tls_;
  ClientConfig const* config_;
  RestBound rest_bound_;
  std::deque<std::unique_ptr<Connection>> idle_;
  std::list<std::function<void()>> waiters_;
  std::size_t count_ = 0;
  // Copies of the sizes for `state`.
  std::atomic<std::size_t> open_{0};
  std::atomic<std::size_t> idle_count_{0};
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace sallyport
