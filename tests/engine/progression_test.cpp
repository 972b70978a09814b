// The progression through real sessions: every reply in every state in flight, strict and tolerant.

#include "progression_support.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace sallyport::engine_test {
namespace {

/// A request in flight at a status, and the reply that comes.
struct Case {
  Role role;
  std::optional<AuthStatus> before;  ///< Nothing is the first post.
  std::optional<AuthFlowStep> before_step;
  EventType act;
  Verdict next;
};

std::string name_of(Case const& tried) {
  std::string text(tried.before ? wire_name(*tried.before) : "start");
  text.append(", ").append(sallyport::name_of(tried.act)).append(", ").append(wire_name(tried.next.status));
  if (tried.next.flow_step) text.append(" at ").append(wire_name(*tried.next.flow_step));
  return text;
}

std::optional<Session> in_flight(Case const& tried, Limits const& limits) {
  auto session = begun(tried.role, limits);
  if (!tried.before) return session;
  auto verdict = reply(*tried.before, 1);
  verdict.flow_step = tried.before_step;
  if (!session.step(verdict, start)) return std::nullopt;
  auto const act = session.step(tried.act, start + 70s);
  if (!act || !is_in_flight(session.state())) return std::nullopt;
  return session;
}

bool is_allowed(Case const& tried) {
  auto const starts = !tried.before || tried.act == EventType::restart;
  return status_fits(starts ? std::nullopt : tried.before, tried.next.status) &&
         step_fits(starts ? std::nullopt : tried.before_step, tried.next.flow_step);
}

/// What is wrong with how a session takes the reply, or nothing.
std::string complaint_about(Case const& tried, bool strict) {
  Limits limits;
  auto prepared = in_flight(tried, limits);
  if (!prepared) return {};
  limits.strict = strict;
  auto session = *prepared;
  auto const taken = session.step(tried.next, start + 71s);
  if (strict && !is_allowed(tried)) {
    if (taken || taken.error() != EngineErrc::protocol_violation) return "not refused as a violation";
    return session == *prepared ? "" : "a refused reply changed the session";
  }
  if (!taken) return "refused: " + taken.error().message();
  auto const violated = prepared->violation_seen() || !is_allowed(tried);
  return session.violation_seen() == violated ? "" : "the violation was seen wrongly";
}

template <class Try>
std::size_t for_each_case(Try const& attempt) {
  constexpr EventType acts[] = {EventType::answer, EventType::another_way, EventType::restart, EventType::poll};
  std::size_t count = 0;
  for (std::size_t before = 0; before <= status_count; ++before) {
    auto const from = before == 0 ? std::nullopt : std::optional(status_at(before - 1));
    for (std::size_t step = 0; step < optional_step_count; ++step) {
      for (auto const act : acts) {
        for (std::size_t next = 0; next < status_count * optional_step_count; ++next) {
          auto verdict = reply(status_at(next / optional_step_count), 2);
          verdict.flow_step = optional_step_at(next % optional_step_count);
          attempt(Case{Role::claimant, from, optional_step_at(step), act, verdict});
          ++count;
        }
      }
    }
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(progression)

BOOST_AUTO_TEST_CASE(strict_refuses_exactly_what_may_not_follow_and_nothing_changes) {
  auto const count = for_each_case([](Case const& tried) {
    auto const complaint = complaint_about(tried, true);
    if (!complaint.empty()) BOOST_ERROR(name_of(tried) << ": " << complaint);
  });
  BOOST_TEST(count == (status_count + 1) * optional_step_count * 4 * status_count * optional_step_count);
}

BOOST_AUTO_TEST_CASE(tolerant_goes_on_and_remembers_exactly_what_may_not_follow) {
  for_each_case([](Case const& tried) {
    auto const complaint = complaint_about(tried, false);
    if (!complaint.empty()) BOOST_ERROR(name_of(tried) << ": " << complaint);
  });
}

BOOST_AUTO_TEST_CASE(a_violation_once_seen_stays_seen) {
  Limits const limits;
  auto session = standing_at(Role::claimant, limits, reply(AuthStatus::email_verification));
  must(session, EventType::poll, start + 5s);
  must(session, reply(AuthStatus::captcha_challenge), start + 5s);
  BOOST_TEST(session.violation_seen());
  must(session, EventType::answer, start + 6s);
  must(session, reply(AuthStatus::succeeded), start + 7s);
  BOOST_TEST(session.violation_seen());
}

BOOST_AUTO_TEST_CASE(a_restart_is_followed_by_what_a_first_post_may_meet) {
  Limits limits;
  limits.strict = true;
  auto session = standing_at(Role::claimant, limits, reply(AuthStatus::qr_code_required));
  must(session, EventType::poll, start + 5s);
  must(session, reply(AuthStatus::qr_code_expired), start + 5s);
  must(session, EventType::restart, start + 6s);
  must(session, reply(AuthStatus::qr_code_required), start + 7s);
  BOOST_TEST(session.state() == State::waiting);
}

BOOST_AUTO_TEST_CASE(a_reply_that_nobody_waits_for_is_refused_also_where_it_might_follow) {
  Limits const limits;
  for (auto const role : roles) {
    auto session = in_state(State::challenged, role, limits);
    BOOST_TEST(refusal(session, reply(AuthStatus::succeeded), start + 1s) == EngineErrc::not_allowed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
