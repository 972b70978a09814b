// Stands in for metrics.cpp where prometheus-cpp was not there when the program was built.

#include "runtime/failure.hpp"
#include "runtime/metrics.hpp"

namespace sallyport::app {

struct Metrics::State {};
struct MetricsListener::State {};

Metrics::Metrics() {
  throw UsageError("--metrics", "this program was built without prometheus-cpp (Debian: prometheus-cpp-dev)");
}
Metrics::~Metrics() = default;

std::shared_ptr<Observer> Metrics::observer() const {
  return nullptr;
}

MetricsListener::MetricsListener(Metrics const&, std::uint16_t, std::function<ServerCounters()>,
                                 std::function<bool()>) {}
MetricsListener::~MetricsListener() = default;

std::uint16_t MetricsListener::port() const noexcept {
  return 0;
}

}  // namespace sallyport::app
