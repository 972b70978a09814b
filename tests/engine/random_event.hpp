#pragma once

#include "replies.hpp"

namespace sallyport::engine_test {

/// `Dice` has `below` and `once_in`.
template <class Dice>
Verdict random_verdict(Dice& dice) {
  auto verdict = reply(status_at(dice.below(status_count)), dice.below(3));
  if (dice.once_in(2)) verdict.mfa_type = static_cast<MfaType>(dice.below(enumerator_count<MfaType> + 1));
  if (dice.once_in(3)) verdict.flow_step = static_cast<AuthFlowStep>(dice.below(step_count));
  if (dice.once_in(3)) verdict.life_span = std::chrono::seconds(static_cast<std::int64_t>(dice.below(400)) - 20);
  verdict.polled = !dice.once_in(5);
  verdict.typed = dice.once_in(5);
  if (dice.once_in(6)) verdict.question = static_cast<std::uint16_t>(1 + dice.below(3));
  return verdict;
}

template <class Dice>
Event random_event(Dice& dice, Session const& session) {
  // Mostly what may happen, so that the walk gets far; now and then anything.
  if (is_in_flight(session.state()) && !dice.once_in(8)) return random_verdict(dice);
  if (session.state() == State::idle && !dice.once_in(4)) return EventType::login;
  auto const type = event_at(dice.below(event_type_count));
  if (type == EventType::cancel && !dice.once_in(10)) return EventType::answer;
  return is_verdict(type) ? Event(random_verdict(dice)) : Event(type);
}

}  // namespace sallyport::engine_test
