// What a client and a server tell of their logins.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <sallyport/transport/observers.hpp>

#include <algorithm>

BOOST_AUTO_TEST_SUITE(events)

using namespace sallyport;
using namespace sallyport::test;

namespace {

/// Keeps what it is told.
class Told final : public Observer {
public:
  std::vector<LoginEvent> events;
  std::size_t steps = 0;

  void on_event(LoginEvent const& event) noexcept override { events.push_back(event); }
  void on_step(LoginStep const&) noexcept override { ++steps; }

  /// "login_started login_posted reply_came(mfaRequired) ..."
  [[nodiscard]] std::string story() const {
    std::string text;
    for (auto const& event : events) {
      text.append(text.empty() ? "" : " ").append(name_of(event.kind));
      if (event.kind == LoginEventKind::reply_came && event.status) {
        text.append("(").append(wire_name(*event.status)).append(")");
      }
      if (event.refusal) text.append("(").append(name_of(*event.refusal)).append(")");
      if (event.outcome) text.append("(").append(name_of(*event.outcome)).append(")");
    }
    return text;
  }
  [[nodiscard]] LoginEvent const& first(LoginEventKind kind) const {
    auto const found = std::ranges::find(events, kind, &LoginEvent::kind);
    BOOST_TEST_REQUIRE((found != events.end()), name_of(kind));
    return *found;
  }
};

/// A client and a server, each with an observer.
struct Watched {
  std::shared_ptr<Told> client = std::make_shared<Told>();
  std::shared_ptr<Told> server = std::make_shared<Told>();
  Loopback net;

  explicit Watched(Loopback::Tweak const& tweak = {})
      : net([this, &tweak](ServerConfig& serving, ClientConfig& config) {
          if (tweak) tweak(serving, config);
          serving.observer = server;
          config.observer = client;
        }) {}
};

void poll_at_once(ServerConfig&, ClientConfig& config) {
  config.limits.poll_interval = std::chrono::milliseconds(30);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_server_tells_whom_a_request_came_from) {
  Watched watched;
  watched.net.verifier.replies.push_back(granted());
  BOOST_TEST(!watched.net.login().first);
  BOOST_TEST_REQUIRE(!watched.server->events.empty());
  for (auto const& event : watched.server->events) BOOST_TEST(peer_text(event.peer) == "127.0.0.1");
  for (auto const& event : watched.client->events) BOOST_TEST(event.peer == 0U);
}

BOOST_AUTO_TEST_CASE(who_is_refused_is_told_alone_and_the_login_stays_with_who_has_it) {
  Watched watched;
  auto& net = watched.net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 1));
  std::string const target = "/api/v1/authenticate?userId=u1";
  RawClient owner(net);
  BOOST_TEST(!owner.send(http_post(target, R"({"type":"robinhood","username":"Mesh","password":"Pass123"})")).empty());
  RawClient stranger(net, "127.0.0.2");
  BOOST_TEST(
      !stranger.send(http_post(target, R"({"type":"robinhood","challengeId":"none","challengeCode":"1"})")).empty());
  BOOST_TEST(peer_text(watched.server->first(LoginEventKind::act_refused).peer) == "127.0.0.2");
  auto const is_over = [&] {
    return std::ranges::count(watched.server->events, LoginEventKind::outcome, &LoginEvent::kind) > 0;
  };
  net.run_until(is_over);
  BOOST_TEST(peer_text(watched.server->first(LoginEventKind::outcome).peer) == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(both_sides_tell_the_same_story_of_a_login_with_a_wrong_code) {
  Watched watched;
  auto& net = watched.net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::text(Secret("111111")));
  net.responder.answers.push_back(Answer::text(Secret("123456")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  constexpr auto story =
      "login_started login_posted reply_came(challengeIssued) door_opened prompt_raised answer_posted "
      "reply_came(challengeFailed) prompt_raised answer_posted reply_came(succeeded) door_left outcome(succeeded)";
  BOOST_TEST(watched.client->story() == story);
  BOOST_TEST(watched.server->story() == story);
  BOOST_TEST(watched.client->steps == 6U);
  BOOST_TEST(outcome.login == watched.client->events.front().login);
  BOOST_TEST(outcome.login != 0U);
}

BOOST_AUTO_TEST_CASE(an_event_says_where_the_login_stands_and_how_long_it_took) {
  Watched watched;
  auto& net = watched.net;
  auto door = challenge(AuthStatus::mfa_required, MfaType::totp, 60);
  door.auth_flow_step = AuthFlowStep::mfa_flow;
  net.verifier.replies.push_back(std::move(door));
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  BOOST_TEST(!net.begin(login).first);
  net.run_for(std::chrono::milliseconds(20));
  BOOST_TEST(!net.answer(login, Answer::text(Secret("123456"))).first);
  for (auto const& told : {watched.client, watched.server}) {
    auto const& opened = told->first(LoginEventKind::door_opened);
    BOOST_TEST((opened.status == AuthStatus::mfa_required && opened.mfa_type == MfaType::totp));
    BOOST_TEST((opened.flow_step == AuthFlowStep::mfa_flow && opened.broker == BrokerType::robinhood));
    BOOST_TEST((opened.door == 1U && opened.state == State::challenged));
    auto const& shown = told->first(LoginEventKind::prompt_raised);
    BOOST_TEST(shown.attempts_left == 3U);
    BOOST_TEST((*shown.time_left > std::chrono::seconds(50) && *shown.time_left <= std::chrono::seconds(60)));
    auto const& left = told->first(LoginEventKind::door_left);
    BOOST_TEST((left.status == AuthStatus::mfa_required && *left.took >= std::chrono::milliseconds(20)));
    BOOST_TEST((told->first(LoginEventKind::outcome).took >= left.took));
    BOOST_TEST((*told->first(LoginEventKind::reply_came).took > Duration::zero()));
  }
  BOOST_TEST((watched.client->first(LoginEventKind::prompt_raised).prompt == PromptKind::input));
  BOOST_TEST((watched.client->events[0].role == Role::claimant && watched.server->events[0].role == Role::verifier));
  BOOST_TEST(login.id() == watched.client->events[0].login);
}

BOOST_AUTO_TEST_CASE(polls_and_other_ways_are_told) {
  Watched watched(poll_at_once);
  auto& net = watched.net;
  net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile));
  net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile));
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(status(AuthStatus::failed));
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  login.async_answer(Answer::wait(), [](boost::system::error_code, Turn) {});
  net.run_until([&net] { return net.verifier.asked.size() == 3U; });
  net.run_for(std::chrono::milliseconds(50));
  static_cast<void>(net.answer(login, Answer::another_way()));
  constexpr auto story =
      "login_started login_posted reply_came(deviceConfirmationRequired) door_opened prompt_raised poll_posted "
      "reply_came(deviceConfirmationRequired) poll_posted reply_came(challengeIssued) door_left door_opened "
      "prompt_raised another_way_posted reply_came(failed) door_left outcome(denied)";
  BOOST_TEST(watched.client->story() == story);
}

BOOST_AUTO_TEST_CASE(a_resend_that_comes_too_early_is_refused_and_one_in_time_is_posted) {
  Watched watched([](ServerConfig& serving, ClientConfig& config) {
    config.limits.resend_cool_down = std::chrono::milliseconds(0);
    serving.limits.resend_cool_down = std::chrono::seconds(40);
  });
  auto& net = watched.net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  static_cast<void>(net.answer(login, Answer::restart()));
  BOOST_TEST(watched.client->story().find("resend_posted") != std::string::npos);
  BOOST_TEST(watched.client->story().ends_with("outcome(rate_limited)"), watched.client->story());
  BOOST_TEST(watched.server->story().ends_with("prompt_raised act_refused(too_early)"), watched.server->story());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_its_door_or_never_left_is_told_as_such) {
  Watched watched;
  auto& net = watched.net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  BOOST_TEST(net.answer(login, Answer::field(Field::trade_pin, Secret("1"))).first == TransportErrc::bad_answer);
  net.server->stop();
  net.run_for(std::chrono::milliseconds(50));
  BOOST_TEST(net.answer(login, Answer::text(Secret("123456"))).first == boost::asio::error::connection_refused);
  BOOST_TEST(watched.client->story().ends_with("prompt_raised act_refused(bad_answer) answer_posted not_sent"));
}

BOOST_AUTO_TEST_CASE(a_deadline_rings_on_both_sides) {
  Watched watched;
  auto& net = watched.net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 1));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  net.run_until([&watched] { return watched.server->events.back().kind == LoginEventKind::outcome; });
  for (auto const& told : {watched.client, watched.server}) {
    BOOST_TEST(told->story().ends_with("prompt_raised alarm_rang door_left outcome(expired)"), told->story());
    BOOST_TEST((told->first(LoginEventKind::alarm_rang).bound == Bound::challenge));
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_meets_no_login_is_told_without_one) {
  Watched watched;
  AuthRequest poll;
  poll.type = BrokerType::kraken;
  poll.challenge_id = "0123456789abcdef0123456789abcdef";
  auto const start = [&](auto handler) {
    watched.net.client->async_authenticate({.user_id = Secret("user-1"), .request = std::move(poll)},
                                           std::move(handler));
  };
  static_cast<void>(await<Client::AuthReply>(watched.net.io, start));
  BOOST_TEST_REQUIRE(watched.server->story() == "act_refused(challenge_unknown)");
  BOOST_TEST(watched.server->events[0].login == 0U);
  BOOST_TEST((watched.server->events[0].broker == BrokerType::kraken));
}

BOOST_AUTO_TEST_CASE(a_login_that_moves_is_told_by_the_client_that_has_it) {
  Watched watched;
  auto& net = watched.net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  auto const key = SnapshotKey::from_bytes(Secret(std::string(32, 'k'))).value();
  auto const saved =
      await<SealedSnapshot>(net.io, [&](auto handler) { login.async_save(key, SaveOptions{}, std::move(handler)); });
  BOOST_TEST(watched.client->story().ends_with("prompt_raised login_saved"));

  auto const elsewhere = std::make_shared<Told>();
  auto const recorder = std::make_shared<FlightRecorder>();
  auto const client = net.another_client([&](ClientConfig& config) {
    config.observer = std::make_shared<ObserverGroup>(std::vector<std::shared_ptr<Observer>>{elsewhere, recorder});
  });
  auto resumed = client.resume(saved.second.bytes.reveal(), key, saved.second.id,
                               [](std::string_view, std::uint64_t) { return true; });
  BOOST_TEST_REQUIRE(resumed.has_value());
  static_cast<void>(net.begin(*resumed));
  static_cast<void>(net.answer(*resumed, Answer::text(Secret("123456"))));
  BOOST_TEST(elsewhere->story() ==
             "login_resumed door_opened prompt_raised answer_posted reply_came(succeeded) door_left "
             "outcome(succeeded)");
  auto const record = recorder->record(Role::claimant, resumed->id());
  BOOST_TEST_REQUIRE(record.has_value());
  BOOST_TEST((record->begin.state == State::challenged));
  BOOST_TEST(replay(*record, [](ReplayedStep const& step) { BOOST_TEST(step.difference == ""); }));
}

BOOST_AUTO_TEST_CASE(without_an_observer_a_login_has_no_id) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  BOOST_TEST(net.login().second.login == 0U);
  BOOST_TEST(net.client->login(net.credentials()).id() == 0U);
}

BOOST_AUTO_TEST_CASE(the_open_connections_are_counted) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  static_cast<void>(net.login());
  BOOST_TEST(net.server->counters().connections_open == 1U);
  net.server->stop();
  net.run_until([&net] { return net.server->counters().connections_open == 0U; });
}

BOOST_AUTO_TEST_SUITE_END()
