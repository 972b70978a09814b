#pragma once

#include <cstddef>

namespace sallyport {

/// What the connections of a client do at a moment: gauges for metrics.
struct PoolState {
  std::size_t open = 0;     ///< Connected or connecting; at most `ClientConfig::connections_max`.
  std::size_t idle = 0;     ///< Of these, without a request.
  std::size_t waiting = 0;  ///< Requests that wait for a connection to become free.
};

}  // namespace sallyport
