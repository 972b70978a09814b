// What a step of an authentication scheme asks of the user, however odd the scheme is.

#include <login/envelope_reply.hpp>
#include <login/login_reply.hpp>
#include <login/login_request.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(step_fields_test)

using namespace sallyport;

namespace {

AuthenticationField named(std::string name) {
  return {.name = std::move(name), .description = std::nullopt};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_field_that_a_scheme_lists_twice_is_asked_once_and_can_be_answered) {
  AuthenticationScheme scheme;
  auto& step = scheme.authentication_steps.emplace().emplace_back();
  step.auth_response.emplace().status = AuthStatus::mfa_required;
  step.fields = {named("MfaCode"), named("ChallengeCode"), named("mfaCode")};
  AuthResponse reply;
  reply.status = AuthStatus::mfa_required;
  auto const fields = step_fields(&scheme, reply, {});
  BOOST_TEST_REQUIRE(fields.asked.size() == 2U);
  BOOST_TEST((fields.asked[0].field == Field::mfa_code));
  BOOST_TEST((fields.asked[1].field == Field::challenge_code));
  auto const answer = Answer::field(Field::mfa_code, Secret("1")).and_field(Field::challenge_code, Secret("2"));
  BOOST_TEST(fits(answer, fields.asked));
}

// A server that writes its own names in another case does so in its schemes and in its replies.
BOOST_AUTO_TEST_CASE(a_step_is_found_whatever_case_scheme_and_reply_are_written_in) {
  std::string_view const schemes_in_capitals =
      R"({"status":"OK","content":[{"brokerType":"Robinhood","authenticationSchemeType":"LoginPassword",)"
      R"("authenticationSteps":[{"authResponse":{"status":"MfaRequired","mfaType":"Phone"},)"
      R"("fields":[{"name":"Username"},{"name":"MfaCode"}]}]}]})";
  std::string_view const reply_in_capitals = R"({"status":"OK","content":{"status":"MfaRequired","mfaType":"Phone"}})";
  for (auto const strict : {false, true}) {
    auto const schemes = decode_reply<std::vector<AuthenticationScheme>>(schemes_in_capitals, {}, strict);
    auto const reply = decode_reply<AuthResponse>(reply_in_capitals, {}, strict);
    BOOST_TEST_REQUIRE(schemes.has_value());
    BOOST_TEST_REQUIRE(reply.has_value());
    BOOST_TEST((schemes->content->front().broker_type == BrokerType::robinhood) == !strict);
    BOOST_TEST(schemes->odd_members.empty() == strict);
    AuthRequest login;
    login.username = Secret("Mesh");
    auto const fields = step_fields(&schemes->content->front(), *reply->content, login);
    BOOST_TEST_REQUIRE(fields.asked.size() == 1U);
    BOOST_TEST((fields.asked.front().field == Field::mfa_code));
    BOOST_TEST((fields.resent == std::vector{Field::username}));
  }
}

BOOST_AUTO_TEST_CASE(the_fields_of_a_scheme_overrule_a_factor_that_is_confirmed_elsewhere) {
  AuthResponse reply;
  reply.status = AuthStatus::mfa_required;
  reply.mfa_type = MfaType::mobile;
  BOOST_TEST(step_fields(nullptr, reply, {}).asked.empty());
  AuthenticationScheme scheme;
  auto& step = scheme.authentication_steps.emplace().emplace_back();
  step.auth_response.emplace().status = AuthStatus::mfa_required;
  step.fields = {named("MfaType"), named("MfaCode")};
  BOOST_TEST(step_fields(&scheme, reply, {}).asked.empty(), "it speaks of codes of any factor");
  BOOST_TEST(!verdict_of(reply, step_fields(&scheme, reply, {})).typed);
  step.auth_response->mfa_type = MfaType::mobile;
  BOOST_TEST(step_fields(&scheme, reply, {}).asked.size() == 1U);
  BOOST_TEST(verdict_of(reply, step_fields(&scheme, reply, {})).typed);
}

BOOST_AUTO_TEST_SUITE_END()
