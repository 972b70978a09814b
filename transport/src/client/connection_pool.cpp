#include "client/connection_pool.hpp"

#include "support/slept_time.hpp"

#include <utility>

namespace sallyport {
namespace {

/// Servers close their ends while this machine sleeps.
std::chrono::steady_clock::time_point time_now() noexcept {
  return std::chrono::steady_clock::now() + slept();
}

}  // namespace

std::unique_ptr<Connection> ConnectionPool::take_idle(bool repeatable) {
  auto const now = time_now();
  close_stale(now);
  std::unique_ptr<Connection> found;
  while (!found && !idle_.empty()) {
    auto const rested = now - idle_.back()->idle_since;
    if (!repeatable && rested > hardly_rested) break;
    found = std::move(idle_.back());
    idle_.pop_back();
    found->rested = rested;
    auto const is_quiet = found->is_quiet(now);
    // What a server said without having been asked, a late ticket say, tells nothing of how long it keeps a connection.
    if (!is_quiet && found->stream.was_closed()) rest_bound_.closed_after(rested, now);
    if (is_quiet && !is_stale(*found, now)) break;
    found.reset();
    --count_;
  }
  publish();
  return found;
}

std::unique_ptr<Connection> ConnectionPool::make() {
  if (count_ >= config_->connections_max && !idle_.empty()) close_oldest();
  if (count_ >= config_->connections_max) return nullptr;
  auto made =
      std::make_unique<Connection>(*reactor_, *tls_, config_->header_bytes_max + config_->bounds.text_bytes_max);
  ++count_;
  publish();
  tickets_.offer(made->stream.native_handle());
  return made;
}

void ConnectionPool::put(std::unique_ptr<Connection> connection, std::optional<std::chrono::seconds> kept) {
  connection->stream.rest();
  auto const now = time_now();
  connection->idle_since = now;
  connection->idle_until = now + rest_bound_.most(kept, now);
  idle_.push_back(std::move(connection));
  close_stale(now);
  publish();
  wake_one();
}

void ConnectionPool::drop(std::unique_ptr<Connection> connection) {
  connection->stream.close();
  --count_;
  publish();
  wake_one();
}

void ConnectionPool::closed_after(std::chrono::steady_clock::duration rested) noexcept {
  rest_bound_.closed_after(rested, time_now());
}

void ConnectionPool::start_anew() noexcept {
  count_ -= idle_.size();
  idle_.clear();
  tickets_.clear();
  publish();
}

ConnectionPool::Waiter ConnectionPool::wait(std::function<void()> ready, bool at_the_front) {
  auto const waiter = waiters_.insert(at_the_front ? waiters_.begin() : waiters_.end(), std::move(ready));
  publish();
  return waiter;
}

void ConnectionPool::leave(Waiter waiter) {
  waiters_.erase(waiter);
  publish();
}

void ConnectionPool::wake_one() {
  if (waiters_.empty()) return;
  auto const ready = std::move(waiters_.front());
  waiters_.pop_front();
  publish();
  ready();
}

void ConnectionPool::publish() noexcept {
  open_.store(count_, std::memory_order_relaxed);
  idle_count_.store(idle_.size(), std::memory_order_relaxed);
  waiting_.store(waiters_.size(), std::memory_order_relaxed);
}

PoolState ConnectionPool::state() const noexcept {
  return {.open = open_.load(std::memory_order_relaxed),
          .idle = idle_count_.load(std::memory_order_relaxed),
          .waiting = waiting_.load(std::memory_order_relaxed)};
}

bool ConnectionPool::is_stale(Connection const& idle, std::chrono::steady_clock::time_point now) const noexcept {
  // What was learned since a connection began to rest holds for it too.
  return now >= idle.idle_until || now - idle.idle_since >= rest_bound_.most({}, now);
}

// The oldest stand at the front. Where a server announces now more and now less, one behind them may be stale, which
// whoever takes it finds out.
void ConnectionPool::close_stale(std::chrono::steady_clock::time_point now) {
  while (!idle_.empty() && is_stale(*idle_.front(), now)) close_oldest();
}

void ConnectionPool::close_oldest() {
  idle_.pop_front();
  --count_;
}

}  // namespace sallyport
