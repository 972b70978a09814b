#include "protocol/messages.hpp"

#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(refusal)

using namespace sallyport;
using namespace std::string_view_literals;

namespace {

struct Refused {
  test::EchoFunction echo;
  std::string_view text;
  CodecErrc code;
  std::string_view path;
};

constexpr auto request = test::echo<AuthRequest>;
constexpr auto reply = test::echo<ApiResult<AuthResponse>>;
constexpr auto schemes = test::echo<ApiResult<std::vector<AuthenticationScheme>>>;

void check(std::span<Refused const> cases) {
  for (auto const& [echo, text, code, path] : cases) {
    BOOST_TEST_CONTEXT(text) {
      auto const error = echo(text, {}).error;
      BOOST_REQUIRE(error.has_value());
      BOOST_TEST((error->code == code), error->message());
      BOOST_TEST(error->path == path);
      BOOST_TEST(!error->detail.empty());
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_wrong_type_names_its_path) {
  auto const code = CodecErrc::wrong_type;
  Refused const cases[] = {
      {request, R"([])", code, "$"},
      {request, R"(null)", code, "$"},
      {request, R"("robinhood")", code, "$"},
      {request, R"(1)", code, "$"},
      {request, R"(true)", code, "$"},
      {request, R"({"type":1})", code, "$.type"},
      {request, R"({"type":["okx"]})", code, "$.type"},
      {request, R"({"type":{"a":1}})", code, "$.type"},
      {request, R"({"type":"okx","mfaType":3})", code, "$.mfaType"},
      {request, R"({"type":"okx","mfaType":true})", code, "$.mfaType"},
      {request, R"({"type":"okx","password":123456})", code, "$.password"},
      {request, R"({"type":"okx","countryInfo":"US"})", code, "$.countryInfo"},
      {request, R"({"type":"okx","countryInfo":[]})", code, "$.countryInfo"},
      {request, R"({"type":"okx","countryInfo":{"countryCode":1}})", code, "$.countryInfo.countryCode"},
      {request, R"({"type":"okx","isTryingAnotherWay":"true"})", code, "$.isTryingAnotherWay"},
      {request, R"({"type":"okx","isTryingAnotherWay":0})", code, "$.isTryingAnotherWay"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{"requestHeaders":{"a":1}}})", code,
       "$.trueAuthAuthRequest.requestHeaders.a"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{"requestHeaders":{"a":"","X-B":[]}}})", code,
       "$.trueAuthAuthRequest.requestHeaders['X-B']"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{"cookies":[{},{"a":true}]}})", code,
       "$.trueAuthAuthRequest.cookies[1].a"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{"cookies":[null]}})", code, "$.trueAuthAuthRequest.cookies[0]"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{"cookies":{}}})", code, "$.trueAuthAuthRequest.cookies"},
      {reply, R"({"status":200})", code, "$.status"},
      {reply, R"({"status":"ok","message":{}})", code, "$.message"},
      {reply, R"({"status":"ok","content":[]})", code, "$.content"},
      {reply, R"({"status":"ok","content":{"status":"failed","challengeExpiresInSeconds":"120"}})", code,
       "$.content.challengeExpiresInSeconds"},
      {reply, R"({"status":"ok","content":{"status":"succeeded","accountTokens":[{"account":{"cash":"1"}}]}})", code,
       "$.content.accountTokens[0].account.cash"},
      {reply, R"({"status":"ok","content":{"accountTokens":[{},{"account":{"balances":[{},{},{"cash":[]}]}}]}})", code,
       "$.content.accountTokens[1].account.balances[2].cash"},
      {reply, R"({"status":"ok","content":{"accountTokens":[{},{},3]}})", code, "$.content.accountTokens[2]"},
      {schemes, R"({"status":"ok","content":{}})", code, "$.content"},
      {schemes, R"({"status":"ok","content":[{"mfaSchemes":["challenge",null]}]})", code, "$.content[0].mfaSchemes[1]"},
      {schemes, R"({"status":"ok","content":[{"trueAuthAuthenticaion":{"cookieDomains":[[]]}}]})", code,
       "$.content[0].trueAuthAuthenticaion.cookieDomains[0]"},
      {schemes, R"({"status":"ok","content":[{"authenticationSteps":[{"fields":[{"name":"a"},{"name":1}]}]}]})", code,
       "$.content[0].authenticationSteps[0].fields[1].name"},
      {test::echo<ProblemDetails>, R"({"status":"400"})", code, "$.status"},
      {test::echo<ProblemDetails>, R"({"errors":[1]})", code, "$.errors[0]"},
      {test::echo<RefreshRequest>, R"({"metadata":{"a":{}}})", code, "$.metadata.a"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(a_missing_member_names_its_path) {
  auto const code = CodecErrc::missing_member;
  Refused const cases[] = {
      {request, R"({})", code, "$.type"},
      {request, R"({"type":null})", code, "$.type"},
      {request, R"({"Type":"okx"})", code, "$.type"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{}})", code, "$.trueAuthAuthRequest.requestHeaders"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{"requestHeaders":null}})", code,
       "$.trueAuthAuthRequest.cookies"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{"requestHeaders":{},"cookies":[]}})", code,
       "$.trueAuthAuthRequest.userAgent"},
      {reply, R"({})", code, "$.status"},
      {reply, R"({"status":null})", code, "$.status"},
      {reply, R"({"status":"ok","content":{}})", code, "$.content.status"},
      {reply, R"({"status":"ok","content":{"status":null}})", code, "$.content.status"},
      {reply, R"({"content":{}})", code, "$.content.status"},
      {schemes, R"({"status":"ok","content":[{"brokerType":"okx"}]})", code, "$.content[0].authenticationSchemeType"},
      {schemes,
       R"({"status":"ok","content":[{"brokerType":"okx","authenticationSchemeType":"apiKey"},{"brokerType":null}]})",
       code, "$.content[1].brokerType"},
      {schemes, R"({"status":"ok","content":[{"initialAuthenticationModel":{"authResponse":{}}}]})", code,
       "$.content[0].initialAuthenticationModel.authResponse.status"},
      {schemes, R"({"status":"ok","content":[{"trueAuthAuthenticaion":{"loginUrl":"","cookieDomains":[]}}]})", code,
       "$.content[0].trueAuthAuthenticaion.successfulLoginUri"},
      {test::echo<RefreshRequest>, R"({"type":"okx"})", code, "$.refreshToken"},
      {test::echo<RefreshRequest>, R"({"type":"okx","refreshToken":null})", code, "$.refreshToken"},
      {test::echo<RefreshRequest>, R"({"type":"okx","refreshToken":""})", code, "$.refreshToken"},
      {test::echo<RemoveAccountRequest>, R"({"type":"okx"})", code, "$.authToken"},
      {test::echo<RemoveAccountRequest>, R"({"type":"okx","authToken":""})", code, "$.authToken"},
      {test::echo<ApiResult<std::vector<HealthStatus>>>,
       R"({"status":"ok","content":[{"type":"okx","deFiWalletData":{"name":"a"}}]})", code,
       "$.content[0].deFiWalletData.id"},
      {test::echo<ProblemDetails>, R"({"errors":[{"path":"$"}]})", code, "$.errors[0].message"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(broken_json_names_the_path_where_it_breaks) {
  auto const code = CodecErrc::syntax;
  Refused const cases[] = {
      {request, "", code, "$"},
      {request, " ", code, "$"},
      {request, "{", code, "$"},
      {request, "nul", code, "$"},
      {request, "{}x", CodecErrc::missing_member, "$.type"},
      {request, R"({"type":"okx"}x)", code, "$"},
      {request, R"({"type":"okx"}{})", code, "$"},
      {request, R"({"type":"okx",})", code, "$"},
      {request, R"({"type":"okx" "a":1})", code, "$"},
      {request, R"({"type":"okx",/**/"a":1})", code, "$"},
      {request, R"({type:"okx"})", code, "$"},
      {request, R"({'type':"okx"})", code, "$"},
      {request, R"({"type" "okx"})", code, "$.type"},
      {request, R"({"type":)", code, "$.type"},
      {request, R"({"type":okx})", code, "$.type"},
      {request, R"({"type":"okx)", code, "$.type"},
      {request, "{\"type\":\"o\nkx\"}", code, "$.type"},
      {request, "{\"type\":\"o\0kx\"}"sv, code, "$.type"},
      {request, R"({"type":"\x"})", code, "$.type"},
      {request, R"({"type":"\u12"})", code, "$.type"},
      {request, R"({"type":"\u12G4aaaaaaaaa"})", code, "$.type"},
      {request, R"({"type":"\ud800"})", code, "$.type"},
      {request, R"({"type":"\ud800aaaaaaaaaaaaaaa"})", code, "$.type"},
      {request, R"({"type":"\udc00aaaaaaaaaaaaaaa"})", code, "$.type"},
      {request, R"({"type":"\ud800\u0041aaaaaaaaaaaaa"})", code, "$.type"},
      {request, R"({"type":"okx","countryInfo":{"countryCode":"US)", code, "$.countryInfo.countryCode"},
      {request, R"({"type":"okx","x":[1,2,{"y":tru}]})", code, "$.x[2].y"},
      {request, R"({"type":"okx","x":[1 2]})", code, "$.x[1]"},
      {request, R"({"type":"okx","x":[1,]})", code, "$.x[1]"},
      {request, "\xEF\xBB\xBF{\"type\":\"okx\"}", code, "$"},
      {reply, R"({"status":"ok","content":{"status":"succeeded","accountTokens":[{},{"account":{"cash":1.}}]}})", code,
       "$.content.accountTokens[1].account.cash"},
  };
  check(cases);
  BOOST_TEST(request(R"({"type":okx})", {}).why_not() == "$.type: the text is not JSON at byte 8");
  BOOST_TEST(request(R"({"type":"ok)", {}).why_not() == "$.type: the text ends too early at byte 11");
  BOOST_TEST(request(R"({"type":"ok"} 1)", {}).why_not() == "$: the text is not JSON at byte 14");
}

BOOST_AUTO_TEST_CASE(a_member_that_appears_twice_is_refused) {
  auto const code = CodecErrc::syntax;
  Refused const cases[] = {
      {request, R"({"type":"okx","type":"okx"})", code, "$.type"},
      {request, R"({"password":"a","type":"okx","password":"b"})", code, "$.password"},
      {request, R"({"password":null,"type":"okx","password":"b"})", code, "$.password"},
      {request, R"({"password":"a","type":"okx","passwor\u0064":"b"})", code, "$.password"},
      {request, R"({"type":"okx","countryInfo":{"countryCode":"a","countryCode":"a"}})", code,
       "$.countryInfo.countryCode"},
      {request, R"({"type":"okx","trueAuthAuthRequest":{"requestHeaders":{"a":"","b":"","a":null}}})", code,
       "$.trueAuthAuthRequest.requestHeaders.a"},
      {reply, R"({"status":"ok","content":{"status":"succeeded","status":"failed"}})", code, "$.content.status"},
      {reply, R"({"status":"ok","content":null,"content":{"status":"succeeded"}})", code, "$.content"},
  };
  check(cases);
}

BOOST_AUTO_TEST_CASE(what_is_not_utf8_names_its_path) {
  auto const code = CodecErrc::bad_utf8;
  Refused const cases[] = {
      {request, "{\"type\":\"\xFF\"}", code, "$.type"},
      {request, "{\"type\":\"okx\",\"password\":\"a\x80\"}", code, "$.password"},
      {request, "{\"type\":\"okx\",\"password\":\"\xC0\x80\"}", code, "$.password"},
      {request, "{\"type\":\"okx\",\"password\":\"\xE0\x9F\xBF\"}", code, "$.password"},
      {request, "{\"type\":\"okx\",\"password\":\"\xED\xA0\x80\"}", code, "$.password"},
      {request, "{\"type\":\"okx\",\"password\":\"\xF4\x90\x80\x80\"}", code, "$.password"},
      {request, "{\"type\":\"okx\",\"password\":\"\xC3\"}", code, "$.password"},
      {request, "{\"type\":\"okx\",\"password\":\"\\n\xE2\x82\"}", code, "$.password"},
      {request, "{\"type\":\"okx\",\"password\":\"\xF0\x9F\x98", code, "$.password"},
      {request, "{\"type\":\"okx\",\"x\":[\"\",\"\xFF\"]}", code, "$.x[1]"},
      {request, "{\"type\":\"okx\",\"x\xFF\":1}", code, "$"},
      {request, "\xFF", code, "$"},
      {reply, "{\"status\":\"ok\",\"content\":{\"challengeText\":\"\\u0041\xC3\xC3\"}}", code,
       "$.content.challengeText"},
  };
  check(cases);
  BOOST_TEST(request("{\"type\":\"ok\xFF\"}", {}).why_not() == "$.type: the text is not UTF-8 at byte 11");
}

BOOST_AUTO_TEST_CASE(a_path_is_printable_and_bounded_whatever_the_keys_are) {
  std::string const nasty = "\u202e'\\\\\\n\\u0000\x7F$[\\\"";
  auto const error = request("{\"" + nasty + "\":[tru]}", {}).error;
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST(error->path == R"($['\xE2\x80\xAE\'\\\x0A\x00\x7F$["'][0])");

  std::string text;
  for (int i = 0; i < 31; ++i) text += "{\"" + std::string(60000, i % 2 == 0 ? 'k' : '\x01' + 'a') + "\":";
  auto const deep = request(text + "!", {.text_bytes_max = text.size() + 1}).error;
  BOOST_REQUIRE(deep.has_value());
  BOOST_TEST(deep->path.size() <= 520U);
  BOOST_TEST(deep->path.ends_with("..."));
  BOOST_TEST(std::all_of(deep->path.begin(), deep->path.end(), [](char byte) { return byte >= ' ' && byte <= '~'; }));
}

BOOST_AUTO_TEST_CASE(an_error_never_repeats_a_value) {
  std::string_view const canary = "canary4711";
  for (auto const* text :
       {R"({"type":canary4711})", R"({"type":"canary4711)", R"({"type":"okx","password":"canary4711"x})",
        R"({"type":"okx","countryInfo":"canary4711"})", "{\"type\":\"canary4711\xFF\"}",
        R"({"type":"okx","password":"canary4711","isSensitiveFieldsEncrypted":true})",
        R"({"type":"okx","password":"canary4711","password":"canary4711"})", R"("canary4711")",
        R"({"type":"okx","password":["canary4711"]})", R"({"type":"okx"} canary4711)"}) {
    BOOST_TEST_CONTEXT(text) {
      auto const error = request(text, {}).error;
      BOOST_REQUIRE(error.has_value());
      BOOST_TEST(error->message().find(canary) == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(details_say_what_was_expected_and_what_was_found) {
  BOOST_TEST(request(R"({"type":1})", {}).why_not() == "$.type: expected a string, found a number");
  BOOST_TEST(request(R"({"type":null})", {}).why_not() == "$.type: expected a string, found null");
  BOOST_TEST(request(R"({})", {}).why_not() == "$.type: expected a string, found nothing");
  BOOST_TEST(request(R"([])", {}).why_not() == "$: expected an object, found an array");
  BOOST_TEST(reply(R"({"content":{"expiresInSeconds":1.5}})", {}).why_not() ==
             "$.content.expiresInSeconds: expected an integer, found a fraction");
}

BOOST_AUTO_TEST_CASE(every_code_has_words_and_a_category) {
  std::set<std::string> words;
  for (int value = 1; value <= 8; ++value) {
    auto const code = make_error_code(static_cast<CodecErrc>(value));
    BOOST_TEST(code.category().name() == "sallyport.codec");
    words.insert(code.message());
  }
  BOOST_TEST(words.size() == 8U);
  BOOST_TEST(!words.contains(codec_category().message(9)));
  boost::system::error_code const code = CodecErrc::bad_utf8;
  BOOST_TEST((code == CodecErrc::bad_utf8));
}

BOOST_AUTO_TEST_CASE(the_value_of_a_refused_text_throws_what_is_wrong) {
  auto const is_named = [](boost::system::system_error const& ex) {
    return ex.code() == CodecErrc::wrong_type && std::string_view(ex.what()).find("$.type") != std::string_view::npos;
  };
  BOOST_CHECK_EXCEPTION(decode<AuthRequest>(R"({"type":1})").value(), boost::system::system_error, is_named);
}

BOOST_AUTO_TEST_SUITE_END()
