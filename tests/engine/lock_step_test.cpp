// A claimant and a verifier that hear the same things hold the same state: scripted dialogues with every status.

#include "session_support.hpp"

#include <set>
#include <string_view>
#include <vector>

namespace sallyport::engine_test {
namespace {

struct Line {
  Event said;       ///< An act of the claimant, or a reply.
  State both;       ///< Where both stand after it.
  Action claimant;  ///< What the claimant does then.
};

struct Script {
  std::string_view name;
  std::vector<Line> lines;
};

constexpr auto start_over = EventType::restart;
constexpr auto tap = EventType::poll;

Line const login{EventType::login, State::authenticating, Action::send_login};
Line const again{start_over, State::authenticating, Action::send_login};
Line const answer{EventType::answer, State::verifying, Action::send_answer};
Line const other{EventType::another_way, State::verifying, Action::send_another_way};
Line const poll{tap, State::polling, Action::send_poll};
Line const cancel{EventType::cancel, State::cancelled, Action::complete};

Line asks(AuthStatus status, std::uint64_t fingerprint = 0) {
  return {reply(status, fingerprint), State::challenged, Action::prompt};
}
Line waits(AuthStatus status, std::uint64_t fingerprint = 0) {
  return {reply(status, fingerprint), State::waiting, Action::watch};
}
Line const in{reply(AuthStatus::succeeded), State::succeeded, Action::complete};
Line const out{reply(AuthStatus::failed), State::failed, Action::complete};
Line off(AuthStatus status) {
  return {reply(status), State::handed_off, Action::complete};
}

std::vector<Script> scripts() {
  using enum AuthStatus;
  return {
      {"password alone", {login, in}},
      {"wrong password", {login, out}},
      {"code by SMS", {login, asks(challenge_issued, 1), answer, in}},
      {"two factors", {login, asks(mfa_required, 1), answer, asks(mfa_required, 2), answer, in}},
      {"wrong, then right", {login, asks(challenge_issued, 1), answer, asks(challenge_failed), answer, in}},
      {"three times wrong",
       {login, asks(mfa_required), answer, asks(challenge_failed), answer, asks(mfa_required), answer,
        Line{reply(challenge_failed), State::failed, Action::complete}}},
      {"tap on a phone",
       {login, waits(device_confirmation_required), poll, waits(device_confirmation_required), poll, in}},
      {"no phone at hand", {login, waits(device_confirmation_required), other, asks(mfa_required, 1), answer, in}},
      {"e-mail",
       {login, waits(email_verification), poll, waits(email_received), poll, waits(email_received), poll, in}},
      {"e-mail on a new device",
       {login, waits(email_verification), poll, asks(device_login_verified), again, asks(mfa_required, 1), answer, in}},
      {"QR code", {login, waits(qr_code_required, 1), poll, in}},
      {"QR code too old",
       {login, waits(qr_code_required, 1), poll, asks(qr_code_expired), again, waits(qr_code_required, 2), poll, in}},
      {"face, then a key",
       {login, asks(mfa_required, 1), answer, waits(face_verification), poll, asks(bind_mfa_required), again,
        asks(api_key_generation_error), cancel}},
      {"captcha", {login, asks(captcha_challenge), answer, asks(challenge_issued), answer, in}},
      {"slow institution", {login, waits(delayed), poll, waits(delayed), poll, out}},
      {"hosted module", {login, off(open_in_broker_module)}},
      {"a status of tomorrow", {login, asks(mfa_required), answer, off(unknown)}},
      {"given up", {login, asks(mfa_required), cancel}},
      {"no reply",
       {login, asks(mfa_required), answer, Line{EventType::reply_lost, State::outcome_unknown, Action::complete}}},
  };
}

Action answer_of_the_verifier(Line const& line) {
  if (is_in_flight(line.both)) return Action::verify;
  return line.said.type == EventType::cancel ? Action::release : Action::reply;
}

void play(Script const& script, Limits const& limits) {
  Session claimant(Role::claimant, limits);
  Session verifier(Role::verifier, limits);
  auto now = start;
  for (auto const& line : script.lines) {
    // Long enough for a poll of whatever is delayed.
    now += 12s;
    BOOST_TEST_CONTEXT(script.name << ": " << name_of(line.said.type) << " at " << (now - start).count()) {
      BOOST_TEST(must(claimant, line.said, now) == line.claimant);
      BOOST_TEST(must(verifier, line.said, now + 100ms) == answer_of_the_verifier(line));
      BOOST_TEST(claimant.state() == line.both);
      BOOST_TEST(verifier.state() == line.both);
      BOOST_TEST((claimant.status() == verifier.status()));
      BOOST_TEST(claimant.want() == verifier.want());
      BOOST_TEST(claimant.attempts_left() == verifier.attempts_left());
      BOOST_TEST(claimant.doors() == verifier.doors());
      BOOST_TEST(claimant.answer_was_wrong() == verifier.answer_was_wrong());
      BOOST_TEST(claimant.attempts_exhausted() == verifier.attempts_exhausted());
      if (claimant.answer_by()) BOOST_TEST((*claimant.answer_by() <= *verifier.answer_by()));
    }
  }
  BOOST_TEST(is_end(claimant.state()));
  BOOST_TEST(!claimant.violation_seen());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lock_step)

BOOST_AUTO_TEST_CASE(both_sides_hold_the_same_state_through_every_script) {
  for (auto const strict : {false, true}) {
    Limits limits;
    limits.strict = strict;
    for (auto const& script : scripts()) play(script, limits);
  }
}

BOOST_AUTO_TEST_CASE(the_scripts_meet_all_seventeen_statuses) {
  std::set<AuthStatus> met;
  for (auto const& script : scripts()) {
    for (auto const& line : script.lines) {
      if (is_verdict(line.said.type)) met.insert(line.said.verdict.status);
    }
  }
  BOOST_TEST(met.size() == status_count);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
