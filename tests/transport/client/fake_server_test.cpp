// What a server may answer, well or badly: each is one typed outcome, and the credentials were posted once.

#include <support/fake_server.hpp>
#include <support/loopback.hpp>

BOOST_AUTO_TEST_SUITE(peer)

using namespace sallyport;
using namespace sallyport::test;

namespace {

struct Case {
  std::string_view name;
  std::string bytes;
  std::string_view outcome;
};

std::string envelope(std::string const& status, std::string const& rest = {}) {
  return R"({"status":")" + status + '"' + rest + '}';
}

std::string refused(std::string const& status, std::string const& rest = {}) {
  return http_reply(200, envelope(status, rest));
}

std::vector<Case> cases() {
  auto const ok = envelope("ok", R"(,"content":{"status":"succeeded"})");
  return {
      {"success", http_reply(200, ok), "succeeded"},
      {"success in HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: " + std::to_string(ok.size()) + "\r\n\r\n" + ok,
       "succeeded"},
      {"a body that ends where TLS was cut", "HTTP/1.0 200 OK\r\n\r\n" + ok, "outcome_unknown"},
      {"success in chunks",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + ok.substr(0, 5) + "\r\n" + "100\r\n" +
           ok.substr(5) + std::string(256 - ok.size() + 5, ' ') + "\r\n0\r\n\r\n",
       "succeeded"},
      {"success with 201", http_reply(201, ok), "succeeded"},
      {"success with 202", http_reply(202, ok), "succeeded"},
      {"no content with 204", "HTTP/1.1 204 No Content\r\n\r\n", "protocol_violation"},
      {"success in capitals", http_reply(200, envelope("OK", R"(,"content":{"status":"Succeeded"})")), "succeeded"},
      {"success after 103", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + http_reply(200, ok), "succeeded"},
      {"deprecated tokens",
       http_reply(200, envelope("ok", R"(,"content":{"status":"succeeded","accessToken":"a","refreshToken":"r"})")),
       "succeeded"},
      {"denied", http_reply(200, envelope("ok", R"(,"content":{"status":"failed","errorMessage":"no"})")), "denied"},
      {"no content", http_reply(200, envelope("ok")), "protocol_violation"},
      {"no status", http_reply(200, R"({"content":{"status":"succeeded"}})"), "protocol_violation"},
      {"wrong type", http_reply(200, R"({"status":1})"), "protocol_violation"},
      {"not JSON", http_reply(200, "<html>"), "protocol_violation"},
      {"empty body", http_reply(200, ""), "protocol_violation"},
      {"bad UTF-8", http_reply(200, "{\"status\":\"\xFF\"}"), "protocol_violation"},
      {"a failed challenge where nothing was answered",
       http_reply(200, envelope("ok", R"(,"content":{"status":"challengeFailed"})")), "denied"},
      {"redirect", http_reply(302, "", "Location: https://127.0.0.1:1/\r\n"), "protocol_violation"},
      {"bad request", http_reply(400, R"({"title":"Bad Request","errors":{"type":["wrong"]}})"), "rejected"},
      {"unauthorized", http_reply(401, "{}"), "rejected"},
      {"not found", http_reply(404, "{}"), "rejected"},
      {"conflict", http_reply(409, "{}"), "superseded"},
      {"too large", http_reply(413, "{}"), "rejected"},
      {"locked", http_reply(423, "{}"), "locked"},
      {"too many requests", http_reply(429, "{}", "Retry-After: 7\r\n"), "rate_limited"},
      {"server error", http_reply(500, "oops"), "server_failure"},
      {"bad gateway", http_reply(502, "{}"), "server_failure"},
      {"unavailable", http_reply(503, "{}", "Retry-After: 7\r\n"), "unavailable"},
      {"gateway timeout", http_reply(504, "{}"), "server_failure"},
      {"envelope serverFailure", refused("serverFailure"), "server_failure"},
      {"envelope permissionDenied", refused("permissionDenied"), "rejected"},
      {"envelope badRequest", refused("badRequest"), "rejected"},
      {"envelope notFound", refused("notFound"), "rejected"},
      {"envelope conflict", refused("conflict"), "superseded"},
      {"envelope tooManyRequest", refused("tooManyRequest"), "rate_limited"},
      {"envelope locked", refused("locked"), "locked"},
      {"envelope unavailableForLegalReasons", refused("unavailableForLegalReasons"), "rejected"},
      {"envelope that nobody knows", refused("onHoliday"), "rejected"},
      {"envelope says expired", refused("notFound", R"(,"errorType":"challengeExpired")"), "expired"},
      {"locked in a 403", http_reply(403, envelope("locked")), "locked"},
      {"locked in a 403, in capitals", http_reply(403, envelope("LOCKED")), "locked"},
      {"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "outcome_unknown"},
      {"nothing", "", "outcome_unknown"},
      {"half a header", "HTTP/1.1 200 OK\r\nContent-", "outcome_unknown"},
      {"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\"", "outcome_unknown"},
      {"an endless header", "HTTP/1.1 200 OK\r\nX: " + std::string(64 * 1024, 'x'), "outcome_unknown"},
      {"a body over its bound", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{", "outcome_unknown"},
      {"interim replies without end",
       [] {
         std::string text;
         for (auto count = 0; count < 50; ++count) text += "HTTP/1.1 100 Continue\r\n\r\n";
         return text;
       }(),
       "outcome_unknown"},
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_reply_is_one_outcome_and_the_credentials_were_posted_once) {
  for (auto const& [name, bytes, expected] : cases()) {
    BOOST_TEST_CONTEXT(name) {
      Loopback net;
      FakeServer server(net.io, net.certificates,
                        {{.bytes = http_reply(404, "{}"), .close_after = false}, {.bytes = bytes}});
      net.client = net.another_client(
          [&server](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
      auto const [ec, outcome] = net.login();
      BOOST_TEST(!ec, ec.message());
      BOOST_TEST(name_of(outcome.kind) == expected);
      BOOST_TEST(server.posts() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_time_to_wait_is_told) {
  Loopback net;
  FakeServer server(net.io, net.certificates, {{.bytes = http_reply(429, "{}", "Retry-After: 7\r\n")}});
  net.client = net.another_client(
      [&server](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
  auto const [ec, outcome] = net.login();
  BOOST_TEST_REQUIRE(outcome.retry_after.has_value());
  BOOST_TEST(outcome.retry_after->count() == 7);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_http_of_a_reply_is_told) {
  struct Case {
    std::string bytes;
    std::string_view words;
  };
  for (auto const& [bytes, words] : {
           Case{"HTTP/1.1 200 OK\r\nX: " + std::string(64 * 1024, 'x'), "header is over header_bytes_max ("},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{", "body is over text_bytes_max ("},
           Case{"SSH-2.0-OpenSSH_9.2\r\n\r\n", "the reply is no HTTP/1.1: bad version"},
           Case{"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "bad Content-Length"},
           Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "bad chunk"},
           Case{"HTTP/1.1 101 Switching Protocols\r\n\r\n", "the status 101"},
       }) {
    BOOST_TEST_CONTEXT(words) {
      Loopback net;
      FakeServer server(net.io, net.certificates,
                        {{.bytes = http_reply(404, "{}"), .close_after = false}, {.bytes = bytes}});
      net.client = net.another_client(
          [&server](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
      auto const [ec, outcome] = net.login();
      BOOST_TEST(outcome.diagnostics.reason.find(words) != std::string::npos, outcome.diagnostics.reason);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_status_in_another_case_is_odd_and_a_strict_client_takes_neither_that_nor_201) {
  auto const odd = envelope("ok", R"(,"content":{"status":"Succeeded"})");
  for (auto const strict : {false, true}) {
    for (auto const status : {200U, 201U}) {
      Loopback net;
      FakeServer server(net.io, net.certificates,
                        {{.bytes = http_reply(404, "{}"), .close_after = false}, {.bytes = http_reply(status, odd)}});
      net.client = net.another_client([&server, strict](ClientConfig& config) {
        config.url = "https://127.0.0.1:" + std::to_string(server.port());
        config.limits.strict = strict;
      });
      auto const [ec, outcome] = net.login();
      BOOST_TEST((outcome.kind == OutcomeKind::succeeded) == !strict);
      if (strict) continue;
      BOOST_TEST_REQUIRE(outcome.diagnostics.odd_members.size() == 1U);
      BOOST_TEST(outcome.diagnostics.odd_members.front() ==
                 "$.content.status: in another case than the API's; read all the same");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_diagnostics_name_the_json_path) {
  Loopback net;
  auto const wrong = R"({"status":"ok","content":{"status":"mfaRequired","challengeId":[1]}})";
  FakeServer server(net.io, net.certificates,
                    {{.bytes = http_reply(404, "{}"), .close_after = false}, {.bytes = http_reply(200, wrong)}});
  net.client = net.another_client(
      [&server](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(outcome.diagnostics.reason.starts_with("$.content.challengeId: "), outcome.diagnostics.reason);
}

BOOST_AUTO_TEST_CASE(tokens_are_not_lost_to_an_ornament_unless_the_client_is_strict) {
  auto const odd = R"({"status":"ok","content":{"status":"succeeded","mfaType":{},"challengeId":[],)"
                   R"("accountTokens":[{"account":{"cash":{}},"accessToken":"access-1"}]}})";
  for (auto const strict : {false, true}) {
    Loopback net;
    FakeServer server(net.io, net.certificates,
                      {{.bytes = http_reply(404, "{}"), .close_after = false}, {.bytes = http_reply(200, odd)}});
    net.client = net.another_client([&server, strict](ClientConfig& config) {
      config.url = "https://127.0.0.1:" + std::to_string(server.port());
      config.limits.strict = strict;
    });
    auto const [ec, outcome] = net.login();
    BOOST_TEST(name_of(outcome.kind) == (strict ? "protocol_violation" : "succeeded"));
    BOOST_TEST(outcome.accounts.size() == (strict ? 0U : 1U));
    BOOST_TEST(outcome.diagnostics.odd_members.size() == (strict ? 0U : 3U));
  }
}

BOOST_AUTO_TEST_CASE(a_connection_that_the_server_closed_meanwhile_is_not_posted_on) {
  Loopback net;
  auto const sms = R"({"status":"ok","content":{"status":"mfaRequired","mfaType":"phone"}})";
  auto const ok = R"({"status":"ok","content":{"status":"succeeded"}})";
  FakeServer server(net.io, net.certificates,
                    {{.bytes = http_reply(404, "{}"), .close_after = false},
                     {.bytes = http_reply(200, sms), .close_after = true},
                     {.bytes = http_reply(200, ok)}});
  net.client = net.another_client(
      [&server](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
  auto login = net.client->login(net.credentials());
  BOOST_TEST(!net.begin(login).first);
  net.run_for(std::chrono::milliseconds(50));
  auto const turn = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST(!turn.first);
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(turn.second));
  BOOST_TEST(name_of(std::get<Outcome>(turn.second).kind) == "succeeded");
  BOOST_TEST(server.posts() == 2U);
}

BOOST_AUTO_TEST_CASE(a_poll_that_is_told_to_slow_down_goes_on_later) {
  Loopback net;
  auto const push = http_reply(200, R"({"status":"ok","content":{"status":"deviceConfirmationRequired"}})");
  auto const ok = http_reply(200, R"({"status":"ok","content":{"status":"succeeded"}})");
  FakeServer server(net.io, net.certificates,
                    {{.bytes = http_reply(404, "{}"), .close_after = false},
                     {.bytes = push, .close_after = false},
                     {.bytes = http_reply(429, "{}"), .close_after = false},
                     {.bytes = http_reply(503, "{}"), .close_after = false},
                     {.bytes = ok}});
  net.client = net.another_client([&server](ClientConfig& config) {
    config.url = "https://127.0.0.1:" + std::to_string(server.port());
    config.limits.poll_interval = std::chrono::milliseconds(20);
  });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST(server.posts() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
