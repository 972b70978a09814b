// Scenarios that a user name composes.

#include "player.hpp"
#include "schema.hpp"

#include <sallyport/engine/verdict_table.hpp>
#include <sallyport/sandbox/grammar.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <string>

BOOST_AUTO_TEST_SUITE(grammar_test)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<ScenarioUsers const> users() {
  return catalogue().find_scenario(BrokerType::sandbox, "plain")->users;
}

Scenario composed(std::string_view text, Opening begins = Opening::password) {
  auto scenario = compose_scenario(text, begins, users());
  BOOST_TEST_REQUIRE(scenario.has_value(), text << ' ' << (scenario ? "" : scenario.error().message()));
  return std::move(*scenario);
}

AuthRequest post(BrokerType broker, char const* username) {
  AuthRequest request;
  request.type = broker;
  request.username = Secret(username);
  request.password = Secret("Pass123");
  return request;
}

struct Play {
  char const* text;
  char const* script;
  char const* trail;
};

Play const plays[] = {
    {"sms+totp+life(3s)", "login right right", "challengeIssued mfaRequired succeeded"},
    {"mfa-sms", "login wrong right", "mfaRequired challengeFailed succeeded"},
    {"email-code+pin", "login right right", "mfaRequired mfaRequired succeeded"},
    {"two-codes", "login right", "mfaRequired succeeded"},
    {"sms+password", "login right right", "challengeIssued mfaRequired succeeded"},
    {"question", "login right", "challengeIssued succeeded"},
    {"question(3)", "login right right right", "challengeIssued challengeIssued challengeIssued succeeded"},
    {"captcha+sms+sms", "login right right right", "captchaChallenge challengeIssued challengeIssued succeeded"},
    {"push", "login poll poll", "deviceConfirmationRequired deviceConfirmationRequired succeeded"},
    {"push(polls=1)+totp", "login poll right", "deviceConfirmationRequired mfaRequired succeeded"},
    {"push(deny)", "login poll", "deviceConfirmationRequired failed"},
    {"push(never)", "login 3600s poll poll poll",
     "deviceConfirmationRequired deviceConfirmationRequired deviceConfirmationRequired deviceConfirmationRequired"},
    {"push(after=3s)", "login 2s poll 1s poll", "deviceConfirmationRequired deviceConfirmationRequired succeeded"},
    {"roaming", "login poll poll", "deviceConfirmationRequired deviceConfirmationRequired succeeded"},
    {"email", "login poll poll poll", "emailVerification emailVerification emailReceived succeeded"},
    {"email(deny)", "login poll", "emailVerification failed"},
    {"email+totp", "login poll poll restart", "emailVerification emailVerification emailReceived emailVerification"},
    {"qr", "login poll poll", "qrCodeRequired qrCodeRequired succeeded"},
    {"qr(expire)", "login poll restart poll poll",
     "qrCodeRequired qrCodeExpired qrCodeRequired qrCodeRequired succeeded"},
    {"qr(polls=1)+verified+totp", "login poll restart right",
     "qrCodeRequired deviceLoginVerified mfaRequired succeeded"},
    {"face+key", "login poll poll right", "faceVerification faceVerification mfaRequired succeeded"},
    {"delayed(2)+sms", "login poll poll right", "delayed delayed challengeIssued succeeded"},
    {"delayed", "login poll poll poll", "delayed delayed delayed succeeded"},
    {"passkey+totp", "login way right", "mfaRequired mfaRequired succeeded"},
    {"module", "login", "openInBrokerModule"},
    {"deny", "login", "failed"},
    {"totp+locked", "login right", "mfaRequired failed"},
    {"key-error", "login restart", "apiKeyGenerationError apiKeyGenerationError"},
    {"totp+key-error+key", "login right restart right", "mfaRequired apiKeyGenerationError mfaRequired succeeded"},
    {"bind-mfa+totp", "login restart right", "bindMfaRequired mfaRequired succeeded"},
    {"totp+lock(after=2)", "login wrong wrong", "mfaRequired challengeFailed failed"},
    {"lock(after=1)+totp+pin", "login right wrong", "mfaRequired mfaRequired failed"},
    {"lock(after=1)+totp+lock(after=3)", "login wrong wrong right",
     "mfaRequired challengeFailed challengeFailed succeeded"},
    {"slow(5s)", "login", "succeeded"},
    {"429", "login", "void"},
    {"sms+503", "login right", "challengeIssued void"},
    {"push(polls=1)+reply-lost", "login poll", "deviceConfirmationRequired void"},
    {"sms+truncate", "login right", "challengeIssued void"},
    {"silent", "login", "void"},
    {"sms+breaks-off", "login right", "challengeIssued void"},
    {"unknown-status", "login", "sealedByMoonlight"},
    {"sms+illegal-status", "login right", "challengeIssued qrCodeExpired"},
    {"qr(polls=1)+illegal-status", "login poll", "qrCodeRequired emailReceived"},
    {"wrong-step", "login right right", "mfaRequired mfaRequired succeeded"},
};

struct Refusal {
  char const* text;
  std::size_t position;
  char const* expected;
};

Refusal const refusals[] = {
    {"", 1, "a door, a modifier, an ending or a fault"},
    {"+sms", 1, "a door, a modifier, an ending or a fault"},
    {"sms+", 5, "a door, a modifier, an ending or a fault"},
    {"sms++totp", 5, "a door, a modifier, an ending or a fault"},
    {"sms+knock", 5, "a door, a modifier, an ending or a fault"},
    {"SMS", 1, "a door, a modifier, an ending or a fault"},
    {"sms totp", 4, "a bracket, a plus or the end"},
    {"sms)", 4, "a bracket, a plus or the end"},
    {"life(3s)totp", 9, "a plus or the end"},
    {"sms(2)", 4, "a plus or the end: this term takes no argument"},
    {"429(2)", 4, "a plus or the end: this term takes no argument"},
    {"question(", 10, "a word or a number"},
    {"question()", 10, "a word or a number"},
    {"question(2", 11, "a closing bracket"},
    {"question(2+sms", 11, "a closing bracket"},
    {"question(0)", 10, "a number of questions, 1 to 3"},
    {"question(4)", 10, "a number of questions, 1 to 3"},
    {"question(two)", 10, "a number of questions, 1 to 3"},
    {"question(2s)", 10, "a number of questions, 1 to 3"},
    {"question(1234567)", 10, "a number of at most six digits"},
    {"push(maybe)", 6, "deny, never, after= and seconds, or polls= and a number"},
    {"push(after=)", 12, "a word or a number"},
    {"push(after=3)", 12, "deny, never, after= and seconds, or polls= and a number"},
    {"push(polls=0)", 12, "deny, never, after= and seconds, or polls= and a number"},
    {"push(expire)", 6, "deny, never, after= and seconds, or polls= and a number"},
    {"delayed(1001)", 9, "a number of polls, 1 to 1000"},
    {"sms+life", 9, "seconds in brackets, such as (3s), up to a day"},
    {"sms+life(3)", 10, "seconds in brackets, such as (3s), up to a day"},
    {"sms+life(86401s)", 10, "seconds in brackets, such as (3s), up to a day"},
    {"sms+lock(3)", 10, "a number of wrong answers in brackets, such as (after=3)"},
    {"sms+lock(after=11)", 16, "a number of wrong answers in brackets, such as (after=3)"},
    {"push+lock(after=1)", 6, "a door that takes an answer before this modifier"},
    {"delayed+life(3s)", 9, "a door with a life span before this modifier"},
    {"deny+life(3s)", 6, "a door with a life span before this modifier"},
    {"life(3s)", 9, "a door that the modifier applies to"},
    {"lock(after=1)", 14, "a door that the modifier applies to"},
    {"deny+sms", 6, "the end: nothing comes behind an ending or a fault"},
    {"push(deny)+sms", 12, "the end: nothing comes behind an ending or a fault"},
    {"wrong-step+sms", 12, "the end: nothing comes behind an ending or a fault"},
    {"429+503", 5, "the end: nothing comes behind an ending or a fault"},
    {"sms+captcha", 5, "a door that may follow the one before it"},
    {"key+face", 5, "a door that may follow the one before it"},
    {"sms+module", 5, "a door that may follow the one before it"},
    {"verified", 1, "a door that may come first"},
    {"passkey", 8, "another door: nothing else leads out of the one before"},
    {"qr+verified", 12, "another door: nothing else leads out of the one before"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(terms_become_doors_in_their_order) {
  for (auto const& [text, script, trail] : plays) {
    BOOST_TEST_CONTEXT(text << ": " << script) {
      auto const scenario = composed(text);
      Player player(scenario);
      for (auto const& word : words_of(script)) player.play(word);
      BOOST_TEST(player.trail() == trail);
    }
  }
}

BOOST_AUTO_TEST_CASE(page_lists_every_term) {
  auto const page = read_text("docs/scenarios.md");
  for (auto const& play : plays) {
    std::string const text = play.text;
    for (std::size_t begin = 0; begin < text.size(); begin = text.find_first_of("+", begin) + 1) {
      auto const name = text.substr(begin, text.find_first_of("+(", begin) - begin);
      auto const is_listed =
          page.find("| `" + name + "`") != std::string::npos || page.find("| `" + name + "(") != std::string::npos;
      BOOST_TEST(is_listed, name);
      if (text.find('+', begin) == std::string::npos) break;
    }
  }
}

BOOST_AUTO_TEST_CASE(error_tells_where_it_is_and_what_may_stand_there) {
  for (auto const& [text, position, expected] : refusals) {
    BOOST_TEST_CONTEXT(text) {
      auto const scenario = compose_scenario(text, Opening::password, users());
      BOOST_TEST_REQUIRE(scenario.has_error());
      BOOST_TEST(scenario.error().position == position);
      BOOST_TEST(scenario.error().expected == expected);
    }
  }
  BOOST_TEST(compose_scenario("sms+", Opening::password, users()).error().message() ==
             "at character 5: expected a door, a modifier, an ending or a fault");
}

BOOST_AUTO_TEST_CASE(text_terms_and_doors_are_bounded) {
  GrammarBounds bounds;
  bounds.terms_max = 2;
  auto refused = compose_scenario("sms+sms+sms", Opening::password, users(), bounds);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().message() == "at character 9: expected the end: there are too many terms");
  bounds = {};
  bounds.doors_max = 2;
  refused = compose_scenario("question(3)", Opening::password, users(), bounds);
  BOOST_TEST(refused.error().message() == "at character 1: expected the end: there are too many doors");
  bounds = {};
  bounds.text_bytes_max = 7;
  refused = compose_scenario("sms+totp", Opening::password, users(), bounds);
  BOOST_TEST(refused.error().message() == "at character 8: expected the end: it is too long");
  BOOST_TEST(compose_scenario(std::string(100'000, 'a'), Opening::password, users()).has_error());
}

BOOST_AUTO_TEST_CASE(modifier_applies_to_the_door_before_it_and_before_all_doors_to_each) {
  auto const one = composed("sms+life(3s)+totp");
  BOOST_TEST((one.doors[0].reply.challenge_expires_in_seconds == 3));
  BOOST_TEST(!one.doors[1].reply.challenge_expires_in_seconds.has_value());
  auto const all = composed("life(3s)+sms+delayed+push+life(9s)");
  BOOST_TEST((all.doors[0].reply.challenge_expires_in_seconds == 3));
  BOOST_TEST(!all.doors[1].reply.challenge_expires_in_seconds.has_value());
  BOOST_TEST((all.doors[2].reply.challenge_expires_in_seconds == 9));
  auto const both = composed("email+life(7s)");
  BOOST_TEST((both.doors[0].reply.challenge_expires_in_seconds == 7));
  BOOST_TEST((both.doors[1].reply.challenge_expires_in_seconds == 7));
}

BOOST_AUTO_TEST_CASE(slow_institution_thinks_before_one_door_or_before_every_reply) {
  auto const one = composed("sms+slow(2s)");
  Player at_the_door(one);
  BOOST_TEST((at_the_door.play("login").reply_after == 2s));
  BOOST_TEST((at_the_door.play("right").reply_after == 0s));
  auto const all = composed("slow(2s)+sms");
  Player at_all(all);
  BOOST_TEST((at_all.play("login").reply_after == 2s));
  BOOST_TEST((at_all.play("right").reply_after == 2s));
}

BOOST_AUTO_TEST_CASE(second_door_of_a_kind_can_be_told_from_the_first) {
  auto const scenario = composed("sms+sms+delayed+delayed");
  BOOST_TEST((scenario.doors[0].reply.challenge_text != scenario.doors[1].reply.challenge_text));
  BOOST_TEST((scenario.doors[2].reply.challenge_text != scenario.doors[3].reply.challenge_text));
}

BOOST_AUTO_TEST_CASE(only_the_faults_of_the_order_make_a_scenario_irregular) {
  for (auto const& play : plays) {
    std::string_view const text = play.text;
    auto const is_fault = text.ends_with("illegal-status") || text.ends_with("unknown-status") || text == "wrong-step";
    BOOST_TEST(composed(text).irregular == is_fault, text);
  }
}

BOOST_AUTO_TEST_CASE(qr_code_at_the_first_door_begins_the_login_without_a_password) {
  BOOST_TEST((composed("qr").begins == Opening::qr_code));
  BOOST_TEST((composed("delayed+qr").begins == Opening::password));
  BOOST_TEST((composed("sms", Opening::api_key).begins == Opening::api_key));
}

BOOST_AUTO_TEST_CASE(name_of_a_scenario_wins_over_the_grammar) {
  auto const named = catalogue().choose(post(BrokerType::sandbox, "Mesh+email"));
  BOOST_TEST((named.scenario == catalogue().find_scenario(BrokerType::sandbox, "email")));
  BOOST_TEST(!named.composed);
  auto const unnamed = catalogue().choose(post(BrokerType::robinhood, "Mesh+email@example.com"));
  BOOST_TEST_REQUIRE(unnamed.scenario != nullptr);
  BOOST_TEST((unnamed.scenario == unnamed.composed.get()));
  BOOST_TEST((unnamed.scenario->doors.front().reply.status == AuthStatus::email_verification));
}

BOOST_AUTO_TEST_CASE(composed_scenario_begins_as_its_integration_does) {
  auto const begins = [](BrokerType broker) {
    auto const choice = catalogue().choose(post(broker, "Mesh+sms+pin"));
    BOOST_TEST_REQUIRE(choice.scenario != nullptr);
    return choice.scenario->begins;
  };
  BOOST_TEST((begins(BrokerType::robinhood) == Opening::password));
  BOOST_TEST((begins(BrokerType::public_) == Opening::identifier));
  BOOST_TEST((begins(BrokerType::kraken) == Opening::api_key));
}

BOOST_AUTO_TEST_CASE(user_of_a_composed_scenario_may_have_a_mailbox) {
  auto const scenario = composed("sms");
  auto const begin = [&](char const* username) {
    auto const request = post(BrokerType::sandbox, username);
    return judge(scenario, {}, EventType::login, request, TimePoint()).reply.status.value();
  };
  BOOST_TEST((begin("Mesh+sms@example.com") == AuthStatus::challenge_issued));
  BOOST_TEST((begin("Nobody+sms@example.com") == AuthStatus::failed));
  auto own = composed("sms");
  own.users = std::make_shared<ScenarioUsers const>(
      ScenarioUsers{{.username = "jo@example.com", .password = "Pass123", .passphrase = "", .accounts = {}}});
  auto const begin_own = [&](char const* username) {
    auto const request = post(BrokerType::sandbox, username);
    return judge(own, {}, EventType::login, request, TimePoint()).reply.status.value();
  };
  BOOST_TEST((begin_own("jo+sms@example.com") == AuthStatus::challenge_issued));
  BOOST_TEST((begin_own("jo@example.com") == AuthStatus::challenge_issued));
  BOOST_TEST((begin_own("jo+sms@example.org") == AuthStatus::failed));
  BOOST_TEST((begin_own("jo+sms") == AuthStatus::failed));
}

BOOST_AUTO_TEST_SUITE_END()
