#pragma once

// Forks whose execution context is told, and how a child, which must use nothing of Boost.Test, works on one.

#include "child.hpp"
#include "loopback.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <utility>

namespace sallyport::test {

template <class Condition>
bool runs_until(boost::asio::io_context& io, Condition condition) {
  auto const until = std::chrono::steady_clock::now() + patience;
  io.restart();
  while (!condition() && std::chrono::steady_clock::now() < until) io.run_one_for(std::chrono::milliseconds(10));
  return condition();
}

inline void runs_for(boost::asio::io_context& io, std::chrono::milliseconds time) {
  auto const until = std::chrono::steady_clock::now() + time;
  runs_until(io, [until] { return std::chrono::steady_clock::now() >= until; });
}

template <class Work>
Child fork_told(boost::asio::io_context& io, Work work) {
  io.notify_fork(boost::asio::execution_context::fork_prepare);
  return Child::start(std::move(work), [&io](pid_t pid) {
    io.notify_fork(pid == 0 ? boost::asio::execution_context::fork_child : boost::asio::execution_context::fork_parent);
  });
}

}  // namespace sallyport::test
