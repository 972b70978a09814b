// How often a user may be wrong, start over, or try another way.

#include "session_support.hpp"

namespace sallyport::engine_test {
namespace {

Verdict const code = reply(AuthStatus::challenge_issued, 1);
Verdict const wrong = reply(AuthStatus::challenge_failed);

void answer(Session& session, Verdict const& verdict, TimePoint now) {
  must(session, EventType::answer, now);
  must(session, verdict, now);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attempts)

BOOST_AUTO_TEST_CASE(the_third_wrong_answer_is_a_denial_on_both_sides) {
  Limits const limits;
  for (auto const role : roles) {
    for (auto const& verdict : {wrong, code}) {
      auto session = standing_at(role, limits, code);
      BOOST_TEST(session.attempts_left() == 3);
      answer(session, verdict, start + 1s);
      BOOST_TEST(session.attempts_left() == 2);
      answer(session, verdict, start + 2s);
      BOOST_TEST(session.attempts_left() == 1);
      BOOST_TEST(session.state() == State::challenged);
      BOOST_TEST(!session.attempts_exhausted());
      answer(session, verdict, start + 3s);
      BOOST_TEST(session.state() == State::failed);
      BOOST_TEST(session.attempts_exhausted());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_denial_by_the_institution_is_not_exhaustion) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, code);
    answer(session, wrong, start + 1s);
    answer(session, wrong, start + 2s);
    answer(session, reply(AuthStatus::failed), start + 3s);
    BOOST_TEST(session.state() == State::failed);
    BOOST_TEST(!session.attempts_exhausted());
    BOOST_TEST((session.status() == AuthStatus::failed));
  }
}

// A driver says so when a reply outside the protocol turns the request away.
BOOST_AUTO_TEST_CASE(a_denial_without_a_verdict_is_not_exhaustion_and_leaves_the_status) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = in_state(State::verifying, role, limits);
    must(session, EventType::denied, start + 2s);
    BOOST_TEST(session.state() == State::failed);
    BOOST_TEST(!session.attempts_exhausted());
    BOOST_TEST((session.status() == AuthStatus::challenge_issued));
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_answer_keeps_the_challenge_and_says_so_until_the_next_reply) {
  Limits const limits;
  auto session = standing_at(Role::claimant, limits, code);
  auto const doors = session.doors();
  answer(session, wrong, start + 1s);
  BOOST_TEST(session.answer_was_wrong());
  BOOST_TEST((session.status() == AuthStatus::challenge_issued));
  BOOST_TEST(session.want() == Want::input);
  BOOST_TEST(session.doors() == doors);
  answer(session, reply(AuthStatus::mfa_required, 2), start + 2s);
  BOOST_TEST(!session.answer_was_wrong());
}

BOOST_AUTO_TEST_CASE(a_newer_answer_is_not_wrong_because_an_older_one_was) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, code);
    answer(session, wrong, start + 1s);
    must(session, EventType::answer, start + 2s);
    BOOST_TEST(!session.answer_was_wrong());
    must(session, EventType::reply_lost, start + 3s);
    BOOST_TEST(!session.answer_was_wrong());
  }
}

BOOST_AUTO_TEST_CASE(a_failed_challenge_where_nothing_was_answered_is_a_denial) {
  Limits const limits;
  for (auto const role : roles) {
    auto first = begun(role, limits);
    must(first, wrong, start + 1s);
    auto again = standing_at(role, limits, code);
    must(again, EventType::restart, start + 60s);
    must(again, wrong, start + 61s);
    auto polled = standing_at(role, limits, reply(AuthStatus::device_confirmation_required));
    must(polled, EventType::poll, start + 5s);
    must(polled, wrong, start + 6s);
    for (auto const& session : {first, again, polled}) {
      BOOST_TEST(session.state() == State::failed);
      BOOST_TEST(!session.attempts_exhausted());
      BOOST_TEST(!session.answer_was_wrong());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_new_challenge_gives_all_attempts_anew) {
  Limits const limits;
  auto session = standing_at(Role::verifier, limits, code);
  answer(session, wrong, start + 1s);
  answer(session, reply(AuthStatus::challenge_issued, 2), start + 2s);
  BOOST_TEST(session.attempts_left() == 3);
}

BOOST_AUTO_TEST_CASE(where_one_attempt_or_none_is_allowed_the_first_wrong_answer_ends_it) {
  for (auto const most : {0, 1}) {
    Limits limits;
    limits.attempts_max = static_cast<std::uint8_t>(most);
    auto session = standing_at(Role::verifier, limits, code);
    answer(session, wrong, start + 1s);
    BOOST_TEST(session.state() == State::failed);
  }
}

BOOST_AUTO_TEST_CASE(a_code_is_sent_again_only_after_the_cool_down) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, code);
    BOOST_TEST((session.can_restart_at() == start + 60s));
    BOOST_TEST(refusal(session, EventType::restart, start + 60s - 1ns) == EngineErrc::too_early);
    auto const action = must(session, EventType::restart, start + 60s);
    BOOST_TEST(action == (role == Role::claimant ? Action::send_login : Action::verify));
  }
}

BOOST_AUTO_TEST_CASE(a_code_that_lives_no_longer_than_the_cool_down_can_be_sent_again) {
  Limits const limits;
  for (auto const role : roles) {
    for (auto const life : {5s, 30s, 60s, 61s}) {
      auto verdict = code;
      verdict.life_span = life;
      auto session = standing_at(role, limits, verdict);
      auto const at = session.can_restart_at();
      BOOST_TEST_REQUIRE(at.has_value());
      BOOST_TEST((*at >= start + life / 2 && *at < *session.answer_by()));
      must(session, EventType::restart, *at);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_answer_does_not_start_the_cool_down_again) {
  Limits const limits;
  auto session = standing_at(Role::claimant, limits, code);
  answer(session, wrong, start + 59s);
  BOOST_TEST((session.can_restart_at() == start + 60s));
}

BOOST_AUTO_TEST_CASE(where_a_restart_is_wanted_there_is_no_cool_down_and_no_answer) {
  Limits const limits;
  for (auto const status : {AuthStatus::bind_mfa_required, AuthStatus::api_key_generation_error,
                            AuthStatus::qr_code_expired, AuthStatus::device_login_verified}) {
    auto session = standing_at(Role::claimant, limits, reply(status));
    BOOST_TEST(session.want() == Want::restart);
    BOOST_TEST(!session.can_try_another_way());
    BOOST_TEST(refusal(session, EventType::answer, start) == EngineErrc::restart_required);
    BOOST_TEST(refusal(session, EventType::another_way, start) == EngineErrc::restart_required);
    must(session, EventType::restart, start);
    BOOST_TEST(session.state() == State::authenticating);
  }
}

BOOST_AUTO_TEST_CASE(restarts_are_counted_over_the_whole_login) {
  Limits limits;
  limits.resend_cool_down = 0s;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, code);
    for (int count = 0; count < limits.restarts_max; ++count) {
      BOOST_TEST(session.can_restart_at().has_value());
      must(session, EventType::restart, start + 1s);
      must(session, code, start + 1s);
    }
    BOOST_TEST(!session.can_restart_at().has_value());
    BOOST_TEST(refusal(session, EventType::restart, start + 2s) == EngineErrc::restarts_exhausted);
    must(session, EventType::answer, start + 3s);
  }
}

BOOST_AUTO_TEST_CASE(other_ways_are_counted_over_the_whole_login) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, code);
    for (int count = 0; count < limits.another_way_max; ++count) {
      BOOST_TEST(session.can_try_another_way());
      must(session, EventType::another_way, start + 1s);
      must(session, reply(AuthStatus::mfa_required, static_cast<std::uint64_t>(count)), start + 1s);
    }
    BOOST_TEST(!session.can_try_another_way());
    BOOST_TEST(refusal(session, EventType::another_way, start + 2s) == EngineErrc::restarts_exhausted);
    must(session, EventType::answer, start + 3s);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
