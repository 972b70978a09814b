#include "server/server_ending.hpp"

#include "server/server_core.hpp"
#include "support/deliver.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Now on the strand itself; never inside the work of another one.
template <class Function>
void hand_to(Strand const& strand, Function&& function) {
  if (strand.running_in_this_thread()) return std::forward<Function>(function)();
  asio::post(strand, std::forward<Function>(function));
}

}  // namespace

ServerEnding::ServerEnding(Strand const& strand, std::vector<std::shared_ptr<ServerCore>> const& cores)
    : strand_(strand), cores_(cores.begin(), cores.end()), bound_(strand) {}

void ServerEnding::stop() {
  asio::post(strand_, [self = shared_from_this()] { self->end(asio::error::operation_aborted); });
}

void ServerEnding::drain(std::chrono::milliseconds bound, Handler handler) {
  on_terminal_cancellation(handler, strand_, weak_from_this(), &ServerEnding::stop);
  asio::post(strand_, [self = shared_from_this(), bound, handler = std::move(handler)]() mutable {
    if (self->drains_ || self->ends_) {
      return deliver(self->strand_, std::move(handler), error_code(asio::error::operation_aborted));
    }
    self->on_drained_.emplace(std::move(handler));
    self->begin_drain(bound);
  });
}

void ServerEnding::begin_drain(std::chrono::milliseconds bound) {
  drains_ = true;
  bound_.expires_after(bound);
  bound_.async_wait([self = shared_from_this()](error_code ec) {
    if (!ec) self->end(asio::error::timed_out);
  });
  // One that is gone has ended. That is no quiet end: it may have cut somebody off.
  at_each(
      [](ServerCore* core, std::function<void()> done) {
        if (core != nullptr) core->begin_drain(std::move(done));
      },
      &ServerEnding::one_is_quiet);
}

void ServerEnding::at_each(Task const& task, void (ServerEnding::*done)()) {
  for (auto const& weak : cores_) {
    std::function<void()> const tell = [ending = weak_from_this(), done] {
      auto const self = ending.lock();
      if (self) hand_to(self->strand_, [self, done] { ((*self).*done)(); });
    };
    auto const core = weak.lock();
    if (!core) {
      task(nullptr, tell);
      continue;
    }
    hand_to(core->strand(), [weak, task, tell] { task(weak.lock().get(), tell); });
  }
}

void ServerEnding::one_is_quiet() {
  if (++quiet_ == cores_.size()) end({});
}

void ServerEnding::end(error_code why) {
  if (std::exchange(ends_, true)) return;
  why_ = why;
  // Whoever waits for the end keeps this, also where nobody has the server any more.
  bound_.expires_at(std::chrono::steady_clock::time_point::max());
  if (on_drained_) bound_.async_wait([self = shared_from_this()](error_code) {});
  at_each(
      [](ServerCore* core, std::function<void()> const& done) {
        if (core != nullptr) core->end();
        done();
      },
      &ServerEnding::one_has_ended);
}

void ServerEnding::one_has_ended() {
  if (++ended_ != cores_.size() || !on_drained_) return;
  bound_.cancel();
  auto handler = std::move(*on_drained_);
  on_drained_.reset();
  deliver(strand_, std::move(handler), why_);
}

}  // namespace sallyport
