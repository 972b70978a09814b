// The operations besides logins, from the client through the server to the service and back.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>
#include <support/scripted_accounts.hpp>

BOOST_AUTO_TEST_SUITE(account)

using namespace sallyport;
using namespace sallyport::test;
using boost::system::error_code;

namespace {

struct Net : AccountNet {
  using AccountNet::AccountNet;

  auto refresh(RefreshRequest request) {
    return await<Client::RefreshReply>(
        loopback.io, [&](auto handler) { loopback.client->async_refresh(std::move(request), std::move(handler)); });
  }
  auto remove(std::string_view token) {
    RemoveAccountRequest request{.type = BrokerType::kraken, .auth_token = Secret(token)};
    return await<Client::RemoveReply>(loopback.io, [&](auto handler) {
      loopback.client->async_remove_account(std::move(request), std::move(handler));
    });
  }
  auto link(Open<BrokerType> type, std::string_view user) {
    return await<Client::LinkReply>(loopback.io, [&](auto handler) {
      loopback.client->async_link(std::move(type), Secret(user), std::move(handler));
    });
  }
};

RefreshRequest refresh_of(BrokerType type) {
  RefreshRequest request;
  request.type = type;
  request.refresh_token = Secret("refresh-1");
  return request;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_refresh_brings_new_tokens) {
  Net net;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
  auto const [ec, reply] = net.refresh(refresh_of(BrokerType::kraken));
  BOOST_TEST(!ec);
  BOOST_TEST_REQUIRE(reply.content.has_value());
  BOOST_TEST(reply.content->broker_account_tokens->front().access_token->reveal() == "access-2");
  BOOST_TEST(net.accounts.refreshes.front().refresh_token.reveal() == "refresh-1");
}

BOOST_AUTO_TEST_CASE(a_refresh_without_a_token_that_it_needs_is_not_sent) {
  Net net;
  auto no_token = refresh_of(BrokerType::kraken);
  no_token.refresh_token = Secret();
  BOOST_TEST(net.refresh(std::move(no_token)).first == make_error_code(TransportErrc::missing_token));
  for (auto const type : {BrokerType::we_bull, BrokerType::vanguard}) {
    BOOST_TEST(net.refresh(refresh_of(type)).first == make_error_code(TransportErrc::missing_token));
  }
  BOOST_TEST(net.remove("").first == make_error_code(TransportErrc::missing_token));
  BOOST_TEST(net.loopback.server->counters().requests == 0U);
}

BOOST_AUTO_TEST_CASE(the_server_names_the_member_that_a_refresh_lacks) {
  Net net;
  RawClient client(net.loopback);
  struct Case {
    std::string_view body;
    std::string_view path;
  };
  for (auto const& [body, path] : {
           Case{R"({"type":"weBull","refreshToken":"r"})", "$.accessToken"},
           Case{R"({"type":"vanguard","refreshToken":"r","accessToken":""})", "$.accessToken"},
           Case{R"({"type":"kraken","refreshToken":""})", "$.refreshToken"},
           Case{R"({"type":"kraken"})", "$.refreshToken"},
           Case{R"({"type":"kraken","refreshToken":7})", "$.refreshToken"},
           Case{"{", "$"},
       }) {
    auto const reply = client.send(http_post("/api/v1/token/refresh", body));
    BOOST_TEST(status_of(reply) == 400U, reply);
    BOOST_TEST(body_of(reply).find(path) != std::string::npos, reply);
    BOOST_TEST(body_of(reply).find("badRequest") != std::string::npos, reply);
  }
  BOOST_TEST(net.accounts.refreshes.empty());
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_json_is_refused_in_the_shape_of_its_operation) {
  Net net;
  RawClient client(net.loopback);
  for (auto const* const line : {"POST /api/v1/token/refresh", "DELETE /api/v1/account"}) {
    auto const reply = client.send(std::string(line) + " HTTP/1.1\r\nHost: x\r\n" + std::string(known_client) +
                                   "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b");
    BOOST_TEST(status_of(reply) == 400U, reply);
    BOOST_TEST(reply.find("Content-Type: application/json") != std::string::npos, reply);
    BOOST_TEST(body_of(reply).find(R"("status":"badRequest")") != std::string::npos, reply);
    BOOST_TEST(body_of(reply).find("Content-Type: expected application/json") != std::string::npos, reply);
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_comes_as_an_envelope) {
  Net net;
  net.accounts.replies.push_back(envelope<RefreshResponse>(ApiResultStatus::bad_request));
  auto const [ec, reply] = net.refresh(refresh_of(BrokerType::kraken));
  BOOST_TEST(!ec);
  BOOST_TEST((reply.status == ApiResultStatus::bad_request));
}

BOOST_AUTO_TEST_CASE(one_token_is_refreshed_once_at_a_time) {
  Net net;
  RawClient first(net.loopback);
  RawClient second(net.loopback);
  first.write(http_post("/api/v1/token/refresh", R"({"type":"kraken","refreshToken":"r"})"));
  net.loopback.run_until([&net] { return !net.accounts.held.empty(); });
  auto const refused = second.send(http_post("/api/v1/token/refresh", R"({"type":"kraken","refreshToken":"r"})"));
  BOOST_TEST(status_of(refused) == 400U);
  BOOST_TEST(refused.find("requestInFlight") != std::string::npos);
  std::move(net.accounts.held.front())(error_code(), refreshed("a", "r2", 60));
  BOOST_TEST(status_of(first.read_reply()) == 200U);
  // The token is free again.
  net.accounts.replies.push_back(refreshed("a", "r3", 60));
  BOOST_TEST(status_of(second.send(http_post("/api/v1/token/refresh", R"({"type":"kraken","refreshToken":"r"})"))) ==
             200U);
}

BOOST_AUTO_TEST_CASE(a_service_that_says_nothing_is_a_server_failure) {
  Net net(
      [](ServerConfig& config, ClientConfig&) { config.limits.request_life_span = std::chrono::milliseconds(100); });
  auto const [ec, reply] = net.refresh(refresh_of(BrokerType::kraken));
  BOOST_TEST(!ec);
  BOOST_TEST((reply.status == ApiResultStatus::server_failure));
  // What comes too late does no harm.
  std::move(net.accounts.held.front())(error_code(), refreshed("a", "r", 60));
  net.loopback.run_for(std::chrono::milliseconds(10));
}

BOOST_AUTO_TEST_CASE(a_connection_is_removed) {
  Net net;
  net.accounts.removed = envelope<NoContent>(ApiResultStatus::ok);
  auto const [ec, reply] = net.remove("access-1");
  BOOST_TEST(!ec);
  BOOST_TEST((reply.status == ApiResultStatus::ok));
  BOOST_TEST(net.accounts.removals.front().auth_token.reveal() == "access-1");
}

BOOST_AUTO_TEST_CASE(a_link_is_asked_for_with_the_integration_and_the_user) {
  Net net;
  AuthPromptResponse prompt;
  prompt.status = AuthPromptStatus::redirect;
  prompt.redirect_link = Secret("https://broker.invalid/");
  net.accounts.linked = envelope<AuthPromptResponse>(ApiResultStatus::ok, std::move(prompt));
  auto const [ec, reply] = net.link(BrokerType::kraken, "user & co");
  BOOST_TEST(!ec);
  BOOST_TEST_REQUIRE(reply.content.has_value());
  BOOST_TEST(reply.content->redirect_link->reveal() == "https://broker.invalid/");
  BOOST_TEST(net.accounts.links.front().user_id == "user & co");
  BOOST_TEST((net.accounts.links.front().type == BrokerType::kraken));
  BOOST_TEST(net.link(BrokerType::kraken, "").first == make_error_code(TransportErrc::bad_user_id));
}

BOOST_AUTO_TEST_CASE(a_link_to_an_integration_that_nobody_knows_is_refused_by_name) {
  Net net;
  auto const [ec, reply] = net.link(Open<BrokerType>::from_wire("new/broker"), "user-1");
  BOOST_TEST(!ec);
  BOOST_TEST((reply.status == ApiResultStatus::bad_request));
  BOOST_TEST_REQUIRE(reply.message.has_value());
  BOOST_TEST(reply.message->reveal().find("brokerType") != std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(the_health_of_the_institutions_is_shown) {
  Net net;
  auto const [ec, reply] = await<Client::StatusReply>(
      net.loopback.io, [&](auto handler) { net.loopback.client->async_status(std::move(handler)); });
  BOOST_TEST(!ec);
  BOOST_TEST_REQUIRE(reply.content.has_value());
  BOOST_TEST(reply.content->size() == 1U);
  BOOST_TEST(reply.content->front().is_up.value() == false);
}

BOOST_AUTO_TEST_CASE(each_path_takes_its_method_and_a_known_client) {
  Net net;
  RawClient client(net.loopback);
  for (auto const* const path : {"/api/v1/status", "/api/v1/authenticate/kraken?userId=u"}) {
    auto const reply = client.send(http_post(path, "{}"));
    BOOST_TEST(status_of(reply) == 405U);
    BOOST_TEST(reply.find("Allow: GET") != std::string::npos);
    BOOST_TEST(status_of(client.send(http_get(path, ""))) == 401U);
  }
  BOOST_TEST(status_of(client.send(http_get("/api/v1/token/refresh"))) == 405U);
  BOOST_TEST(client.send(http_get("/api/v1/account")).find("Allow: DELETE") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_a_service_there_are_no_such_operations) {
  Loopback net;
  RawClient client(net);
  BOOST_TEST(status_of(client.send(http_get("/api/v1/status"))) == 404U);
  BOOST_TEST(status_of(client.send(http_get("/api/v1/authenticate/kraken?userId=u"))) == 404U);
  BOOST_TEST(status_of(client.send(http_post("/api/v1/token/refresh", "{}"))) == 404U);
}

BOOST_AUTO_TEST_SUITE_END()
