// Who fails too often waits, and whoever else fails cannot change that.

#include "seed.hpp"

#include <sallyport/engine/throttle.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

namespace sallyport::engine_test {

BOOST_AUTO_TEST_SUITE(throttle)

using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{1h};
constexpr ThrottlePolicy policy{.burst = 3, .recovery = 10min, .wait = 1min, .keys_max = 100};

std::optional<Duration> wait_of(Throttle const& throttle, Throttle::Key key, TimePoint now) {
  auto const until = throttle.held_until(key, now);
  return until ? std::optional(*until - now) : std::nullopt;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_few_failures_cost_nothing) {
  Throttle throttle(policy);
  for (auto failure = 0; failure < 3; ++failure) {
    throttle.fail(1, start);
    BOOST_TEST(!throttle.held_until(1, start).has_value());
  }
  throttle.fail(1, start);
  BOOST_TEST((wait_of(throttle, 1, start) == Duration(1min)));
  BOOST_TEST(!throttle.held_until(2, start).has_value());
}

BOOST_AUTO_TEST_CASE(the_wait_ends_at_its_moment_and_doubles_with_each_failure) {
  auto slow = policy;
  slow.recovery = 1h;  // Nothing is forgiven in the midst of this.
  Throttle throttle(slow);
  auto now = start;
  for (auto failure = 0; failure < 3; ++failure) throttle.fail(1, now);
  for (Duration const expected : {1min, 2min, 4min, 8min, 16min}) {
    throttle.fail(1, now);
    BOOST_TEST((wait_of(throttle, 1, now) == expected));
    now += expected;
    BOOST_TEST(throttle.held_until(1, now - Duration(1)).has_value());
    BOOST_TEST(!throttle.held_until(1, now).has_value());
  }
}

BOOST_AUTO_TEST_CASE(time_alone_forgives_one_failure_after_another) {
  Throttle throttle(policy);
  for (auto failure = 0; failure < 3; ++failure) throttle.fail(1, start);
  throttle.fail(1, start + 10min);  // One was forgiven.
  BOOST_TEST(!throttle.held_until(1, start + 10min).has_value());
  throttle.fail(1, start + 10min);
  BOOST_TEST(throttle.held_until(1, start + 10min).has_value());
}

BOOST_AUTO_TEST_CASE(a_clock_that_stands_back_shortens_no_wait) {
  Throttle throttle(policy);
  for (auto failure = 0; failure < 6; ++failure) throttle.fail(1, start);
  auto const until = throttle.held_until(1, start);
  throttle.fail(1, start - 30min);
  BOOST_TEST((throttle.held_until(1, start) >= until));
}

BOOST_AUTO_TEST_CASE(a_burst_of_zero_switches_it_off) {
  Throttle throttle(ThrottlePolicy{.recovery = 1min, .wait = 1min});
  BOOST_TEST(!throttle.is_on());
  for (auto failure = 0; failure < 1000; ++failure) throttle.fail(1, start);
  BOOST_TEST(!throttle.held_until(1, start).has_value());
  BOOST_TEST(throttle.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_patient_attacker_fails_no_oftener_than_the_policy_says) {
  Dice dice(seed());
  auto const draw = [&dice](std::uint64_t bound) { return static_cast<std::int64_t>(dice.below(bound)); };
  for (auto round = 0; round < 200; ++round) {
    ThrottlePolicy const one{.burst = 1 + static_cast<std::uint32_t>(dice.below(12)),
                             .recovery = std::chrono::seconds(1 + draw(2000)),
                             .wait = std::chrono::seconds(1 + draw(100)),
                             .keys_max = 1 + dice.below(20)};
    std::int64_t doublings = 1;
    for (auto wait = one.wait; wait < one.recovery; wait += wait) ++doublings;
    Throttle throttle(one);
    std::vector<TimePoint> failures;
    auto now = start;
    while (failures.size() < 200) {
      if (auto const until = throttle.held_until(7, now)) now = *until;  // As soon as it may.
      throttle.fail(7, now);
      failures.push_back(now);
      now += std::chrono::milliseconds(dice.once_in(2) ? 0 : draw(500'000));
    }
    for (std::size_t first = 0; first < failures.size(); ++first) {
      for (std::size_t last = first; last < failures.size(); ++last) {
        auto const most = one.burst + doublings + (failures[last] - failures[first]) / one.recovery;
        BOOST_TEST_REQUIRE(static_cast<std::int64_t>(last - first + 1) <= most);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(many_attempts_in_flight_at_once_cost_a_bounded_time) {
  Throttle throttle(policy);
  for (auto failure = 0; failure < 100'000; ++failure) throttle.fail(1, start);
  BOOST_TEST((wait_of(throttle, 1, start) == policy.recovery));
  throttle.fail(1, start + policy.recovery * (3 + 32));
  BOOST_TEST(!throttle.held_until(1, start + policy.recovery * (3 + 32)).has_value());
}

BOOST_AUTO_TEST_CASE(it_keeps_no_more_than_it_may_and_forgets_the_least_guilty_first) {
  Throttle throttle(policy);
  for (auto failure = 0; failure < 8; ++failure) throttle.fail(1, start);
  auto const until = throttle.held_until(1, start);
  for (Throttle::Key key = 2; key < 5000; ++key) {
    throttle.fail(key, start);
    BOOST_TEST_REQUIRE(throttle.size() <= policy.keys_max);
  }
  BOOST_TEST((throttle.held_until(1, start) == until));
}

BOOST_AUTO_TEST_CASE(it_works_with_room_for_one) {
  auto narrow = policy;
  narrow.keys_max = 1;
  Throttle throttle(narrow);
  for (Throttle::Key key = 1; key < 100; ++key) {
    for (auto failure = 0; failure < 4; ++failure) throttle.fail(key, start);
    BOOST_TEST(throttle.held_until(key, start).has_value());
    BOOST_TEST(throttle.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(what_is_forgiven_makes_room_for_what_is_new) {
  Throttle throttle(policy);
  for (Throttle::Key key = 0; key < policy.keys_max; ++key) throttle.fail(key, start);
  throttle.fail(1000, start + policy.recovery);
  BOOST_TEST(throttle.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
