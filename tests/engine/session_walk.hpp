#pragma once

// The promises of a session, checked after each step of a walk; without a test framework, because a fuzz target walks
// as well.

#include "random_event.hpp"
#include "replies.hpp"

#include <sallyport/engine/session.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace sallyport::engine_test {

inline bool sends_a_secret(Action action) {
  return action == Action::send_login || action == Action::send_answer || action == Action::send_another_way;
}

inline bool sends(Action action) {
  return sends_a_secret(action) || action == Action::send_poll || action == Action::verify;
}

template <class Dice>
Limits random_limits(Dice& dice) {
  Limits limits;
  limits.strict = dice.once_in(4);
  limits.attempts_max = static_cast<std::uint8_t>(1 + dice.below(4));
  limits.restarts_max = static_cast<std::uint8_t>(dice.below(4));
  limits.another_way_max = static_cast<std::uint8_t>(dice.below(4));
  limits.polls_max = static_cast<std::uint16_t>(1 + dice.below(20));
  limits.answers_without_progress_max = static_cast<std::uint8_t>(1 + dice.below(6));
  limits.answers_max = static_cast<std::uint8_t>(1 + dice.below(12));
  limits.confirmations_max = static_cast<std::uint16_t>(1 + dice.below(4));
  limits.challenges_max = static_cast<std::uint16_t>(1 + dice.below(30));
  return limits;
}

/// One session on its walk through random events at random times, and what it has been seen to do. `broken` is told
/// which law does not hold, after which event, and must not return.
template <class Dice>
class Walk {
public:
  using Broken = void (*)(std::string const& what);

  Walk(Role role, Dice& dice, Broken broken)
      : limits_(random_limits(dice)), session_(role, limits_), dice_(&dice), broken_(broken) {}
  Walk(Walk const&) = delete;
  Walk& operator=(Walk const&) = delete;

  bool is_over() const { return is_end(session_.state()) && steps_after_end_ > 3; }

  void step() {
    auto const before = session_;
    auto const event = random_event(*dice_, session_);
    now_ += random_pause(event.type);
    auto const action = session_.step(event, now_);
    event_ = event.type;
    before_ = before.state();
    if (is_end(before.state())) ++steps_after_end_;
    check_alarm();
    if (!action) return check(session_ == before, "a refused step changed the session");
    check_action(before, event, *action);
    check_challenge(before);
    check_counts(before, event.type, *action);
    check_progress(before, event);
  }

  State state() const { return session_.state(); }

private:
  Duration random_pause(EventType type) {
    auto const alarm = session_.alarm();
    if (type == EventType::deadline && alarm && dice_->once_in(2)) return std::max(alarm->at - now_, Duration(0));
    if (type == EventType::poll && alarm && dice_->once_in(2)) return std::max(alarm->at - now_, Duration(0));
    return std::chrono::milliseconds(dice_->once_in(30) ? dice_->below(400'000) : dice_->below(9'000));
  }

  void check(bool holds, char const* law) const {
    if (!holds) broken_(std::string(name_of(event_)).append(" in ").append(name_of(before_)).append(": ").append(law));
  }

  void check_alarm() const {
    auto const waits = session_.state() != State::idle && !is_end(session_.state());
    check(session_.alarm().has_value() == waits, "an alarm is there exactly while somebody waits");
  }

  void check_action(Session const& before, Event const& event, Action action) const {
    check(!is_end(before.state()) || (action == Action::none && session_ == before), "ends are final");
    check(!sends(action) || !is_in_flight(before.state()), "nothing is sent while a request is in flight");
    check(!sends(action) || is_in_flight(session_.state()), "what is sent is in flight");
    check(!sends_a_secret(action) || is_user_act(event.type), "a secret is sent on an act of the user alone");
    check(!sends(action) || before.state() == State::idle || now_ < *before.answer_by(), "nothing is sent too late");
    if (action != Action::none) {
      auto const verifies = action == Action::verify || action == Action::reply || action == Action::release;
      check(verifies == (session_.role() == Role::verifier), "each role has actions of its own");
    }
  }

  void check_challenge(Session const& before) {
    auto const by = session_.answer_by();
    if (!by) return;
    if (session_.doors() == before.doors() && answer_by_) check(*by == *answer_by_, "answer_by moved at the same door");
    if (session_.doors() != before.doors()) check(session_.doors() == before.doors() + 1, "a door was skipped");
    check(*by <= login_at_ + limits_.flow_life_span, "no wait is longer than the login");
    answer_by_ = by;
  }

  void check_counts(Session const& before, EventType type, Action action) {
    if (type == EventType::login && sends(action)) login_at_ = now_;
    if (type == EventType::restart && sends(action)) ++restarts_;
    if (type == EventType::another_way && sends(action)) ++switches_;
    if (session_.doors() != before.doors()) wrong_answers_ = polls_ = 0;
    if (type == EventType::poll && sends(action)) ++polls_;
    if (said_wrong(before)) ++wrong_answers_;
    if (session_.attempts_exhausted()) check(session_.state() == State::failed, "exhausted attempts are a denial");
    check(wrong_answers_ < std::max<unsigned>(limits_.attempts_max, 1), "too many attempts");
    check(restarts_ <= limits_.restarts_max, "too many restarts");
    check(switches_ <= limits_.another_way_max, "too many other ways");
    check(polls_ <= limits_.polls_max, "too many polls");
  }

  // What counts as progress is told by books of its own: all kinds that were ever stood at.
  void check_progress(Session const& before, Event const& event) {
    if (is_in_flight(session_.state()) && !is_in_flight(before.state())) {
      answers_ = event.type == EventType::answer;
      confirms_ = answers_ && before.state() == State::waiting && (session_.role() == Role::verifier || !polled_);
      if (answers_) ++(confirms_ ? confirmations_ : answer_count_);
      if (confirms_)
        check(session_.role() == Role::verifier || now_ >= waits_since_ + limits_.poll_interval, "too soon");
    }
    check(answer_count_ <= limits_.answers_max, "too many answers");
    check(confirmations_ <= limits_.confirmations_max, "too many confirmations");
    check(session_.doors() <= limits_.challenges_max, "too many challenges");
    if (!is_in_flight(before.state()) || !is_verdict(event.type) || is_end(session_.state())) return;
    auto const& [status, factor, flow_step, life_span, fingerprint, question, polled, typed] = event.verdict;
    static_cast<void>(typed);
    auto const begins = session_.doors() != before.doors();
    auto const is_new = begins && kinds_.insert(kind_of_challenge(status, factor, flow_step, question)).second;
    if (answers_ && !confirms_) fruitless_ = is_new ? 0 : fruitless_ + 1;
    check(fruitless_ < std::max<unsigned>(limits_.answers_without_progress_max, 1),
          "too many answers without progress");
    polled_ = polled;
    waits_since_ = now_;
  }

  bool said_wrong(Session const& before) const {
    return session_.answer_was_wrong() && before.state() == State::verifying && session_.state() == State::challenged;
  }

  Limits limits_;
  Session session_;
  Dice* dice_;
  Broken broken_;
  TimePoint now_ = start;
  TimePoint login_at_ = start;
  std::optional<TimePoint> answer_by_;
  EventType event_ = EventType::login;
  State before_ = State::idle;
  unsigned wrong_answers_ = 0;
  unsigned restarts_ = 0;
  unsigned switches_ = 0;
  unsigned polls_ = 0;
  unsigned steps_after_end_ = 0;
  std::set<std::uint16_t> kinds_;
  TimePoint waits_since_ = start;
  unsigned answer_count_ = 0;
  unsigned confirmations_ = 0;
  unsigned fruitless_ = 0;
  bool answers_ = false;
  bool confirms_ = false;
  bool polled_ = true;
};

}  // namespace sallyport::engine_test
