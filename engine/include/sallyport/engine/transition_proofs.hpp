#pragma once

// What the dialogue promises, proved by the compiler each time a file that includes this is built.

#include <sallyport/engine/transition_table.hpp>
#include <sallyport/engine/verdict_table.hpp>

#include <array>
#include <cstddef>

namespace sallyport::proofs {

[[nodiscard]] constexpr State state_at(std::size_t index) noexcept {
  return static_cast<State>(index);
}

[[nodiscard]] constexpr bool sends_a_secret(Action action) noexcept {
  return action == Action::send_login || action == Action::send_answer || action == Action::send_another_way;
}

[[nodiscard]] constexpr bool sends(Action action) noexcept {
  return sends_a_secret(action) || action == Action::send_poll;
}

/// No two rows speak of the same event in the same state.
[[nodiscard]] constexpr bool deterministic() noexcept {
  for (std::size_t left = 0; left < transitions.size(); ++left) {
    for (std::size_t right = left + 1; right < transitions.size(); ++right) {
      if (transitions[left].from == transitions[right].from && transitions[left].event == transitions[right].event) {
        return false;
      }
    }
  }
  return true;
}

/// No row leaves an end.
[[nodiscard]] constexpr bool ends_are_final() noexcept {
  for (auto const& row : transitions) {
    if (is_end(row.from)) return false;
  }
  return true;
}

/// Every state can be reached from `idle`.
[[nodiscard]] constexpr bool all_reachable() noexcept {
  std::size_t reached = 1;
  for (std::size_t round = 0; round < state_count; ++round) {
    for (auto const& row : transitions) {
      if ((reached >> static_cast<std::size_t>(row.from) & 1U) != 0) reached |= 1U << static_cast<std::size_t>(row.to);
    }
  }
  return reached == (1U << state_count) - 1;
}

/// Every state in which somebody waits is left for an end when its time is over, or when the host cancels.
[[nodiscard]] constexpr bool every_wait_is_bounded() noexcept {
  for (std::size_t index = 0; index < state_count; ++index) {
    auto const state = state_at(index);
    if (is_end(state)) continue;
    auto const cancelled = find_transition(state, EventType::cancel);
    if (!cancelled || !is_end(cancelled->to)) return false;
    if (state == State::idle) continue;
    auto const late = find_transition(state, EventType::deadline);
    if (!late || !is_end(late->to)) return false;
  }
  return true;
}

/// Law 1: a credential, code or answer is sent on an act of the user alone.
[[nodiscard]] constexpr bool secrets_leave_on_user_acts_alone() noexcept {
  for (auto const& row : transitions) {
    if (sends_a_secret(row.claimant) && !is_user_act(row.event)) return false;
  }
  return true;
}

/// Law 2: what may have arrived and got no reply is unknown, however the reply was lost. A poll alone, which carries no
/// secret, leads back to the wait that it asked about.
[[nodiscard]] constexpr bool lost_replies_are_unknown() noexcept {
  for (auto const& row : transitions) {
    auto const lost =
        row.event == EventType::reply_lost || row.event == EventType::deadline || row.event == EventType::cancel;
    auto const asks_again = row.from == State::polling && row.event == EventType::reply_lost;
    auto const right = asks_again ? State::waiting : State::outcome_unknown;
    if (is_in_flight(row.from) && lost && row.to != right) return false;
  }
  return true;
}

/// Law 4: nothing is sent while a request is in flight, and whatever is sent leads to a state in flight.
[[nodiscard]] constexpr bool one_request_in_flight() noexcept {
  for (auto const& row : transitions) {
    if (sends(row.claimant) && (is_in_flight(row.from) || !is_in_flight(row.to))) return false;
    if (!sends(row.claimant) && is_in_flight(row.to)) return false;
    if (sends(row.claimant) != (row.verifier == Action::verify)) return false;
  }
  return true;
}

/// Every status has a row, at its own index.
[[nodiscard]] constexpr bool every_status_has_a_row() noexcept {
  for (std::size_t index = 0; index < verdict_rows.size(); ++index) {
    if (static_cast<std::size_t>(verdict_rows[index].status) != index) return false;
    if (!is_verdict(verdict_rows[index].event)) return false;
  }
  return verdict_rows.size() == enumerator_count<AuthStatus> + 1;
}

/// A status that leads to a state in which somebody waits names the timer that bounds it; one that ends names none.
[[nodiscard]] constexpr bool every_status_that_waits_is_bounded() noexcept {
  for (auto const& row : verdict_rows) {
    auto const waits = row.event == EventType::challenge || row.event == EventType::wait;
    if (waits != (row.bound == Bound::challenge || row.bound == Bound::step || row.bound == Bound::flow)) return false;
  }
  return true;
}

static_assert(deterministic());
static_assert(ends_are_final());
static_assert(all_reachable());
static_assert(every_wait_is_bounded());
static_assert(secrets_leave_on_user_acts_alone());
static_assert(lost_replies_are_unknown());
static_assert(one_request_in_flight());
static_assert(every_status_has_a_row());
static_assert(every_status_that_waits_is_bounded());

}  // namespace sallyport::proofs
