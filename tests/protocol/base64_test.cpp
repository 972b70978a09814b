#include <sallyport/protocol/codec.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(base64)

using namespace sallyport;

namespace {

auto read_password(std::string const& password) {
  return decode<AuthRequest>(R"({"type":"okx","password":")" + password + R"(","isSensitiveFieldsEncrypted":true})");
}

std::string written(std::string_view password) {
  AuthRequest request;
  request.type = BrokerType::okx;
  request.password = Secret(password);
  request.is_sensitive_fields_encrypted = true;
  return std::string(encode(request).reveal());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_vectors_of_rfc_4648_hold_both_ways) {
  struct {
    char const* clear;
    char const* covered;
  } const cases[] = {{"", ""},
                     {"f", "Zg=="},
                     {"fo", "Zm8="},
                     {"foo", "Zm9v"},
                     {"foob", "Zm9vYg=="},
                     {"fooba", "Zm9vYmE="},
                     {"foobar", "Zm9vYmFy"},
                     {"\u00fb\u00ff", "w7vDvw=="},
                     {"~?>", "fj8+"},
                     {"?\?/", "Pz8v"}};
  for (auto const& [clear, covered] : cases) {
    BOOST_TEST_CONTEXT(covered) {
      auto const request = read_password(covered);
      BOOST_REQUIRE_MESSAGE(request.has_value(), request.error().message());
      BOOST_TEST(request->password->reveal() == clear);
      BOOST_TEST(written(clear) ==
                 R"({"type":"okx","password":")" + std::string(covered) + R"(","isSensitiveFieldsEncrypted":true})");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_base64_is_refused) {
  for (auto const* text :
       {"A",    "AA",    "AAA",     "AAAAA", "Zg=",  "Zg===", "Zg==Zg==", "=AAA",  "Z===",         "====",
        "A=AA", "Zm9v ", "Zm9v\\n", "Zm 9",  "Zm-_", "Zh==",  "Zm9=",     "Zm9v=", "\u00e4\u00e4", "Zg=A"}) {
    BOOST_TEST_CONTEXT(text) {
      auto const request = read_password(text);
      BOOST_REQUIRE(!request.has_value());
      BOOST_TEST((request.error().code == CodecErrc::bad_base64));
      BOOST_TEST(request.error().path == "$.password");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_base64_hides_is_utf8_too) {
  auto const request = read_password("/w==");
  BOOST_REQUIRE(!request.has_value());
  BOOST_TEST((request.error().code == CodecErrc::bad_utf8));
  BOOST_TEST(request.error().path == "$.password");
}

BOOST_AUTO_TEST_CASE(exactly_the_eight_sensitive_members_are_covered) {
  std::string_view const clear =
      R"({"type":"okx","phone":"a","username":"a","password":"a","tradePin":"a","countryInfo":{"countryCode":"a"},)"
      R"("challengeId":"a","challengeCode":"a","challengeType":"a","challengeAnswer":"a","mfaCode":"a",)"
      R"("mfaType":"totp","deviceInfo":"a","webData":"a","authFlowStep":"mfaFlow","key":"a","authToken":"a",)"
      R"("redirectLink":"a","confirmationEmail":"a"})";
  auto request = decode<AuthRequest>(clear);
  BOOST_REQUIRE(request.has_value());
  request->is_sensitive_fields_encrypted = true;
  BOOST_TEST(encode(*request).reveal() ==
             R"({"type":"okx","phone":"YQ==","username":"YQ==","password":"YQ==","tradePin":"YQ==",)"
             R"("countryInfo":{"countryCode":"a"},"challengeId":"a","challengeCode":"a","challengeType":"a",)"
             R"("challengeAnswer":"YQ==","mfaCode":"YQ==","mfaType":"totp","deviceInfo":"YQ==","webData":"a",)"
             R"("authFlowStep":"mfaFlow","key":"a","authToken":"a","redirectLink":"a","confirmationEmail":"YQ==",)"
             R"("isSensitiveFieldsEncrypted":true})");
}

BOOST_AUTO_TEST_CASE(the_flag_counts_wherever_it_stands) {
  auto const first = decode<AuthRequest>(R"({"isSensitiveFieldsEncrypted":true,"mfaCode":"YQ==","type":"okx"})");
  auto const last = decode<AuthRequest>(R"({"mfaCode":"YQ==","type":"okx","isSensitiveFieldsEncrypted":true})");
  auto const off = decode<AuthRequest>(R"({"mfaCode":"YQ==","type":"okx","isSensitiveFieldsEncrypted":false})");
  BOOST_TEST(first->mfa_code->reveal() == "a");
  BOOST_TEST(last->mfa_code->reveal() == "a");
  BOOST_TEST(off->mfa_code->reveal() == "YQ==");
}

BOOST_AUTO_TEST_CASE(a_null_needs_no_base64) {
  auto const request =
      decode<AuthRequest>(R"({"type":"okx","password":null,"deviceInfo":null,"isSensitiveFieldsEncrypted":true})");
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST(!request->password.has_value());
}

BOOST_AUTO_TEST_CASE(a_poll_is_written_in_clear) {
  PollRequest poll;
  poll.type = BrokerType::robinhood;
  poll.device_info = "device";
  poll.confirmation_email = "me@example.com";
  poll.mfa_type = MfaType::roaming;
  BOOST_TEST(encode(poll).reveal() ==
             R"({"type":"robinhood","mfaType":"roaming","deviceInfo":"device","confirmationEmail":"me@example.com"})");
}

BOOST_AUTO_TEST_SUITE_END()
