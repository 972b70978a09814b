// A copy put back after a step is as if the step had never been taken.

#include "session_support.hpp"

#include <cstddef>

namespace sallyport::engine_test {

BOOST_AUTO_TEST_SUITE(roll_back)

BOOST_AUTO_TEST_CASE(an_answer_that_never_left_costs_nothing_and_may_be_given_again) {
  Limits const limits;
  auto session = in_state(State::challenged, Role::claimant, limits);
  auto const before = session;
  auto const alarm = session.alarm();
  must(session, EventType::answer, start + 10s);
  session = before;
  BOOST_TEST((session == before));
  BOOST_TEST((session.alarm() == alarm));
  BOOST_TEST(must(session, EventType::answer, start + 20s) == Action::send_answer);
}

BOOST_AUTO_TEST_CASE(a_restart_that_never_left_is_not_counted) {
  Limits limits;
  limits.restarts_max = 1;
  limits.another_way_max = 1;
  for (auto const act : {EventType::restart, EventType::another_way}) {
    auto session = in_state(State::challenged, Role::claimant, limits);
    for (int round = 0; round < 5; ++round) {
      auto const before = session;
      must(session, act, start + 60s);
      session = before;
    }
    must(session, act, start + 61s);
  }
}

BOOST_AUTO_TEST_CASE(a_poll_that_never_left_is_not_counted) {
  Limits limits;
  limits.polls_max = 1;
  auto session = in_state(State::waiting, Role::claimant, limits);
  for (int round = 0; round < 5; ++round) {
    auto const before = session;
    BOOST_TEST(must(session, EventType::poll, start + 10s) == Action::send_poll);
    session = before;
  }
}

BOOST_AUTO_TEST_CASE(a_login_that_never_left_has_not_begun) {
  Limits const limits;
  Session session(Role::claimant, limits);
  auto const before = session;
  must(session, EventType::login, start);
  session = before;
  BOOST_TEST(!session.alarm());
  must(session, EventType::login, start + 10min);
  must(session, reply(AuthStatus::delayed), start + 10min);
  BOOST_TEST((*session.answer_by() == start + 25min));
}

BOOST_AUTO_TEST_CASE(every_step_out_of_every_state_can_be_rolled_back) {
  Limits const limits;
  for (auto const role : roles) {
    for (std::size_t from = 0; from < state_count; ++from) {
      for (std::size_t event = 0; event < event_type_count; ++event) {
        auto session = in_state(state_at(from), role, limits);
        auto const before = session;
        static_cast<void>(session.step(event_of(event_at(event)), start + 70s));
        session = before;
        auto fresh = in_state(state_at(from), role, limits);
        BOOST_TEST((session == fresh));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
