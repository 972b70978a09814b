// Every scenario of the catalogue, played to its ends.

#include "player.hpp"

#include <sallyport/engine/session.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

BOOST_AUTO_TEST_SUITE(trail_test)

using namespace sallyport;
using namespace sallyport::test;

namespace {

struct Play {
  BrokerType broker;
  char const* scenario;
  char const* script;
  char const* trail;
};
using B = BrokerType;

Play const plays[] = {
    {B::sandbox, "plain", "login", "succeeded"},
    {B::kraken, "api-key", "login", "succeeded"},
    {B::cryptocurrency_address, "address", "login", "succeeded"},
    {B::okx, "module", "login", "openInBrokerModule"},
    {B::e_trade, "redirect", "login", "succeeded"},
    {B::bybit_direct_mobile, "true-auth", "login", "succeeded"},
    {B::bybit_direct, "captcha-totp", "login right wrong right",
     "captchaChallenge mfaRequired challengeFailed succeeded"},
    {B::ku_coin_direct, "captcha-email-pin", "login right right right",
     "captchaChallenge mfaRequired mfaRequired succeeded"},
    {B::kraken_direct, "email-link-totp", "login poll poll poll right",
     "emailVerification emailVerification emailReceived mfaRequired succeeded"},
    {B::kraken_direct, "email-link-totp", "login poll poll restart",
     "emailVerification emailVerification emailReceived emailVerification"},
    {B::robinhood, "sms", "login right", "challengeIssued succeeded"},
    {B::robinhood, "sms", "login wrong restart right", "challengeIssued challengeFailed challengeIssued succeeded"},
    {B::robinhood, "push", "login poll poll", "deviceConfirmationRequired deviceConfirmationRequired succeeded"},
    {B::robinhood, "push", "login poll way right",
     "deviceConfirmationRequired deviceConfirmationRequired challengeIssued succeeded"},
    {B::robinhood, "push", "login poll restart poll poll",
     "deviceConfirmationRequired deviceConfirmationRequired deviceConfirmationRequired deviceConfirmationRequired "
     "succeeded"},
    {B::robinhood, "push-roaming", "login poll 5s poll",
     "deviceConfirmationRequired deviceConfirmationRequired succeeded"},
    {B::robinhood, "push-roaming", "login way right", "deviceConfirmationRequired challengeIssued succeeded"},
    {B::robinhood, "push-denied", "login poll", "deviceConfirmationRequired failed"},
    {B::robinhood, "mfa-sms", "login wrong right", "mfaRequired challengeFailed succeeded"},
    {B::binance_international_direct, "face-key", "login right poll poll right",
     "mfaRequired faceVerification faceVerification mfaRequired succeeded"},
    {B::binance_international_direct, "totp-key", "login right right", "mfaRequired mfaRequired succeeded"},
    {B::binance_international_direct, "captcha", "login right right", "captchaChallenge mfaRequired succeeded"},
    {B::binance_international_direct, "qr-login", "login poll poll restart right",
     "qrCodeRequired qrCodeRequired deviceLoginVerified mfaRequired succeeded"},
    {B::binance_international_direct, "qr-direct", "login poll poll", "qrCodeRequired qrCodeRequired succeeded"},
    {B::binance_international_direct, "qr-expired", "login poll restart poll poll",
     "qrCodeRequired qrCodeExpired qrCodeRequired qrCodeRequired succeeded"},
    {B::binance_international_direct, "bind-mfa", "login restart right right",
     "bindMfaRequired mfaRequired mfaRequired succeeded"},
    {B::binance_international_direct, "key-error", "login right right restart right",
     "mfaRequired mfaRequired apiKeyGenerationError mfaRequired succeeded"},
    {B::coinbase, "totp", "login wrong wrong right", "mfaRequired challengeFailed challengeFailed succeeded"},
    {B::coinbase, "email", "login right", "mfaRequired succeeded"},
    {B::coinbase, "passkey", "login way right", "mfaRequired mfaRequired succeeded"},
    {B::vanguard, "questions", "login right wrong right", "challengeIssued challengeIssued challengeFailed succeeded"},
    {B::vanguard, "push-confirm", "login poll confirm",
     "deviceConfirmationRequired deviceConfirmationRequired succeeded"},
    {B::vanguard, "push-confirm", "login way right", "deviceConfirmationRequired challengeIssued succeeded"},
    {B::we_bull, "sms-pin", "login right wrong right", "mfaRequired mfaRequired challengeFailed succeeded"},
    {B::public_, "identifier", "login wrong right", "mfaRequired challengeFailed succeeded"},
    {B::gemini, "captcha", "login wrong right", "captchaChallenge challengeFailed succeeded"},
    {B::coinbase_pro, "email-link", "login poll poll poll",
     "emailVerification emailVerification emailReceived succeeded"},
    {B::cex_io, "delayed", "login poll poll poll", "delayed delayed delayed succeeded"},
    {B::cex_io, "delayed-sms", "login poll right", "delayed challengeIssued succeeded"},
    {B::sandbox, "two-factors", "login wrong right", "mfaRequired challengeFailed succeeded"},
    {B::sandbox, "locked", "login", "failed"},
    {B::sandbox, "short-lived-1", "login right", "challengeIssued succeeded"},
    {B::sandbox, "short-lived-2", "login right", "challengeIssued succeeded"},
    {B::sandbox, "short-lived-3", "login right", "challengeIssued succeeded"},
    {B::sandbox, "short-push", "login poll poll",
     "deviceConfirmationRequired deviceConfirmationRequired deviceConfirmationRequired"},
    {B::sandbox, "push-number", "login poll poll poll", "mfaRequired mfaRequired mfaRequired succeeded"},
    {B::sandbox, "never-tapped", "login 3600s poll", "deviceConfirmationRequired deviceConfirmationRequired"},
    {B::sandbox, "slow", "login right", "mfaRequired succeeded"},
    {B::sandbox, "silent", "login", "void"},
    {B::sandbox, "silent-answer", "login right", "mfaRequired void"},
    {B::sandbox, "breaks-off", "login", "void"},
    {B::sandbox, "illegal", "login right restart right", "mfaRequired qrCodeExpired mfaRequired qrCodeExpired"},
    {B::sandbox, "unknown-status", "login right", "mfaRequired sealedByMoonlight"},
    {B::sandbox, "unknown-factor", "login right", "mfaRequired succeeded"},
};

Verdict verdict_of(AuthResponse const& reply) {
  Verdict verdict;
  verdict.status = reply.status.value();
  verdict.mfa_type = value_of(reply.mfa_type);
  verdict.flow_step = value_of(reply.auth_flow_step);
  return verdict;
}

/// Whether a strict session at the server refuses one of the replies. No life span ends in it.
bool is_objected_to(Scenario const& scenario, BrokerType broker, char const* script) {
  Limits limits;
  limits.strict = true;
  limits.resend_cool_down = {};
  limits.step_life_span = std::chrono::hours(10);
  limits.flow_life_span = std::chrono::hours(10);
  Player player(scenario, broker);
  Session session(Role::verifier, limits);
  for (auto const& word : words_of(script)) {
    auto const& judgement = player.play(word);
    if (word.ends_with('s') || judgement.silence != Silence::none) continue;
    BOOST_TEST_REQUIRE(session.step(player.last_act(), player.now()).has_value());
    auto const said = session.step(verdict_of(judgement.reply), player.now());
    if (said) continue;
    BOOST_TEST((said.error() == EngineErrc::protocol_violation));
    return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_scenario_comes_to_its_ends) {
  for (auto const& [broker, name, script, trail] : plays) {
    BOOST_TEST_CONTEXT(name << ": " << script) {
      auto const* const scenario = catalogue().find_scenario(broker, name);
      BOOST_TEST_REQUIRE(scenario != nullptr);
      Player player(*scenario, broker);
      for (auto const& word : words_of(script)) player.play(word);
      BOOST_TEST(player.trail() == trail);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_scenario_is_left_out_of_the_table) {
  std::set<Scenario const*> played;
  for (auto const& play : plays) played.insert(catalogue().find_scenario(play.broker, play.scenario));
  for (auto const& scenario : catalogue().scenarios()) {
    BOOST_TEST_CONTEXT(scenario.name) {
      BOOST_TEST(played.contains(&scenario));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_strict_session_objects_to_irregular_scenarios_alone) {
  for (auto const& [broker, name, script, trail] : plays) {
    BOOST_TEST_CONTEXT(name << ": " << script) {
      auto const* const scenario = catalogue().find_scenario(broker, name);
      BOOST_TEST_REQUIRE(scenario != nullptr);
      auto const objected = is_objected_to(*scenario, broker, script);
      BOOST_TEST(!(objected && !scenario->irregular));
      if (scenario->name == "illegal") BOOST_TEST(objected);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
