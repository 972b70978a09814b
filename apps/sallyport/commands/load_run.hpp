#pragma once

#include "commands/load_figures.hpp"
#include "options/options.hpp"

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/responder.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::app {

/// Drives the logins of a load: so many one after the other in each of so many lanes. Its users are those that the
/// sandbox publishes, and it knows no other password: a load is not for accounts that somebody could lose.
class LoadRun {
public:
  /// The clients are shared out among the lanes. `done` is called once, when the last login has ended.
  LoadRun(boost::asio::io_context& context, LoadOptions const& options, std::vector<Client> clients,
          std::function<void()> done);
  LoadRun(LoadRun const&) = delete;
  LoadRun& operator=(LoadRun const&) = delete;
  ~LoadRun();

  void start();
  /// Begins no more logins and gives up those that are under way.
  void stop();

  [[nodiscard]] LoadFigures const& figures();
  /// With the final figures.
  [[nodiscard]] LoadFigures take_figures();

private:
  class Lane;

  void lane_is_idle();
  [[nodiscard]] std::string const& next_scenario();
  void measure();

  LoadOptions const* options_;
  std::vector<Client> clients_;
  std::function<void()> done_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<std::string const*> order_;  ///< The mix, dealt out evenly.
  LoadFigures figures_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::microseconds cpu_at_start_{};
  std::size_t resident_at_start_ = 0;
  std::size_t begun_count_ = 0;
  std::size_t idle_lanes_ = 0;
  bool stopped_ = false;
};

}  // namespace sallyport::app
