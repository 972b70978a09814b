#include "client/resting_logins.hpp"

#include "client/login_seat.hpp"

#include <chrono>
#include <utility>

namespace sallyport {

namespace {

/// A program that answers at once never waits for its login to unfold; a human does, and never notices.
constexpr Duration rest_before_folding = std::chrono::milliseconds(250);
constexpr int folded_at_once = 32;

}  // namespace

void RestingLogins::add(std::weak_ptr<LoginSeat> seat, TimePoint now) {
  entries_.push_back({now, std::move(seat)});
}

void RestingLogins::fold_some(TimePoint now) {
  for (auto folded = 0; folded < folded_at_once && !entries_.empty(); ++folded) {
    if (entries_.front().since > now - rest_before_folding) return;
    auto entry = std::move(entries_.front());
    entries_.pop_front();
    auto const seat = entry.seat.lock();
    if (!seat) continue;
    if (auto const since = seat->fold_if_resting_since(now - rest_before_folding)) {
      entries_.push_back({*since, std::move(entry.seat)});
    }
  }
}

}  // namespace sallyport
