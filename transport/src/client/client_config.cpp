#include "client/proxy.hpp"
#include "http/http_message.hpp"
#include "net/pinned_keys.hpp"
#include "support/config_checks.hpp"

#include <sallyport/transport/config.hpp>

namespace sallyport {

std::string problem_of(ClientConfig const& config) {
  auto problem = problem_of(config.limits);
  if (problem.empty()) {
    problem = check_durations({
        {"resolve_timeout", bounded(config.resolve_timeout)},
        {"connect_timeout", bounded(config.connect_timeout)},
        {"handshake_timeout", bounded(config.handshake_timeout)},
        {"idle_timeout", bounded(config.idle_timeout)},
    });
  }
  if (problem.empty()) {
    problem = check_counts({
        {"header_bytes_max", config.header_bytes_max},
        {"bounds.text_bytes_max", config.bounds.text_bytes_max},
        {"connections_max", config.connections_max},
        {"connect_attempts_max", config.connect_attempts_max},
    });
  }
  if (problem.empty()) problem = problem_of_pins(config.pinned_keys);
  if (problem.empty() && config.proxy) problem = problem_of(*config.proxy);
  if (problem.empty()) problem = problem_of_headers(config.headers);
  return problem;
}

}  // namespace sallyport
