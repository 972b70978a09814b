// Factors that are confirmed on another device, under the statuses for codes.

#include "session_support.hpp"

#include <sallyport/engine/session_snapshot.hpp>

#include <algorithm>
#include <iterator>

namespace sallyport::engine_test {
namespace {

constexpr AuthStatus for_codes[] = {AuthStatus::challenge_issued, AuthStatus::mfa_required};
constexpr MfaType elsewhere[] = {MfaType::mobile, MfaType::roaming, MfaType::read_email, MfaType::face,
                                 MfaType::qr_code};

Verdict reply_with(AuthStatus status, MfaType factor) {
  auto verdict = reply(status, 7);
  verdict.mfa_type = factor;
  return verdict;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decoupled)

BOOST_AUTO_TEST_CASE(a_factor_that_is_confirmed_elsewhere_is_waited_for_and_polled_under_a_status_for_codes) {
  Limits const limits;
  for (auto const status : for_codes) {
    for (auto const factor : elsewhere) {
      BOOST_TEST_CONTEXT(wire_name(status) << ", " << wire_name(factor)) {
        auto session = standing_at(Role::claimant, limits, reply_with(status, factor));
        BOOST_TEST(session.state() == State::waiting);
        BOOST_TEST(session.want() == Want::act_elsewhere);
        BOOST_TEST((session.alarm() == Alarm{start + 5s, EventType::poll}));
        auto const doors = session.doors();
        auto const by = session.answer_by();
        must(session, EventType::poll, start + 5s);
        must(session, reply_with(status, factor), start + 6s);
        BOOST_TEST(session.state() == State::waiting);
        BOOST_TEST(session.doors() == doors);
        BOOST_TEST((session.answer_by() == by));
        auto verifier = standing_at(Role::verifier, limits, reply_with(status, factor));
        BOOST_TEST(must(verifier, EventType::poll, start + 5s) == Action::verify);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_factor_that_is_typed_or_none_is_asked_for) {
  Limits const limits;
  for (auto const status : for_codes) {
    BOOST_TEST(standing_at(Role::claimant, limits, reply(status)).state() == State::challenged);
    for (std::size_t index = 0; index <= enumerator_count<MfaType>; ++index) {
      auto const factor = static_cast<MfaType>(index);
      if (std::ranges::find(elsewhere, factor) != std::end(elsewhere)) continue;
      auto const session = standing_at(Role::claimant, limits, reply_with(status, factor));
      BOOST_TEST(session.state() == State::challenged, wire_name(factor));
      BOOST_TEST(session.want() == Want::input);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_the_scheme_lists_to_type_overrules_the_factor) {
  Limits const limits;
  auto verdict = reply_with(AuthStatus::mfa_required, MfaType::mobile);
  verdict.typed = true;
  auto session = standing_at(Role::claimant, limits, verdict);
  BOOST_TEST(session.state() == State::challenged);
  BOOST_TEST(session.want() == Want::input);
  BOOST_TEST(must(session, EventType::answer, start + 1s) == Action::send_answer);
  must(session, reply(AuthStatus::challenge_failed), start + 2s);
  BOOST_TEST(session.state() == State::challenged);
  BOOST_TEST(session.attempts_left() == limits.attempts_max - 1);
}

BOOST_AUTO_TEST_CASE(the_factor_does_not_change_what_other_statuses_want) {
  Limits const limits;
  for (auto const factor : elsewhere) {
    auto const captcha = standing_at(Role::claimant, limits, reply_with(AuthStatus::captcha_challenge, factor));
    BOOST_TEST(captcha.want() == Want::input);
    auto const bind = standing_at(Role::claimant, limits, reply_with(AuthStatus::bind_mfa_required, factor));
    BOOST_TEST(bind.want() == Want::restart);
  }
}

BOOST_AUTO_TEST_CASE(a_wait_under_a_status_for_codes_is_saved_and_restored) {
  Limits const limits;
  auto const session = standing_at(Role::claimant, limits, reply_with(AuthStatus::challenge_issued, MfaType::mobile));
  ClockReading const now{.steady = start + 1s, .wall = WallTime(1h)};
  auto const saved = save_session(session, now);
  BOOST_TEST_REQUIRE(saved.has_value());
  auto const restored = restore_session(*saved, limits, now);
  BOOST_TEST_REQUIRE(restored.has_value());
  BOOST_TEST(restored->state() == State::waiting);
  BOOST_TEST(restored->want() == Want::act_elsewhere);
  auto typed = *saved;
  typed.mfa_type = MfaType::totp;
  BOOST_TEST(problem_of(typed, limits) == "status: not one that waits");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
