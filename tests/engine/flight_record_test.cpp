// Flight records: what the ring keeps, its text, and its replay.

#include "session_support.hpp"

#include <sallyport/engine/flight_record.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::engine_test {
namespace {

/// A session whose steps a ring notes, as a driver lets it.
struct Flight {
  Limits limits;
  Session session;
  FlightRing ring;
  Session undo;

  explicit Flight(Role role = Role::claimant, std::size_t steps_max = 256)
      : session(role, limits), ring(session, BrokerType::robinhood, steps_max), undo(session) {}

  void step(Event const& event, Duration at) {
    auto const before = session;
    auto const decided = session.step(event, start + at);
    if (decided && is_in_flight(session.state())) undo = before;
    ring.note(flight_step(before, event, decided, session, start + at));
  }
  void take_back(Duration at) {
    auto const before = session;
    session = undo;
    ring.note(undone_step(before, session, start + at));
  }
};

Verdict sms(std::uint64_t fingerprint) {
  auto verdict = reply_for(AuthStatus::challenge_issued, 60s, fingerprint);
  verdict.mfa_type = MfaType::phone;
  verdict.flow_step = AuthFlowStep::mfa_flow;
  return verdict;
}

/// A login with a wrong code, an act that came too early, a request that did not leave, a push, and an end.
void fly(Flight& flight) {
  flight.step(EventType::login, 0s);
  flight.step(sms(0xFEEDFACE), 700ms);
  flight.step(EventType::restart, 2s);
  flight.step(EventType::answer, 5s);
  flight.take_back(5s + 1ms);
  flight.step(EventType::answer, 9s);
  flight.step(reply(AuthStatus::challenge_failed, 0xFEEDFACE), 9s + 300ms);
  flight.step(EventType::another_way, 12s);
  flight.step(reply(AuthStatus::device_confirmation_required, 77), 13s);
  for (auto poll = 0; poll < 20; ++poll) {
    flight.step(EventType::poll, 18s + 6s * poll);
    flight.step(reply(AuthStatus::device_confirmation_required, 77), 18s + 6s * poll + 90ms);
  }
  flight.step(EventType::poll, 200s);
  flight.step(reply(AuthStatus::succeeded), 200s + 100ms);
}

FlightRecord read_again(std::string_view text) {
  auto read = read_flight_record(text);
  BOOST_REQUIRE_MESSAGE(read, (read ? std::string() : read.error().message()));
  return std::move(*read);
}

std::string first_difference(FlightRecord const& record) {
  std::string found;
  auto const same = replay(record, [&found](ReplayedStep const& step) { found = step.difference; });
  BOOST_TEST(same == found.empty());
  return found;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  auto const at = text.find(what);
  BOOST_TEST_REQUIRE(at != std::string::npos, what);
  return text.replace(at, what.size(), with);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(flight_record)

BOOST_AUTO_TEST_CASE(the_text_of_a_record_is_what_the_document_says) {
  Flight flight;
  flight.step(EventType::login, 0s);
  flight.step(sms(0xFEEDFACE), 700ms);
  flight.step(EventType::restart, 2s);
  BOOST_TEST(write_flight_record(flight.ring.record()) ==
             "sallyport-flight-record 2\n"
             "login role=claimant broker=robinhood dropped=0\n"
             "limits challenge_life_span=120000000000 challenge_life_span_max=86400000000000"
             " step_life_span=600000000000 flow_life_span=900000000000 request_life_span=30000000000"
             " resend_cool_down=60000000000 poll_interval=5000000000 poll_interval_max=60000000000"
             " expiry_margin=1000000000 attempts_max=3 answers_without_progress_max=5 answers_max=20"
             " restarts_max=3 another_way_max=5 confirmations_max=10 polls_max=600 challenges_max=64 strict=0\n"
             "begin state=idle\n"
             "step at=0 event=login was=idle now=authenticating does=send_login alarm=deadline rings=30000000000\n"
             "step at=700000000 event=challenge status=challengeIssued mfa=phone flow=mfaFlow life=60 challenge=1"
             " polled=1 was=authenticating now=challenged does=prompt stands=challengeIssued alarm=deadline"
             " rings=59700000000\n"
             "step at=2000000000 event=restart was=challenged now=challenged refused=too_early"
             " stands=challengeIssued alarm=deadline rings=59700000000\n");
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_and_replayed_without_a_difference) {
  for (auto const role : roles) {
    Flight flight(role);
    fly(flight);
    auto const text = write_flight_record(flight.ring.record());
    auto const record = read_again(text);
    BOOST_TEST(record.dropped == 0U);
    BOOST_TEST(record.steps.size() == 51U);
    BOOST_TEST(write_flight_record(record) == text);
    BOOST_TEST(first_difference(record) == "");
    BOOST_TEST((record.steps.back().after == State::succeeded));
  }
}

BOOST_AUTO_TEST_CASE(a_ring_keeps_the_newest_steps_and_knows_where_they_begin) {
  for (std::size_t size = 0; size <= 52; ++size) {
    Flight flight(Role::claimant, size);
    fly(flight);
    auto const record = flight.ring.record();
    BOOST_TEST_CONTEXT(size << " steps") {
      BOOST_TEST(record.steps.size() <= std::max(size, FlightRing::steps_min));
      BOOST_TEST(record.steps.size() + record.dropped == 51U);
      BOOST_TEST(!is_in_flight(record.begin.state));
      auto const read = read_again(write_flight_record(record));
      BOOST_TEST(first_difference(read) == "");
      BOOST_TEST((read.steps.back().after == State::succeeded));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_record_may_be_taken_after_every_step) {
  Flight flight(Role::claimant, 12);
  std::vector<Event> const events{EventType::login,  sms(1),           EventType::answer, sms(2),
                                  EventType::cancel, EventType::answer};
  auto at = Duration(0s);
  for (auto const& event : events) {
    flight.step(event, at += 1s);
    BOOST_TEST(first_difference(read_again(write_flight_record(flight.ring.record()))) == "");
  }
}

BOOST_AUTO_TEST_CASE(a_record_outlives_the_limits_of_its_login) {
  std::optional<Flight> flight(std::in_place, Role::claimant, 8U);
  auto& ring = *new FlightRing(flight->session, BrokerType::kraken, 8);
  std::unique_ptr<FlightRing> const kept(&ring);
  auto before = flight->session;
  auto const decided = flight->session.step(EventType::login, start);
  auto const step = flight_step(before, EventType::login, decided, flight->session, start);
  flight.reset();
  ring.note(step);
  BOOST_TEST(first_difference(ring.record()) == "");
}

BOOST_AUTO_TEST_CASE(no_fingerprint_gets_into_the_text) {
  Flight flight;
  fly(flight);
  auto const text = write_flight_record(flight.ring.record());
  BOOST_TEST(text.find(std::to_string(0xFEEDFACE)) == std::string::npos);
  BOOST_TEST(text.find("challenge=1") != std::string::npos);
  BOOST_TEST(text.find("challenge=2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_decision_that_was_another_is_found_at_its_step) {
  Flight flight;
  fly(flight);
  auto const text = write_flight_record(flight.ring.record());
  std::pair<std::string_view, std::pair<std::string_view, std::string_view>> const changes[] = {
      {"refused=too_early", {"does=send_login", "the decision was send_login, is refused as too_early"}},
      {"now=polling", {"now=verifying", "the state was verifying, is polling"}},
      {"was=polling", {"was=waiting", "the state before was waiting, is polling"}},
      {"stands=challengeIssued", {"stands=mfaRequired", "the status was mfaRequired, is challengeIssued"}},
      {"rings=30000000000", {"rings=30000000001", "the alarm is another"}},
      {"alarm=deadline", {"alarm=poll", "the alarm is another"}},
      {"event=challenge status", {"event=wait status", "the event was wait, is challenge"}},
      {"does=prompt", {"does=watch", "the decision was watch, is prompt"}},
  };
  for (auto const& [what, change] : changes) {
    BOOST_TEST(first_difference(read_again(replaced(text, what, change.first))) == change.second);
  }
}

BOOST_AUTO_TEST_CASE(a_malformed_text_is_refused_with_its_line_and_field) {
  Flight flight;
  fly(flight);
  auto const text = write_flight_record(flight.ring.record());
  std::pair<std::string, std::string_view> const cases[] = {
      {"", "line 1, title: this is no flight record"},
      {"{}", "line 1, title: this is no flight record"},
      {replaced(text, "record 2", "record 1"), "line 1, version: only version 2 can be read"},
      {"sallyport-flight-record 2\n", "line 2, login: this line is missing"},
      {replaced(text, "limits ", "limit "), "line 3, limits: this line is missing"},
      {replaced(text, "role=claimant", "role=thief"), "line 2, role: a value that this build does not know"},
      {replaced(text, " broker=robinhood", ""), "line 2, broker: missing"},
      {replaced(text, "broker=robinhood", "broker=mybank"), "line 2, broker: a value that this build does not know"},
      {replaced(text, "poll_interval=5", "poll_interval=x"), "line 3, poll_interval: not a whole number"},
      {replaced(text, "attempts_max=3", "attempts_max=300"), "line 3, attempts_max: out of range"},
      {replaced(text, "strict=0", "strict=2"), "line 3, strict: out of range"},
      {replaced(text, "state=idle", "state=polling"), "line 4, challenge: missing"},
      {replaced(text, "at=700000000", "at=-1"), "line 6, at: out of range"},
      {replaced(text, "at=2000000000", "at=1"), "line 7, at: earlier than the step before"},
      {replaced(text, "event=challenge ", "event=answer "), "line 6, status: only a reply has one"},
      {replaced(text, "polled=1", "polled=1 polled=1"), "line 6, polled: given twice"},
      {replaced(text, "polled=1", "polled=1 colour=red"), "line 6, colour: not a field of this line"},
      {replaced(text, "polled=1", "hunter2"), "line 6, a field: no field of the form name=value"},
      {replaced(text, "mfa=phone", "mfa=smoke"), "line 6, mfa: a value that this build does not know"},
      {text + "stop\n", "line 56, step: neither a step nor an undo"},
  };
  for (auto const& [wrong, message] : cases) {
    auto const read = read_flight_record(wrong);
    BOOST_TEST_CONTEXT(message) {
      BOOST_TEST_REQUIRE(!read);
      BOOST_TEST(read.error().message() == message);
    }
  }
}

BOOST_AUTO_TEST_CASE(comments_and_empty_lines_say_nothing) {
  Flight flight;
  fly(flight);
  auto const text = write_flight_record(flight.ring.record());
  auto const remarked = "# of a bug report\n\n" + replaced(text, "begin", "# a remark\nbegin");
  BOOST_TEST(write_flight_record(read_again(remarked)) == text);
}

BOOST_AUTO_TEST_CASE(no_text_with_a_byte_changed_or_deleted_does_harm) {
  Flight flight(Role::claimant, 10);
  fly(flight);
  auto const text = write_flight_record(flight.ring.record());
  BOOST_TEST_REQUIRE(text.find("begin state=waiting") != std::string::npos);
  std::size_t read_count = 0;
  auto const check = [&read_count](std::string const& changed) {
    auto const read = read_flight_record(changed);
    if (!read) {
      BOOST_REQUIRE(read.error().line > 0 && !read.error().field.empty());
      return;
    }
    ++read_count;
    static_cast<void>(replay(*read, [](ReplayedStep const&) {}));
    auto const again = write_flight_record(*read);
    auto const twice = read_flight_record(again);
    BOOST_REQUIRE_MESSAGE(twice && write_flight_record(*twice) == again, changed);
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    check(std::string(text).erase(at, 1));
    check(text.substr(0, at));
    for (char const other : {'9', '-', ' ', '\n', '=', 'a', '\0', '\xFF'}) {
      auto changed = text;
      changed[at] = other;
      check(changed);
    }
  }
  BOOST_TEST(read_count > 100U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
