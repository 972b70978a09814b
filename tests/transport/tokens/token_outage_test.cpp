// A refresh without an answer is waited out: it is no attempt at the account, and asking again can only win.

#include <support/fake_server.hpp>
#include <support/keeper_net.hpp>
#include <support/time_scale.hpp>

#include <tokens/refresh_retries.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(token_outage)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

namespace {

using Script = FakeServer::Script;

std::string const tokens_of_body =
    R"({"status":"ok","content":{"status":"succeeded","brokerAccountTokens":[{"accessToken":"access-2","refreshToken":"refresh-2"}]}})";

/// A keeper of tokens that are over, at a server that answers as the scripts say.
struct Outage {
  explicit Outage(std::vector<Script> scripts, TokenKeeperConfig config = quickly())
      : server(net.loopback.io, net.loopback.certificates, std::move(scripts)),
        client(net.loopback.another_client(
            [this](ClientConfig& changed) { changed.url = "https://127.0.0.1:" + std::to_string(server.port()); })),
        keeper(client, tokens_that_are_over(), with_responder(std::move(config))) {
    net.loopback.responder.answers.push_back(Answer::text(Secret("123456")));
  }

  static TokenKeeperConfig quickly() {
    TokenKeeperConfig config;
    config.pause = milliseconds(1);
    return config;
  }

  TokenKeeperConfig with_responder(TokenKeeperConfig config) {
    config.responder = &net.loopback.responder;
    return config;
  }

  KeeperNet net;
  FakeServer server;
  Client client;
  TokenKeeper keeper;
};

RefreshFailure failed(RefreshFault fault, std::optional<seconds> retry_after = std::nullopt) {
  return {fault, TransportErrc::reply_lost, retry_after};
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_no_answer_is_asked_again_with_the_same_token) {
  struct Case {
    std::string_view what;
    Script first;
  };
  std::vector<Case> cases;
  for (auto const status : {408U, 425U, 429U, 500U, 502U, 503U, 504U}) {
    cases.push_back({"a status without a body", {.bytes = http_reply(status, "")}});
  }
  cases.push_back({"a body that says less than its status",
                   {.bytes = http_reply(503, R"({"status":"badRequest","message":"down for maintenance"})")}});
  cases.push_back({"a failure in an envelope", {.bytes = http_reply(200, R"({"status":"serverFailure"})")}});
  cases.push_back({"a page of a proxy", {.bytes = http_reply(200, "<html>")}});
  cases.push_back({"a cut before the reply", {}});
  cases.push_back({"a cut in the midst", {.bytes = http_reply(200, tokens_of_body).substr(0, 150)}});
  cases.push_back({"one that is under way still",
                   {.bytes = http_reply(400, R"({"status":"conflict","errorType":"requestInFlight"})")}});
  for (auto const& [what, first] : cases) {
    BOOST_TEST_CONTEXT(what << ": " << first.bytes.substr(0, 30)) {
      Outage outage({first, {.bytes = http_reply(200, tokens_of_body)}});
      BOOST_TEST(name_of(outage.net.run(outage.keeper).second) == "not_needed");
      BOOST_TEST_REQUIRE(outage.server.requests().size() == 2U);
      BOOST_TEST(outage.server.requests()[1].find("refresh-1") != std::string::npos);
      BOOST_TEST(outage.net.token(outage.keeper).second.reveal() == "access-2");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_token_that_a_lost_reply_has_spent_is_told_as_refused) {
  Outage outage({{}, {.bytes = http_reply(400, R"({"status":"badRequest","message":"unknown token"})")}});
  BOOST_TEST(name_of(outage.net.run(outage.keeper).second) == "refused");
  BOOST_TEST(outage.server.posts() == 2U);
  BOOST_TEST(outage.net.token(outage.keeper).first == make_error_code(TransportErrc::keeper_ended));
}

BOOST_AUTO_TEST_CASE(an_outage_without_end_is_told_by_whether_the_token_may_be_spent) {
  for (auto const status : {429U, 503U}) {
    auto config = Outage::quickly();
    config.outage_max = milliseconds(50);
    std::vector<Script> scripts(64, {.bytes = http_reply(status, "")});
    Outage outage(std::move(scripts), std::move(config));
    auto const end = outage.net.run(outage.keeper).second;
    BOOST_TEST(name_of(end) == (status == 429 ? "unavailable" : "outcome_unknown"));
    BOOST_TEST(outage.server.posts() >= 2U);
  }
}

BOOST_AUTO_TEST_CASE(a_retry_after_is_waited_for_and_who_asks_meanwhile_hears_why) {
  struct Case {
    unsigned status;
    TransportErrc why;
  };
  for (auto const& [status, why] :
       {Case{429, TransportErrc::api_unavailable}, Case{503, TransportErrc::api_unavailable}}) {
    Outage outage(
        {{.bytes = http_reply(status, "", "Retry-After: 2\r\n")}, {.bytes = http_reply(200, tokens_of_body)}});
    auto const since = Clock::now();
    std::optional<KeeperEnd> end;
    outage.keeper.async_run([&end](error_code, KeeperEnd what) { end = what; });
    BOOST_TEST(outage.net.token(outage.keeper).first == make_error_code(why));
    outage.net.loopback.run_until([&end] { return end.has_value(); });
    BOOST_TEST((Clock::now() - since >= seconds(2)));
    BOOST_TEST(outage.server.posts() == 2U);
  }
}

BOOST_AUTO_TEST_CASE(a_reply_carries_what_stood_around_its_envelope) {
  Outage outage({{.bytes = http_reply(429, R"({"status":"tooManyRequest"})", "Retry-After: 20\r\n")}});
  auto [ec, reply] = await<Client::StatusReply>(outage.net.loopback.io,
                                                [&](auto handler) { outage.client.async_status(std::move(handler)); });
  BOOST_TEST(!ec);
  BOOST_TEST(reply.http_status == 429U);
  BOOST_TEST_REQUIRE(reply.retry_after.has_value());
  BOOST_TEST(reply.retry_after->count() == 20);
}

BOOST_AUTO_TEST_CASE(a_code_is_not_asked_for_again_after_a_reply_that_was_lost) {
  Outage outage({{.bytes = http_reply(200, R"({"status":"ok","content":{"status":"mfaRequired"}})")}, {}});
  BOOST_TEST(name_of(outage.net.run(outage.keeper).second) == "outcome_unknown");
  BOOST_TEST(outage.server.posts() == 2U);
}

BOOST_AUTO_TEST_CASE(a_code_is_not_asked_for_again_after_a_request_that_was_turned_away) {
  Script const asks{.bytes = http_reply(200, R"({"status":"ok","content":{"status":"mfaRequired"}})"),
                    .close_after = false};
  Outage outage({asks, {.bytes = http_reply(429, ""), .close_after = false}, asks});
  BOOST_TEST(name_of(outage.net.run(outage.keeper).second) == "mfa_needed");
  BOOST_TEST(outage.server.posts() == 2U);
}

BOOST_AUTO_TEST_CASE(the_pauses_grow_to_their_bound_and_begin_anew_after_an_answer) {
  Clock::time_point const start(hours(1000));
  RefreshRetries retries(seconds(1), seconds(5), hours(24));
  for (auto const pause : {1, 2, 4, 5, 5}) {
    BOOST_TEST((retries.after(failed(RefreshFault::turned_away), start) == start + seconds(pause)));
  }
  BOOST_TEST(!retries.may_have_spent());
  BOOST_TEST((retries.after(failed(RefreshFault::unanswered, seconds(90)), start) == start + seconds(90)));
  BOOST_TEST(retries.may_have_spent());
  BOOST_TEST((!retries.after(failed(RefreshFault::turned_away), start + hours(24)).has_value()));
  BOOST_TEST((retries.after(failed(RefreshFault::unsent), start + hours(48)).has_value()));
  retries.succeeded();
  BOOST_TEST((retries.after(failed(RefreshFault::unanswered), start + hours(48)) == start + hours(48) + seconds(1)));
}

BOOST_AUTO_TEST_SUITE_END()
