// No login without brakes: a peer that never says yes and never says no, whatever it varies, and hosts that answer it
// again and again. No governor is asked unless a test says so.

#include <support/loopback.hpp>

#include <sallyport/transport/responders.hpp>
#include <sallyport/transport/shared_governor.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(brakes)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

/// An institution without brakes of its own.
void release(ServerConfig& serving, ClientConfig& config) {
  for (auto* const limits : {&serving.limits, &config.limits}) {
    limits->poll_interval = 20ms;
    limits->resend_cool_down = 1ms;
  }
  serving.limits.attempts_max = 200;
  serving.limits.answers_without_progress_max = 200;
  serving.limits.challenges_max = 1000;
  serving.account_throttle = {};
}

AuthResponse renewed(unsigned count) {
  auto reply = challenge(AuthStatus::challenge_issued, MfaType::phone);
  reply.challenge_text = "That code was wrong. " + std::to_string(100 - count) + " attempts left.";
  return reply;
}

AuthResponse question(std::string text) {
  AuthResponse reply = status(AuthStatus::challenge_issued);
  reply.challenge_text = std::move(text);
  return reply;
}

/// A push that this integration wants confirmed with the credentials.
AuthenticationScheme confirming_scheme() {
  AuthenticationScheme scheme;
  scheme.broker_type = BrokerType::robinhood;
  scheme.authentication_scheme_type = AuthenticationSchemeType::username_password;
  AuthenticationModel step;
  step.auth_response.emplace();
  step.auth_response->status = AuthStatus::device_confirmation_required;
  step.fields.emplace();
  for (auto const* const name : {"Username", "Password"}) step.fields->emplace_back().name = name;
  scheme.authentication_steps.emplace().push_back(std::move(step));
  return scheme;
}

struct Hammered : Loopback {
  explicit Hammered(std::chrono::milliseconds poll_interval = 20ms)
      : Loopback([this, poll_interval](ServerConfig& serving, ClientConfig& config) {
          release(serving, config);
          config.limits.poll_interval = poll_interval;
          if (verifier.list.empty()) verifier.list.push_back(confirming_scheme());
        }) {}

  std::pair<error_code, Outcome> login_with(Responder& host) {
    return await<Outcome>(io, [&](auto handler) { client->async_login(credentials(), host, std::move(handler)); });
  }
  std::size_t answers() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        verifier.asked, [](VerifyRequest const& asked) { return asked.act == EventType::answer; }));
  }
};

/// A host that has one answer and gives it whenever it is asked.
CallbackResponder stubborn(unsigned& asked) {
  return CallbackResponder([&asked](Prompt const& prompt) -> std::optional<Answer> {
    ++asked;
    return prompt.kind == PromptKind::confirm ? Answer::confirmed() : Answer::text(Secret("111111"));
  });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_host_that_never_tires_posts_five_codes_to_a_peer_that_renews_its_challenge) {
  Hammered net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone));
  for (auto count = 0U; count < 50; ++count) net.verifier.replies.push_back(renewed(count));
  auto asked = 0U;
  auto host = stubborn(asked);
  auto const [ec, outcome] = net.login_with(host);
  BOOST_TEST(!ec, ec.message());
  BOOST_TEST(name_of(outcome.kind) == "attempts_exhausted");
  BOOST_TEST(outcome.diagnostics.reason.find("answers_without_progress_max") != std::string::npos);
  BOOST_TEST(net.answers() == 5U);
  BOOST_TEST(asked == 5U);
}

BOOST_AUTO_TEST_CASE(a_fixed_answer_and_an_authenticator_say_one_code_each_then_the_user_is_asked) {
  for (auto const factor : {MfaType::phone, MfaType::totp}) {
    Hammered net;
    for (auto count = 0U; count < 50; ++count) {
      net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, factor));
    }
    auto fixed = StaticResponder().with(Field::mfa_code, Secret("111111"));
    TotpResponder totp(net.io.get_executor(), Secret("12345678901234567890"), {.period = 1s});
    auto users_turn = 0U;
    CallbackResponder user([&users_turn](Prompt const& prompt) -> std::optional<Answer> {
      ++users_turn;
      BOOST_TEST(prompt.answered_before);
      return Answer::cancel();
    });
    auto& machine = factor == MfaType::totp ? static_cast<Responder&>(totp) : fixed;
    ChainResponder chain({&machine, &user});
    auto const [ec, outcome] = net.login_with(chain);
    BOOST_TEST(!ec, ec.message());
    BOOST_TEST(net.answers() == 1U);
    BOOST_TEST(users_turn == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_invents_kinds_gets_five_fixed_answers_in_all) {
  Hammered net;
  for (auto const step : {AuthFlowStep::mfa_flow, AuthFlowStep::face_verification, AuthFlowStep::create_api_key}) {
    for (auto const factor : {MfaType::phone, MfaType::email, MfaType::totp}) {
      net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, factor));
      net.verifier.replies.back().auth_flow_step = step;
    }
  }
  auto fixed = StaticResponder().with(Field::mfa_code, Secret("111111"));
  auto const [ec, outcome] = net.login_with(fixed);
  BOOST_TEST(ec == make_error_code(TransportErrc::declined), ec.message());
  BOOST_TEST(net.answers() == 5U);
}

BOOST_AUTO_TEST_CASE(several_security_questions_in_a_row_are_answered_whatever_their_number) {
  Hammered net;
  for (auto const* const text :
       {"Your first pet?", "Your first school?", "Your first car?", "The street of your youth?", "Your favourite book?",
        "Your favourite meal?", "Your favourite colour?"}) {
    net.verifier.replies.push_back(question(text));
  }
  net.verifier.replies.push_back(granted());
  auto asked = 0U;
  auto host = stubborn(asked);
  auto const [ec, outcome] = net.login_with(host);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST(asked == 7U);
}

BOOST_AUTO_TEST_CASE(a_question_whose_numbers_and_layout_alone_change_is_the_same_question) {
  Hammered net;
  for (auto count = 0; count < 50; ++count) {
    net.verifier.replies.push_back(question("What is the code?" + std::string(static_cast<std::size_t>(count), ' ') +
                                            " (attempt " + std::to_string(count) + ")"));
  }
  auto asked = 0U;
  auto host = stubborn(asked);
  auto const [ec, outcome] = net.login_with(host);
  BOOST_TEST(name_of(outcome.kind) == "attempts_exhausted");
  BOOST_TEST(net.answers() == 5U);
}

BOOST_AUTO_TEST_CASE(a_fixed_answer_is_given_to_one_question_of_many) {
  Hammered net;
  for (auto const* const text : {"What now?", "And what now, pray?", "Really, what?"}) {
    net.verifier.replies.push_back(question(text));
  }
  auto fixed = StaticResponder().with(Field::challenge_answer, Secret("Rex"));
  auto const [ec, outcome] = net.login_with(fixed);
  BOOST_TEST(ec == make_error_code(TransportErrc::declined));
  BOOST_TEST(net.answers() == 1U);
}

BOOST_AUTO_TEST_CASE(confirmations_with_credentials_keep_their_distance_and_have_an_end) {
  Hammered net;
  for (auto count = 0; count < 200; ++count) {
    net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile));
  }
  std::vector<std::chrono::steady_clock::time_point> at;
  CallbackResponder host([&at](Prompt const& prompt) -> std::optional<Answer> {
    BOOST_TEST((prompt.kind == PromptKind::confirm));
    at.push_back(std::chrono::steady_clock::now());
    return Answer::confirmed();
  });
  auto const [ec, outcome] = net.login_with(host);
  BOOST_TEST(ec == make_error_code(EngineErrc::answers_exhausted), ec.message());
  BOOST_TEST(net.answers() == 10U);
  // Asked for each of the ten, and thrice more in vain.
  BOOST_TEST_REQUIRE(at.size() == 13U);
  for (std::size_t index = 1; index <= 10; ++index) BOOST_TEST((at[index] - at[index - 1] >= 20ms));
}

BOOST_AUTO_TEST_CASE(a_user_who_taps_late_is_let_in_with_the_governor_on) {
  Hammered net;
  auto client = net.another_client([](ClientConfig& config) {
    config.limits.poll_interval = 20ms;
    config.governor = std::make_shared<SharedGovernor>(Secret("a key of thirty-two bytes or more."));
  });
  for (auto count = 0; count < 8; ++count) {
    net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile));
  }
  net.verifier.replies.push_back(granted());
  CallbackResponder host([](Prompt const& prompt) -> std::optional<Answer> {
    BOOST_TEST(!prompt.refused, prompt.refused.message());
    return prompt.refused ? Answer::cancel() : Answer::confirmed();
  });
  auto const [ec, outcome] =
      await<Outcome>(net.io, [&](auto handler) { client.async_login(net.credentials(), host, std::move(handler)); });
  BOOST_TEST(!ec, ec.message());
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_confirmation_that_waits_for_its_interval_can_be_cancelled) {
  Hammered net(std::chrono::hours(1));
  net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile));
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  std::optional<Turn> ended;
  boost::asio::cancellation_signal signal;
  login.async_answer(Answer::confirmed(),
                     boost::asio::bind_cancellation_slot(signal.slot(), [&ended](error_code ec, Turn turn) {
                       BOOST_TEST(!ec, ec.message());
                       ended.emplace(std::move(turn));
                     }));
  net.run_for(50ms);
  BOOST_TEST(!ended.has_value());
  BOOST_TEST(net.verifier.asked.size() == 1U);
  signal.emit(boost::asio::cancellation_type::terminal);
  net.run_until([&ended] { return ended.has_value(); });
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(*ended));
  BOOST_TEST(name_of(std::get<Outcome>(*ended).kind) == "cancelled");
  BOOST_TEST(net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(who_chooses_no_governor_has_one_in_memory_that_the_next_client_shares) {
  Loopback net([](ServerConfig& serving, ClientConfig& config) {
    serving.account_throttle = {};
    config.governor = GovernorChoice();
  });
  auto refused = 0U;
  for (auto attempt = 0; attempt < 12; ++attempt) {
    net.verifier.replies.clear();
    net.verifier.replies.push_back(status(AuthStatus::failed));
    // A host that makes a client for each login, and does not always spell the server alike.
    net.client = net.another_client([&](ClientConfig& config) {
      config.governor = GovernorChoice();
      auto const* const zero = attempt % 2 == 0 ? "" : "0";
      config.url = std::string("https://127.0.0.1:") + zero + std::to_string(net.server->port());
    });
    auto const [ec, outcome] = net.login();
    BOOST_TEST(!ec, ec.message());
    if (outcome.kind == OutcomeKind::would_risk_lockout) ++refused;
  }
  BOOST_TEST(net.server->counters().credential_posts == 3U);
  BOOST_TEST(refused == 9U);
}

BOOST_AUTO_TEST_CASE(nothing_is_counted_where_that_was_said) {
  Loopback net([](ServerConfig& serving, ClientConfig& config) {
    serving.account_throttle = {};
    config.governor = no_governor;
  });
  for (auto attempt = 0; attempt < 12; ++attempt) {
    net.verifier.replies.clear();
    net.verifier.replies.push_back(status(AuthStatus::failed));
    BOOST_TEST(name_of(net.login().second.kind) == "denied");
  }
  BOOST_TEST(net.server->counters().credential_posts == 12U);
}

BOOST_AUTO_TEST_SUITE_END()
