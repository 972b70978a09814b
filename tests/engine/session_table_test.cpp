#include "session_support.hpp"

#include <sallyport/engine/session_table.hpp>

#include <set>
#include <utility>
#include <vector>

namespace sallyport::engine_test {
namespace {

Limits const limits;

struct Ring {
  SessionHandle handle;
  EventType event;

  friend bool operator==(Ring const&, Ring const&) = default;
};

using Rings = std::vector<Ring>;

Rings rings(SessionTable& table, TimePoint now) {
  Rings rung;
  table.advance(now, [&](SessionHandle handle, EventType event) { rung.push_back({handle, event}); });
  return rung;
}

SessionHandle opened(SessionTable& table, Role role = Role::claimant) {
  auto const handle = table.open(role, limits);
  BOOST_REQUIRE(handle.has_value());
  return *handle;
}

SessionHandle opened_at(SessionTable& table, Role role, Verdict const& verdict) {
  auto const handle = opened(table, role);
  BOOST_REQUIRE(table.step(handle, EventType::login, start).has_value());
  BOOST_REQUIRE(table.step(handle, verdict, start).has_value());
  return handle;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session_table)

BOOST_AUTO_TEST_CASE(a_full_table_says_so_until_a_session_is_closed) {
  SessionTable table(2, start);
  BOOST_TEST(table.capacity() == 2U);
  BOOST_TEST(table.size() == 0U);
  auto const first = opened(table);
  static_cast<void>(opened(table));
  BOOST_TEST(table.size() == 2U);
  auto const third = table.open(Role::claimant, limits);
  BOOST_REQUIRE(third.has_error());
  BOOST_TEST(third.error() == EngineErrc::table_full);
  table.close(first);
  BOOST_TEST(table.size() == 1U);
  BOOST_TEST(table.open(Role::claimant, limits).has_value());
  BOOST_TEST(SessionTable(0, start).open(Role::verifier, limits).error() == EngineErrc::table_full);
}

BOOST_AUTO_TEST_CASE(a_fresh_session_is_idle_and_has_its_role) {
  SessionTable table(2, start);
  auto const handle = opened(table, Role::verifier);
  BOOST_REQUIRE(table.find(handle) != nullptr);
  BOOST_TEST((*table.find(handle) == Session(Role::verifier, limits)));
  BOOST_TEST(!table.next_alarm().has_value());
}

BOOST_AUTO_TEST_CASE(a_handle_goes_stale_also_when_its_slot_is_used_again) {
  SessionTable table(1, start);
  auto const old = opened(table);
  table.close(old);
  BOOST_TEST(table.find(old) == nullptr);
  auto const fresh = opened(table);
  BOOST_TEST(fresh.slot == old.slot);
  BOOST_TEST((fresh != old));
  BOOST_TEST(table.find(old) == nullptr);
  BOOST_TEST(table.step(old, EventType::login, start).error() == EngineErrc::stale_handle);
  table.restore(old, begun(Role::claimant, limits));
  table.wake_at(old, {start, EventType::deadline});
  table.close(old);
  BOOST_TEST(table.size() == 1U);
  BOOST_TEST(table.find(fresh)->state() == State::idle);
  BOOST_TEST(!table.next_alarm().has_value());
}

BOOST_AUTO_TEST_CASE(a_handle_that_nobody_gave_out_is_stale) {
  SessionTable table(3, start);
  static_cast<void>(opened(table));
  for (auto const handle : {SessionHandle{}, SessionHandle{1, 0}, SessionHandle{1, 1}, SessionHandle{99, 1}}) {
    BOOST_TEST(table.find(handle) == nullptr);
  }
}

BOOST_AUTO_TEST_CASE(no_handle_is_ever_given_out_twice) {
  SessionTable table(3, start);
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (int round = 0; round < 100; ++round) {
    auto const kept = opened(table);
    auto const brief = opened(table);
    BOOST_TEST(seen.insert({kept.slot, kept.generation}).second);
    BOOST_TEST(seen.insert({brief.slot, brief.generation}).second);
    table.close(kept);
    table.close(brief);
  }
}

BOOST_AUTO_TEST_CASE(a_step_sets_the_alarm_of_the_session) {
  SessionTable table(2, start);
  auto const handle = opened(table);
  BOOST_TEST((table.step(handle, EventType::login, start).value() == Action::send_login));
  BOOST_TEST((*table.next_alarm() <= start + 30s));
  BOOST_TEST(table.step(handle, reply(AuthStatus::device_confirmation_required), start + 1s).has_value());
  BOOST_TEST(rings(table, start + 6s - 1ns).empty());
  BOOST_TEST((rings(table, start + 6s) == std::vector<Ring>{{handle, EventType::poll}}));
  BOOST_TEST((table.step(handle, EventType::poll, start + 6s).value() == Action::send_poll));
  BOOST_TEST(table.step(handle, reply(AuthStatus::succeeded), start + 7s).has_value());
  BOOST_TEST(rings(table, start + 1h).empty());
  BOOST_TEST(!table.next_alarm().has_value());
}

BOOST_AUTO_TEST_CASE(a_refused_step_keeps_the_alarm) {
  SessionTable table(1, start);
  auto const handle = opened_at(table, Role::claimant, reply(AuthStatus::device_confirmation_required));
  BOOST_TEST(table.step(handle, EventType::restart, start + 1s).error() == EngineErrc::too_early);
  BOOST_TEST((rings(table, start + 5s) == std::vector<Ring>{{handle, EventType::poll}}));
}

// The ring has used the alarm up; were the refused step to leave it at that, the session would sleep for ever.
BOOST_AUTO_TEST_CASE(a_ring_whose_event_is_refused_sets_the_alarm_of_the_session_again) {
  SessionTable table(1, start);
  auto const handle = opened_at(table, Role::claimant, reply(AuthStatus::device_confirmation_required));
  table.wake_at(handle, {start + 1s, EventType::poll});
  BOOST_TEST((rings(table, start + 1s) == std::vector<Ring>{{handle, EventType::poll}}));
  BOOST_TEST(table.step(handle, EventType::poll, start + 1s).error() == EngineErrc::too_early);
  BOOST_TEST((rings(table, start + 5s) == std::vector<Ring>{{handle, EventType::poll}}));
}

BOOST_AUTO_TEST_CASE(wake_at_replaces_the_alarm_also_of_a_session_that_has_ended) {
  SessionTable table(2, start);
  auto const waits = opened_at(table, Role::verifier, reply(AuthStatus::mfa_required));
  table.wake_at(waits, {start + 3s, EventType::cancel});
  BOOST_TEST((rings(table, start + 3s) == std::vector<Ring>{{waits, EventType::cancel}}));
  BOOST_TEST(rings(table, start + 1h).empty());
  auto const over = opened_at(table, Role::verifier, reply(AuthStatus::succeeded));
  table.wake_at(over, {start + 2h, EventType::cancel});
  BOOST_TEST((rings(table, start + 2h) == std::vector<Ring>{{over, EventType::cancel}}));
}

BOOST_AUTO_TEST_CASE(restore_puts_back_the_session_and_its_alarm) {
  SessionTable table(1, start);
  auto const handle = opened_at(table, Role::claimant, reply(AuthStatus::challenge_issued));
  auto const before = *table.find(handle);
  BOOST_TEST(table.step(handle, EventType::answer, start + 10s).has_value());
  table.restore(handle, before);
  BOOST_TEST((*table.find(handle) == before));
  BOOST_TEST(rings(table, start + 119s - 1ns).empty());
  BOOST_TEST((rings(table, start + 119s) == std::vector<Ring>{{handle, EventType::deadline}}));
}

BOOST_AUTO_TEST_CASE(a_closed_session_does_not_ring) {
  SessionTable table(2, start);
  auto const handle = opened_at(table, Role::verifier, reply(AuthStatus::mfa_required));
  table.close(handle);
  BOOST_TEST(rings(table, start + 1h).empty());
}

BOOST_AUTO_TEST_CASE(sessions_may_be_stepped_opened_and_closed_inside_ring) {
  SessionTable table(4, start);
  std::vector<SessionHandle> handles;
  for (int count = 0; count < 4; ++count) {
    handles.push_back(opened_at(table, Role::claimant, reply(AuthStatus::challenge_issued)));
  }
  std::vector<SessionHandle> rung;
  table.advance(start + 119s, [&](SessionHandle handle, EventType event) {
    rung.push_back(handle);
    BOOST_TEST((table.step(handle, event, start + 119s).value() == Action::complete));
    // The one that rings, and one that still has to ring, make room for another in the same slots.
    table.close(handle);
    if (rung.size() > 1) return;
    for (auto const other : handles) {
      if (other != handle) return table.close(other);
    }
  });
  BOOST_TEST(rung.size() == 3U);
  BOOST_TEST(table.size() == 0U);
  auto const next = opened_at(table, Role::claimant, reply(AuthStatus::challenge_issued));
  BOOST_TEST(table.find(next) != nullptr);
}

BOOST_AUTO_TEST_CASE(a_session_opened_inside_ring_in_a_freed_slot_does_not_inherit_the_ring) {
  SessionTable table(2, start);
  auto const first = opened_at(table, Role::claimant, reply(AuthStatus::challenge_issued));
  auto const second = opened_at(table, Role::claimant, reply(AuthStatus::challenge_issued));
  std::vector<SessionHandle> rung;
  table.advance(start + 119s, [&](SessionHandle handle, EventType) {
    rung.push_back(handle);
    if (rung.size() > 1) return;
    table.close(handle == first ? second : first);
    static_cast<void>(opened(table));
  });
  BOOST_TEST(rung.size() == 1U);
  BOOST_TEST(table.size() == 2U);
}

// The wheel keeps the moment of the request, and the table finds out when that comes.
BOOST_AUTO_TEST_CASE(an_alarm_that_a_step_put_off_rings_once_at_its_own_moment_and_as_what_it_became) {
  SessionTable table(1, start);
  auto const handle = opened(table, Role::verifier);
  BOOST_REQUIRE(table.step(handle, EventType::login, start).has_value());
  auto const in_flight = table.find(handle)->alarm()->at;
  BOOST_REQUIRE(table.step(handle, reply(AuthStatus::mfa_required), start + 1s).has_value());
  auto const at_door = table.find(handle)->alarm()->at;
  BOOST_REQUIRE((in_flight < at_door));
  BOOST_TEST(rings(table, in_flight).empty());
  BOOST_TEST(rings(table, at_door - 1ns).empty());
  BOOST_TEST((*table.next_alarm() == at_door));
  BOOST_TEST((rings(table, at_door) == Rings{{handle, EventType::deadline}}));
  BOOST_TEST(rings(table, at_door + 24h).empty());
}

BOOST_AUTO_TEST_CASE(an_alarm_of_the_drivers_own_rings_as_it_was_set) {
  SessionTable table(1, start);
  auto const handle = opened_at(table, Role::verifier, reply(AuthStatus::mfa_required));
  auto const at_door = table.find(handle)->alarm()->at;
  table.wake_at(handle, {.at = start + 2s, .event = EventType::cancel});
  BOOST_TEST((rings(table, start + 2s) == Rings{{handle, EventType::cancel}}));
  table.wake_at(handle, {.at = at_door + 1h, .event = EventType::cancel});
  BOOST_TEST(rings(table, at_door).empty());
  BOOST_TEST((rings(table, at_door + 1h) == Rings{{handle, EventType::cancel}}));
}

BOOST_AUTO_TEST_CASE(a_step_takes_the_place_of_an_alarm_of_the_drivers_own) {
  SessionTable table(1, start);
  auto const handle = opened_at(table, Role::verifier, reply(AuthStatus::mfa_required));
  table.wake_at(handle, {.at = start + 3s, .event = EventType::cancel});
  BOOST_REQUIRE(table.step(handle, EventType::answer, start + 1s).has_value());
  auto const in_flight = table.find(handle)->alarm()->at;
  BOOST_REQUIRE((start + 3s < in_flight));
  BOOST_TEST(rings(table, start + 3s).empty());
  BOOST_TEST((rings(table, in_flight) == Rings{{handle, EventType::deadline}}));
}

// A thousand logins that nobody answers: every one is woken, and every one ends.
BOOST_AUTO_TEST_CASE(nobody_is_forgotten) {
  SessionTable table(1000, start);
  for (std::size_t count = 0; count < table.capacity(); ++count) {
    auto const statuses = {AuthStatus::challenge_issued, AuthStatus::delayed, AuthStatus::face_verification};
    static_cast<void>(opened_at(table, roles[count % 2], reply(*(statuses.begin() + count % 3))));
  }
  unsigned wake_ups = 0;
  while (auto const next = table.next_alarm()) {
    BOOST_REQUIRE(++wake_ups < 100'000U);
    table.advance(*next, [&](SessionHandle handle, EventType event) {
      BOOST_REQUIRE(table.step(handle, event, *next).has_value());
      if (table.find(handle)->state() == State::polling) {
        BOOST_REQUIRE(table.step(handle, reply(*table.find(handle)->status()), *next).has_value());
      } else {
        BOOST_TEST(table.find(handle)->state() == State::expired);
        table.close(handle);
      }
    });
  }
  BOOST_TEST(table.size() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
