// The observers that come with the library: lines of JSON, flight recorders, groups.

#include <server/peer.hpp>
#include <support/loopback.hpp>

#include <sallyport/transport/observers.hpp>

#include <array>
#include <set>
#include <sstream>
#include <stdexcept>

BOOST_AUTO_TEST_SUITE(observers)

using namespace sallyport;
using namespace sallyport::test;

namespace {

constexpr WallTime noon =
    std::chrono::sys_days(std::chrono::year(2026) / 2 / 3) + std::chrono::hours(12) + std::chrono::milliseconds(7);

WallTime at_noon() {
  return noon;
}

LoginEvent door_opened() {
  LoginEvent event;
  event.kind = LoginEventKind::door_opened;
  event.login = 7;
  event.broker = BrokerType::robinhood;
  event.state = State::challenged;
  event.door = 1;
  event.status = AuthStatus::mfa_required;
  event.mfa_type = MfaType::totp;
  event.flow_step = AuthFlowStep::mfa_flow;
  return event;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_peer_is_told_as_an_address_or_a_network) {
  auto const text = [](char const* address) { return peer_text(peer_of(boost::asio::ip::make_address(address))); };
  BOOST_TEST(peer_text(0).empty());
  BOOST_TEST(text("192.0.2.7") == "192.0.2.7");
  BOOST_TEST(text("::ffff:192.0.2.7") == "192.0.2.7");
  BOOST_TEST(text("2001:db8:0:1:2:3:4:5") == "2001:db8:0:1::/64");
  BOOST_TEST(text("::1") == "::/64");
  auto refused = door_opened();
  refused.peer = peer_of(boost::asio::ip::make_address("192.0.2.7"));
  BOOST_TEST(json_line(refused, noon).ends_with(R"(,"peer":"192.0.2.7"})"));
}

BOOST_AUTO_TEST_CASE(an_event_is_a_line_of_json) {
  BOOST_TEST(json_line(door_opened(), noon) ==
             R"({"time":"2026-02-03T12:00:00.007Z","event":"door_opened","role":"claimant","login":7,)"
             R"("broker":"robinhood","state":"challenged","door":1,"status":"mfaRequired","mfaType":"totp",)"
             R"("authFlowStep":"mfaFlow"})");

  LoginEvent shown = door_opened();
  shown.kind = LoginEventKind::prompt_raised;
  shown.prompt = PromptKind::input;
  shown.attempts_left = 2;
  shown.answer_was_wrong = true;
  shown.time_left = std::chrono::milliseconds(59'500);
  shown.mfa_type.reset();
  shown.flow_step.reset();
  BOOST_TEST(json_line(shown, noon) ==
             R"({"time":"2026-02-03T12:00:00.007Z","event":"prompt_raised","role":"claimant","login":7,)"
             R"("broker":"robinhood","state":"challenged","door":1,"status":"mfaRequired","prompt":"input",)"
             R"("leftMicroseconds":59500000,"attemptsLeft":2,"answerWasWrong":true})");

  LoginEvent ended;
  ended.kind = LoginEventKind::outcome;
  ended.role = Role::verifier;
  ended.login = 3;
  ended.state = State::failed;
  ended.outcome = OutcomeKind::attempts_exhausted;
  ended.took = std::chrono::nanoseconds(1'234'567);
  BOOST_TEST(json_line(ended, noon) ==
             R"({"time":"2026-02-03T12:00:00.007Z","event":"outcome","role":"verifier","login":3,"broker":"unknown",)"
             R"("state":"failed","door":0,"outcome":"attempts_exhausted","tookMicroseconds":1234})");

  LoginEvent refused;
  refused.kind = LoginEventKind::act_refused;
  refused.role = Role::verifier;
  refused.refusal = ActRefusal::challenge_superseded;
  refused.bound = Bound::challenge;
  BOOST_TEST(json_line(refused, noon) ==
             R"({"time":"2026-02-03T12:00:00.007Z","event":"act_refused","role":"verifier","broker":"unknown",)"
             R"("state":"idle","door":0,"bound":"challenge","refusal":"challenge_superseded"})");
}

BOOST_AUTO_TEST_CASE(every_kind_and_every_refusal_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::size_t kind = 0; kind < login_event_kind_count; ++kind) {
    names.insert(name_of(static_cast<LoginEventKind>(kind)));
  }
  for (std::size_t why = 0; why < act_refusal_count; ++why) names.insert(name_of(static_cast<ActRefusal>(why)));
  BOOST_TEST(names.size() == login_event_kind_count + act_refusal_count);
  BOOST_TEST(!names.contains("unknown"));
}

BOOST_AUTO_TEST_CASE(a_stream_gets_whole_lines_and_one_that_fails_is_counted) {
  std::ostringstream out;
  JsonLines lines(out, at_noon);
  lines.on_event(door_opened());
  lines.on_event(door_opened());
  auto const line = json_line(door_opened(), noon) + "\n";
  BOOST_TEST(out.str() == line + line);
  BOOST_TEST(lines.lost() == 0U);
  out.setstate(std::ios::badbit);
  lines.on_event(door_opened());
  BOOST_TEST(lines.lost() == 1U);
  JsonLines throwing([](std::string_view) { throw std::runtime_error("no"); });
  throwing.on_event(door_opened());
  BOOST_TEST(throwing.lost() == 1U);
}

BOOST_AUTO_TEST_CASE(a_recorder_keeps_the_newest_logins_and_replays_them) {
  auto const recorder = std::make_shared<FlightRecorder>(32, 2);
  Loopback net([&](ServerConfig& serving, ClientConfig& config) {
    serving.observer = recorder;
    config.observer = recorder;
  });
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  for (auto const* const user : {"user-1", "user-2"}) {
    net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
    net.verifier.replies.push_back(granted());
    net.responder.answers.push_back(Answer::text(Secret("123456")));
    last = net.login(user).second.login;
    if (first == 0) first = last;
  }
  BOOST_TEST(!recorder->record(Role::claimant, first).has_value());
  auto const record = recorder->record(Role::claimant, last);
  BOOST_TEST_REQUIRE(record.has_value());
  BOOST_TEST(record->steps.size() == 4U);
  BOOST_TEST((record->broker == BrokerType::robinhood));
  auto const server = recorder->newest();
  BOOST_TEST_REQUIRE((server.has_value() && server->role == Role::verifier));
  for (auto const& kept : {*record, *server}) {
    auto const read = read_flight_record(write_flight_record(kept));
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(replay(*read, [](ReplayedStep const& step) { BOOST_TEST(step.difference == ""); }));
  }
  BOOST_TEST(recorder->lost() == 0U);
}

BOOST_AUTO_TEST_CASE(no_secret_and_no_word_of_a_broker_gets_into_lines_or_records) {
  constexpr std::string_view canary = "canary";
  constexpr std::array<std::string_view, 2> codes{"918273", "546372"};
  std::ostringstream out;
  auto const lines = std::make_shared<JsonLines>(out);
  auto const recorder = std::make_shared<FlightRecorder>();
  auto const both = std::make_shared<ObserverGroup>(std::vector<std::shared_ptr<Observer>>{lines, recorder});
  Loopback net([&](ServerConfig& serving, ClientConfig& config) {
    serving.observer = both;
    config.observer = both;
  });
  auto door = challenge(AuthStatus::challenge_issued, MfaType::phone, 60);
  door.challenge_text = "canary-text";
  door.email = "canary-email";
  door.error_message = Secret("canary-message");
  door.qr_code = Secret("canary-qr");
  auto wrong = status(AuthStatus::challenge_failed);
  wrong.error_message = Secret("canary-words");
  auto end = status(AuthStatus::unknown);
  end.status = Open<AuthStatus>::from_wire("canary-status");
  net.verifier.replies.push_back(std::move(door));
  net.verifier.replies.push_back(std::move(wrong));
  net.verifier.replies.push_back(std::move(end));
  net.responder.answers.push_back(Answer::text(Secret(codes[0])));
  net.responder.answers.push_back(Answer::text(Secret(codes[1])));
  auto who = net.credentials("canary-user");
  who.request.username = Secret("canary-name");
  who.request.password = Secret("canary-password");
  who.request.device_info = "canary-device";
  auto const [ec, outcome] = await<Outcome>(
      net.io, [&](auto handler) { net.client->async_login(std::move(who), net.responder, std::move(handler)); });
  BOOST_TEST_REQUIRE(!ec);
  BOOST_TEST(name_of(outcome.kind) == "unsupported");
  BOOST_TEST(outcome.diagnostics.status == "canary-status");
  BOOST_TEST(out.str().find("\"answer_posted\"") != std::string::npos);
  BOOST_TEST(out.str().find("\"outcome\":\"unsupported\"") != std::string::npos);
  for (auto const secret : {canary, codes[0], codes[1]}) {
    BOOST_TEST(out.str().find(secret) == std::string::npos, out.str());
  }
  auto const client = recorder->record(Role::claimant, outcome.login);
  auto const server = recorder->newest();
  BOOST_TEST_REQUIRE((client.has_value() && server.has_value()));
  for (auto const& record : {*client, *server}) {
    auto const text = write_flight_record(record);
    BOOST_TEST(text.find("challengeFailed") != std::string::npos);
    for (auto const secret : {canary, codes[0], codes[1]}) BOOST_TEST(text.find(secret) == std::string::npos, text);
  }
  auto stranger = net.credentials("canary-user");
  stranger.request.type = Open<BrokerType>::from_wire("canary-broker");
  auto const refused = await<Outcome>(
      net.io, [&](auto handler) { net.client->async_login(std::move(stranger), net.responder, std::move(handler)); });
  BOOST_TEST(name_of(refused.second.kind) == "rejected");
  BOOST_TEST(out.str().find(canary) == std::string::npos, out.str());
}

BOOST_AUTO_TEST_SUITE_END()
