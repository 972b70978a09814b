#include "support/config_checks.hpp"

namespace sallyport {
namespace {

/// What Beast counts headers in has 32 bits.
constexpr std::size_t bytes_max = 1U << 30U;

}  // namespace

std::string check_durations(std::initializer_list<std::pair<std::string_view, Duration>> durations) {
  for (auto const& [name, value] : durations) {
    if (value <= Duration::zero()) return std::string(name) + ": not above zero";
    if (value > duration_max) return std::string(name) + ": above a year";
  }
  return {};
}

std::string check_counts(std::initializer_list<std::pair<std::string_view, std::size_t>> counts) {
  for (auto const& [name, value] : counts) {
    if (value == 0) return std::string(name) + ": zero";
    if (value > bytes_max) return std::string(name) + ": above " + std::to_string(bytes_max);
  }
  return {};
}

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

}  // namespace sallyport
