#include <sallyport/protocol/codec.hpp>

#include <boost/test/unit_test.hpp>

#include <clocale>
#include <string>

BOOST_AUTO_TEST_SUITE(encoding)

using namespace sallyport;

namespace {

std::string written(std::string_view password) {
  RemoveAccountRequest request;
  request.type = BrokerType::okx;
  request.auth_token = Secret(password);
  auto const text = encode(request);
  std::string_view const before = R"({"authToken":")";
  std::string_view const after = R"(","type":"okx"})";
  BOOST_REQUIRE(text.reveal().starts_with(before));
  BOOST_REQUIRE(text.reveal().ends_with(after));
  return std::string(text.reveal().substr(before.size(), text.size() - before.size() - after.size()));
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_control_character_is_escaped) {
  for (char byte = 0; byte < ' '; ++byte) {
    auto const text = written(std::string_view(&byte, 1));
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(text.front() == '\\');
      auto const read = decode<RemoveAccountRequest>(R"({"type":"okx","authToken":")" + text + "\"}");
      BOOST_REQUIRE(read.has_value());
      BOOST_TEST(read->auth_token.reveal() == std::string_view(&byte, 1));
    }
  }
  BOOST_TEST(written("\n\r\t\b\f") == R"(\n\r\t\b\f)");
  BOOST_TEST(written("\x1F") == R"(\u001f)");
}

BOOST_AUTO_TEST_CASE(quotes_and_backslashes_are_escaped_and_no_more) {
  BOOST_TEST(written(R"(a"b\c/d')") == R"(a\"b\\c/d')");
  BOOST_TEST(written("\x7F") == "\x7F");
}

BOOST_AUTO_TEST_CASE(utf8_is_written_as_it_is) {
  for (auto const* text : {"\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010FFFF"}) {
    BOOST_TEST(written(text) == text);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_utf8_is_replaced) {
  struct {
    std::string text;
    int replaced;
  } const cases[] = {{"\x80", 1},
                     {"\xFF", 1},
                     {"\xC0\xAF", 2},
                     {"\xC3", 1},
                     {"\xE0\x80\x80", 3},
                     {"\xED\xA0\x80", 3},
                     {"\xE2\x82", 2},
                     {"\xF0\x80\x80\x80", 4},
                     {"\xF4\x90\x80\x80", 4},
                     {"\xF8\x88\x80\x80\x80", 5}};
  for (auto const& [text, replaced] : cases) {
    std::string expected;
    for (int i = 0; i < replaced; ++i) expected += "\xEF\xBF\xBD";
    BOOST_TEST(written(text) == expected);
    BOOST_TEST(written("a" + text + "b\n") == "a" + expected + "b\\n");
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_utf8_is_replaced_before_base64) {
  AuthRequest request;
  request.type = BrokerType::okx;
  request.password = Secret("\xFF");
  request.is_sensitive_fields_encrypted = true;
  auto const read = decode<AuthRequest>(encode(request).reveal());
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->password->reveal() == "\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(members_that_are_unset_are_left_out) {
  AuthRequest request;
  request.type = BrokerType::robinhood;
  BOOST_TEST(encode(request).reveal() == R"({"type":"robinhood"})");
  BOOST_TEST(encode(ProblemDetails{}).reveal() == "{}");
  BOOST_TEST(encode(ApiResult<AuthResponse>{ApiResultStatus::ok, {}, {}, {}, {}, {}}).reveal() == R"({"status":"ok"})");
}

BOOST_AUTO_TEST_CASE(members_that_must_be_there_are_null_where_unset) {
  AuthRequest request;
  request.type = BrokerType::robinhood;
  request.true_auth_auth_request.emplace();
  BOOST_TEST(encode(request).reveal() ==
             R"({"type":"robinhood","trueAuthAuthRequest":{"requestHeaders":null,"cookies":null,"userAgent":null}})");
  BOOST_TEST(decode<AuthRequest>(encode(request).reveal()).has_value());

  AuthenticationScheme scheme;
  scheme.broker_type = BrokerType::okx;
  scheme.authentication_scheme_type = AuthenticationSchemeType::true_auth;
  scheme.true_auth_authentication.emplace();
  BOOST_TEST(encode(scheme).reveal() ==
             R"({"brokerType":"okx","authenticationSchemeType":"trueAuth","trueAuthAuthenticaion":)"
             R"({"loginUrl":null,"successfulLoginUri":null,"cookieDomains":null}})");
  BOOST_TEST(decode<AuthenticationScheme>(encode(scheme).reveal()).has_value());
}

BOOST_AUTO_TEST_CASE(empty_lists_and_objects_are_written_as_such) {
  RefreshRequest request;
  request.type = BrokerType::we_bull;
  request.refresh_token = Secret("r");
  request.metadata.emplace();
  BOOST_TEST(encode(request).reveal() == R"({"type":"weBull","refreshToken":"r","metadata":{}})");
  request.metadata->emplace_back("a\"", std::nullopt);
  request.metadata->emplace_back("b", Secret("c"));
  BOOST_TEST(encode(request).reveal() == R"({"type":"weBull","refreshToken":"r","metadata":{"a\"":null,"b":"c"}})");
}

BOOST_AUTO_TEST_CASE(numbers_do_not_know_the_locale) {
  auto const* const before = std::setlocale(LC_ALL, nullptr);
  std::string const saved = before == nullptr ? "C" : before;
  for (auto const* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C.UTF-8"}) std::setlocale(LC_ALL, name);
  auto const reply = decode<ApiResult<AuthResponse>>(
      R"({"status":"ok","content":{"status":"failed","accountTokens":[{"account":{"fund":1234567.25}}]}})");
  BOOST_REQUIRE(reply.has_value());
  BOOST_TEST(encode(*reply).reveal().find("1234567.25") != std::string_view::npos);
  std::setlocale(LC_ALL, saved.c_str());
}

BOOST_AUTO_TEST_SUITE_END()
