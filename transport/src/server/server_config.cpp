#include "server/proxies.hpp"
#include "support/config_checks.hpp"

#include <sallyport/transport/config.hpp>

namespace sallyport {
namespace {

std::string problem_of(std::string const& name, ThrottlePolicy const& policy) {
  constexpr std::size_t burst_max = 65536;
  constexpr Duration recovery_max = std::chrono::hours(24);
  if (policy.burst == 0) return {};
  if (policy.burst > burst_max) return name + ".burst: above " + std::to_string(burst_max);
  if (policy.recovery > recovery_max) return name + ".recovery: above a day";
  if (policy.recovery <= Duration::zero()) return name + ".recovery: not above zero";
  if (policy.wait <= Duration::zero()) return name + ".wait: not above zero";
  if (policy.wait > policy.recovery) return name + ".wait: above recovery";
  return check_counts({{name + ".keys_max", policy.keys_max}});
}

}  // namespace

std::string problem_of(ServerConfig const& config) {
  auto problem = problem_of(config.limits);
  if (problem.empty()) {
    problem = check_durations({
        {"handshake_timeout", bounded(config.handshake_timeout)},
        {"read_timeout", bounded(config.read_timeout)},
        {"write_timeout", bounded(config.write_timeout)},
        {"idle_timeout", bounded(config.idle_timeout)},
        {"linger", bounded(config.linger)},
    });
  }
  if (problem.empty()) {
    problem = check_counts({
        {"header_bytes_max", config.header_bytes_max},
        {"bounds.text_bytes_max", config.bounds.text_bytes_max},
        {"connections_max", config.connections_max},
        {"connections_per_address_max", config.connections_per_address_max},
        {"body_bytes_max", config.body_bytes_max},
        {"sessions_max", config.sessions_max},
    });
  }
  if (problem.empty() && config.body_bytes_max < config.bounds.text_bytes_max) {
    problem = "body_bytes_max: below bounds.text_bytes_max";
  }
  if (problem.empty()) problem = problem_of_proxies(config.proxies);
  if (problem.empty() && config.proxy_protocol && config.proxies.empty()) problem = "proxy_protocol: without proxies";
  if (problem.empty()) problem = problem_of("account_throttle", config.account_throttle);
  if (problem.empty()) problem = problem_of("address_throttle", config.address_throttle);
  return problem;
}

}  // namespace sallyport
