// Polls: when, how many, and by whom.

#include "session_support.hpp"

#include <vector>

namespace sallyport::engine_test {
namespace {

Session polled_again(Session session, Verdict const& verdict) {
  auto const alarm = *session.alarm();
  BOOST_TEST(alarm.event == EventType::poll);
  must(session, EventType::poll, alarm.at);
  must(session, verdict, alarm.at);
  return session;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(polls)

BOOST_AUTO_TEST_CASE(the_claimant_polls_every_five_seconds_and_the_verifier_never) {
  Limits const limits;
  auto const wait = reply(AuthStatus::device_confirmation_required);
  auto claimant = standing_at(Role::claimant, limits, wait);
  for (auto at = start + 5s; at < start + 60s; at += 5s) {
    BOOST_TEST((claimant.alarm() == Alarm{at, EventType::poll}));
    claimant = polled_again(claimant, wait);
  }
  auto const verifier = standing_at(Role::verifier, limits, wait);
  BOOST_TEST((verifier.alarm() == Alarm{*verifier.answer_by(), EventType::deadline}));
}

BOOST_AUTO_TEST_CASE(the_interval_counts_from_the_reply) {
  Limits const limits;
  auto session = standing_at(Role::claimant, limits, reply(AuthStatus::device_confirmation_required));
  must(session, EventType::poll, start + 5s);
  must(session, reply(AuthStatus::device_confirmation_required), start + 25s);
  BOOST_TEST((session.alarm() == Alarm{start + 30s, EventType::poll}));
}

BOOST_AUTO_TEST_CASE(a_poll_before_its_interval_is_over_is_too_early) {
  Limits const limits;
  auto claimant = in_state(State::waiting, Role::claimant, limits);
  BOOST_TEST(refusal(claimant, EventType::poll, start + 5s - 1ns) == EngineErrc::too_early);
  // The interval is the claimant's affair: a verifier answers whoever asks.
  auto verifier = in_state(State::waiting, Role::verifier, limits);
  must(verifier, EventType::poll, start + 1ns);
}

BOOST_AUTO_TEST_CASE(polls_never_overlap) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = in_state(State::polling, role, limits);
    BOOST_TEST(refusal(session, EventType::poll, start + 20s) == EngineErrc::not_allowed);
  }
}

BOOST_AUTO_TEST_CASE(a_delayed_login_is_polled_half_as_often_each_time_up_to_the_cap) {
  Limits const limits;
  auto session = standing_at(Role::claimant, limits, reply(AuthStatus::delayed));
  auto last = start;
  std::vector<Duration> pauses;
  for (int round = 0; round < 7; ++round) {
    pauses.push_back(session.alarm()->at - last);
    last = session.alarm()->at;
    session = polled_again(session, reply(AuthStatus::delayed));
  }
  BOOST_TEST((pauses == std::vector<Duration>{5s, 10s, 20s, 40s, 60s, 60s, 60s}));
}

BOOST_AUTO_TEST_CASE(after_a_delay_the_next_wait_is_polled_at_the_usual_pace) {
  Limits const limits;
  auto session = standing_at(Role::claimant, limits, reply(AuthStatus::delayed));
  for (int round = 0; round < 4; ++round) session = polled_again(session, reply(AuthStatus::delayed));
  auto const now = session.alarm()->at;
  session = polled_again(session, reply(AuthStatus::device_confirmation_required));
  BOOST_TEST((session.alarm() == Alarm{now + 5s, EventType::poll}));
}

BOOST_AUTO_TEST_CASE(a_poll_that_got_no_answer_is_asked_again_after_its_interval) {
  Limits const limits;
  auto const wait = reply(AuthStatus::device_confirmation_required);
  auto session = standing_at(Role::claimant, limits, wait);
  must(session, EventType::poll, start + 5s);
  BOOST_TEST(must(session, EventType::reply_lost, start + 8s) == Action::watch);
  BOOST_TEST(session.state() == State::waiting);
  BOOST_TEST((session.alarm() == Alarm{start + 13s, EventType::poll}));
  session = polled_again(session, wait);
  session = polled_again(session, reply(AuthStatus::succeeded));
  BOOST_TEST(session.state() == State::succeeded);
}

BOOST_AUTO_TEST_CASE(polls_that_got_no_answer_count_toward_their_bound) {
  Limits limits;
  limits.polls_max = 2;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply(AuthStatus::device_confirmation_required));
    for (auto const at : {start + 5s, start + 10s}) {
      must(session, EventType::poll, at);
      must(session, EventType::reply_lost, at);
    }
    must(session, EventType::poll, start + 15s);
    BOOST_TEST(session.state() == State::expired);
  }
}

BOOST_AUTO_TEST_CASE(a_wait_that_only_the_user_may_ask_about_is_not_polled) {
  Limits const limits;
  auto wait = reply(AuthStatus::device_confirmation_required);
  wait.polled = false;
  auto session = standing_at(Role::claimant, limits, wait);
  BOOST_TEST((session.alarm() == Alarm{*session.answer_by(), EventType::deadline}));
  BOOST_TEST(refusal(session, EventType::poll, start + 10s) == EngineErrc::not_allowed);
  BOOST_TEST(must(session, EventType::answer, start + 10s) == Action::send_answer);
  must(session, wait, start + 11s);
  BOOST_TEST(!session.answer_was_wrong());
  BOOST_TEST(session.state() == State::waiting);
}

BOOST_AUTO_TEST_CASE(the_poll_beyond_the_last_allowed_is_the_deadline) {
  Limits limits;
  limits.polls_max = 3;
  auto const wait = reply(AuthStatus::device_confirmation_required);
  for (auto const role : roles) {
    auto session = standing_at(role, limits, wait);
    auto at = start;
    for (int count = 0; count < 3; ++count) {
      at += 5s;
      must(session, EventType::poll, at);
      must(session, wait, at);
    }
    must(session, EventType::poll, at + 5s);
    BOOST_TEST(session.state() == State::expired);
  }
}

BOOST_AUTO_TEST_CASE(a_new_wait_may_be_polled_as_often_as_the_first) {
  Limits limits;
  limits.polls_max = 1;
  auto session = standing_at(Role::claimant, limits, reply(AuthStatus::email_verification));
  session = polled_again(session, reply(AuthStatus::email_received));
  session = polled_again(session, reply(AuthStatus::succeeded));
  BOOST_TEST(session.state() == State::succeeded);
}

// A wrong answer to a wait makes the session stand where it takes an answer and no poll.
BOOST_AUTO_TEST_CASE(a_poll_where_an_answer_is_awaited_never_ends_the_login) {
  Limits limits;
  limits.polls_max = 1;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply(AuthStatus::email_verification));
    must(session, EventType::poll, start + 5s);
    must(session, reply(AuthStatus::email_verification), start + 5s);
    must(session, EventType::answer, start + 6s);
    must(session, reply(AuthStatus::challenge_failed), start + 7s);
    BOOST_TEST(session.state() == State::challenged);
    BOOST_TEST(refusal(session, EventType::poll, start + 20s) == EngineErrc::not_allowed);
    BOOST_TEST(refusal(session, EventType::poll, start + 8s) == EngineErrc::not_allowed);
  }
}

BOOST_AUTO_TEST_CASE(when_the_next_poll_would_come_too_late_the_alarm_is_the_deadline) {
  Limits const limits;
  auto const session = standing_at(Role::claimant, limits, reply_for(AuthStatus::device_confirmation_required, 5s));
  BOOST_TEST((session.alarm() == Alarm{start + 4500ms, EventType::deadline}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
