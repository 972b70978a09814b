#include "connection_pool.hpp"

#include <utility>

namespace sallyport {

std::unique_ptr<Connection> ConnectionPool::take_idle() {
  auto const now = std::chrono::steady_clock::now();
  close_stale(now);
  std::unique_ptr<Connection> found;
  while (!found && !idle_.empty()) {
    found = std::move(idle_.back());
    idle_.pop_back();
    if (found->is_quiet(now)) break;
    found.reset();
    --count_;
  }
  publish();
  return found;
}

std::unique_ptr<Connection> ConnectionPool::make() {
  if (count_ >= config_->connections_max) return nullptr;
  auto made =
      std::make_unique<Connection>(*reactor_, *tls_, config_->header_bytes_max + config_->bounds.text_bytes_max);
  ++count_;
  publish();
  tickets_.offer(made->stream.native_handle());
  return made;
}

void ConnectionPool::put(std::unique_ptr<Connection> connection) {
  connection->stream.rest();
  auto const now = std::chrono::steady_clock::now();
  connection->idle_since = now;
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

// The oldest stand at the front.
void ConnectionPool::close_stale(std::chrono::steady_clock::time_point now) {
  auto const newest_stale = now - config_->idle_timeout;
  while (!idle_.empty() && idle_.front()->idle_since < newest_stale) {
    idle_.pop_front();
    --count_;
  }
}

}  // namespace sallyport
