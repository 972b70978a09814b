#include "protocol/messages.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(example)

using namespace sallyport;

BOOST_AUTO_TEST_CASE(every_example_comes_back_as_the_same_json) {
  for (auto const& [file, echo] : test::examples()) {
    BOOST_TEST_CONTEXT(file) {
      auto const text = test::text_of_file(file);
      BOOST_REQUIRE(!text.empty());
      auto const once = echo(text, {});
      BOOST_REQUIRE_MESSAGE(!once.error, once.why_not());
      BOOST_TEST((test::json_of(once.text) == test::json_of(text)), once.text);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_we_write_is_what_we_write_again) {
  for (auto const& [file, echo] : test::examples()) {
    BOOST_TEST_CONTEXT(file) {
      auto const once = echo(test::text_of_file(file), {});
      auto const twice = echo(once.text, {});
      BOOST_REQUIRE_MESSAGE(!twice.error, twice.why_not());
      BOOST_TEST(twice.text == once.text);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_reply_of_a_login_has_its_tokens) {
  auto const reply = decode<ApiResult<AuthResponse>>(test::text_of_file("examples/authenticate_reply.json"));
  BOOST_REQUIRE(reply.has_value());
  BOOST_TEST((reply->status == ApiResultStatus::ok));
  BOOST_TEST(reply->message->empty());
  BOOST_TEST(*reply->error_hash == "94041b5b3ea3701cf1f3ce6881d62a394c3e8beb");
  auto const& content = reply->content.value();
  BOOST_TEST((content.status == AuthStatus::succeeded));
  BOOST_TEST(*content.expires_in_seconds == 7200);
  auto const& tokens = content.account_tokens->at(0);
  BOOST_TEST(*tokens.account->account_name == "Name of the account");
  BOOST_TEST(tokens.refresh_token->reveal() == "Optional refresh token, allowing to refresh the access token");
  BOOST_TEST(!tokens.account->fund.has_value());
}

BOOST_AUTO_TEST_CASE(the_list_of_integrations_may_name_one_that_is_not_described) {
  auto const reply = decode<ApiResult<std::vector<HealthStatus>>>(test::text_of_file("examples/status_reply.json"));
  BOOST_REQUIRE(reply.has_value());
  auto const& celsius = reply->content->at(1);
  BOOST_TEST((celsius.type == BrokerType::unknown));
  BOOST_TEST(celsius.type.spelling() == "celsius");
  BOOST_TEST(*celsius.down_time_start == 1655891444);
  BOOST_TEST((celsius.supported_products->at(0) == BrokerFeature::balance));
  BOOST_TEST(*reply->content->at(2).defi_wallet_data->name == "MetaMask");
}

BOOST_AUTO_TEST_CASE(escapes_are_read_and_written) {
  auto const request = decode<AuthRequest>(test::text_of_file("made_up/auth_request_full.json"));
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST(request->password->reveal() == "p\u00e4ss \"w\u00f6rd\" \\ / \x01\t\U0001F600");
  auto const& headers = request->true_auth_auth_request->request_headers.value();
  BOOST_TEST(headers.at(0).first == "Authorization");
  BOOST_TEST(headers.at(0).second->reveal() == "Bearer x");
  BOOST_TEST(!headers.at(1).second.has_value());
  BOOST_TEST(request->true_auth_auth_request->cookies->size() == 2U);
}

BOOST_AUTO_TEST_CASE(deprecated_members_are_read_and_never_written) {
  auto const reply = decode<ApiResult<AuthResponse>>(R"({"status":"ok","content":{"status":"succeeded",
    "accessToken":"a","refreshToken":"r","account":{"accountId":"1"}}})");
  BOOST_REQUIRE(reply.has_value());
  BOOST_TEST(reply->content->access_token->reveal() == "a");
  BOOST_TEST(reply->content->refresh_token->reveal() == "r");
  BOOST_TEST(*reply->content->account->account_id == "1");
  BOOST_TEST(encode(*reply).reveal() == R"({"status":"ok","content":{"status":"succeeded"}})");

  auto const refreshed = decode<ApiResult<RefreshResponse>>(R"({"status":"ok","content":{"status":"succeeded",
    "accessToken":"a","refreshToken":"r","account":{"accountId":"1"}}})");
  BOOST_REQUIRE(refreshed.has_value());
  BOOST_TEST(refreshed->content->access_token->reveal() == "a");
  BOOST_TEST(encode(*refreshed).reveal() == R"({"status":"ok","content":{"status":"succeeded"}})");
}

BOOST_AUTO_TEST_CASE(an_envelope_without_content_ignores_what_stands_there) {
  for (auto const content : {R"(null)", R"(7)", R"({"status":7})", R"([[],{}])"}) {
    auto const text = R"({"content":)" + std::string(content) + R"(,"status":"locked"})";
    auto const reply = decode<ApiResult<NoContent>>(text);
    BOOST_REQUIRE_MESSAGE(reply.has_value(), text);
    BOOST_TEST(encode(*reply).reveal() == R"({"status":"locked"})");
  }
}

BOOST_AUTO_TEST_CASE(an_absent_list_is_not_an_empty_one) {
  using Reply = ApiResult<std::vector<AuthenticationScheme>>;
  BOOST_TEST(!decode<Reply>(R"({"status":"ok"})")->content.has_value());
  BOOST_TEST(!decode<Reply>(R"({"status":"ok","content":null})")->content.has_value());
  BOOST_TEST(decode<Reply>(R"({"status":"ok","content":[]})")->content->empty());
}

BOOST_AUTO_TEST_CASE(unknown_members_are_ignored_however_they_look) {
  auto const request = decode<RemoveAccountRequest>(
      R"({"x":[1,{"type":3,"type":4}],"authToken":"t","Type":1,"y":1e999,"":{"":null},"type":"kraken","type2":"a"})");
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST(encode(*request).reveal() == R"({"authToken":"t","type":"kraken"})");
}

BOOST_AUTO_TEST_CASE(the_errors_of_another_server_do_not_spoil_its_problem) {
  auto const problem = decode<ProblemDetails>(
      R"({"title":"One or more validation errors occurred.","status":400,"errors":{"Type":["required"]},"traceId":"0"})");
  BOOST_REQUIRE(problem.has_value());
  BOOST_TEST(*problem->status == 400);
  BOOST_TEST(!problem->errors.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
