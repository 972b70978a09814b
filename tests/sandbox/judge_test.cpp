#include "player.hpp"

#include <support/web_view.hpp>

#include <sallyport/protocol/field.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>

BOOST_AUTO_TEST_SUITE(judge_test)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;

namespace {

Scenario const& scenario_of(char const* name, BrokerType broker = BrokerType::sandbox) {
  auto const* const scenario = catalogue().find_scenario(broker, name);
  BOOST_TEST_REQUIRE(scenario != nullptr);
  return *scenario;
}

AuthRequest credentials(char const* username, char const* password, BrokerType broker = BrokerType::sandbox) {
  AuthRequest request;
  request.type = broker;
  request.username = Secret(username);
  request.password = Secret(password);
  return request;
}

AuthStatus login(Scenario const& scenario, AuthRequest const& request) {
  return judge(scenario, {}, EventType::login, request, TimePoint()).reply.status.value();
}

constexpr auto succeeded = AuthStatus::succeeded;
constexpr auto failed = AuthStatus::failed;

}  // namespace

BOOST_AUTO_TEST_CASE(wrong_credentials_fail_and_words_do_not_repeat_them) {
  auto const& plain = scenario_of("plain");
  for (auto const& [username, password] :
       {std::pair("Mesh", "wrong"), {"Nobody", "Pass123"}, {"", ""}, {"mesh", "Pass123"}}) {
    BOOST_TEST_CONTEXT(username << ' ' << password) {
      auto const judgement = judge(plain, {}, EventType::login, credentials(username, password), TimePoint());
      BOOST_TEST((judgement.reply.status == failed));
      BOOST_TEST_REQUIRE(judgement.reply.error_message.has_value());
      BOOST_TEST(judgement.reply.error_message->reveal() == "The username or the password is wrong.");
      BOOST_TEST(judgement.deliveries.empty());
      BOOST_TEST(!judgement.next.begun);
    }
  }
  BOOST_TEST((login(plain, AuthRequest()) == failed));
}

BOOST_AUTO_TEST_CASE(each_published_user_gets_its_own_accounts) {
  struct Row {
    char const* username;
    std::size_t accounts;
    double cash;
  };
  for (auto const& [username, accounts, cash] :
       {Row{"Mesh", 1, 8000}, {"Mesh2", 1, 0}, {"Mesh3", 1, 1250.5}, {"Mesh4", 2, 8000}}) {
    BOOST_TEST_CONTEXT(username) {
      auto const judgement =
          judge(scenario_of("plain"), {}, EventType::login, credentials(username, "Pass123"), TimePoint());
      BOOST_TEST_REQUIRE((judgement.reply.status == succeeded));
      auto const& tokens = judgement.reply.account_tokens.value();
      BOOST_TEST_REQUIRE(tokens.size() == accounts);
      BOOST_TEST(tokens[0].account->cash.value() == cash);
      BOOST_TEST(!tokens[0].access_token->empty());
      BOOST_TEST(!tokens[0].refresh_token->empty());
      BOOST_TEST(judgement.reply.expires_in_seconds.value() == 7200);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_accounts_have_two_tokens) {
  auto const judgement =
      judge(scenario_of("plain"), {}, EventType::login, credentials("Mesh4", "Pass123"), TimePoint());
  auto const& tokens = judgement.reply.account_tokens.value();
  BOOST_TEST(!equals(*tokens.at(0).access_token, *tokens.at(1).access_token));
  BOOST_TEST(tokens[0].account->is_reconnected.value());
  BOOST_TEST(!tokens[1].account->is_reconnected.value());
}

BOOST_AUTO_TEST_CASE(door_that_one_waits_at_shows_what_a_poll_brings) {
  Player player(scenario_of("push-number"));
  BOOST_TEST(*player.play("login").reply.challenge_text == "Open the app on your phone.");
  BOOST_TEST(*player.play("poll").reply.challenge_text == "Open the app on your phone and tap 42.");
  BOOST_TEST(*player.play("poll").reply.challenge_text == "Open the app on your phone and tap 42.");
  BOOST_TEST((player.play("poll").reply.status == succeeded));
}

BOOST_AUTO_TEST_CASE(code_that_comes_with_the_password_opens_the_first_door) {
  auto request = credentials("Mesh", "Pass123");
  request.mfa_type = MfaType::phone;
  request.mfa_code = Secret("123456");
  BOOST_TEST((login(scenario_of("mfa-sms"), request) == succeeded));

  request.mfa_code = Secret("000000");
  BOOST_TEST((login(scenario_of("mfa-sms"), request) == AuthStatus::mfa_required));

  request.mfa_code = Secret("123456");
  BOOST_TEST((login(scenario_of("two-factors"), request) == AuthStatus::mfa_required));
}

BOOST_AUTO_TEST_CASE(password_that_comes_with_the_user_name_opens_an_identifier_first_door) {
  auto const& identifier = scenario_of("identifier", BrokerType::public_);
  BOOST_TEST((login(identifier, credentials("Mesh", "Pass123")) == succeeded));
  BOOST_TEST((login(identifier, credentials("Mesh", "wrong")) == AuthStatus::mfa_required));
  BOOST_TEST((login(identifier, credentials("Nobody", "Pass123")) == failed));
}

BOOST_AUTO_TEST_CASE(api_key_needs_its_passphrase_only_where_it_comes) {
  auto const& api_key = scenario_of("api-key");
  auto request = credentials("Mesh", "Pass123");
  BOOST_TEST((login(api_key, request) == succeeded));
  request.auth_token = Secret("Pass123");
  BOOST_TEST((login(api_key, request) == succeeded));
  request.auth_token = Secret("wrong");
  BOOST_TEST((login(api_key, request) == failed));
  BOOST_TEST((login(api_key, credentials("Mesh", "wrong")) == failed));
}

BOOST_AUTO_TEST_CASE(only_an_address_is_an_address) {
  auto const& address = scenario_of("address");
  struct Row {
    char const* text;
    AuthStatus status;
  };
  for (auto const& [text, status] : {Row{"0x00000000219ab540356cBB839Cbe05303d7705Fa", succeeded},
                                     {"00000000219ab540356cBB839Cbe05303d7705Fa00", failed},
                                     {"0x00000000219ab540356cBB839Cbe05303d7705F", failed},
                                     {"0x00000000219ab540356cBB839Cbe05303d7705Fg", failed},
                                     {"", failed}}) {
    BOOST_TEST_CONTEXT(text) {
      AuthRequest request;
      request.username = Secret(text);
      BOOST_TEST((login(address, request) == status));
    }
  }
}

BOOST_AUTO_TEST_CASE(only_a_link_with_the_code_in_its_query_is_a_way_back) {
  struct Row {
    char const* link;
    AuthStatus status;
  };
  auto const& redirect = scenario_of("redirect");
  for (auto const& [link, status] : {Row{way_back, succeeded},
                                     {"https://example.invalid/?code=123456#top", succeeded},
                                     {"http://example.invalid/?code=123456", failed},
                                     {"https://example.invalid/code=123456", failed},
                                     {"https://example.invalid/?state=1#&code=123456", failed},
                                     {"https://example.invalid/?code=1234567", failed},
                                     {"https://example.invalid/?", failed},
                                     {"", failed}}) {
    BOOST_TEST_CONTEXT(link) {
      AuthRequest request;
      request.redirect_link = Secret(link);
      BOOST_TEST((login(redirect, request) == status));
    }
  }
  BOOST_TEST((login(redirect, AuthRequest()) == failed));
}

BOOST_AUTO_TEST_CASE(only_a_web_view_with_the_cookie_of_a_session_is_logged_in) {
  auto const& scenario = scenario_of("true-auth");
  AuthRequest request;
  BOOST_TEST((login(scenario, request) == failed));
  request.true_auth_auth_request = logged_in_web_view();
  BOOST_TEST((login(scenario, request) == succeeded));
  request.true_auth_auth_request->cookies->front().back().second = Secret("Pass124");
  BOOST_TEST((login(scenario, request) == failed));
  request.true_auth_auth_request->cookies->front().back().second.reset();
  BOOST_TEST((login(scenario, request) == failed));
  request.true_auth_auth_request->cookies.reset();
  BOOST_TEST((login(scenario, request) == failed));
}

BOOST_AUTO_TEST_CASE(qr_login_needs_no_credentials_but_checks_those_that_come) {
  auto const& scenario = scenario_of("qr-login", BrokerType::binance_international_direct);
  AuthRequest request;
  request.auth_flow_step = AuthFlowStep::login_qr_code;
  BOOST_TEST((login(scenario, request) == AuthStatus::qr_code_required));
  request.username = Secret("Mesh+qr-login");
  BOOST_TEST((login(scenario, request) == failed));
  request.password = Secret("Pass123");
  BOOST_TEST((login(scenario, request) == AuthStatus::qr_code_required));
}

BOOST_AUTO_TEST_CASE(device_that_is_verified_still_needs_the_password) {
  Player player(scenario_of("qr-login", BrokerType::binance_international_direct));
  for (auto const* word : {"login", "poll", "poll"}) player.play(word);
  AuthRequest request;
  request.auth_flow_step = AuthFlowStep::login_password;
  BOOST_TEST((player.act(EventType::restart, request).reply.status == failed));
}

BOOST_AUTO_TEST_CASE(codes_are_sent_once_a_door_and_again_by_a_restart) {
  Player player(scenario_of("sms"));
  BOOST_TEST_REQUIRE(player.play("login").deliveries.size() == 1U);
  BOOST_TEST(player.play("wrong").deliveries.empty());
  BOOST_TEST(player.play("poll").deliveries.empty());
  auto const& again = player.play("restart");
  BOOST_TEST_REQUIRE(again.deliveries.size() == 1U);
  BOOST_TEST((again.deliveries[0].by == DeliveryChannel::sms));
  BOOST_TEST(again.deliveries[0].code == "123456");
}

BOOST_AUTO_TEST_CASE(two_factors_send_two_codes) {
  Player player(scenario_of("two-factors"));
  auto const& judgement = player.play("login");
  BOOST_TEST_REQUIRE(judgement.deliveries.size() == 2U);
  BOOST_TEST((judgement.deliveries[1].by == DeliveryChannel::email));
}

BOOST_AUTO_TEST_CASE(one_right_code_of_two_is_wrong) {
  Player player(scenario_of("two-factors"));
  player.play("login");
  AuthRequest request;
  request.mfa_code = Secret("123456");
  BOOST_TEST((player.act(EventType::answer, request).reply.status == AuthStatus::challenge_failed));
  request.challenge_code = Secret("654321");
  BOOST_TEST((player.act(EventType::answer, request).reply.status == AuthStatus::challenge_failed));
  request.challenge_code = Secret("123456");
  BOOST_TEST((player.act(EventType::answer, request).reply.status == succeeded));
}

BOOST_AUTO_TEST_CASE(wrong_answer_shows_its_door_again) {
  Player player(scenario_of("questions", BrokerType::vanguard));
  player.play("login");
  player.play("right");
  auto const& judgement = player.play("wrong");
  BOOST_TEST((judgement.reply.status == AuthStatus::challenge_failed));
  BOOST_TEST((judgement.reply.mfa_type == MfaType::require_next_security_question));
  BOOST_TEST(judgement.reply.challenge_text.value() == "In which city were you born?");
}

BOOST_AUTO_TEST_CASE(credentials_of_an_answer_must_be_right_where_they_come) {
  Player player(scenario_of("mfa-sms"));
  player.play("login");
  auto request = credentials("Mesh", "Pass123");
  request.mfa_code = Secret("123456");
  BOOST_TEST((player.act(EventType::answer, request).reply.status == succeeded));

  Player other(scenario_of("mfa-sms"));
  other.play("login");
  request.password = Secret("wrong");
  BOOST_TEST((other.act(EventType::answer, request).reply.status == failed));
}

BOOST_AUTO_TEST_CASE(poll_without_the_wanted_credentials_never_opens_a_door) {
  Player player(scenario_of("push-confirm", BrokerType::vanguard));
  player.play("login");
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST((player.play("poll").reply.status == AuthStatus::device_confirmation_required));
  }
  BOOST_TEST((player.act(EventType::answer, credentials("Mesh", "wrong")).reply.status == failed));
}

BOOST_AUTO_TEST_CASE(another_way_that_is_not_there_leaves_the_door_as_it_is) {
  Player player(scenario_of("sms"));
  auto const before = player.play("login").next;
  auto const& judgement = player.play("way");
  BOOST_TEST((judgement.reply.status == AuthStatus::challenge_issued));
  BOOST_TEST((judgement.next == before));
}

BOOST_AUTO_TEST_CASE(door_opens_at_the_first_poll_after_its_time) {
  Player player(scenario_of("push-roaming"));
  player.play("login");
  player.wait(5s - 1ns);
  BOOST_TEST((player.play("poll").reply.status == AuthStatus::device_confirmation_required));
  player.wait(1ns);
  BOOST_TEST((player.play("poll").reply.status == succeeded));
}

BOOST_AUTO_TEST_CASE(institution_thinks_as_long_as_the_scenario_says) {
  Player player(scenario_of("slow"));
  BOOST_TEST((player.play("login").reply_after == Duration(5s)));
  BOOST_TEST((player.play("wrong").reply_after == Duration(5s)));
  BOOST_TEST((player.play("right").reply_after == Duration::zero()));
}

BOOST_AUTO_TEST_CASE(act_before_the_login_fails) {
  for (auto const act : {EventType::answer, EventType::poll, EventType::another_way, EventType::restart}) {
    auto const judgement = judge(scenario_of("sms"), {}, act, AuthRequest(), TimePoint());
    BOOST_TEST((judgement.reply.status == failed));
  }
}

BOOST_AUTO_TEST_CASE(judgement_depends_on_its_arguments_alone) {
  auto const& scenario = scenario_of("push");
  ScenarioProgress progress;
  progress.begun = true;
  progress.polls = 1;
  for (int i = 0; i < 2; ++i) {
    auto const judgement = judge(scenario, progress, EventType::poll, AuthRequest(), TimePoint());
    BOOST_TEST((judgement.reply.status == succeeded));
  }
}

BOOST_AUTO_TEST_SUITE_END()
