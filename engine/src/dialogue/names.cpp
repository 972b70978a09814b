#include <sallyport/engine/transition_table.hpp>
#include <sallyport/engine/verdict_table.hpp>

namespace sallyport {

std::string_view name_of(Role role) noexcept {
  switch (role) {
    case Role::claimant: return "claimant";
    case Role::verifier: return "verifier";
  }
  return "unknown";
}

std::string_view name_of(State state) noexcept {
  switch (state) {
    case State::idle: return "idle";
    case State::authenticating: return "authenticating";
    case State::challenged: return "challenged";
    case State::waiting: return "waiting";
    case State::verifying: return "verifying";
    case State::polling: return "polling";
    case State::succeeded: return "succeeded";
    case State::failed: return "failed";
    case State::handed_off: return "handed_off";
    case State::expired: return "expired";
    case State::cancelled: return "cancelled";
    case State::outcome_unknown: return "outcome_unknown";
  }
  return "unknown";
}

std::string_view name_of(EventType event) noexcept {
  switch (event) {
    case EventType::login: return "login";
    case EventType::answer: return "answer";
    case EventType::another_way: return "another_way";
    case EventType::restart: return "restart";
    case EventType::poll: return "poll";
    case EventType::granted: return "granted";
    case EventType::denied: return "denied";
    case EventType::challenge: return "challenge";
    case EventType::wrong_answer: return "wrong_answer";
    case EventType::wait: return "wait";
    case EventType::hand_off: return "hand_off";
    case EventType::deadline: return "deadline";
    case EventType::cancel: return "cancel";
    case EventType::reply_lost: return "reply_lost";
  }
  return "unknown";
}

std::string_view name_of(Action action) noexcept {
  switch (action) {
    case Action::none: return "none";
    case Action::send_login: return "send_login";
    case Action::send_answer: return "send_answer";
    case Action::send_another_way: return "send_another_way";
    case Action::send_poll: return "send_poll";
    case Action::prompt: return "prompt";
    case Action::watch: return "watch";
    case Action::complete: return "complete";
    case Action::verify: return "verify";
    case Action::reply: return "reply";
    case Action::release: return "release";
  }
  return "unknown";
}

std::string_view name_of(Want want) noexcept {
  switch (want) {
    case Want::nothing: return "nothing";
    case Want::input: return "input";
    case Want::act_elsewhere: return "act elsewhere";
    case Want::restart: return "restart";
    case Want::hand_off: return "hand off";
  }
  return "unknown";
}

std::string_view name_of(Bound bound) noexcept {
  switch (bound) {
    case Bound::none: return "none";
    case Bound::kept: return "kept";
    case Bound::challenge: return "challenge";
    case Bound::step: return "step";
    case Bound::flow: return "flow";
  }
  return "unknown";
}

}  // namespace sallyport
