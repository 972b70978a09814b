// A reply loses to an ornament neither what it says nor the tokens.

#include <sallyport/protocol/codec.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

BOOST_AUTO_TEST_SUITE(tolerance)

using namespace sallyport;

namespace {

using Reply = ApiResult<AuthResponse>;
using Schemes = ApiResult<std::vector<AuthenticationScheme>>;

struct Read {
  CodecResult<Reply> reply;
  std::vector<OddMember> odd;
};

Read read(std::string_view text) {
  std::vector<OddMember> odd;
  auto reply = decode_tolerantly<Reply>(text, {}, odd);
  return {std::move(reply), std::move(odd)};
}

/// A login that succeeded, with these members in the account and these in the reply.
std::string succeeded(std::string_view of_account, std::string_view of_reply = R"("expiresInSeconds":1800)") {
  return R"({"status":"ok","content":{"status":"succeeded",)" + std::string(of_reply) +
         R"(,"accountTokens":[{"account":{"accountName":"Margin")" + std::string(of_account) +
         R"(},"accessToken":"access-1","refreshToken":"refresh-1"}]}})";
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_ornament_of_an_account_costs_no_token_and_is_named) {
  struct Case {
    std::string_view members;
    std::string_view path;
    bool is_left_out;
  };
  for (auto const& [members, path, is_left_out] : std::vector<Case>{
           {R"(,"fund":"24000.50")", "fund", false},
           {R"(,"fund":"a lot")", "fund", true},
           {R"(,"fund":{"USD":1})", "fund", true},
           {R"(,"fund":NaN)", "fund", true},
           {R"(,"fund":-Infinity)", "fund", true},
           {R"(,"fund":1e400)", "fund", true},
           {R"(,"fund":1e99999999999)", "fund", true},
           {R"(,"balances":{})", "balances", true},
           {R"(,"balances":[null])", "balances[0]", true},
           {R"(,"balances":[{"symbol":"USD"},7,{"symbol":"EUR"}])", "balances[1]", true},
           {R"(,"balances":[{"cash":"12.5"}])", "balances[0].cash", false},
           {R"(,"accountId":12345)", "accountId", false},
           {R"(,"accountId":[1])", "accountId", true},
           {R"(,"isReconnected":"false")", "isReconnected", false},
           {R"(,"isReconnected":0)", "isReconnected", false},
           {R"(,"isReconnected":"maybe")", "isReconnected", true},
           {",\"meshAccountId\":\"Compte \xE9pargne\"", "meshAccountId", true},
           {R"(,"meshAccountId":"Depot \ud83d")", "meshAccountId", true},
           {",\"meshAccountId\":\"two\nlines\"", "meshAccountId", true},
           {R"(,"accountName":"Cash")", "accountName", true},
           {",\"nickname\":\"\xE9\"", "nickname", true},
           {",\"more\":{\"of\":[\"\xE9\"]}", "more.of[0]", true},
       }) {
    BOOST_TEST_CONTEXT(members) {
      BOOST_TEST(!decode<Reply>(succeeded(members)).has_value());
      auto const [reply, odd] = read(succeeded(members));
      BOOST_TEST_REQUIRE(reply.has_value(), (reply ? "" : reply.error().message()));
      auto const& tokens = reply->content->account_tokens->front();
      BOOST_TEST(tokens.access_token->reveal() == "access-1");
      BOOST_TEST(tokens.refresh_token->reveal() == "refresh-1");
      BOOST_TEST(*tokens.account->account_name == "Margin");
      BOOST_TEST(reply->content->expires_in_seconds.value() == 1800);
      BOOST_TEST_REQUIRE(odd.size() == 1U);
      BOOST_TEST(odd[0].path == "$.content.accountTokens[0].account." + std::string(path));
      BOOST_TEST(odd[0].is_left_out == is_left_out, odd[0].message());
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_value_plainly_stands_for_is_read) {
  auto const account = [](std::string_view members) {
    return *read(succeeded(members)).reply.value().content->account_tokens->front().account;
  };
  BOOST_TEST(account(R"(,"fund":"24000.50")").fund.value() == 24000.50);
  BOOST_TEST(account(R"(,"accountId":12345)").account_id.value() == "12345");
  BOOST_TEST(account(R"(,"isReconnected":"true")").is_reconnected.value());
  BOOST_TEST(!account(R"(,"isReconnected":0)").is_reconnected.value());
  auto const balances = account(R"(,"balances":[{"symbol":"USD"},null,{"symbol":"EUR","cash":"1"}])").balances.value();
  BOOST_TEST_REQUIRE(balances.size() == 2U);
  BOOST_TEST(balances[1].symbol.value() == "EUR");
  BOOST_TEST(balances[1].cash.value() == 1);
  BOOST_TEST((!account(R"(,"balances":{"symbol":"USD"})").balances.has_value()));
}

BOOST_AUTO_TEST_CASE(a_life_that_cannot_be_read_is_unknown_and_not_without_end) {
  struct Case {
    std::string_view life;
    std::int32_t seconds;
  };
  for (auto const& [life, seconds] :
       {Case{"1800.0", 1800}, Case{R"("1800")", 1800}, Case{"1799.6", 1799}, Case{"9999999999", 2147483647},
        Case{"-9999999999", -2147483647 - 1}, Case{"1e400", 0}, Case{"{}", 0}, Case{R"("soon")", 0}, Case{"true", 0}}) {
    BOOST_TEST_CONTEXT(life) {
      auto const [reply, odd] = read(succeeded("", R"("expiresInSeconds":)" + std::string(life)));
      BOOST_TEST_REQUIRE(reply.has_value());
      BOOST_TEST(reply->content->expires_in_seconds.value() == seconds);
      BOOST_TEST(odd.size() == (life == "1800.0" ? 0U : 1U));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_passed_over) {
  auto const text = "\xEF\xBB\xBF" + succeeded("");
  BOOST_TEST(!decode<Reply>(text).has_value());
  BOOST_TEST(read(text).reply.has_value());
}

BOOST_AUTO_TEST_CASE(a_token_of_100_kib_is_read_and_an_ornament_beyond_the_bound_left_out) {
  std::string const large(100 * 1024, 'a');
  auto text = succeeded("");
  text.replace(text.find("access-1"), 8, large);
  BOOST_TEST(decode<Reply>(text).value().content->account_tokens->front().access_token->size() == large.size());
  auto const [reply, odd] = read(succeeded(R"(,"accountId":")" + large + large + large + R"(")"));
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST((!reply->content->account_tokens->front().account->account_id.has_value()));
  BOOST_TEST(odd.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_message_is_made_of_stays_strict) {
  for (auto const* const text : {
           R"({"status":1,"content":{"status":"succeeded"}})",
           R"({"content":{"status":"succeeded"}})",
           R"({"status":"ok","content":[]})",
           R"({"status":"ok","content":{}})",
           R"({"status":"ok","content":{"status":null}})",
           R"({"status":"ok","content":{"status":"failed","status":"succeeded"}})",
           R"({"status":"ok","content":{"status":"succeeded","accountTokens":{}}})",
           R"({"status":"ok","content":{"status":"succeeded","email":"x)",
           R"({"status":"ok","content":{"status":"succeeded","email":[)",
           R"({"status":"ok","content":{"status":"succeeded"}} more)",
       }) {
    BOOST_TEST_CONTEXT(text) {
      auto const [reply, odd] = read(text);
      BOOST_TEST(reply.has_error());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_account_whose_tokens_cannot_be_read_leaves_the_others) {
  auto const [reply, odd] = read(
      R"({"status":"ok","content":{"status":"succeeded","accountTokens":[null,{"accessToken":{}},{"accessToken":"a"}]}})");
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST_REQUIRE(reply->content->account_tokens->size() == 1U);
  BOOST_TEST(reply->content->account_tokens->front().access_token->reveal() == "a");
  BOOST_TEST_REQUIRE(odd.size() == 2U);
  BOOST_TEST(odd[0].path == "$.content.accountTokens[0]");
  BOOST_TEST(odd[1].path == "$.content.accountTokens[1].accessToken");
}

BOOST_AUTO_TEST_CASE(an_odd_token_does_not_take_its_neighbour_along) {
  auto const accounts = [](std::string const& tokens) {
    return R"({"status":"ok","content":{"status":"succeeded","accountTokens":[{)" + tokens + "}]}}";
  };
  for (auto const* const odd_one : {"{}", "[]", "true", R"("\ud800")"}) {
    BOOST_TEST_CONTEXT(odd_one) {
      auto const [access, odd] = read(accounts(R"("accessToken":"a","refreshToken":)" + std::string(odd_one)));
      BOOST_TEST_REQUIRE(access.value().content->account_tokens->size() == 1U);
      BOOST_TEST(access->content->account_tokens->front().access_token->reveal() == "a");
      BOOST_TEST_REQUIRE(odd.size() == 1U);
      BOOST_TEST(odd[0].path == "$.content.accountTokens[0].refreshToken");
      auto const [refresh, rest] =
          read(accounts(R"("accessToken":)" + std::string(odd_one) + R"(,"refreshToken":"r")"));
      BOOST_TEST_REQUIRE(refresh.value().content->account_tokens->size() == 1U);
      BOOST_TEST(refresh->content->account_tokens->front().refresh_token->reveal() == "r");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_odd_scheme_spoils_itself_and_not_the_list) {
  for (
      auto const* const odd_one :
      {R"({"brokerType":"kraken","authenticationSchemeType":"usernamePassword","authenticationSteps":{}})",
       R"({"brokerType":"kraken","authenticationSchemeType":"usernamePassword","initialAuthenticationModel":{"fields":["Username"]}})",
       R"({"brokerType":"kraken"})", R"({"brokerType":7,"authenticationSchemeType":"usernamePassword"})", "null",
       R"("kraken")"}) {
    BOOST_TEST_CONTEXT(odd_one) {
      std::vector<OddMember> odd;
      auto const text =
          R"({"status":"ok","content":[{"brokerType":"robinhood","authenticationSchemeType":"usernamePassword"},)" +
          std::string(odd_one) + R"(,{"brokerType":"okx","authenticationSchemeType":"apiKey","more":1}]})";
      auto const schemes = decode_tolerantly<Schemes>(text, {}, odd);
      BOOST_TEST_REQUIRE(schemes.has_value());
      BOOST_TEST_REQUIRE(schemes->content->size() == 2U);
      BOOST_TEST(((*schemes->content)[1].broker_type == BrokerType::okx));
      BOOST_TEST_REQUIRE(odd.size() == 1U);
      BOOST_TEST(odd[0].path.starts_with("$.content[1]"));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_more_odd_members_are_named_than_somebody_reads) {
  std::string balances = ",\"balances\":[";
  for (auto count = 0; count < 5000; ++count) balances += "1,";
  auto const [reply, odd] = read(succeeded(balances + "1]"));
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST(odd.size() == 32U);
}

BOOST_AUTO_TEST_SUITE_END()
