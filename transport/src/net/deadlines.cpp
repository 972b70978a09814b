#include "net/deadlines.hpp"

#include <boost/system/system_error.hpp>

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <utility>

namespace sallyport {

void Deadline::set(Clock::duration length, Ring ring) {
  clear();
  ring_ = std::move(ring);
  all_->set(*this, Clock::now() + length, length);
}

void Deadline::set_at(Clock::time_point moment, Ring ring) {
  clear();
  ring_ = std::move(ring);
  all_->set(*this, moment, Clock::duration::max());
}

void Deadline::clear() noexcept {
  if (is_linked()) unlink();
  auto const gone = std::move(ring_);  // It may own this.
}

Deadlines::Deadlines() {
  if (auto const ec = make_timer()) throw boost::system::system_error(ec, "sallyport: timerfd");
}

boost::system::error_code Deadlines::make_timer() {
  timer_.close();
  auto const made = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (made < 0) return {errno, boost::system::system_category()};
  timer_.set(made);
  rings_at_ = Clock::time_point::max();
  ring_at_next();
  return {};
}

// Few lengths are in use, each with a line of its own, to the end of which a new deadline belongs. Lengths beyond those
// share the last line. Moments have one together, under the length that is none.
void Deadlines::set(Deadline& deadline, Clock::time_point at, Clock::duration length) {
  deadline.at_ = at;
  auto lane = std::ranges::find(lanes_, length, &Lane::length);
  if (lane == lanes_.end()) {
    if (lanes_.size() < lanes_max) lanes_.emplace_back(length);
    lane = std::prev(lanes_.end());
  }
  auto place = lane->line.end();
  while (place != lane->line.begin() && std::prev(place)->at_ > deadline.at_) --place;
  lane->line.insert(place, deadline);
  ring_at(deadline.at_);
}

// The timer is set anew only where it would ring too late. Where it rings too early, nothing is due.
void Deadlines::ring_at(Clock::time_point at) noexcept {
  at = std::max(at, Clock::time_point(std::chrono::nanoseconds(1)));  // What is no later would stop the timer.
  if (at >= rings_at_) return;
  rings_at_ = at;
  constexpr auto second = std::chrono::nanoseconds::period::den;
  auto const since = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
  itimerspec when{};
  when.it_value.tv_sec = since / second;
  when.it_value.tv_nsec = since % second;
  static_cast<void>(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr));
}

void Deadlines::ring_at_next() {
  for (auto const& [length, line] : lanes_) {
    if (!line.empty()) ring_at(line.front().at_);
  }
}

void Deadlines::ring() {
  std::uint64_t count = 0;
  static_cast<void>(::read(timer_.get(), &count, sizeof(count)) == sizeof(count));
  rings_at_ = Clock::time_point::max();
  // Also where a ring throws: the others are still to come.
  struct SetAnew {
    Deadlines* all;
    ~SetAnew() { all->ring_at_next(); }
  } const set_anew{this};
  auto const now = Clock::now();
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {  // A ring may add lanes.
    auto& line = lanes_[lane].line;
    while (!line.empty() && line.front().at_ <= now) {
      auto& due = line.front();
      auto ring = std::move(due.ring_);
      due.unlink();
      ring();
    }
  }
}

void Deadlines::abandon() noexcept {
  for (auto& [length, line] : lanes_) {
    while (!line.empty()) line.front().clear();
  }
}

}  // namespace sallyport
