#include "seed.hpp"
#include "session_support.hpp"

#include <sallyport/engine/timer_wheel.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace sallyport::engine_test {
namespace {

/// The slots that ring in one go, in their order.
std::vector<std::uint32_t> rings_at_once(TimerWheel& wheel, TimePoint now) {
  std::vector<std::uint32_t> slots;
  wheel.advance(now, [&](std::uint32_t slot, EventType) { slots.push_back(slot); });
  return slots;
}

/// The slots that ring until none is due, as a driver that is asked to come again at once does it.
std::vector<std::uint32_t> rings(TimerWheel& wheel, TimePoint now) {
  auto slots = rings_at_once(wheel, now);
  while (wheel.next() && *wheel.next() <= now) {
    auto const more = rings_at_once(wheel, now);
    slots.insert(slots.end(), more.begin(), more.end());
  }
  return slots;
}

using Slots = std::vector<std::uint32_t>;

/// Sleeps as a driver does: to the moment that `next` names, until the slot rings. Gives the moment of the ring.
TimePoint sleep_until_ring(TimerWheel& wheel, unsigned wake_ups_max) {
  for (unsigned count = 0; count < wake_ups_max; ++count) {
    auto const next = wheel.next();
    BOOST_REQUIRE(next.has_value());
    if (!rings(wheel, *next).empty()) return *next;
  }
  BOOST_FAIL("too many wake-ups");
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(timer_wheel)

BOOST_AUTO_TEST_CASE(an_alarm_rings_at_its_moment_once_and_not_a_nanosecond_early) {
  TimerWheel wheel(4, start);
  auto const at = start + 5s + 1ns;
  wheel.arm(2, at, EventType::poll);
  BOOST_TEST(wheel.is_armed(2));
  BOOST_TEST(rings(wheel, at - 1ns).empty());
  BOOST_TEST((wheel.next() == at));
  unsigned count = 0;
  wheel.advance(at, [&](std::uint32_t slot, EventType event) {
    BOOST_TEST(slot == 2U);
    BOOST_TEST(event == EventType::poll);
    BOOST_TEST(!wheel.is_armed(slot));
    ++count;
  });
  BOOST_TEST(count == 1U);
  BOOST_TEST(rings(wheel, at + 1h).empty());
  BOOST_TEST(!wheel.next().has_value());
}

BOOST_AUTO_TEST_CASE(arming_again_replaces_the_alarm_and_disarming_takes_it_back) {
  TimerWheel wheel(2, start);
  wheel.arm(0, start + 1s, EventType::poll);
  wheel.arm(0, start + 2s, EventType::deadline);
  wheel.arm(1, start + 1s, EventType::poll);
  wheel.disarm(1);
  wheel.disarm(1);
  BOOST_TEST(!wheel.is_armed(1));
  BOOST_TEST(rings(wheel, start + 1s).empty());
  BOOST_TEST((rings(wheel, start + 2s) == Slots{0}));
}

BOOST_AUTO_TEST_CASE(what_is_due_already_rings_at_the_next_advance) {
  TimerWheel wheel(3, start);
  static_cast<void>(rings(wheel, start + 10s));
  wheel.arm(0, start + 5s, EventType::deadline);
  wheel.arm(1, start - 1h, EventType::deadline);
  wheel.arm(2, TimePoint::min(), EventType::deadline);
  BOOST_TEST((*wheel.next() <= start - 1h));
  BOOST_TEST(rings(wheel, start + 10s).size() == 3U);
}

// The borders of the ticks, and of every level, from presents at and beside a border.
BOOST_AUTO_TEST_CASE(alarms_at_the_borders_of_the_levels_ring_at_their_moment) {
  std::vector<Duration> presents;
  std::vector<Duration> distances{0ns, 1ns, 1ms};
  for (unsigned bits : {0U, 8U, 9U, 16U, 17U, 24U, 25U, 32U, 33U}) {
    Duration const border = 1ms * (std::int64_t{1} << bits);
    for (auto const shift : {Duration(-1ms), Duration(-1ns), Duration(0), Duration(1ns), Duration(1ms)}) {
      presents.push_back(border + shift);
      distances.push_back(border + shift);
    }
  }
  for (auto const present : presents) {
    for (auto const distance : distances) {
      auto const at = start + present + distance;
      TimerWheel wheel(1, start);
      TimerWheel other(1, start);
      for (auto* const each : {&wheel, &other}) {
        BOOST_TEST(rings(*each, start + present).empty());
        each->arm(0, at, EventType::deadline);
      }
      // A driver that sleeps from one wake-up to the next.
      auto const rang = sleep_until_ring(wheel, 12);
      if (rang != at) BOOST_ERROR("rang at " << (rang - at).count() << " ns from its moment");
      // A driver that comes once just before the moment, and once in time.
      if (distance > 0ns && !rings(other, at - 1ns).empty()) BOOST_ERROR("rang early");
      if (rings(other, at).size() != 1) BOOST_ERROR("did not ring in time");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_farthest_future_is_right_too) {
  for (auto const at : {start + 24h * 40, start + 24h * 99, start + 24h * 365 * 100, TimePoint::max()}) {
    TimerWheel wheel(1, start);
    wheel.arm(0, at, EventType::deadline);
    BOOST_TEST((*wheel.next() <= at));
    BOOST_TEST(rings(wheel, start + 24h * 30).empty());
    BOOST_TEST((*wheel.next() <= at));
    BOOST_TEST(wheel.is_armed(0));
    wheel.disarm(0);
    BOOST_TEST(!wheel.is_armed(0));
  }
  TimerWheel wheel(2, start);
  wheel.arm(0, start + 24h * 400, EventType::deadline);
  wheel.arm(1, start + 24h * 120, EventType::deadline);
  BOOST_TEST(rings(wheel, start + 24h * 119).empty());
  BOOST_TEST((rings(wheel, start + 24h * 121) == Slots{1}));
  BOOST_TEST(rings(wheel, start + 24h * 400 - 1ns).empty());
  BOOST_TEST((rings(wheel, start + 24h * 400) == Slots{0}));
}

BOOST_AUTO_TEST_CASE(many_in_the_same_tick_ring_each_at_its_own_moment) {
  constexpr std::uint32_t count = 5000;
  TimerWheel wheel(count, start);
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    wheel.arm(slot, start + 100s + std::chrono::nanoseconds(slot * 100), EventType::deadline);
  }
  BOOST_TEST(rings(wheel, start + 100s - 1ns).empty());
  BOOST_TEST(rings(wheel, start + 100s + 99'950ns).size() == 1000U);
  BOOST_TEST((*wheel.next() == start + 100s + 100us));
  BOOST_TEST(rings(wheel, start + 101s).size() == 4000U);
}

BOOST_AUTO_TEST_CASE(a_crowd_comes_down_a_bounded_number_at_a_time_and_is_still_in_time) {
  constexpr std::uint32_t count = 20'000;
  TimerWheel wheel(count, start);
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    wheel.arm(slot, start + 200s + std::chrono::milliseconds(slot), EventType::deadline);
  }
  std::size_t rung = 0;
  unsigned wake_ups = 0;
  while (auto const next = wheel.next()) {
    ++wake_ups;
    wheel.advance(*next, [&](std::uint32_t slot, EventType) {
      BOOST_REQUIRE((*next == start + 200s + std::chrono::milliseconds(slot)));
      ++rung;
    });
  }
  BOOST_TEST(rung == count);
  BOOST_TEST(wake_ups > count + 10);  // Some wake-ups only brought alarms down, before any was due.
  BOOST_TEST(wake_ups < count + 500);
}

// More than this at once would be a pause that whoever logs in meanwhile can feel.
constexpr std::size_t rung_at_once_max = 1000;

BOOST_AUTO_TEST_CASE(a_crowd_that_is_due_at_once_rings_a_bounded_number_at_a_time) {
  constexpr std::uint32_t count = 20'000;
  for (auto const ahead : {Duration(10ms), Duration(400ms), Duration(200s), Duration(30h)}) {
    for (auto const late : {Duration(0), Duration(5ms), Duration(3min)}) {
      TimerWheel wheel(count, start);
      for (std::uint32_t slot = 0; slot < count; ++slot) wheel.arm(slot, start + ahead, EventType::deadline);
      BOOST_TEST(rings(wheel, start + ahead - 1ns).empty());
      std::vector<unsigned> rung(count);
      std::size_t all = 0;
      for (unsigned calls = 0; all < count; ++calls) {
        BOOST_REQUIRE(calls < count / 100);
        BOOST_REQUIRE((*wheel.next() <= start + ahead));
        auto const slots = rings_at_once(wheel, start + ahead + late);
        BOOST_TEST(slots.size() <= rung_at_once_max);
        for (auto const slot : slots) BOOST_REQUIRE(++rung[slot] == 1U);
        all += slots.size();
      }
      BOOST_TEST(!wheel.next().has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_alarm_set_behind_a_crowd_rings_while_the_crowd_is_not_through) {
  constexpr std::uint32_t count = 5000;
  TimerWheel wheel(count + 1, start);
  for (std::uint32_t slot = 0; slot < count; ++slot) wheel.arm(slot, start + 1s, EventType::deadline);
  auto all = rings_at_once(wheel, start + 2s);
  BOOST_TEST(all.size() < count);
  wheel.arm(count, start + 1s + 500ms, EventType::poll);
  wheel.disarm(count - 1);
  auto const more = rings(wheel, start + 2s);
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  Slots expected(count - 1);
  std::iota(expected.begin(), expected.end(), 0U);
  expected.push_back(count);
  BOOST_TEST((all == expected));
}

BOOST_AUTO_TEST_CASE(an_alarm_put_off_rings_at_its_new_moment_only) {
  for (auto const by : {Duration(1ns), Duration(1ms), Duration(300ms), Duration(100s), Duration(24h)}) {
    TimerWheel wheel(1, start);
    wheel.arm(0, start + 1s, EventType::poll);
    wheel.arm(0, start + 1s + by, EventType::deadline);
    BOOST_TEST(rings(wheel, start + 1s + by - 1ns).empty());
    BOOST_TEST((rings(wheel, start + 1s + by) == Slots{0}));
  }
  TimerWheel wheel(1, start);
  wheel.arm(0, start + 1s, EventType::poll);
  wheel.arm(0, start + 30s, EventType::deadline);
  BOOST_TEST((sleep_until_ring(wheel, 8) == start + 30s));
}

// Where it was put off it stays listed too early; so `next` must not forget it when it comes back.
BOOST_AUTO_TEST_CASE(an_alarm_put_off_and_brought_forward_again_is_in_time) {
  for (auto const listed : {Duration(10ms), Duration(10ms + 200us), Duration(2s), Duration(90s)}) {
    for (auto const again : {Duration(0), Duration(1us), Duration(300us), Duration(5s)}) {
      TimerWheel wheel(2, start);
      wheel.arm(0, start + listed, EventType::poll);
      wheel.arm(0, start + 1h, EventType::poll);
      wheel.arm(1, start + 1ms, EventType::poll);
      BOOST_TEST((rings(wheel, start + 1ms) == Slots{1}));
      wheel.arm(0, start + listed + again, EventType::deadline);
      BOOST_TEST((sleep_until_ring(wheel, 8) == start + listed + again));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_alarm_taken_back_leaves_nothing_to_wake_for_after_its_moment) {
  TimerWheel wheel(2, start);
  wheel.arm(0, start + 1s, EventType::poll);
  wheel.arm(1, start + 100s, EventType::poll);
  wheel.disarm(0);
  wheel.disarm(1);
  BOOST_TEST(rings(wheel, start + 101s).empty());
  BOOST_TEST(!wheel.next().has_value());
  wheel.arm(1, start + 102s, EventType::deadline);
  BOOST_TEST((rings(wheel, start + 102s) == Slots{1}));
}

BOOST_AUTO_TEST_CASE(an_alarm_set_again_inside_ring_rings_at_the_next_advance) {
  TimerWheel wheel(2, start);
  wheel.arm(0, start + 1s, EventType::deadline);
  unsigned count = 0;
  auto const ring = [&](std::uint32_t slot, EventType event) {
    ++count;
    wheel.arm(slot, start + 1s, event);
  };
  wheel.advance(start + 2s, ring);
  BOOST_TEST(count == 1U);
  BOOST_TEST((*wheel.next() <= start + 1s));
  wheel.advance(start + 2s, ring);
  BOOST_TEST(count == 2U);
}

BOOST_AUTO_TEST_CASE(an_alarm_taken_back_inside_ring_does_not_ring) {
  TimerWheel wheel(3, start);
  for (std::uint32_t slot = 0; slot < 3; ++slot) wheel.arm(slot, start + 1s, EventType::deadline);
  Slots rung;
  wheel.advance(start + 1s, [&](std::uint32_t slot, EventType) {
    rung.push_back(slot);
    wheel.disarm(slot);
    wheel.disarm((slot + 1) % 3);
    wheel.arm((slot + 2) % 3, start + 5s, EventType::poll);
  });
  BOOST_TEST(rung.size() == 1U);
  BOOST_TEST(rings(wheel, start + 5s).size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_advance_inside_ring_rings_the_others_once) {
  TimerWheel wheel(3, start);
  for (std::uint32_t slot = 0; slot < 3; ++slot) wheel.arm(slot, start + 1s, EventType::deadline);
  Slots rung;
  wheel.advance(start + 1s, [&](std::uint32_t slot, EventType) {
    rung.push_back(slot);
    wheel.advance(start + 2s, [&](std::uint32_t inner, EventType) { rung.push_back(inner); });
  });
  std::sort(rung.begin(), rung.end());
  BOOST_TEST((rung == Slots{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(a_ring_that_throws_loses_no_other_alarm) {
  TimerWheel wheel(3, start);
  for (std::uint32_t slot = 0; slot < 3; ++slot) wheel.arm(slot, start + 1s, EventType::deadline);
  BOOST_CHECK_THROW(wheel.advance(start + 1s, [](std::uint32_t, EventType) { throw 1; }), int);
  BOOST_TEST((*wheel.next() <= start + 1s));
  BOOST_TEST(rings(wheel, start + 1s).size() == 2U);
}

BOOST_AUTO_TEST_CASE(time_that_goes_back_rings_nothing_early_and_loses_nothing) {
  TimerWheel wheel(2, start);
  wheel.arm(0, start + 10s + 500us, EventType::deadline);
  BOOST_TEST(rings(wheel, start + 10s).empty());
  BOOST_TEST(rings(wheel, start + 1s).empty());
  wheel.arm(1, start + 5s, EventType::deadline);
  BOOST_TEST(rings(wheel, start + 4s).empty());
  BOOST_TEST((rings(wheel, start + 5s) == Slots{1}));
  BOOST_TEST((rings(wheel, start + 11s) == Slots{0}));
}

BOOST_AUTO_TEST_CASE(a_wheel_without_slots_has_nothing_to_ring) {
  TimerWheel wheel(0, start);
  BOOST_TEST(!wheel.next().has_value());
  BOOST_TEST(rings(wheel, start + 24h * 365).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
