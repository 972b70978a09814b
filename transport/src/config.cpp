#include <sallyport/transport/config.hpp>

#include "http_message.hpp"
#include "pinned_keys.hpp"
#include "proxies.hpp"
#include "proxy.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace sallyport {
namespace {

/// Far beyond any use, and small enough that no sum of moments and durations overflows.
constexpr Duration duration_max = std::chrono::hours(24 * 366);
/// What Beast counts headers in has 32 bits.
constexpr std::size_t bytes_max = 1U << 30U;

using Named = std::pair<std::string_view, Duration>;
using Counted = std::pair<std::string_view, std::size_t>;

std::string check_durations(std::initializer_list<Named> durations) {
  for (auto const& [name, value] : durations) {
    if (value <= Duration::zero()) return std::string(name) + ": not above zero";
    if (value > duration_max) return std::string(name) + ": above a year";
  }
  return {};
}

std::string check_counts(std::initializer_list<Counted> counts) {
  for (auto const& [name, value] : counts) {
    if (value == 0) return std::string(name) + ": zero";
    if (value > bytes_max) return std::string(name) + ": above " + std::to_string(bytes_max);
  }
  return {};
}

/// Milliseconds that do not fit the engine's nanoseconds are out of reason anyway.
Duration bounded(std::chrono::milliseconds value) noexcept {
  constexpr auto reason = std::chrono::duration_cast<std::chrono::milliseconds>(duration_max);
  return value > reason ? Duration::max() : value < -reason ? Duration::min() : Duration(value);
}

std::string problem_of(Limits const& limits) {
  if (limits.expiry_margin < Duration::zero()) return "limits.expiry_margin: below zero";
  if (limits.resend_cool_down < Duration::zero()) return "limits.resend_cool_down: below zero";
  if (limits.resend_cool_down > duration_max) return "limits.resend_cool_down: above a year";
  auto problem = check_durations({
      {"limits.challenge_life_span", limits.challenge_life_span},
      {"limits.challenge_life_span_max", limits.challenge_life_span_max},
      {"limits.step_life_span", limits.step_life_span},
      {"limits.flow_life_span", limits.flow_life_span},
      {"limits.request_life_span", limits.request_life_span},
      {"limits.poll_interval", limits.poll_interval},
      {"limits.poll_interval_max", limits.poll_interval_max},
  });
  if (problem.empty()) {
    problem = check_counts({
        {"limits.attempts_max", limits.attempts_max},
        {"limits.answers_without_progress_max", limits.answers_without_progress_max},
        {"limits.answers_max", limits.answers_max},
        {"limits.confirmations_max", limits.confirmations_max},
        {"limits.challenges_max", limits.challenges_max},
    });
  }
  return problem;
}

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
