#include "runtime/signals.hpp"

#include "terminal/terminal.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace sallyport::app {

StopSignals::StopSignals(boost::asio::any_io_executor executor, std::function<void()> stop, Hangup hangup)
    : signals_(executor, SIGINT, SIGTERM), stop_(std::move(stop)) {
  if (hangup == Hangup::stops) signals_.add(SIGHUP);
  wait();
}

void StopSignals::wait() {
  signals_.async_wait([this](boost::system::error_code ec, int signal) {
    if (ec) return;
    if (!stop_) {
      restore_terminal();
      std::_Exit(128 + signal);
    }
    std::exchange(stop_, nullptr)();
    wait();
  });
}

ReloadSignals::ReloadSignals(boost::asio::any_io_executor executor, std::function<void()> reload)
    : signals_(executor, SIGHUP), reload_(std::move(reload)) {
  wait();
}

void ReloadSignals::wait() {
  signals_.async_wait([this](boost::system::error_code ec, int) {
    if (ec) return;
    reload_();
    wait();
  });
}

void ignore_signals_of_writes() noexcept {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
}

void forbid_core_dumps() noexcept {
  rlimit const none{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // Its leak check traces the process, which this forbids.
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace sallyport::app
