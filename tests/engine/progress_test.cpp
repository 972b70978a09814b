// The brakes of one login: whatever a peer varies, so many answers bring no progress, so many answers and confirmations
// leave, and so many challenges are stood at.

#include "session_support.hpp"

#include <algorithm>

namespace sallyport::engine_test {
namespace {

Verdict sms(std::uint64_t id) {
  auto verdict = reply(AuthStatus::challenge_issued, id);
  verdict.mfa_type = MfaType::phone;
  return verdict;
}

Verdict question(std::uint16_t words) {
  auto verdict = reply(AuthStatus::challenge_issued, words);
  verdict.question = words;
  return verdict;
}

/// A wait that may not be polled: the user confirms it, with credentials.
Verdict confirmation(std::uint64_t id) {
  auto verdict = reply(AuthStatus::device_confirmation_required, id);
  verdict.polled = false;
  return verdict;
}

/// How many answers leave before the login ends or takes no more; `next` is what the peer says to the n-th.
template <class Next>
unsigned answers_until_the_end(Session& session, Next next, unsigned most = 1000) {
  auto now = start;
  for (auto answers = 0U; answers < most; ++answers) {
    now += 1s;
    if (is_end(session.state()) || !session.step(EventType::answer, now)) return answers;
    must(session, next(answers + 1), now);
  }
  return most;
}

Limits patient() {
  Limits limits;
  limits.flow_life_span = std::chrono::hours(24);
  limits.step_life_span = std::chrono::hours(24);
  limits.challenge_life_span = std::chrono::hours(24);
  return limits;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(five_answers_without_progress_end_the_login_whatever_the_peer_varies) {
  auto const limits = patient();
  for (auto const role : roles) {
    auto session = standing_at(role, limits, sms(0));
    BOOST_TEST(answers_until_the_end(session, [](unsigned count) { return sms(count); }) == 5U);
    BOOST_TEST(session.state() == State::failed);
    BOOST_TEST(session.attempts_exhausted());
  }
}

BOOST_AUTO_TEST_CASE(two_kinds_of_challenge_that_take_turns_are_no_progress) {
  auto const limits = patient();
  auto session = standing_at(Role::claimant, limits, sms(0));
  auto const next = [](unsigned count) { return count % 2 == 0 ? sms(count) : reply(AuthStatus::mfa_required, count); };
  // The first brings a kind that is new.
  BOOST_TEST(answers_until_the_end(session, next) == 6U);
  BOOST_TEST(session.attempts_exhausted());
}

BOOST_AUTO_TEST_CASE(wrong_answers_and_new_challenges_count_together) {
  auto limits = patient();
  limits.attempts_max = 3;
  auto session = standing_at(Role::claimant, limits, sms(0));
  auto const next = [](unsigned count) { return count % 3 == 0 ? sms(count) : reply(AuthStatus::challenge_failed); };
  BOOST_TEST(answers_until_the_end(session, next) == 5U);
}

BOOST_AUTO_TEST_CASE(a_challenge_of_a_new_kind_is_progress) {
  auto const limits = patient();
  auto session = standing_at(Role::claimant, limits, sms(0));
  for (auto const count : {1U, 2U, 3U}) {
    must(session, EventType::answer, start + 1s);
    must(session, sms(count), start + 1s);
    BOOST_TEST(!session.led_on());
  }
  BOOST_TEST(session.attempts_left() == 2);
  BOOST_TEST(session.answered_before());
  must(session, EventType::answer, start + 2s);
  must(session, reply(AuthStatus::mfa_required, 9), start + 2s);
  BOOST_TEST(session.led_on());
  BOOST_TEST(!session.answered_before());
  BOOST_TEST(session.attempts_left() == 3);
}

BOOST_AUTO_TEST_CASE(security_questions_are_progress_where_their_words_differ) {
  auto const limits = patient();
  auto session = standing_at(Role::claimant, limits, question(1));
  BOOST_TEST(!session.answered_before());
  for (std::uint16_t words = 2; words <= 8; ++words) {
    must(session, EventType::answer, start + 1s);
    must(session, question(words), start + 1s);
    BOOST_TEST(session.led_on());
    BOOST_TEST(session.answered_before(), "a fixed answer is not right for two questions");
  }
  BOOST_TEST(answers_until_the_end(session, [](unsigned) { return question(8); }) == 3U);
}

BOOST_AUTO_TEST_CASE(a_peer_that_invents_kinds_gains_a_bounded_number_of_answers) {
  auto const limits = patient();
  auto session = standing_at(Role::claimant, limits, question(1));
  auto const answers =
      answers_until_the_end(session, [](unsigned count) { return question(static_cast<std::uint16_t>(count + 1)); });
  BOOST_TEST(answers <= limits.answers_max);
  BOOST_TEST(answers == ChallengeKinds::kinds_max - 1 + limits.answers_without_progress_max);
}

BOOST_AUTO_TEST_CASE(starting_over_does_not_begin_the_count_anew) {
  auto limits = patient();
  limits.resend_cool_down = 0s;
  auto session = standing_at(Role::claimant, limits, sms(0));
  for (auto const count : {1U, 2U}) {
    must(session, EventType::answer, start + 1s);
    must(session, sms(count), start + 1s);
  }
  must(session, EventType::restart, start + 2s);
  must(session, sms(9), start + 2s);
  BOOST_TEST(session.answered_before());
  BOOST_TEST(answers_until_the_end(session, [](unsigned count) { return sms(10 + count); }) == 3U);
}

BOOST_AUTO_TEST_CASE(so_many_answers_leave_and_no_more) {
  auto limits = patient();
  limits.answers_max = 4;
  limits.answers_without_progress_max = 100;
  auto session = standing_at(Role::claimant, limits, sms(0));
  BOOST_TEST(answers_until_the_end(session, [](unsigned count) { return sms(count); }) == 4U);
  BOOST_TEST(refusal(session, EventType::answer, start + 10s) == EngineErrc::answers_exhausted);
  BOOST_TEST(session.state() == State::challenged);
}

BOOST_AUTO_TEST_CASE(a_confirmation_keeps_the_distance_of_a_poll) {
  auto const limits = patient();
  auto session = standing_at(Role::claimant, limits, confirmation(1));
  BOOST_TEST((session.can_confirm_at() == start + limits.poll_interval));
  BOOST_TEST(refusal(session, EventType::answer, start + limits.poll_interval - 1ns) == EngineErrc::too_early);
  auto const first = start + limits.poll_interval;
  must(session, EventType::answer, first);
  must(session, confirmation(1), first + 1s);
  BOOST_TEST(refusal(session, EventType::answer, first + 2s) == EngineErrc::too_early);
  must(session, EventType::answer, first + 1s + limits.poll_interval);
}

BOOST_AUTO_TEST_CASE(so_many_confirmations_leave_and_no_more) {
  auto const limits = patient();
  for (auto const same : {true, false}) {
    auto session = standing_at(Role::claimant, limits, confirmation(0));
    auto now = start;
    for (auto count = 1U; count <= limits.confirmations_max; ++count) {
      now += limits.poll_interval;
      must(session, EventType::answer, now);
      must(session, confirmation(same ? 0 : count), now);
    }
    BOOST_TEST(refusal(session, EventType::answer, now + 1h) == EngineErrc::answers_exhausted);
    BOOST_TEST(session.state() == State::waiting);
    must(session, EventType::another_way, now + 1h);
  }
}

BOOST_AUTO_TEST_CASE(what_is_typed_at_a_wait_that_is_polled_counts_as_an_answer) {
  auto const limits = patient();
  auto session = standing_at(Role::claimant, limits, reply(AuthStatus::device_confirmation_required, 1));
  BOOST_TEST(!session.can_confirm_at().has_value());
  auto const next = [](unsigned count) { return reply(AuthStatus::device_confirmation_required, count); };
  BOOST_TEST(answers_until_the_end(session, next) == 5U);
}

BOOST_AUTO_TEST_CASE(a_login_stands_at_so_many_challenges_and_no_more) {
  auto limits = patient();
  limits.challenges_max = 6;
  limits.polls_max = 1000;
  for (auto const role : roles) {
    auto session = standing_at(role, limits, reply(AuthStatus::qr_code_required, 0));
    auto now = start;
    for (auto count = 1U; session.state() == State::waiting; ++count) {
      BOOST_TEST_REQUIRE(count <= 6U);
      now += limits.poll_interval;
      must(session, EventType::poll, now);
      must(session, reply(AuthStatus::qr_code_required, count), now);
    }
    BOOST_TEST(session.doors() == 6);
    BOOST_TEST(session.state() == State::failed);
    BOOST_TEST(session.attempts_exhausted());
  }
}

BOOST_AUTO_TEST_CASE(the_verifier_counts_confirmations_too_whenever_they_come) {
  auto limits = patient();
  limits.confirmations_max = 50;
  auto session = standing_at(Role::verifier, limits, confirmation(1));
  BOOST_TEST(answers_until_the_end(session, [](unsigned) { return confirmation(1); }) == 50U);
  BOOST_TEST(refusal(session, EventType::answer, start + 10min) == EngineErrc::answers_exhausted);
  BOOST_TEST(session.state() == State::waiting);
}

BOOST_AUTO_TEST_CASE(beyond_the_last_kind_that_is_kept_everything_counts_as_answered) {
  ChallengeKinds kinds;
  for (std::uint16_t kind = 1; kind <= ChallengeKinds::kinds_max; ++kind) {
    BOOST_TEST(!kinds.has(kind));
    BOOST_TEST(kinds.enter(kind));
    BOOST_TEST(!kinds.answered_before());
    BOOST_TEST(!kinds.enter(kind));
  }
  BOOST_TEST(kinds.has(999));
  BOOST_TEST(!kinds.enter(999));
  BOOST_TEST(kinds.answered_before());
  BOOST_TEST(!kinds.enter(3));
  BOOST_TEST(!kinds.answered_before());
  kinds.answer();
  BOOST_TEST(kinds.answered_before());
}

BOOST_AUTO_TEST_CASE(status_factor_and_flow_step_each_make_a_kind_of_their_own) {
  auto const plain = kind_of_challenge(AuthStatus::mfa_required, {}, {}, 0);
  auto const factor = kind_of_challenge(AuthStatus::mfa_required, MfaType::totp, {}, 0);
  auto const step = kind_of_challenge(AuthStatus::mfa_required, MfaType::totp, AuthFlowStep::create_api_key, 0);
  auto const status = kind_of_challenge(AuthStatus::challenge_issued, {}, {}, 0);
  auto const asks = kind_of_challenge(AuthStatus::mfa_required, {}, {}, plain);
  auto const all = {plain, factor, step, status, asks};
  for (auto const one : all) BOOST_TEST(std::count(all.begin(), all.end(), one) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
