// The wheel against the plainest thing that could work: a list of moments, looked through each time.

#include "seed.hpp"
#include "session_support.hpp"

#include <sallyport/engine/timer_wheel.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace sallyport::engine_test {
namespace {

constexpr std::uint32_t capacity = 60;

// What an owner of slots keeps for each of them, with the alarm in its midst.
struct Slot {
  std::uint64_t before = 1;
  TimerWheel::Node alarm;
  std::uint64_t after = 2;
};
constexpr auto nodes_per_slot = sizeof(Slot) / sizeof(TimerWheel::Node);
static_assert(sizeof(Slot) % sizeof(TimerWheel::Node) == 0);

class Pair {
public:
  template <class... Nodes>
  explicit Pair(Dice& dice, Nodes... nodes) : dice_(&dice), wheel_(nodes..., capacity, start) {}

  void step() {
    auto const slot = static_cast<std::uint32_t>(dice_->below(capacity));
    switch (dice_->below(8)) {
      case 0: disarm(slot); break;
      case 1:
      case 2:
      case 3: arm(slot, now_ + random_distance()); break;
      case 4: advance(now_ + random_distance() / 3); break;
      case 5:
      case 6: advance_to_next(); break;
      case 7: advance(now_); break;
    }
    check_next();
  }

  std::size_t rung() const { return rung_; }

private:
  // All magnitudes are equally likely, from nanoseconds to months, and multiples of the tick are common.
  Duration random_distance() {
    auto const bits = dice_->below(53);
    auto const distance = static_cast<std::int64_t>(dice_->below(std::uint64_t{1} << bits));
    if (dice_->once_in(20)) return -Duration(distance);
    if (dice_->once_in(2)) return std::chrono::milliseconds(distance / 1'000'000);
    return Duration(distance);
  }

  void arm(std::uint32_t slot, TimePoint at) {
    wheel_.arm(slot, at, EventType::poll);
    model_[slot] = at;
  }

  void disarm(std::uint32_t slot) {
    wheel_.disarm(slot);
    model_.erase(slot);
  }

  void advance_to_next() {
    auto const next = wheel_.next();
    if (next) advance(std::max(now_, *next));
  }

  void advance(TimePoint now) {
    now_ = std::max(now_, now);
    std::vector<std::uint32_t> due;
    for (auto const& [slot, at] : model_) {
      if (at <= now_) due.push_back(slot);
    }
    std::vector<std::uint32_t> rung;
    std::vector<std::uint32_t> taken_back;
    wheel_.advance(now_, [&](std::uint32_t slot, EventType) {
      rung.push_back(slot);
      model_.erase(slot);
      // Anything may be done inside: here mostly nothing, so that the comparison below stays plain.
      if (!dice_->once_in(6)) return;
      auto const other = static_cast<std::uint32_t>(dice_->below(capacity));
      if (std::find(rung.begin(), rung.end(), other) == rung.end()) taken_back.push_back(other);
      if (dice_->once_in(2)) {
        disarm(other);
      } else {
        arm(other, now_ + random_distance());
      }
    });
    rung_ += rung.size();
    rung.insert(rung.end(), taken_back.begin(), taken_back.end());
    std::sort(rung.begin(), rung.end());
    auto const twice = std::adjacent_find(rung.begin(), rung.end());
    if (taken_back.empty()) BOOST_REQUIRE_MESSAGE(twice == rung.end(), "an alarm rang twice");
    for (auto const slot : due) {
      BOOST_REQUIRE_MESSAGE(std::binary_search(rung.begin(), rung.end(), slot), "a due alarm was lost");
    }
    for (auto const slot : rung) {
      auto const was_due = std::binary_search(due.begin(), due.end(), slot);
      auto const touched = std::find(taken_back.begin(), taken_back.end(), slot) != taken_back.end();
      BOOST_REQUIRE_MESSAGE(was_due || touched, "an alarm rang early");
    }
  }

  void check_next() const {
    auto const next = wheel_.next();
    for (auto const& [slot, at] : model_) {
      BOOST_REQUIRE_MESSAGE(wheel_.is_armed(slot), "an alarm was lost");
      BOOST_REQUIRE_MESSAGE(next && *next <= at, "next is later than an alarm");
    }
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      BOOST_REQUIRE_MESSAGE(wheel_.is_armed(slot) == model_.contains(slot), "an alarm is armed that should not be");
    }
  }

  Dice* dice_;
  TimerWheel wheel_;
  std::map<std::uint32_t, TimePoint> model_;
  TimePoint now_ = start;
  std::size_t rung_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(timer_wheel_model)

BOOST_AUTO_TEST_CASE(the_wheel_rings_as_a_plain_list_would) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    std::size_t rung = 0;
    for (int round = 0; round < 40; ++round) {
      Pair pair(dice);
      for (int step = 0; step < 500; ++step) pair.step();
      rung += pair.rung();
    }
    BOOST_TEST(rung > 1000U);
  }
}

BOOST_AUTO_TEST_CASE(a_wheel_in_slots_of_an_owner_rings_as_well_and_touches_nothing_else_in_them) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    std::size_t rung = 0;
    for (int round = 0; round < 20; ++round) {
      std::vector<Slot> slots(capacity);
      Pair pair(dice, TimerWheel::Nodes{&slots.front().alarm, nodes_per_slot});
      for (int step = 0; step < 500; ++step) pair.step();
      rung += pair.rung();
      for (auto const& slot : slots) BOOST_REQUIRE(slot.before == 1U && slot.after == 2U);
    }
    BOOST_TEST(rung > 500U);
  }
}

BOOST_AUTO_TEST_CASE(a_driver_that_sleeps_until_next_rings_every_alarm_at_its_very_moment) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    TimerWheel wheel(capacity, start);
    std::map<std::uint32_t, TimePoint> model;
    auto now = start;
    for (int step = 0; step < 3000; ++step) {
      auto const slot = static_cast<std::uint32_t>(dice.below(capacity));
      auto const at = now + Duration(static_cast<std::int64_t>(dice.below(std::uint64_t{1} << (20 + dice.below(22)))));
      wheel.arm(slot, at, EventType::deadline);
      model[slot] = at;
      now = std::max(now, *wheel.next());
      wheel.advance(now, [&](std::uint32_t rung, EventType) {
        BOOST_REQUIRE_MESSAGE(model.at(rung) == now, "late or early by " << (now - model.at(rung)).count() << " ns");
        model.erase(rung);
      });
    }
  }
}

// Ten thousand within some seconds, put off and taken back while a driver that is often late goes through them.
BOOST_AUTO_TEST_CASE(a_driver_that_is_late_in_a_crowd_rings_each_alarm_once_and_none_early) {
  constexpr std::uint32_t crowd = 10'000;
  auto const the_seed = seed();
  Dice dice(the_seed);
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    TimerWheel wheel(crowd, start);
    std::map<std::uint32_t, TimePoint> model;
    auto now = start;
    auto const arm = [&](std::uint32_t slot) {
      auto const at = now + Duration(static_cast<std::int64_t>(dice.below(std::uint64_t{1} << (20 + dice.below(14)))));
      wheel.arm(slot, at, EventType::deadline);
      model[slot] = at;
    };
    for (std::uint32_t slot = 0; slot < crowd; ++slot) arm(slot);
    unsigned touches_left = 5'000;
    while (auto const next = wheel.next()) {
      now = std::max(now, *next);
      if (dice.once_in(10)) now += std::chrono::milliseconds(dice.below(600));
      std::size_t rung = 0;
      wheel.advance(now, [&](std::uint32_t slot, EventType) {
        ++rung;
        BOOST_REQUIRE_MESSAGE(model.at(slot) <= now, "early by " << (model.at(slot) - now).count() << " ns");
        model.erase(slot);
      });
      BOOST_REQUIRE(rung <= 1000U);
      for (unsigned count = 0; count < 3 && touches_left > 0; ++count, --touches_left) {
        auto const slot = static_cast<std::uint32_t>(dice.below(crowd));
        if (dice.once_in(4)) {
          wheel.disarm(slot);
          model.erase(slot);
        } else {
          arm(slot);
        }
      }
    }
    BOOST_TEST(model.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
