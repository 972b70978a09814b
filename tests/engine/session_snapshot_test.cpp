// A session that was saved and restored, on another machine too, goes on as if nothing had happened.

#include "random_event.hpp"
#include "seed.hpp"
#include "session_support.hpp"

#include <sallyport/engine/session_snapshot.hpp>

#include <functional>
#include <limits>
#include <string>

namespace sallyport::engine_test {
namespace {

constexpr WallTime saved_noon{std::chrono::hours(24 * 365 * 50 + 12)};

/// Both clocks of the machine where the tests' sessions begin.
ClockReading at(TimePoint steady) {
  return {steady, std::chrono::floor<WallDuration>(saved_noon + (steady - start))};
}

/// Both clocks of a machine that was switched on at another time.
ClockReading elsewhere(ClockReading here, Duration offset) {
  return {here.steady + offset, here.wall};
}

SavedSession saved(Session const& session, ClockReading const& now) {
  auto const snapshot = save_session(session, now);
  BOOST_REQUIRE_MESSAGE(snapshot, snapshot.error().message());
  return *snapshot;
}

Session restored(SavedSession const& snapshot, Limits const& limits, ClockReading const& now) {
  auto const session = restore_session(snapshot, limits, now);
  BOOST_REQUIRE_MESSAGE(session, problem_of(snapshot, limits));
  return *session;
}

std::optional<TimePoint> moved(std::optional<TimePoint> moment, Duration by) {
  return moment ? std::optional(*moment + by) : std::nullopt;
}

/// Whether both say the same, where the clock of the second is ahead by `offset`.
void check_same(Session const& one, Session const& other, Duration offset) {
  BOOST_TEST(one.state() == other.state());
  BOOST_TEST(one.role() == other.role());
  BOOST_TEST((one.status() == other.status()));
  BOOST_TEST((one.mfa_type() == other.mfa_type()));
  BOOST_TEST((one.flow_step() == other.flow_step()));
  BOOST_TEST(one.want() == other.want());
  BOOST_TEST((moved(one.answer_by(), offset) == other.answer_by()));
  BOOST_TEST((moved(one.can_restart_at(), offset) == other.can_restart_at()));
  BOOST_TEST(one.can_try_another_way() == other.can_try_another_way());
  BOOST_TEST(one.attempts_left() == other.attempts_left());
  BOOST_TEST(one.doors() == other.doors());
  BOOST_TEST(one.answer_was_wrong() == other.answer_was_wrong());
  BOOST_TEST(one.attempts_exhausted() == other.attempts_exhausted());
  BOOST_TEST(one.bound() == other.bound());
  BOOST_TEST(one.violation_seen() == other.violation_seen());
  auto const alarm = one.alarm();
  BOOST_TEST(alarm.has_value() == other.alarm().has_value());
  if (alarm) BOOST_TEST((Alarm{alarm->at + offset, alarm->event} == *other.alarm()));
}

/// A session that stays, and its twin that moves to another machine whenever it can.
class Twins {
public:
  Twins(Role role, Limits const& limits, Dice& dice)
      : limits_(&limits), dice_(&dice), session_(role, limits), twin_(role, limits) {}

  bool is_over() const { return is_end(session_.state()); }
  unsigned moves() const { return moves_; }

  void step() {
    if (!is_in_flight(session_.state()) && dice_->once_in(2)) move();
    now_ += std::chrono::milliseconds(dice_->once_in(20) ? dice_->below(300'000) : dice_->below(9'000));
    auto const event = random_event(*dice_, session_);
    auto const action = session_.step(event, now_);
    auto const same = twin_.step(event, now_ + offset_);
    BOOST_TEST((action == same), name_of(event.type));
    check_same(session_, twin_, offset_);
  }

private:
  void move() {
    auto const snapshot = saved(twin_, elsewhere(at(now_), offset_));
    now_ += std::chrono::milliseconds(dice_->below(20'000));
    offset_ = std::chrono::milliseconds(dice_->below(1'000'000'000)) - 500'000s;
    twin_ = restored(snapshot, *limits_, elsewhere(at(now_), offset_));
    check_same(session_, twin_, offset_);
    ++moves_;
  }

  Limits const* limits_;
  Dice* dice_;
  Session session_;
  Session twin_;
  TimePoint now_ = start;
  Duration offset_{};
  unsigned moves_ = 0;
};

struct Impossible {
  char const* problem;
  std::function<void(SavedSession&)> change;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(session_snapshot)

BOOST_AUTO_TEST_CASE(what_is_idle_or_stands_at_a_door_can_be_saved_and_nothing_else) {
  Limits const limits;
  for (auto const role : roles) {
    for (std::size_t index = 0; index < state_count; ++index) {
      auto const session = in_state(state_at(index), role, limits);
      auto const snapshot = save_session(session, at(start + 10s));
      BOOST_TEST_CONTEXT(name_of(session.state())) {
        if (is_end(session.state())) {
          BOOST_TEST(snapshot.error() == EngineErrc::session_over);
        } else if (is_in_flight(session.state())) {
          BOOST_TEST(snapshot.error() == EngineErrc::not_allowed);
        } else {
          check_same(session, restored(*snapshot, limits, elsewhere(at(start + 15s), -40min)), -40min);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_session_that_moves_again_and_again_does_what_one_that_stays_does) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  Limits limits;
  unsigned moves = 0;
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    for (unsigned walk = 0; walk < 2'000; ++walk) {
      limits.strict = walk % 4 == 0;
      Twins twins(roles[walk % 2], limits, dice);
      for (unsigned step = 0; step < 40 && !twins.is_over(); ++step) twins.step();
      moves += twins.moves();
    }
  }
  BOOST_TEST(moves > 2'000U);
}

BOOST_AUTO_TEST_CASE(what_was_restored_can_be_saved_to_the_same_values) {
  Limits const limits;
  auto session = standing_at(Role::claimant, limits, reply_for(AuthStatus::challenge_issued, 90s, 7));
  must(session, EventType::answer, start + 10s);
  must(session, reply(AuthStatus::challenge_failed), start + 11s);
  auto const snapshot = saved(session, at(start + 12s));
  BOOST_TEST(snapshot.attempts_left == 2U);
  BOOST_TEST(
      (saved(restored(snapshot, limits, elsewhere(at(start + 12s), 3h)), elsewhere(at(start + 12s), 3h)) == snapshot));
}

BOOST_AUTO_TEST_CASE(an_alarm_whose_moment_has_passed_is_due_at_once) {
  Limits const limits;
  auto const session = in_state(State::waiting, Role::claimant, limits);
  auto const snapshot = saved(session, at(start + 1s));
  auto const polls = restored(snapshot, limits, elsewhere(at(start + 20s), 1h));
  BOOST_TEST((polls.alarm()->event == EventType::poll && polls.alarm()->at < start + 20s + 1h));
  auto late = restored(snapshot, limits, elsewhere(at(start + 11min), 1h));
  BOOST_TEST(must(late, EventType::poll, start + 11min + 1h) == Action::complete);
  BOOST_TEST(late.state() == State::expired);
}

BOOST_AUTO_TEST_CASE(an_answer_after_years_is_too_late) {
  Limits const limits;
  auto const snapshot = saved(in_state(State::challenged, Role::claimant, limits), at(start + 1s));
  for (auto const hours : {24, 24 * 365, 24 * 365 * 70}) {
    ClockReading const now{start, saved_noon + std::chrono::hours(hours)};
    auto session = restored(snapshot, limits, now);
    BOOST_TEST(must(session, EventType::answer, now.steady) == Action::complete);
    BOOST_TEST(session.state() == State::expired);
  }
}

BOOST_AUTO_TEST_CASE(a_wall_clock_that_was_set_back_gives_no_more_time_than_was_left) {
  Limits const limits;
  auto const session = in_state(State::challenged, Role::claimant, limits);
  auto const left = *session.answer_by() - (start + 30s);
  auto const snapshot = saved(session, at(start + 30s));
  for (auto const back : {1s, 3600s, 50'000'000s}) {
    ClockReading const now{start + 30s, snapshot.saved_at - back};
    auto const again = restored(snapshot, limits, now);
    BOOST_TEST((*again.answer_by() - now.steady == left));
    BOOST_TEST((*again.can_restart_at() - now.steady == *session.can_restart_at() - (start + 30s)));
  }
}

BOOST_AUTO_TEST_CASE(a_session_whose_time_was_over_stays_over) {
  Limits const limits;
  auto const session = in_state(State::challenged, Role::claimant, limits);
  auto const snapshot = saved(session, at(start + 1h));
  ClockReading const earlier{start, snapshot.saved_at - 2h};
  auto again = restored(snapshot, limits, earlier);
  BOOST_TEST(must(again, EventType::answer, earlier.steady) == Action::complete);
}

BOOST_AUTO_TEST_CASE(a_clock_out_of_reason_is_refused) {
  Limits const limits;
  auto const session = in_state(State::challenged, Role::claimant, limits);
  auto const snapshot = saved(session, at(start));
  for (auto const wall : {WallTime::min(), WallTime{} - 1s, WallTime::max()}) {
    BOOST_TEST(save_session(session, {start, wall}).error() == EngineErrc::bad_snapshot);
    BOOST_TEST(restore_session(snapshot, limits, {start, wall}).error() == EngineErrc::bad_snapshot);
  }
}

BOOST_AUTO_TEST_CASE(a_value_that_no_session_can_have_is_refused_by_its_name) {
  Limits const limits;
  auto const good = saved(in_state(State::waiting, Role::claimant, limits), at(start + 1s));
  Impossible const cases[] = {
      {"role: unknown", [](auto& s) { s.role = static_cast<Role>(2); }},
      {"status: unknown number", [](auto& s) { s.status = static_cast<AuthStatus>(18); }},
      {"mfa_type: unknown number", [](auto& s) { s.mfa_type = static_cast<MfaType>(14); }},
      {"flow_step: unknown number", [](auto& s) { s.flow_step = static_cast<AuthFlowStep>(6); }},
      {"saved_at: before 1970 or after 2099", [](auto& s) { s.saved_at = WallTime{} - 1ms; }},
      {"state: not one that can be saved", [](auto& s) { s.state = State::polling; }},
      {"state: not one that can be saved", [](auto& s) { s.state = State::succeeded; }},
      {"state: not one that can be saved", [](auto& s) { s.state = static_cast<State>(200); }},
      {"state: idle, although something was sent", [](auto& s) { s.state = State::idle; }},
      {"status: missing at a door", [](auto& s) { s.status.reset(); }},
      {"status: not one that stands at a door", [](auto& s) { s.status = AuthStatus::succeeded; }},
      {"status: not one that stands at a door", [](auto& s) { s.status = AuthStatus::challenge_failed; }},
      {"status: not one that waits", [](auto& s) { s.status = AuthStatus::mfa_required; }},
      {"doors: none", [](auto& s) { s.doors = 0; }},
      {"attempts_left: none", [](auto& s) { s.attempts_left = 0; }},
      {"attempts_left: over attempts_max", [](auto& s) { s.attempts_left = 4; }},
      {"restarts: over restarts_max", [](auto& s) { s.restarts = 4; }},
      {"switches: over another_way_max", [](auto& s) { s.switches = 6; }},
      {"polls: over polls_max", [](auto& s) { s.polls = 601; }},
      {"a moment: before 1970 or after 2099", [](auto& s) { s.poll_at = WallTime::min(); }},
      {"a moment: before 1970 or after 2099", [](auto& s) { s.flow_deadline = WallTime::max(); }},
      {"flow_deadline: over flow_life_span", [](auto& s) { s.flow_deadline = s.saved_at + 15min + 1ms; }},
      {"step_deadline: over every life span", [](auto& s) { s.step_deadline = s.saved_at + 24h + 1ms; }},
      {"restart_at: over resend_cool_down", [](auto& s) { s.restart_at = s.saved_at + 60s + 1ms; }},
      {"poll_interval: not above zero", [](auto& s) { s.poll_interval = 0ns; }},
      {"poll_interval: over poll_interval_max", [](auto& s) { s.poll_interval = 61s; }},
      {"poll_at: over poll_interval", [](auto& s) { s.poll_at = s.saved_at + 6s; }},
  };
  BOOST_TEST(problem_of(good, limits) == "");
  for (auto const& [problem, change] : cases) {
    auto bad = good;
    change(bad);
    BOOST_TEST(problem_of(bad, limits) == problem);
    BOOST_TEST(restore_session(bad, limits, at(start + 2s)).error() == EngineErrc::bad_snapshot);
  }
}

BOOST_AUTO_TEST_CASE(stricter_limits_refuse_what_looser_ones_allowed) {
  Limits loose;
  loose.flow_life_span = 1h;
  auto const snapshot = saved(in_state(State::challenged, Role::claimant, loose), at(start));
  BOOST_TEST(restore_session(snapshot, Limits{}, at(start)).error() == EngineErrc::bad_snapshot);
  BOOST_TEST(restore_session(snapshot, Limits{}, at(start + 46min)).error() == EngineErrc::bad_snapshot);
}

BOOST_AUTO_TEST_CASE(whatever_numbers_are_in_a_snapshot_no_limit_is_passed) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  Limits const limits;
  auto const good = saved(in_state(State::waiting, Role::claimant, limits), at(start + 1s));
  auto const any_moment = [&dice, &good] {
    auto const bits = static_cast<std::int64_t>(dice.below(std::numeric_limits<std::uint64_t>::max()));
    return dice.once_in(2) ? WallTime(WallDuration(bits)) : good.saved_at + WallDuration(bits % 2'000'000);
  };
  unsigned taken = 0;
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    for (unsigned round = 0; round < 20'000; ++round) {
      auto odd = good;
      if (dice.once_in(3)) odd.saved_at = any_moment();
      if (dice.once_in(3)) odd.flow_deadline = any_moment();
      if (dice.once_in(3)) odd.step_deadline = any_moment();
      if (dice.once_in(3)) odd.restart_at = any_moment();
      if (dice.once_in(3)) odd.poll_at = any_moment();
      if (dice.once_in(3)) odd.attempts_left = static_cast<std::uint8_t>(dice.below(8));
      if (dice.once_in(3)) odd.status = status_at(dice.below(status_count + 2));
      auto const now = at(start + std::chrono::seconds(dice.below(1000)));
      auto const session = restore_session(odd, limits, now);
      if (!session) continue;
      ++taken;
      BOOST_TEST((*session->answer_by() <= now.steady + limits.flow_life_span));
      BOOST_TEST(session->attempts_left() <= limits.attempts_max);
      BOOST_TEST(session->alarm().has_value());
    }
  }
  BOOST_TEST(taken > 100U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
