#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstdint>
#include <functional>

namespace sallyport::app {

/// What SIGHUP means: that the terminal is gone, or that files have changed.
enum class Hangup : std::uint8_t { stops, reloads };

/// Calls back at the first SIGINT, SIGTERM or, where that stops it, SIGHUP, so that work can end in order. A second one
/// ends the program at once, with the terminal as it was.
class StopSignals {
public:
  StopSignals(boost::asio::any_io_executor executor, std::function<void()> stop, Hangup hangup = Hangup::stops);

private:
  void wait();

  boost::asio::signal_set signals_;
  std::function<void()> stop_;
};

/// Calls back at every SIGHUP.
class ReloadSignals {
public:
  ReloadSignals(boost::asio::any_io_executor executor, std::function<void()> reload);

private:
  void wait();

  boost::asio::signal_set signals_;
  std::function<void()> reload_;
};

/// A write to a closed pipe or connection, or beyond the largest file that is allowed, is an error, not a signal.
void ignore_signals_of_writes() noexcept;

/// Keeps what this process knows out of core dumps.
void forbid_core_dumps() noexcept;

}  // namespace sallyport::app
