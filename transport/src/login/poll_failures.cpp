#include "login/poll_failures.hpp"

#include <algorithm>
#include <limits>

namespace sallyport {
namespace {

template <class Number>
void count_up(Number& number) noexcept {
  if (number < std::numeric_limits<Number>::max()) ++number;
}

}  // namespace

// A lost reply may have said that the user is in, whatever came of the polls after it.
void PollFailures::failed(Open left_open, std::string reason) {
  count_up(count);
  count_up(in_a_row);
  if (open != Open::unknown) open = left_open;
  why = std::move(reason);
}

Duration PollFailures::back_off(Limits const& limits) const noexcept {
  auto const longest = std::max(limits.poll_interval, limits.poll_interval_max);
  auto pause = limits.poll_interval;
  for (unsigned doubled = 0; doubled < std::max<unsigned>(in_a_row, 1) && pause < longest; ++doubled) pause *= 2;
  return std::min(pause, longest);
}

void PollFailures::tell(Diagnostics& diagnostics) const {
  diagnostics.polls_failed = count;
  diagnostics.poll_failure = why;
}

// Nobody can say that the user was absent who could not ask.
void PollFailures::tell(Session const& session, Outcome& outcome) const {
  tell(outcome.diagnostics);
  auto const is_over = session.state() == State::expired;
  if (open == Open::nothing || (!is_over && session.state() != State::cancelled)) return;
  if (open == Open::unknown) {
    outcome.kind = OutcomeKind::outcome_unknown;
  } else if (is_over) {
    outcome.kind = open == Open::rate_limited ? OutcomeKind::rate_limited : OutcomeKind::unavailable;
  } else {
    return;
  }
  if (outcome.diagnostics.reason.empty()) outcome.diagnostics.reason = "the newest poll got no answer: " + why;
}

}  // namespace sallyport
