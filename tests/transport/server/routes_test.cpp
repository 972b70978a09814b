// What the server says to requests that are none, and to clients that it does not know.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

BOOST_AUTO_TEST_SUITE(routes)

using namespace sallyport;
using namespace sallyport::test;

namespace {

constexpr std::string_view login_target = "/api/v1/authenticate?userId=u1";
constexpr std::string_view login_body = R"({"type":"robinhood","username":"Mesh","password":"Pass123"})";

bool contains(std::string const& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_is_answered_or_refused_with_its_reason) {
  struct Case {
    std::string_view name;
    std::string request;
    unsigned status;
    std::string_view body;
  };
  std::string const long_user(51, 'u');
  std::string const target(login_target);
  std::vector<Case> const cases = {
      {"schemes", http_get("/api/v1/authenticationSchemes"), 200, R"("status":"ok")"},
      {"schemes with a query", http_get("/api/v1/authenticationSchemes?x=y"), 200, R"("content":[])"},
      {"no client", http_get("/api/v1/authenticationSchemes", ""), 401, "permissionDenied"},
      {"wrong secret", http_get("/api/v1/authenticationSchemes", "X-Client-Id: client-1\r\nX-Client-Secret: no\r\n"),
       401, "permissionDenied"},
      {"secret of another",
       http_get("/api/v1/authenticationSchemes", "X-Client-Id: client-1\r\nX-Client-Secret: client-secret-2\r\n"), 401,
       "permissionDenied"},
      {"unknown path", http_get("/api/v2/authenticationSchemes"), 404, "notFound"},
      {"root", http_get("/"), 404, "notFound"},
      {"wrong method", http_post("/api/v1/authenticationSchemes", "{}"), 405, "badRequest"},
      {"wrong method of a login", http_get(target), 405, "badRequest"},
      {"no user", http_post("/api/v1/authenticate", login_body), 400, R"("path":"userId")"},
      {"empty user", http_post("/api/v1/authenticate?userId=", login_body), 400, R"("path":"userId")"},
      {"two users", http_post(target + "&userId=u2", login_body), 400, R"("path":"userId")"},
      {"long user", http_post("/api/v1/authenticate?userId=" + long_user, login_body), 400, "longer than 50"},
      {"user with a line break", http_post("/api/v1/authenticate?userId=a%0Ab", login_body), 400, "control characters"},
      {"bad escape", http_post("/api/v1/authenticate?userId=%zz", login_body), 400, R"("path":"userId")"},
      {"not JSON", http_post(target, "{"), 400, R"("path":"$)"},
      {"empty body", http_post(target, ""), 400, R"("path":"$")"},
      {"not an object", http_post(target, "[]"), 400, "expected an object"},
      {"no type", http_post(target, "{}"), 400, R"("path":"$.type")"},
      {"a type that the API has not", http_post(target, R"({"type":"celsius","username":"a","password":"b"})"), 400,
       "no such integration"},
      {"wrong member", http_post(target, R"({"type":"robinhood","mfaCode":123456})"), 400, R"("path":"$.mfaCode")"},
      {"bad Base64", http_post(target, R"({"type":"robinhood","isSensitiveFieldsEncrypted":true,"password":"*"})"), 400,
       R"("path":"$.password")"},
      {"a form",
       "POST " + target + " HTTP/1.1\r\nHost: x\r\n" + std::string(known_client) +
           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b",
       400, "Content-Type"},
  };
  Loopback net;
  RawClient client(net);  // All of them on one connection: a refusal does not cost it.
  for (auto const& [name, request, expected, body] : cases) {
    BOOST_TEST_CONTEXT(name) {
      auto const reply = client.send(request);
      BOOST_TEST(status_of(reply) == expected);
      BOOST_TEST(contains(body_of(reply), body), reply);
      BOOST_TEST(contains(reply, expected == 400 ? "application/problem+json" : "application/json"), reply);
      BOOST_TEST(!contains(reply, "Pass123"));
    }
  }
  BOOST_TEST(net.server->counters().connections == 1U);
  BOOST_TEST(net.verifier.asked.empty());
}

BOOST_AUTO_TEST_CASE(a_user_id_of_50_characters_is_taken_however_many_bytes_it_has) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  RawClient client(net);
  std::string user;
  for (auto letter = 0; letter < 50; ++letter) user += "%C3%A4";
  BOOST_TEST(status_of(client.send(http_post("/api/v1/authenticate?userId=" + user, login_body))) == 200U);
}

BOOST_AUTO_TEST_CASE(head_is_a_wrong_method_and_its_answer_has_no_body) {
  Loopback net;
  RawClient client(net);
  client.write("HEAD " + std::string(login_target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(known_client) + "\r\n" +
               http_get("/nowhere"));
  auto const reply = client.read_head();
  BOOST_TEST(status_of(reply) == 405U);
  BOOST_TEST(contains(reply, "Allow: POST"));
  // A body after it would be read as the head of the second.
  BOOST_TEST(status_of(client.read_reply()) == 404U);
}

BOOST_AUTO_TEST_CASE(a_405_names_the_method) {
  Loopback net;
  RawClient client(net);
  BOOST_TEST(contains(client.send(http_get(login_target)), "\r\nAllow: POST\r\n"));
}

BOOST_AUTO_TEST_CASE(a_body_over_its_bound_is_413_whether_announced_or_not) {
  Loopback net;
  std::string const big(65 * 1024, ' ');
  RawClient announced(net);
  auto const reply = announced.send(http_post(login_target, big));
  BOOST_TEST(status_of(reply) == 413U);
  BOOST_TEST(contains(reply, "Connection: close"));
  RawClient chunked(net);
  auto const head = "POST " + std::string(login_target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(known_client) +
                    "Transfer-Encoding: chunked\r\n\r\n";
  BOOST_TEST(status_of(chunked.send(head + "10400\r\n" + big + "\r\n0\r\n\r\n")) == 413U);
}

BOOST_AUTO_TEST_CASE(what_is_not_http_is_400_and_the_end) {
  Loopback net;
  std::vector<std::string> const shapes = {
      "HELO mail.example.com\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
      "POST " + std::string(login_target) + " HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "POST " + std::string(login_target) + " HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
      "POST " + std::string(login_target) + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
      "POST " + std::string(login_target) + " HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
      "POST " + std::string(login_target) + " HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\nX: y\r\n\r\nZ\r\n",
      "POST " + std::string(login_target) +
          " HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET / HTTP/1.1\r\nX: " + std::string(20 * 1024, 'x') + "\r\n\r\n",
  };
  for (auto const& shape : shapes) {
    BOOST_TEST_CONTEXT(shape.substr(0, 60)) {
      RawClient client(net);
      BOOST_TEST(status_of(client.send(shape)) == 400U);
      BOOST_TEST(client.is_closed());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_slow_sender_is_cut_off) {
  Loopback net(
      [](ServerConfig& config, ClientConfig&) { config.read_timeout = scaled(std::chrono::milliseconds(200)); });
  RawClient client(net);
  client.write("POST /api/v1/auth");
  BOOST_TEST(client.is_closed());
  BOOST_TEST(net.server->counters().requests == 0U);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed) {
  Loopback net(
      [](ServerConfig& config, ClientConfig&) { config.idle_timeout = scaled(std::chrono::milliseconds(200)); });
  RawClient client(net);
  BOOST_TEST(status_of(client.send(http_get("/api/v1/authenticationSchemes"))) == 200U);
  BOOST_TEST(client.is_closed());
}

BOOST_AUTO_TEST_CASE(a_connection_over_the_bound_is_turned_away) {
  Loopback net([](ServerConfig& config, ClientConfig&) {
    config.connections_max = 1;
    config.connections_spare = 0;
  });
  RawClient first(net);
  boost::asio::ip::tcp::socket second(net.io);
  second.connect({boost::asio::ip::make_address("127.0.0.1"), net.server->port()});
  std::optional<boost::system::error_code> closed;
  char byte = 0;
  second.async_read_some(boost::asio::buffer(&byte, 1),
                         [&closed](boost::system::error_code ec, std::size_t) { closed = ec; });
  net.run_until([&closed] { return closed.has_value(); });
  BOOST_TEST(closed->failed());
  BOOST_TEST(status_of(first.send(http_get("/api/v1/authenticationSchemes"))) == 200U);
}

BOOST_AUTO_TEST_CASE(requests_in_a_row_are_answered_in_order) {
  Loopback net;
  RawClient client(net);
  client.write(http_get("/api/v1/authenticationSchemes") + http_get("/nowhere") +
               http_get("/api/v1/authenticationSchemes"));
  BOOST_TEST(status_of(client.read_reply()) == 200U);
  BOOST_TEST(status_of(client.read_reply()) == 404U);
  BOOST_TEST(status_of(client.read_reply()) == 200U);
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_100_is_told_to_go_on) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  RawClient client(net);
  auto const head =
      "POST " + std::string(login_target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(known_client) +
      "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " + std::to_string(login_body.size()) +
      "\r\n\r\n";
  BOOST_TEST(status_of(client.send(head)) == 100U);
  BOOST_TEST(status_of(client.send(login_body)) == 200U);
}

BOOST_AUTO_TEST_CASE(http_1_0_gets_its_reply_and_the_end) {
  Loopback net;
  RawClient client(net);
  auto const reply = client.send("GET /api/v1/authenticationSchemes HTTP/1.0\r\n" + std::string(known_client) + "\r\n");
  BOOST_TEST(status_of(reply) == 200U);
  BOOST_TEST(client.is_closed());
}

BOOST_AUTO_TEST_CASE(a_full_session_table_is_503_with_a_time_to_come_back) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.sessions_max = 1; });
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  RawClient client(net);
  BOOST_TEST(status_of(client.send(http_post(login_target, login_body))) == 200U);
  auto const reply = client.send(http_post("/api/v1/authenticate?userId=u2", login_body));
  BOOST_TEST(status_of(reply) == 503U);
  BOOST_TEST(contains(reply, "Retry-After: "));
}

BOOST_AUTO_TEST_CASE(a_login_that_is_over_makes_room_for_one_that_begins) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.sessions_max = 1; });
  net.verifier.replies.push_back(granted());
  net.verifier.replies.push_back(granted());
  RawClient client(net);
  BOOST_TEST(status_of(client.send(http_post(login_target, login_body))) == 200U);
  auto const reply = client.send(http_post("/api/v1/authenticate?userId=u2", login_body));
  BOOST_TEST(status_of(reply) == 200U);
  BOOST_TEST(contains(reply, "succeeded"));
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_in_the_midst_of_requests_leaves_nothing_hanging) {
  constexpr std::size_t users = 32;
  for (auto handlers = 0; handlers < 900; handlers += 149) {
    BOOST_TEST_CONTEXT("after handlers: " << handlers) {
      Loopback net;
      std::size_t ended = 0;
      for (std::size_t user = 0; user < users; ++user) {
        net.client->async_login(net.credentials("user-" + std::to_string(user)), net.responder,
                                [&ended](boost::system::error_code, Outcome const&) { ++ended; });
      }
      // Where nothing is left to run before that many, all stands still already.
      for (auto run = 0; run < handlers && net.io.run_one_for(std::chrono::milliseconds(50)) != 0;) ++run;
      net.server.reset();
      net.run_until([&ended] { return ended == users; });
      for (auto& held : net.verifier.held)
        std::move(held)(boost::system::error_code(), granted());  // They come too late, and do no harm.
      net.verifier.held.clear();
      net.run_for(std::chrono::milliseconds(20));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
