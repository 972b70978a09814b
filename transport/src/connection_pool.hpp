#pragma once

#include "connection.hpp"
#include "ticket_box.hpp"
#include "tls.hpp"
#include "url.hpp"

#include <sallyport/transport/config.hpp>
#include <sallyport/transport/pool_state.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>

namespace sallyport {

/// The connections of one client, of its reactor. A request takes one, and gives it back after a whole reply.
/// At most `connections_max` exist; who finds none waits in line.
class ConnectionPool {
public:
  using Waiter = std::list<std::function<void()>>::iterator;

  ConnectionPool(Reactor& reactor, TlsContext tls, ClientConfig const& config)
      : reactor_(&reactor), tls_(std::move(tls)), config_(&config) {
    tickets_.collect_from(*tls_);
  }
  ConnectionPool(ConnectionPool const&) = delete;
  ConnectionPool& operator=(ConnectionPool const&) = delete;

  /// An idle connection that is alive, the newest first; null where there is none.
  [[nodiscard]] std::unique_ptr<Connection> take_idle();
  /// A connection yet to be opened; null where the pool has no room.
  [[nodiscard]] std::unique_ptr<Connection> make();
  /// Gives back a connection that stands after a whole reply.
  void put(std::unique_ptr<Connection> connection);
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
  void close_stale(std::chrono::steady_clock::time_point now);

  Reactor* reactor_;
  TicketBox tickets_;
  TlsContext tls_;
  ClientConfig const* config_;
  std::deque<std::unique_ptr<Connection>> idle_;
  std::list<std::function<void()>> waiters_;
  std::size_t count_ = 0;
  // Copies of the sizes for `state`.
  std::atomic<std::size_t> open_{0};
  std::atomic<std::size_t> idle_count_{0};
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace sallyport
