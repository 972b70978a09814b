#pragma once

#include <sallyport/transport/observer.hpp>
#include <sallyport/transport/server.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace sallyport::app {

/// What a server counts of its logins, for Prometheus. A UsageError where this build has none.
class Metrics {
public:
  Metrics();
  ~Metrics();
  Metrics(Metrics const&) = delete;
  Metrics& operator=(Metrics const&) = delete;

  [[nodiscard]] std::shared_ptr<Observer> observer() const;

private:
  friend class MetricsListener;
  struct State;
  std::shared_ptr<State> state_;
};

/// Shows them over plain HTTP on 127.0.0.1, and whether the server lives and takes requests, on a thread of its own:
/// whoever asks needs no secret of the API, and no other machine gets there. Both functions are called from that
/// thread.
class MetricsListener {
public:
  MetricsListener(Metrics const& metrics, std::uint16_t port, std::function<ServerCounters()> counters,
                  std::function<bool()> is_ready);
  ~MetricsListener();
  MetricsListener(MetricsListener const&) = delete;
  MetricsListener& operator=(MetricsListener const&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sallyport::app
