// Whole logins over loop-back, driven to the end.

#include <support/loopback.hpp>

#include <algorithm>

BOOST_AUTO_TEST_SUITE(login)

using namespace sallyport;
using namespace sallyport::test;

BOOST_AUTO_TEST_CASE(a_login_without_a_second_factor_succeeds) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST_REQUIRE(outcome.accounts.size() == 1U);
  BOOST_TEST(outcome.accounts[0].access_token->reveal() == "access-token");
  BOOST_TEST(outcome.expires_in->count() == 7200);
  BOOST_TEST(net.responder.seen.empty());
}

BOOST_AUTO_TEST_CASE(the_first_post_carries_what_the_host_gave) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  static_cast<void>(net.login("user ä/&=1"));
  BOOST_TEST_REQUIRE(net.verifier.asked.size() == 1U);
  auto const& asked = net.verifier.asked[0];
  BOOST_TEST(asked.user_id == "user ä/&=1");
  BOOST_TEST(asked.client_id == "client-1");
  BOOST_TEST(asked.request.username->reveal() == "Mesh");
  BOOST_TEST(asked.request.password->reveal() == "Pass123");
  BOOST_TEST(*asked.request.device_info == "device-1");
  BOOST_TEST((*asked.request.auth_flow_step == AuthFlowStep::login_password));
}

BOOST_AUTO_TEST_CASE(a_code_opens_the_door_and_no_credential_is_sent_again) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::text(Secret("123456")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST_REQUIRE(net.verifier.asked.size() == 2U);
  auto const& answer = net.verifier.asked[1];
  BOOST_TEST((answer.act == EventType::answer));
  BOOST_TEST(answer.request.challenge_code->reveal() == "123456");
  BOOST_TEST(answer.request.challenge_id->size() == 32U);
  BOOST_TEST((*answer.request.mfa_type == MfaType::phone));
  BOOST_TEST((*answer.request.auth_flow_step == AuthFlowStep::mfa_flow));
  BOOST_TEST(!answer.request.username.has_value());
  BOOST_TEST(!answer.request.password.has_value());
}

BOOST_AUTO_TEST_CASE(credentials_are_sent_again_where_the_scheme_lists_them) {
  Loopback net([](ServerConfig&, ClientConfig&) {});
  AuthenticationScheme scheme;
  scheme.broker_type = BrokerType::robinhood;
  scheme.authentication_scheme_type = AuthenticationSchemeType::username_password;
  AuthenticationModel step;
  step.auth_response = challenge(AuthStatus::mfa_required, MfaType::totp);
  step.fields = std::vector<AuthenticationField>{{.name = "Username", .description = std::nullopt},
                                                 {.name = "Password", .description = std::nullopt},
                                                 {.name = "MfaCode", .description = "From your app"}};
  scheme.authentication_steps.emplace().push_back(std::move(step));
  net.server.reset();
  net.verifier.list.push_back(std::move(scheme));
  ServerConfig serving;
  serving.identity = net.certificates.identity();
  serving.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  net.server.emplace(std::move(*Server::create(net.io.get_executor(), std::move(serving), net.verifier)));
  net.server->start();
  net.client = net.another_client([](ClientConfig&) {});

  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::field(Field::mfa_code, Secret("123456")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST((net.responder.seen.at(0).fields == std::vector{Field::mfa_code}));
  BOOST_TEST(net.verifier.asked.at(1).request.password->reveal() == "Pass123");
}

BOOST_AUTO_TEST_CASE(a_wrong_code_is_asked_for_again) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::text(Secret("000000")));
  net.responder.answers.push_back(Answer::text(Secret("123456")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST_REQUIRE(net.responder.seen.size() == 2U);
  BOOST_TEST(net.responder.seen[0].attempts_left == 3U);
  BOOST_TEST(!net.responder.seen[0].answer_was_wrong);
  BOOST_TEST(net.responder.seen[1].attempts_left == 2U);
  BOOST_TEST(net.responder.seen[1].answer_was_wrong);
  BOOST_TEST(*net.verifier.asked[1].request.challenge_id == *net.verifier.asked[2].request.challenge_id);
}

BOOST_AUTO_TEST_CASE(the_third_wrong_code_ends_the_login) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  for (auto wrong = 0; wrong < 3; ++wrong) {
    net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
    net.responder.answers.push_back(Answer::text(Secret("000000")));
  }
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "attempts_exhausted");
  BOOST_TEST(net.server->counters().credential_posts == 4U);
  BOOST_TEST(net.server->counters().sessions_open == 0U);
}

BOOST_AUTO_TEST_CASE(a_challenge_that_nobody_answers_expires_on_both_sides) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 1));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "expired");
  BOOST_TEST(net.responder.cancelled);
  net.run_until([&net] { return net.server->counters().sessions_open == 0; });
  BOOST_TEST(net.verifier.forgotten.size() == 1U);
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(a_step_without_a_life_span_ends_as_user_absent) {
  Loopback net(
      [](ServerConfig&, ClientConfig& config) { config.limits.step_life_span = std::chrono::milliseconds(200); });
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "user_absent");
}

BOOST_AUTO_TEST_CASE(each_status_that_ends_a_login_is_an_outcome_of_its_own) {
  struct Case {
    AuthResponse reply;
    std::string_view outcome;
  };
  std::vector<Case> cases;
  cases.push_back({status(AuthStatus::failed), "denied"});
  cases.push_back({status(AuthStatus::open_in_broker_module), "handed_off"});
  auto unknown = status(AuthStatus::unknown);
  unknown.status = Open<AuthStatus>::from_wire("sealedByMoonlight");
  cases.push_back({std::move(unknown), "unsupported"});
  for (auto& [reply, expected] : cases) {
    BOOST_TEST_CONTEXT(expected) {
      Loopback net;
      net.verifier.replies.push_back(std::move(reply));
      auto const [ec, outcome] = net.login();
      BOOST_TEST(!ec);
      BOOST_TEST(name_of(outcome.kind) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_status_keeps_its_spelling) {
  Loopback net;
  auto unknown = status(AuthStatus::unknown);
  unknown.status = Open<AuthStatus>::from_wire("sealedByMoonlight");
  net.verifier.replies.push_back(std::move(unknown));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(outcome.diagnostics.status == "sealedByMoonlight");
}

BOOST_AUTO_TEST_CASE(a_step_that_takes_no_answer_is_started_over) {
  Loopback net;
  net.verifier.replies.push_back(status(AuthStatus::device_login_verified));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::restart());
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST((net.responder.seen.at(0).kind == PromptKind::restart));
  BOOST_TEST((net.verifier.asked.at(1).act == EventType::restart));
  BOOST_TEST(net.verifier.asked.at(1).request.password->reveal() == "Pass123");
}

BOOST_AUTO_TEST_CASE(a_code_that_came_with_the_first_post_is_not_spent_again) {
  Loopback net;
  net.verifier.replies.push_back(status(AuthStatus::device_login_verified));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::restart());
  auto who = net.credentials();
  who.request.mfa_code = Secret("123456");
  who.request.mfa_type = MfaType::totp;
  auto const [ec, outcome] = await<Outcome>(
      net.io, [&](auto handler) { net.client->async_login(std::move(who), net.responder, std::move(handler)); });
  BOOST_TEST(!ec);
  BOOST_TEST(net.verifier.asked.at(0).request.mfa_code.has_value());
  BOOST_TEST(!net.verifier.asked.at(1).request.mfa_code.has_value());
}

BOOST_AUTO_TEST_CASE(a_confirmation_is_no_answer_where_a_code_is_asked_for) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::confirmed());
  net.responder.answers.push_back(Answer::text(Secret("123456")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(net.responder.seen.at(1).refused == TransportErrc::bad_answer);
  BOOST_TEST(net.server->counters().credential_posts == 2U);
}

BOOST_AUTO_TEST_CASE(a_reply_that_may_not_follow_is_reported_where_it_is_tolerated) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  net.verifier.replies.push_back(status(AuthStatus::email_received));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::text(Secret("123456")));
  net.client =
      net.another_client([](ClientConfig& config) { config.limits.poll_interval = std::chrono::milliseconds(10); });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST(outcome.violation_seen);
}

BOOST_AUTO_TEST_CASE(an_institution_that_wants_something_done_first_is_action_needed) {
  Loopback net;
  net.verifier.replies.push_back(status(AuthStatus::bind_mfa_required));
  net.responder.answers.push_back(Answer::cancel());
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "action_needed");
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_fit_is_refused_and_asked_for_again) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::phone_and_email));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::field(Field::mfa_code, Secret("123456")));
  net.responder.answers.push_back(Answer::restart());
  net.responder.answers.push_back(
      Answer::field(Field::mfa_code, Secret("123456")).and_field(Field::challenge_code, Secret("654321")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST_REQUIRE(net.responder.seen.size() == 3U);
  BOOST_TEST(net.responder.seen[1].refused == TransportErrc::bad_answer);
  BOOST_TEST(net.responder.seen[2].refused == EngineErrc::too_early);
  BOOST_TEST(net.server->counters().credential_posts == 2U);
}

BOOST_AUTO_TEST_CASE(a_responder_that_answers_nonsense_ends_the_login_after_three_times) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  for (auto nonsense = 0; nonsense < 3; ++nonsense) net.responder.answers.push_back(Answer::text(Secret("")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(ec == TransportErrc::bad_answer);
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(a_whole_login_uses_one_connection) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::text(Secret("123456")));
  net.responder.answers.push_back(Answer::text(Secret("654321")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(net.server->counters().connections == 1U);
  BOOST_TEST(net.server->counters().requests == 4U);
}

BOOST_AUTO_TEST_CASE(many_logins_at_once_wait_their_turn_for_a_connection) {
  Loopback net([](ServerConfig&, ClientConfig& config) { config.connections_max = 2; });
  constexpr auto count = 40;
  std::vector<OutcomeKind> kinds;
  for (auto user = 0; user < count; ++user) {
    net.verifier.replies.push_back(granted());
    net.client->async_login(net.credentials("user-" + std::to_string(user)), net.responder,
                            [&kinds](boost::system::error_code ec, Outcome outcome) {
                              BOOST_TEST(!ec);
                              kinds.push_back(outcome.kind);
                            });
  }
  std::size_t most_waited = 0;
  net.run_until([&] {
    auto const pool = net.client->pool_state();
    BOOST_TEST(pool.open <= 2U);
    BOOST_TEST(pool.idle <= pool.open);
    most_waited = std::max(most_waited, pool.waiting);
    return kinds.size() == count;
  });
  for (auto const kind : kinds) BOOST_TEST(name_of(kind) == "succeeded");
  BOOST_TEST(net.server->counters().connections <= 2U);
  BOOST_TEST(most_waited >= 30U);
  auto const rested = net.client->pool_state();
  BOOST_TEST(rested.open == 2U);
  BOOST_TEST(rested.idle == 2U);
  BOOST_TEST(rested.waiting == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
