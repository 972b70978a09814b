#pragma once

#include "support/strand.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace sallyport {

/// Calls on the strand after the pause, where the target lives then: for who has no reactor, and so no deadline. The
/// execution context has work until then.
template <class Target>
void call_later(Strand const& strand, std::chrono::steady_clock::duration pause, std::weak_ptr<Target> target,
                void (Target::*work)()) {
  using Clock = std::chrono::steady_clock;
  using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Strand>;
  auto const timer = std::make_shared<Timer>(strand, pause);
  timer->async_wait([target = std::move(target), work, timer](boost::system::error_code ec) {
    auto const self = target.lock();
    if (self && !ec) ((*self).*work)();
  });
}

}  // namespace sallyport
