// Logins that a host drives turn by turn.

#include <support/loopback.hpp>

#include <stdexcept>
#include <vector>

BOOST_AUTO_TEST_SUITE(turns)

using namespace sallyport;
using namespace sallyport::test;
using boost::system::error_code;

namespace {

Prompt const& prompt_of(std::pair<error_code, Turn> const& turn) {
  BOOST_TEST(!turn.first, turn.first.message());
  BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(turn.second));
  return std::get<Prompt>(turn.second);
}

Outcome const& outcome_of(std::pair<error_code, Turn> const& turn) {
  BOOST_TEST(!turn.first, turn.first.message());
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(turn.second));
  return std::get<Outcome>(turn.second);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_prompt_says_what_is_wanted_until_when) {
  Loopback net;
  auto sms = challenge(AuthStatus::challenge_issued, MfaType::phone, 60);
  sms.challenge_text = "We sent a code to *** 42.";
  net.verifier.replies.push_back(std::move(sms));
  auto login = net.client->login(net.credentials());
  auto const turn = net.begin(login);
  auto const& prompt = prompt_of(turn);
  BOOST_TEST((prompt.kind == PromptKind::input));
  BOOST_TEST((prompt.status == AuthStatus::challenge_issued));
  BOOST_TEST((prompt.mfa_type == MfaType::phone));
  BOOST_TEST(prompt.text == "We sent a code to *** 42.");
  BOOST_TEST_REQUIRE(prompt.fields.size() == 1U);
  BOOST_TEST((prompt.fields[0].field == Field::challenge_code));
  auto const left = prompt.answer_by - std::chrono::steady_clock::now();
  BOOST_TEST((left > std::chrono::seconds(50) && left <= std::chrono::seconds(59)));
  BOOST_TEST(prompt.can_restart_at.has_value());
  BOOST_TEST(prompt.can_try_another_way);
  BOOST_TEST(prompt.attempts_left == 3U);
}

BOOST_AUTO_TEST_CASE(two_turns_make_a_login) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  static_cast<void>(prompt_of(net.begin(login)));
  auto const turn = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST(name_of(outcome_of(turn).kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_second_act_while_one_is_in_flight_is_refused) {
  Loopback net;
  auto login = net.client->login(net.credentials());
  std::optional<error_code> first;
  login.async_begin([&first](error_code ec, Turn) { first = ec; });
  net.run_until([&net] { return !net.verifier.held.empty(); });
  auto const second = net.answer(login, Answer::text(Secret("1")));
  BOOST_TEST(second.first == TransportErrc::request_in_flight);
  auto const third = net.begin(login);
  BOOST_TEST(third.first == TransportErrc::request_in_flight);
  BOOST_TEST(!first.has_value());
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_late_is_not_sent) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 1));
  auto login = net.client->login(net.credentials());
  static_cast<void>(prompt_of(net.begin(login)));
  net.run_for(std::chrono::milliseconds(1050));
  auto const turn = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST(name_of(outcome_of(turn).kind) == "expired");
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(what_could_not_be_sent_has_not_happened) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto login = net.client->login(net.credentials());
  static_cast<void>(prompt_of(net.begin(login)));

  auto const port = net.server->port();
  net.server->stop();
  net.run_for(std::chrono::milliseconds(50));
  auto const failed = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST(failed.first == boost::asio::error::connection_refused);

  ServerConfig again;
  again.port = port;
  again.identity = net.certificates.identity();
  again.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  net.server.emplace(std::move(*Server::create(net.io.get_executor(), std::move(again), net.verifier)));
  net.server->start();
  auto const turn = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST(!turn.first);  // The new server does not know the challenge; the login was not lost on the way to it.
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(a_login_that_cannot_begin_may_begin_again) {
  Loopback net;
  auto const client = net.another_client([](ClientConfig& config) { config.url = "https://127.0.0.1:1"; });
  auto login = client.login(net.credentials());
  for (auto attempt = 0; attempt < 2; ++attempt) {
    BOOST_TEST(net.begin(login).first == boost::asio::error::connection_refused);
  }
}

BOOST_AUTO_TEST_CASE(a_wait_is_watched_until_something_changes) {
  Loopback net(
      [](ServerConfig&, ClientConfig& config) { config.limits.poll_interval = std::chrono::milliseconds(30); });
  auto const push = [] { return challenge(AuthStatus::device_confirmation_required, MfaType::roaming); };
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::phone));
  auto login = net.client->login(net.credentials());
  auto const first = net.begin(login);
  BOOST_TEST((prompt_of(first).kind == PromptKind::act_elsewhere));
  auto const second = net.answer(login, Answer::wait());
  BOOST_TEST((prompt_of(second).status == AuthStatus::mfa_required));
}

BOOST_AUTO_TEST_CASE(a_confirmation_is_posted_by_the_user_where_the_scheme_wants_credentials_with_it) {
  Loopback net;
  AuthenticationScheme scheme;
  scheme.broker_type = BrokerType::robinhood;
  scheme.authentication_scheme_type = AuthenticationSchemeType::username_password;
  AuthenticationModel step;
  step.auth_response = challenge(AuthStatus::device_confirmation_required, MfaType::mobile);
  step.fields = std::vector<AuthenticationField>{{.name = "Username", .description = std::nullopt},
                                                 {.name = "Password", .description = std::nullopt}};
  scheme.authentication_steps.emplace().push_back(std::move(step));
  net.verifier.list.push_back(std::move(scheme));
  ServerConfig serving;
  serving.identity = net.certificates.identity();
  serving.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  net.server.emplace(std::move(*Server::create(net.io.get_executor(), std::move(serving), net.verifier)));
  net.server->start();
  net.client =
      net.another_client([](ClientConfig& config) { config.limits.poll_interval = std::chrono::milliseconds(10); });

  net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile));
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  auto const first = net.begin(login);
  BOOST_TEST((prompt_of(first).kind == PromptKind::confirm));
  net.run_for(std::chrono::milliseconds(100));
  BOOST_TEST(net.verifier.asked.size() == 1U);  // No timer polls with a password.
  auto const second = net.answer(login, Answer::confirmed());
  BOOST_TEST(name_of(outcome_of(second).kind) == "succeeded");
  BOOST_TEST(net.verifier.asked.at(1).request.password->reveal() == "Pass123");
}

BOOST_AUTO_TEST_CASE(a_login_that_is_over_takes_no_more_acts) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  static_cast<void>(outcome_of(net.begin(login)));
  BOOST_TEST(net.begin(login).first == EngineErrc::session_over);
  BOOST_TEST(net.answer(login, Answer::text(Secret("1"))).first == EngineErrc::session_over);
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(bad_credentials_are_refused_before_anything_is_sent) {
  Loopback net;
  auto no_user = net.credentials("");
  auto long_user = net.credentials(std::string(51, 'u'));
  auto no_type = net.credentials();
  no_type.request.type = {};
  auto first = net.client->login(std::move(no_user));
  auto second = net.client->login(std::move(long_user));
  auto third = net.client->login(std::move(no_type));
  BOOST_TEST(net.begin(first).first == TransportErrc::bad_user_id);
  BOOST_TEST(net.begin(second).first == TransportErrc::bad_user_id);
  BOOST_TEST(net.begin(third).first == TransportErrc::missing_broker_type);
  BOOST_TEST(net.server->counters().connections == 0U);
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_takes_no_reply_of_others_along) {
  Loopback net;
  constexpr std::size_t count = 8;
  std::vector<Login> logins;
  std::size_t called = 0;
  for (std::size_t number = 0; number < count; ++number) {
    net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
    auto credentials = net.credentials();
    credentials.user_id = Secret("user-" + std::to_string(number));
    logins.push_back(net.client->login(std::move(credentials)));
    logins.back().async_begin([&called](error_code ec, Turn const&) {
      BOOST_TEST(!ec, ec.message());
      ++called;
      throw std::runtime_error("the host's own");
    });
  }
  std::size_t thrown = 0;
  auto const until = std::chrono::steady_clock::now() + patience;
  while (called < count && std::chrono::steady_clock::now() < until) {
    try {
      net.io.restart();
      net.io.run_one_for(std::chrono::milliseconds(100));
    } catch (std::runtime_error const&) {
      ++thrown;
    }
  }
  BOOST_TEST(called == count);
  BOOST_TEST(thrown == count, "an exception of a handler reaches whoever runs the context");
}

BOOST_AUTO_TEST_SUITE_END()
