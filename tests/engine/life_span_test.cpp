// How long an answer is taken.

#include "session_support.hpp"

#include <algorithm>

namespace sallyport::engine_test {
namespace {

/// Until when a session of that role that met this reply at `start` takes an answer, seen from `start`.
Duration time_to_answer(Role role, Limits const& limits, Verdict const& verdict) {
  return *standing_at(role, limits, verdict).answer_by() - start;
}

Session wrong_once(Role role, Limits const& limits) {
  auto session = standing_at(role, limits, reply_for(AuthStatus::challenge_issued, 100s, 7));
  must(session, EventType::answer, start + 30s);
  must(session, reply(AuthStatus::challenge_failed), start + 31s);
  return session;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(life_span)

BOOST_AUTO_TEST_CASE(the_reply_names_the_life_span_and_the_claimant_ends_it_a_second_early) {
  Limits const limits;
  auto const verdict = reply_for(AuthStatus::challenge_issued, 90s);
  BOOST_TEST((time_to_answer(Role::verifier, limits, verdict) == 90s));
  BOOST_TEST((time_to_answer(Role::claimant, limits, verdict) == 89s));
}

BOOST_AUTO_TEST_CASE(a_challenge_without_a_life_span_lives_two_minutes) {
  Limits const limits;
  BOOST_TEST((time_to_answer(Role::verifier, limits, reply(AuthStatus::challenge_issued)) == 120s));
  BOOST_TEST((time_to_answer(Role::claimant, limits, reply(AuthStatus::challenge_issued)) == 119s));
  BOOST_TEST((time_to_answer(Role::verifier, limits, reply(AuthStatus::qr_code_required)) == 120s));
}

BOOST_AUTO_TEST_CASE(a_step_without_a_life_span_lives_ten_minutes) {
  Limits const limits;
  BOOST_TEST((time_to_answer(Role::verifier, limits, reply(AuthStatus::mfa_required)) == 10min));
  BOOST_TEST((time_to_answer(Role::verifier, limits, reply(AuthStatus::device_confirmation_required)) == 10min));
  BOOST_TEST((time_to_answer(Role::verifier, limits, reply_for(AuthStatus::mfa_required, 30s)) == 30s));
}

BOOST_AUTO_TEST_CASE(a_delayed_login_lives_as_long_as_the_whole_login) {
  Limits const limits;
  for (auto const role : roles) {
    BOOST_TEST((time_to_answer(role, limits, reply(AuthStatus::delayed)) == 15min));
    BOOST_TEST((time_to_answer(role, limits, reply_for(AuthStatus::delayed, 5s)) == 15min));
    BOOST_TEST(standing_at(role, limits, reply(AuthStatus::delayed)).bound() == Bound::flow);
  }
}

BOOST_AUTO_TEST_CASE(the_life_span_counts_from_the_reply_and_the_login_from_its_first_post) {
  Limits const limits;
  auto session = begun(Role::verifier, limits);
  must(session, reply_for(AuthStatus::challenge_issued, 90s), start + 20s);
  BOOST_TEST((*session.answer_by() == start + 110s));
  must(session, EventType::answer, start + 100s);
  must(session, reply_for(AuthStatus::mfa_required, 3600s), start + 110s);
  BOOST_TEST((*session.answer_by() == start + 15min));
  BOOST_TEST(session.bound() == Bound::flow);
}

BOOST_AUTO_TEST_CASE(the_margin_is_never_more_than_a_tenth_of_the_life_span) {
  Limits const limits;
  BOOST_TEST((time_to_answer(Role::claimant, limits, reply_for(AuthStatus::challenge_issued, 5s)) == 4500ms));
  BOOST_TEST((time_to_answer(Role::claimant, limits, reply_for(AuthStatus::challenge_issued, 10s)) == 9s));
  BOOST_TEST((time_to_answer(Role::claimant, limits, reply_for(AuthStatus::challenge_issued, 600s)) == 599s));
}

BOOST_AUTO_TEST_CASE(a_life_span_of_nothing_or_less_is_unknown_and_never_over) {
  Limits const limits;
  for (auto const role : roles) {
    for (auto const status : {AuthStatus::challenge_issued, AuthStatus::mfa_required, AuthStatus::qr_code_required}) {
      auto const unnamed = time_to_answer(role, limits, reply(status));
      for (auto const span : {0s, -1s, std::chrono::seconds::min()}) {
        BOOST_TEST((time_to_answer(role, limits, reply_for(status, span)) == unnamed));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_poll_that_got_no_answer_does_not_prolong_the_wait) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply_for(AuthStatus::device_confirmation_required, 100s, 7));
    auto const by = session.answer_by();
    auto const doors = session.doors();
    must(session, EventType::poll, start + 10s);
    must(session, EventType::reply_lost, start + 40s);
    BOOST_TEST((session.answer_by() == by));
    BOOST_TEST(session.doors() == doors);
  }
}

BOOST_AUTO_TEST_CASE(a_huge_life_span_is_not_believed) {
  Limits limits;
  limits.flow_life_span = 1000h;
  for (auto const span : {86400s * 365, std::chrono::seconds::max()}) {
    BOOST_TEST((time_to_answer(Role::verifier, limits, reply_for(AuthStatus::challenge_issued, span)) == 24h));
  }
  limits.flow_life_span = 15min;
  BOOST_TEST((time_to_answer(Role::verifier, limits,
                             reply_for(AuthStatus::challenge_issued, std::chrono::seconds::max())) == 15min));
}

BOOST_AUTO_TEST_CASE(a_wrong_answer_does_not_prolong_the_challenge) {
  Limits const limits;
  BOOST_TEST((*wrong_once(Role::verifier, limits).answer_by() == start + 100s));
  BOOST_TEST((*wrong_once(Role::claimant, limits).answer_by() == start + 99s));
}

BOOST_AUTO_TEST_CASE(a_repeated_challenge_does_not_prolong_it) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply_for(AuthStatus::device_confirmation_required, 100s, 7));
    auto const by = session.answer_by();
    auto const doors = session.doors();
    for (auto at = start + 10s; at < start + 90s; at += 10s) {
      must(session, EventType::poll, at);
      must(session, reply_for(AuthStatus::device_confirmation_required, 100s, 7), at + 1s);
      BOOST_TEST((session.answer_by() == by));
    }
    BOOST_TEST(session.doors() == doors);
  }
}

BOOST_AUTO_TEST_CASE(another_way_that_leads_to_the_same_challenge_does_not_prolong_it_nor_is_it_wrong) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply_for(AuthStatus::challenge_issued, 100s, 7));
    auto const by = session.answer_by();
    must(session, EventType::another_way, start + 50s);
    must(session, reply_for(AuthStatus::challenge_issued, 100s, 7), start + 51s);
    BOOST_TEST((session.answer_by() == by));
    BOOST_TEST(!session.answer_was_wrong());
    BOOST_TEST(session.attempts_left() == limits.attempts_max);
  }
}

BOOST_AUTO_TEST_CASE(the_same_challenge_after_an_answer_says_that_the_answer_was_wrong) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply_for(AuthStatus::mfa_required, 100s, 7));
    auto const by = session.answer_by();
    must(session, EventType::answer, start + 50s);
    must(session, reply_for(AuthStatus::mfa_required, 100s, 7), start + 51s);
    BOOST_TEST(session.answer_was_wrong());
    BOOST_TEST(session.attempts_left() == limits.attempts_max - 1);
    BOOST_TEST((session.answer_by() == by));
  }
}

BOOST_AUTO_TEST_CASE(a_new_challenge_starts_a_life_span_whatever_makes_it_new) {
  Limits const limits;
  auto other_factor = reply_for(AuthStatus::mfa_required, 100s, 7);
  other_factor.mfa_type = MfaType::email;
  auto other_step = reply_for(AuthStatus::mfa_required, 100s, 7);
  other_step.flow_step = AuthFlowStep::create_api_key;
  auto const other_id = reply_for(AuthStatus::mfa_required, 100s, 8);
  auto const other_status = reply_for(AuthStatus::challenge_issued, 100s, 7);
  for (auto const& next : {other_factor, other_step, other_id, other_status}) {
    auto session = standing_at(Role::verifier, limits, reply_for(AuthStatus::mfa_required, 100s, 7));
    auto const doors = session.doors();
    must(session, EventType::answer, start + 50s);
    must(session, next, start + 51s);
    BOOST_TEST((*session.answer_by() == start + 151s));
    BOOST_TEST(!session.answer_was_wrong());
    BOOST_TEST(session.attempts_left() == limits.attempts_max);
    BOOST_TEST(session.doors() == doors + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_restart_starts_a_life_span_also_of_the_same_challenge_but_not_of_the_login) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply_for(AuthStatus::challenge_issued, 100s, 7));
    must(session, EventType::restart, start + 60s);
    must(session, reply_for(AuthStatus::challenge_issued, 100s, 7), start + 61s);
    BOOST_TEST((*session.answer_by() == start + (role == Role::verifier ? 161s : 160s)));
    must(session, EventType::restart, start + 121s);
    must(session, reply_for(AuthStatus::challenge_issued, 3600s, 7), start + 122s);
    BOOST_TEST((*session.answer_by() == start + 15min));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
