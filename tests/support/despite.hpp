#pragma once

#include "loopback.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace sallyport::test {

/// Runs the context as a host does that notes what comes out of it and goes on, until the condition holds; fails the
/// test where it does not within `patience`. What came out is returned.
inline std::vector<std::string> run_despite(boost::asio::io_context& io, std::function<bool()> const& condition) {
  std::vector<std::string> thrown;
  auto const until = std::chrono::steady_clock::now() + patience;
  while (!condition() && std::chrono::steady_clock::now() < until) {
    try {
      io.restart();
      io.run_one_for(std::chrono::milliseconds(20));
    } catch (std::exception const& out) {
      thrown.emplace_back(out.what());
    } catch (int number) {
      thrown.push_back(std::to_string(number));
    }
  }
  BOOST_TEST_REQUIRE(condition());
  return thrown;
}

/// The same until nothing is ready.
inline std::vector<std::string> drain_despite(boost::asio::io_context& io) {
  std::vector<std::string> thrown;
  for (;;) {
    try {
      io.restart();
      if (io.poll() == 0) return thrown;
    } catch (std::exception const& out) {
      thrown.emplace_back(out.what());
    } catch (int number) {
      thrown.push_back(std::to_string(number));
    }
  }
}

/// What a function of a host's throws in these tests.
inline constexpr auto* const away = "the database is away";
[[noreturn]] inline void fail() {
  throw std::runtime_error(away);
}

}  // namespace sallyport::test
