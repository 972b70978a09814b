// The dialogue, written out a second time by hand: what the table says at run time, and what real sessions do.

#include "session_support.hpp"

#include <sallyport/engine/transition_proofs.hpp>

#include <array>
#include <cstddef>
#include <optional>

namespace sallyport::engine_test {
namespace {

struct Cell {
  State to;
  Action claimant;
  Action verifier;
};
using Expected = std::optional<Cell>;

Expected const refused;
Expected const posts{{State::authenticating, Action::send_login, Action::verify}};
Expected const answers{{State::verifying, Action::send_answer, Action::verify}};
Expected const switches{{State::verifying, Action::send_another_way, Action::verify}};
Expected const polls{{State::polling, Action::send_poll, Action::verify}};
Expected const is_in{{State::succeeded, Action::complete, Action::reply}};
Expected const is_out{{State::failed, Action::complete, Action::reply}};
Expected const prompts{{State::challenged, Action::prompt, Action::reply}};
Expected const watches{{State::waiting, Action::watch, Action::reply}};
Expected const goes_off{{State::handed_off, Action::complete, Action::reply}};
Expected const unknown{{State::outcome_unknown, Action::complete, Action::reply}};
Expected const abandoned{{State::outcome_unknown, Action::complete, Action::release}};
Expected const too_late{{State::expired, Action::complete, Action::release}};
Expected const given_up{{State::cancelled, Action::complete, Action::release}};

// clang-format off
Expected const expected[state_count][event_type_count] = {
  // login    answer   another_way restart  poll     granted  denied   challenge wrong_answer wait   hand_off  deadline  cancel     reply_lost
  /* idle */
  {  posts,   refused, refused,    refused, refused, refused, refused, refused,  refused,  refused,  refused,  refused,  given_up,  refused },
  /* authenticating */
  {  refused, refused, refused,    refused, refused, is_in,   is_out,  prompts,  refused,  watches,  goes_off, unknown,  abandoned, unknown },
  /* challenged */
  {  refused, answers, switches,   posts,   refused, refused, refused, refused,  refused,  refused,  refused,  too_late, given_up,  refused },
  /* waiting */
  {  refused, answers, switches,   posts,   polls,   refused, refused, refused,  refused,  refused,  refused,  too_late, given_up,  refused },
  /* verifying */
  {  refused, refused, refused,    refused, refused, is_in,   is_out,  prompts,  prompts,  watches,  goes_off, unknown,  abandoned, unknown },
  /* polling */
  {  refused, refused, refused,    refused, refused, is_in,   is_out,  prompts,  refused,  watches,  goes_off, unknown,  abandoned, watches },
  /* succeeded, failed, handed_off, expired, cancelled, outcome_unknown: nothing. */
};
// clang-format on

/// Late enough for a poll and for a restart, early enough for an answer; a deadline comes when everything is over.
TimePoint moment_of(EventType event) {
  return event == EventType::deadline ? start + 1h : start + 70s;
}

/// A deadline where nobody waits is a stale ring.
bool is_stale_ring(State state, EventType event) {
  return event == EventType::deadline && (state == State::idle || is_end(state));
}

/// What the guards make of an event: where nothing was answered, nothing can have been answered wrongly.
EventType meaning_of(EventType event, State state) {
  auto const answers_nothing = state == State::authenticating || state == State::polling;
  return event == EventType::wrong_answer && answers_nothing ? EventType::denied : event;
}

void check_session(State from, EventType type, Role role) {
  Limits const limits;
  auto session = in_state(from, role, limits);
  BOOST_TEST(session.state() == from);
  auto const event = event_of(type);
  auto const& cell = expected[static_cast<std::size_t>(from)][static_cast<std::size_t>(meaning_of(type, from))];
  if (cell) {
    auto const action = must(session, event, moment_of(type));
    BOOST_TEST(action == (role == Role::claimant ? cell->claimant : cell->verifier));
    BOOST_TEST(session.state() == cell->to);
  } else if (is_stale_ring(from, type)) {
    auto const before = session;
    BOOST_TEST(must(session, event, moment_of(type)) == Action::none);
    BOOST_TEST((session == before));
  } else {
    auto const reason = is_end(from) ? EngineErrc::session_over : EngineErrc::not_allowed;
    BOOST_TEST(refusal(session, event, moment_of(type)) == reason);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dialogue_table)

BOOST_AUTO_TEST_CASE(every_pair_of_state_and_event_has_the_row_that_is_written_here) {
  std::size_t rows = 0;
  for (std::size_t from = 0; from < state_count; ++from) {
    for (std::size_t event = 0; event < event_type_count; ++event) {
      BOOST_TEST_CONTEXT(name_of(state_at(from)) << ", " << name_of(event_at(event))) {
        auto const row = find_transition(state_at(from), event_at(event));
        auto const& cell = expected[from][event];
        BOOST_TEST(row.has_value() == cell.has_value());
        if (!row || !cell) continue;
        ++rows;
        BOOST_TEST(row->to == cell->to);
        BOOST_TEST(row->claimant == cell->claimant);
        BOOST_TEST(row->verifier == cell->verifier);
      }
    }
  }
  BOOST_TEST(rows == transitions.size());
}

BOOST_AUTO_TEST_CASE(sessions_of_both_roles_do_what_the_table_says_and_a_refused_event_changes_nothing) {
  for (auto const role : roles) {
    for (std::size_t from = 0; from < state_count; ++from) {
      for (std::size_t event = 0; event < event_type_count; ++event) {
        BOOST_TEST_CONTEXT(name_of(role) << ", " << name_of(state_at(from)) << ", " << name_of(event_at(event))) {
          check_session(state_at(from), event_at(event), role);
        }
      }
    }
  }
}

// g++ 12.2 evaluates some constexpr tables rightly for the compiler and wrongly for the program.
BOOST_AUTO_TEST_CASE(the_program_sees_the_same_table_as_the_compiler) {
  constexpr auto seen_by_the_compiler = [] {
    std::array<unsigned, transitions.size()> digests{};
    for (std::size_t index = 0; index < digests.size(); ++index) {
      auto const& row = transitions[index];
      digests[index] = static_cast<unsigned>(row.from) << 16 | static_cast<unsigned>(row.event) << 12 |
                       static_cast<unsigned>(row.to) << 8 | static_cast<unsigned>(row.claimant) << 4 |
                       static_cast<unsigned>(row.verifier);
    }
    return digests;
  }();
  auto const* volatile rows = transitions.data();
  for (std::size_t index = 0; index < transitions.size(); ++index) {
    auto const& row = rows[index];
    auto const digest = static_cast<unsigned>(row.from) << 16 | static_cast<unsigned>(row.event) << 12 |
                        static_cast<unsigned>(row.to) << 8 | static_cast<unsigned>(row.claimant) << 4 |
                        static_cast<unsigned>(row.verifier);
    BOOST_TEST(digest == seen_by_the_compiler[index], "row " << index);
  }
}

BOOST_AUTO_TEST_CASE(the_proofs_hold_at_run_time_too) {
  BOOST_TEST(proofs::deterministic());
  BOOST_TEST(proofs::ends_are_final());
  BOOST_TEST(proofs::all_reachable());
  BOOST_TEST(proofs::every_wait_is_bounded());
  BOOST_TEST(proofs::secrets_leave_on_user_acts_alone());
  BOOST_TEST(proofs::lost_replies_are_unknown());
  BOOST_TEST(proofs::one_request_in_flight());
  BOOST_TEST(proofs::every_status_has_a_row());
  BOOST_TEST(proofs::every_status_that_waits_is_bounded());
}

BOOST_AUTO_TEST_CASE(every_name_is_its_own) {
  for (std::size_t left = 0; left < state_count; ++left) {
    BOOST_TEST(name_of(state_at(left)) != "unknown");
    for (std::size_t right = 0; right < left; ++right) BOOST_TEST(name_of(state_at(left)) != name_of(state_at(right)));
  }
  for (std::size_t left = 0; left < event_type_count; ++left) {
    BOOST_TEST(name_of(event_at(left)) != "unknown");
    for (std::size_t right = 0; right < left; ++right) BOOST_TEST(name_of(event_at(left)) != name_of(event_at(right)));
  }
  for (std::size_t left = 0; left < action_count; ++left) {
    BOOST_TEST(name_of(static_cast<Action>(left)) != "unknown");
    for (std::size_t right = 0; right < left; ++right) {
      BOOST_TEST(name_of(static_cast<Action>(left)) != name_of(static_cast<Action>(right)));
    }
  }
  BOOST_TEST(name_of(static_cast<State>(99)) == "unknown");
  BOOST_TEST(name_of(static_cast<EventType>(99)) == "unknown");
  BOOST_TEST(name_of(static_cast<Action>(99)) == "unknown");
}

BOOST_AUTO_TEST_CASE(every_error_has_a_sentence_of_its_own) {
  for (int code = 1; code <= static_cast<int>(EngineErrc::stale_handle); ++code) {
    auto const text = error_code(code, engine_category()).message();
    BOOST_TEST(text != engine_category().message(0));
    for (int other = 1; other < code; ++other) BOOST_TEST(text != engine_category().message(other));
  }
  BOOST_TEST(error_code(EngineErrc::too_early).category().name() == std::string("sallyport.engine"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
