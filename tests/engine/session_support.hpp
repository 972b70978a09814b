#pragma once

// What the tests of the engine share: names for print, short ways to say what a reply is, and a way into every state.

#include "replies.hpp"

#include <sallyport/engine/session.hpp>
#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/status.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace sallyport {

inline std::ostream& boost_test_print_type(std::ostream& out, Role role) {
  return out << name_of(role);
}
inline std::ostream& boost_test_print_type(std::ostream& out, State state) {
  return out << name_of(state);
}
inline std::ostream& boost_test_print_type(std::ostream& out, EventType event) {
  return out << name_of(event);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Action action) {
  return out << name_of(action);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Want want) {
  return out << name_of(want);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Bound bound) {
  return out << name_of(bound);
}

inline std::ostream& boost_test_print_type(std::ostream& out, EngineErrc code) {
  return out << make_error_code(code).message();
}

}  // namespace sallyport

namespace sallyport::engine_test {

using namespace std::chrono_literals;
using boost::system::error_code;

/// Steps where the test needs the step to be taken, and gives what is to be done.
inline Action must(Session& session, Event const& event, TimePoint now) {
  auto const action = session.step(event, now);
  BOOST_REQUIRE_MESSAGE(action, name_of(event.type)
                                    << " refused in " << name_of(session.state()) << ": " << action.error().message());
  return *action;
}

/// Steps where the test expects a refusal, proves that it changed nothing, and gives the reason.
inline error_code refusal(Session& session, Event const& event, TimePoint now) {
  auto const before = session;
  auto const action = session.step(event, now);
  BOOST_TEST(!action, name_of(event.type) << " taken in " << name_of(before.state()));
  BOOST_TEST((session == before), "a refused " << name_of(event.type) << " changed the session");
  return action ? error_code() : action.error();
}

inline Session begun(Role role, Limits const& limits, TimePoint now = start) {
  Session session(role, limits);
  must(session, EventType::login, now);
  return session;
}

/// A session that stands at this reply to its first post.
inline Session standing_at(Role role, Limits const& limits, Verdict const& verdict, TimePoint now = start) {
  auto session = begun(role, limits, now);
  must(session, verdict, now);
  return session;
}

/// A session in that state, led there through real steps.
inline Session in_state(State state, Role role, Limits const& limits) {
  Session session(role, limits);
  switch (state) {
    case State::idle: return session;
    case State::authenticating: return begun(role, limits);
    case State::challenged: return standing_at(role, limits, reply(AuthStatus::challenge_issued));
    case State::waiting: return standing_at(role, limits, reply(AuthStatus::device_confirmation_required));
    case State::verifying:
      session = in_state(State::challenged, role, limits);
      must(session, EventType::answer, start + 1s);
      return session;
    case State::polling:
      session = in_state(State::waiting, role, limits);
      must(session, EventType::poll, start + 5s);
      return session;
    case State::succeeded: return standing_at(role, limits, reply(AuthStatus::succeeded));
    case State::failed: return standing_at(role, limits, reply(AuthStatus::failed));
    case State::handed_off: return standing_at(role, limits, reply(AuthStatus::open_in_broker_module));
    case State::expired:
      session = in_state(State::challenged, role, limits);
      must(session, EventType::deadline, *session.answer_by());
      return session;
    case State::cancelled: must(session, EventType::cancel, start); return session;
    case State::outcome_unknown:
      session = begun(role, limits);
      must(session, EventType::reply_lost, start);
      return session;
  }
  return session;
}

/// An event of that type, with a reply that goes with it: always another challenge than the one of `in_state`.
inline Event event_of(EventType type) {
  switch (type) {
    case EventType::granted: return reply(AuthStatus::succeeded);
    case EventType::denied: return reply(AuthStatus::failed);
    case EventType::challenge: return reply(AuthStatus::mfa_required);
    case EventType::wrong_answer: return reply(AuthStatus::challenge_failed);
    case EventType::wait: return reply(AuthStatus::email_verification);
    case EventType::hand_off: return reply(AuthStatus::unknown);
    case EventType::login:
    case EventType::answer:
    case EventType::another_way:
    case EventType::restart:
    case EventType::poll:
    case EventType::deadline:
    case EventType::cancel:
    case EventType::reply_lost: return type;
  }
  return type;
}

}  // namespace sallyport::engine_test
