// What clients that nobody here wrote may expect of a server of HTTP: each of them does one thing that ours does not.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

BOOST_AUTO_TEST_SUITE(http_manners)

using namespace sallyport;
using namespace sallyport::test;

namespace {

constexpr std::string_view login_target = "/api/v1/authenticate?userId=u1";
constexpr std::string_view login_body = R"({"type":"robinhood","username":"Mesh","password":"Pass123"})";
constexpr std::string_view schemes = "/api/v1/authenticationSchemes";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string post_with(std::string_view lines, std::string_view version = "1.1") {
  return "POST " + std::string(login_target) + " HTTP/" + std::string(version) + "\r\nHost: x\r\n" +
         std::string(known_client) +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(login_body.size()) + "\r\n" +
         std::string(lines) + "\r\n";
}

std::string get_1_0(std::string_view target, std::string_view lines = {}) {
  return "GET " + std::string(target) + " HTTP/1.0\r\n" + std::string(known_client) + std::string(lines) + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_body_is_invited_however_its_client_spells_the_wish) {
  for (auto const* const wish :
       {"Expect: 100-continue", "Expect: 100-Continue", "expect: 100-CONTINUE", "Expect: x, 100-Continue"}) {
    BOOST_TEST_CONTEXT(wish) {
      Loopback net;
      net.verifier.replies.push_back(granted());
      RawClient client(net);
      BOOST_TEST(client.send(post_with(std::string(wish) + "\r\n")) == "HTTP/1.1 100 Continue\r\n\r\n");
      BOOST_TEST(status_of(client.send(login_body)) == 200U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_client_of_http_1_0_is_not_told_to_go_on) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  RawClient client(net);
  client.write(post_with("Expect: 100-continue\r\n", "1.0"));
  BOOST_TEST(status_of(client.send(login_body)) == 200U);
}

BOOST_AUTO_TEST_CASE(a_client_of_http_1_0_is_told_whether_its_connection_stays) {
  Loopback net;
  RawClient kept(net);
  for (auto left = 2; left != 0; --left) {
    auto const reply = kept.send(get_1_0(schemes, "Connection: Keep-Alive\r\n"));
    BOOST_TEST(status_of(reply) == 200U);
    BOOST_TEST(contains(reply, "\r\nConnection: keep-alive\r\n"), reply);
  }
  auto const last = kept.send(get_1_0(schemes));
  BOOST_TEST(contains(last, "\r\nConnection: close\r\n"), last);
  BOOST_TEST(kept.is_closed_in_order());
  RawClient newer(net);
  BOOST_TEST(!contains(newer.send(http_get(schemes)), "Connection: "));
}

BOOST_AUTO_TEST_CASE(a_target_may_name_scheme_and_host) {
  Loopback net;
  RawClient client(net);
  struct Case {
    std::string_view target;
    unsigned status;
  };
  for (auto const& [target, status] : {
           Case{"https://localhost/api/v1/authenticationSchemes", 200},
           Case{"HTTPS://localhost:8443/api/v1/authenticationSchemes?x=y", 200},
           Case{"http://[::1]/api/v1/authenticationSchemes", 200},
           Case{"https://localhost", 404},
           Case{"https://localhost?userId=u1", 404},
           Case{"https:///api/v1/authenticationSchemes", 404},
           Case{"ftp://localhost/api/v1/authenticationSchemes", 404},
           Case{"/https://localhost/api/v1/authenticationSchemes", 404},
       }) {
    BOOST_TEST_CONTEXT(target) {
      BOOST_TEST(status_of(client.send(http_get(target))) == status);
    }
  }
  net.verifier.replies.push_back(granted());
  auto const absolute = "https://localhost" + std::string(login_target);
  BOOST_TEST(status_of(client.send(http_post(absolute, login_body))) == 200U);
}

BOOST_AUTO_TEST_CASE(an_empty_line_before_a_request_is_skipped) {
  Loopback net;
  RawClient client(net);
  auto const request = http_get(schemes);
  BOOST_TEST(status_of(client.send("\r\n" + request)) == 200U);
  BOOST_TEST(status_of(client.send("\r\n\r\n" + request)) == 200U);
  for (auto const* const piece : {"\r", "\n\r", "\n"}) client.write(piece);
  BOOST_TEST(status_of(client.send(request)) == 200U);
  BOOST_TEST(status_of(client.send("\r\n\r\n\r\n\r\n\r\n" + request)) == 400U);
}

BOOST_AUTO_TEST_CASE(head_is_answered_as_get_is_without_its_body) {
  Loopback net;
  RawClient client(net);
  auto const got = client.send(http_get(schemes));
  client.write("HEAD " + std::string(schemes) + " HTTP/1.1\r\nHost: x\r\n" + std::string(known_client) + "\r\n" +
               http_get("/nowhere"));
  auto const head = client.read_head();
  BOOST_TEST(status_of(head) == 200U);
  BOOST_TEST(contains(head, "\r\nContent-Length: " + std::to_string(body_of(got).size()) + "\r\n"), head);
  // What a body would be read as, and a refusal after it has one again.
  BOOST_TEST(status_of(client.read_reply()) == 404U);
  BOOST_TEST(contains(client.send(http_post(schemes, "{}")), "\r\nAllow: GET, HEAD\r\n"));
  BOOST_TEST(!body_of(client.send("HELO x\r\n\r\n")).empty());
}

BOOST_AUTO_TEST_CASE(every_answer_has_a_date) {
  Loopback net;
  RawClient client(net);
  for (auto const& request : {http_get(schemes), http_get("/nowhere"), std::string("HELO x\r\n\r\n")}) {
    auto const reply = client.send(request);
    auto const at = reply.find("\r\nDate: ");
    BOOST_TEST_REQUIRE(at != std::string::npos, reply);
    BOOST_TEST(reply.substr(at + 8 + 25, 6) == " GMT\r\n", reply);
  }
}

BOOST_AUTO_TEST_CASE(a_401_has_the_challenge_that_http_demands) {
  Loopback net;
  RawClient client(net);
  auto const reply = client.send(http_get(schemes, ""));
  BOOST_TEST(status_of(reply) == 401U);
  BOOST_TEST(contains(reply, "\r\nWWW-Authenticate: ApiKey realm=\"X-Client-Id, X-Client-Secret\"\r\n"), reply);
}

BOOST_AUTO_TEST_CASE(a_body_in_a_coding_is_415_and_says_what_is_taken) {
  Loopback net;
  RawClient client(net);
  for (auto const* const coding : {"gzip", "GZIP", "br", "gzip, identity", "identity, gzip"}) {
    BOOST_TEST_CONTEXT(coding) {
      auto const reply =
          client.send(post_with("Content-Encoding: " + std::string(coding) + "\r\n") + std::string(login_body));
      BOOST_TEST(status_of(reply) == 415U);
      BOOST_TEST(contains(reply, "\r\nAccept-Encoding: identity\r\n"), reply);
    }
  }
  BOOST_TEST(net.verifier.asked.empty());
  net.verifier.replies.push_back(granted());
  BOOST_TEST(status_of(client.send(post_with("Content-Encoding: Identity\r\n") + std::string(login_body))) == 200U);
}

BOOST_AUTO_TEST_CASE(an_end_between_two_messages_is_announced) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.idle_timeout = std::chrono::milliseconds(50); });
  RawClient idle(net);
  BOOST_TEST(status_of(idle.send(http_get(schemes))) == 200U);
  BOOST_TEST(idle.is_closed_in_order());
  RawClient refused(net);
  BOOST_TEST(status_of(refused.send("HELO x\r\n\r\n")) == 400U);
  BOOST_TEST(refused.is_closed_in_order());
}

BOOST_AUTO_TEST_CASE(a_request_that_takes_too_long_ends_without_a_farewell) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.read_timeout = std::chrono::milliseconds(50); });
  RawClient slow(net);
  slow.write(post_with({}) + "{");
  BOOST_TEST(!slow.is_closed_in_order());
}

BOOST_AUTO_TEST_CASE(health_is_told_to_whoever_asks) {
  Loopback net;
  RawClient client(net);
  for (auto const* const path : {"/livez", "/readyz"}) {
    auto const reply = client.send(http_get(path, ""));
    BOOST_TEST(status_of(reply) == 200U);
    BOOST_TEST(body_of(reply) == "ok\n");
    BOOST_TEST(contains(reply, "\r\nContent-Type: text/plain\r\n"), reply);
    BOOST_TEST(status_of(client.send(http_post(path, "{}", ""))) == 405U);
  }
}

BOOST_AUTO_TEST_CASE(type_flow_step_and_factor_are_known_in_any_case) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  net.verifier.replies.push_back(granted());
  RawClient client(net);
  auto const first = R"({"type":"Robinhood","authFlowStep":"LoginPassword","username":"Mesh","password":"Pass123"})";
  BOOST_TEST(contains(client.send(http_post(login_target, first)), "mfaRequired"));
  // It is the same login, whichever case names it.
  auto const second = R"({"type":"ROBINHOOD","authFlowStep":"MfaFlow","mfaType":"Totp","mfaCode":"123456"})";
  BOOST_TEST(contains(client.send(http_post(login_target, second)), "succeeded"));
  BOOST_TEST_REQUIRE(net.verifier.asked.size() == 2U);
  auto const& asked = net.verifier.asked.back().request;
  BOOST_TEST((asked.type == BrokerType::robinhood));
  BOOST_TEST((value_of(asked.auth_flow_step) == AuthFlowStep::mfa_flow));
  BOOST_TEST((value_of(asked.mfa_type) == MfaType::totp));
}

BOOST_AUTO_TEST_CASE(an_account_is_named_by_its_old_name_too) {
  Loopback net;
  auto reply = granted();
  reply.account_tokens->front().account.emplace().mesh_account_id = "m-1";
  net.verifier.replies.push_back(std::move(reply));
  RawClient client(net);
  auto const said = client.send(http_post(login_target, login_body));
  BOOST_TEST(contains(said, R"("meshAccountId":"m-1")"), said);
  BOOST_TEST(contains(said, R"("frontAccountId":"m-1")"), said);
}

BOOST_AUTO_TEST_SUITE_END()
