// What comes too late, and who is woken when.

#include "session_support.hpp"

#include <cstddef>

namespace sallyport::engine_test {
namespace {

constexpr EventType acts[] = {EventType::answer, EventType::another_way, EventType::restart, EventType::poll};

}  // namespace

BOOST_AUTO_TEST_SUITE(deadlines)

BOOST_AUTO_TEST_CASE(answer_too_late_is_not_an_answer) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = in_state(State::challenged, role, limits);
    auto const action = must(session, EventType::answer, *session.answer_by());
    BOOST_TEST(session.state() == State::expired);
    BOOST_TEST(action == (role == Role::claimant ? Action::complete : Action::release));
  }
}

BOOST_AUTO_TEST_CASE(whatever_a_user_or_a_timer_does_too_late_is_the_deadline) {
  Limits const limits;
  for (auto const role : roles) {
    for (auto const state : {State::challenged, State::waiting}) {
      for (auto const act : acts) {
        BOOST_TEST_CONTEXT(name_of(role) << ", " << name_of(state) << ", " << name_of(act)) {
          auto session = in_state(state, role, limits);
          must(session, act, *session.answer_by() + 1h);
          BOOST_TEST(session.state() == State::expired);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(too_late_outranks_every_other_reason_to_refuse) {
  Limits limits;
  limits.restarts_max = 0;
  limits.another_way_max = 0;
  for (auto const act : {EventType::answer, EventType::another_way, EventType::restart}) {
    auto session = standing_at(Role::claimant, limits, reply(AuthStatus::device_login_verified));
    must(session, act, *session.answer_by());
    BOOST_TEST(session.state() == State::expired);
  }
}

BOOST_AUTO_TEST_CASE(a_moment_before_the_deadline_is_in_time) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = in_state(State::challenged, role, limits);
    must(session, EventType::answer, *session.answer_by() - 1ns);
    BOOST_TEST(session.state() == State::verifying);
  }
}

BOOST_AUTO_TEST_CASE(a_late_cancel_is_a_cancel) {
  Limits const limits;
  auto session = in_state(State::challenged, Role::claimant, limits);
  must(session, EventType::cancel, *session.answer_by() + 1s);
  BOOST_TEST(session.state() == State::cancelled);
}

BOOST_AUTO_TEST_CASE(an_answer_given_in_time_is_verified_to_the_end) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply_for(AuthStatus::challenge_issued, 100s));
    auto const by = *session.answer_by();
    must(session, EventType::answer, by - 1ns);
    BOOST_TEST(must(session, EventType::deadline, by) == Action::none);
    must(session, reply(AuthStatus::succeeded), by + 20s);
    BOOST_TEST(session.state() == State::succeeded);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_answer_that_is_known_only_after_the_deadline_leaves_no_time_for_another_one) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply_for(AuthStatus::challenge_issued, 100s));
    auto const by = *session.answer_by();
    must(session, EventType::answer, by - 1s);
    must(session, reply(AuthStatus::challenge_failed), by + 1s);
    BOOST_TEST((session.alarm() == Alarm{by, EventType::deadline}));
    must(session, EventType::answer, by + 2s);
    BOOST_TEST(session.state() == State::expired);
  }
}

BOOST_AUTO_TEST_CASE(a_request_without_a_reply_ends_as_unknown_when_its_time_is_over) {
  Limits const limits;
  for (auto const role : roles) {
    for (auto const state : {State::authenticating, State::verifying, State::polling}) {
      auto session = in_state(state, role, limits);
      auto const alarm = session.alarm();
      BOOST_REQUIRE(alarm.has_value());
      BOOST_TEST(alarm->event == EventType::deadline);
      BOOST_TEST(must(session, EventType::deadline, alarm->at - 1ns) == Action::none);
      BOOST_TEST(session.state() == state);
      must(session, EventType::deadline, alarm->at);
      BOOST_TEST(session.state() == State::outcome_unknown);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_request_has_thirty_seconds) {
  Limits const limits;
  BOOST_TEST((begun(Role::claimant, limits).alarm() == Alarm{start + 30s, EventType::deadline}));
  BOOST_TEST((in_state(State::polling, Role::claimant, limits).alarm() == Alarm{start + 35s, EventType::deadline}));
}

BOOST_AUTO_TEST_CASE(a_reply_that_beats_a_late_ring_is_taken) {
  Limits const limits;
  auto session = begun(Role::claimant, limits);
  must(session, reply(AuthStatus::succeeded), start + 1h);
  BOOST_TEST(session.state() == State::succeeded);
}

BOOST_AUTO_TEST_CASE(a_ring_that_comes_early_late_or_twice_is_harmless) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply_for(AuthStatus::challenge_issued, 100s, 1));
    auto const first = *session.alarm();
    BOOST_TEST(must(session, EventType::deadline, first.at - 1ns) == Action::none);
    must(session, EventType::answer, start + 90s);
    must(session, reply_for(AuthStatus::mfa_required, 100s, 2), start + 95s);
    auto const before = session;
    BOOST_TEST(must(session, first.event, first.at) == Action::none);
    BOOST_TEST((session == before));
    auto const second = *session.alarm();
    must(session, second.event, second.at);
    BOOST_TEST(session.state() == State::expired);
    BOOST_TEST(must(session, second.event, second.at) == Action::none);
    BOOST_TEST(session.state() == State::expired);
  }
}

BOOST_AUTO_TEST_CASE(a_stale_ring_for_a_poll_changes_nothing) {
  Limits const limits;
  for (auto const state : {State::idle, State::authenticating, State::challenged, State::verifying, State::polling}) {
    auto session = in_state(state, Role::claimant, limits);
    BOOST_TEST(refusal(session, EventType::poll, start + 6s) == EngineErrc::not_allowed);
  }
}

BOOST_AUTO_TEST_CASE(an_alarm_is_there_exactly_while_somebody_waits) {
  Limits const limits;
  for (auto const role : roles) {
    for (std::size_t index = 0; index < state_count; ++index) {
      auto const state = state_at(index);
      auto const waits = state != State::idle && !is_end(state);
      BOOST_TEST(in_state(state, role, limits).alarm().has_value() == waits, name_of(state));
    }
  }
}

BOOST_AUTO_TEST_CASE(answer_by_is_there_exactly_while_an_answer_is_taken) {
  Limits const limits;
  for (auto const role : roles) {
    for (std::size_t index = 0; index < state_count; ++index) {
      auto const state = state_at(index);
      auto const waits = state == State::challenged || state == State::waiting;
      auto const session = in_state(state, role, limits);
      BOOST_TEST(session.answer_by().has_value() == waits);
      BOOST_TEST(session.can_restart_at().has_value() == waits);
      BOOST_TEST(session.can_try_another_way() == waits);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
