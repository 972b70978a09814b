#pragma once

// Short ways to say what a reply is, without a test framework: the fuzz targets share them.

#include <sallyport/engine/session.hpp>
#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/status.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sallyport::engine_test {

using namespace std::chrono_literals;

inline constexpr TimePoint start{1h};
inline constexpr Role roles[] = {Role::claimant, Role::verifier};

inline constexpr State state_at(std::size_t index) {
  return static_cast<State>(index);
}
inline constexpr EventType event_at(std::size_t index) {
  return static_cast<EventType>(index);
}
inline constexpr AuthStatus status_at(std::size_t index) {
  return static_cast<AuthStatus>(index);
}
inline constexpr std::size_t status_count = enumerator_count<AuthStatus> + 1;
inline constexpr std::size_t step_count = enumerator_count<AuthFlowStep> + 1;

inline Verdict reply(AuthStatus status, std::uint64_t fingerprint = 0) {
  Verdict verdict;
  verdict.status = status;
  verdict.fingerprint = fingerprint;
  return verdict;
}

inline Verdict reply_for(AuthStatus status, std::chrono::seconds life_span, std::uint64_t fingerprint = 0) {
  auto verdict = reply(status, fingerprint);
  verdict.life_span = life_span;
  return verdict;
}

}  // namespace sallyport::engine_test
