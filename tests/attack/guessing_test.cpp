// What an attacker can find out by trying: nothing, and not often. What they write stands in no line of a log.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/transport/observers.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <set>
#include <sstream>

BOOST_AUTO_TEST_SUITE(guessing)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr std::string_view second_client = "X-Client-Id: client-2\r\nX-Client-Secret: client-secret-2\r\n";

std::string login_as(std::string_view name, std::string_view password, std::string_view type = "robinhood") {
  return R"({"type":")" + std::string(type) + R"(","username":")" + std::string(name) + R"(","password":")" +
         std::string(password) + "\"}";
}

std::string answer_to(std::string const& challenge, std::string_view code = "123456") {
  return R"({"type":"robinhood","challengeId":")" + challenge + R"(","challengeCode":")" + std::string(code) +
         R"(","mfaType":"phone"})";
}

/// A reply without the line that counts seconds.
std::string timeless(std::string reply) {
  if (auto const at = reply.find("Retry-After: "); at != std::string::npos) {
    reply.erase(at, reply.find("\r\n", at) + 2 - at);
  }
  return reply;
}

/// The sandbox on the other side of a server that a tweak may change.
struct Target {
  explicit Target(std::function<void(ServerConfig&)> const& tweak = {})
      : sandbox(net.io.get_executor(), Catalogue::embedded()) {
    ServerConfig config;
    config.identity = net.certificates.identity();
    config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
    config.clients.push_back({.id = "client-2", .secret = Secret("client-secret-2")});
    config.limits.resend_cool_down = 0s;
    config.observer = std::make_shared<JsonLines>(log);
    if (tweak) tweak(config);
    net.server.emplace(std::move(*Server::create(net.io.get_executor(), std::move(config), sandbox)));
    net.server->start();
    client.emplace(net);
  }

  std::string post(std::string const& body, std::string const& user = "u1", std::string_view who = known_client) {
    return client->send(http_post("/api/v1/authenticate?userId=" + user, body, who));
  }
  /// A login that stands at an SMS; the id of its challenge.
  std::string begin(std::string const& user = "u1", std::string_view who = known_client) {
    auto const said = json::parse(body_of(post(login_as("Mesh+sms", "Pass123"), user, who)));
    return std::string(said.at("content").at("challengeId").as_string());
  }

  std::ostringstream log;
  Loopback net;
  Sandbox sandbox;
  std::optional<RawClient> client;
};

std::string error_type_of(std::string const& reply) {
  return std::string(json::parse(body_of(reply)).at("errorType").as_string());
}

std::string status_in(std::string const& reply) {
  return std::string(json::parse(body_of(reply)).at("content").at("status").as_string());
}

/// What a reply says with `Retry-After`; zero where it says nothing.
std::chrono::seconds seconds_to_wait(std::string const& reply) {
  constexpr std::string_view name = "Retry-After: ";
  auto const at = reply.find(name);
  return std::chrono::seconds(at == std::string::npos ? 0 : std::stol(reply.substr(at + name.size())));
}

/// Three failures are free, then a wait that a test can bear.
void hold_soon(ServerConfig& config) {
  config.account_throttle = {.burst = 3, .recovery = scaled(400ms), .wait = scaled(400ms)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_challenge_that_was_seen_is_worth_nothing_to_another_user_or_client) {
  Target target;
  auto const seen = target.begin("victim");
  for (auto const who : {known_client, second_client}) {
    for (std::string const user : {"u1", "victim", "VICTIM", "victim%20"}) {
      if (who == known_client && user == "victim") continue;
      BOOST_TEST(error_type_of(target.post(answer_to(seen), user, who)) == "challengeUnknown");
      static_cast<void>(target.begin(user, who));
      BOOST_TEST(error_type_of(target.post(answer_to(seen), user, who)) == "challengeUnknown");
    }
  }
  BOOST_TEST(status_in(target.post(answer_to(seen), "victim")) == "succeeded");
  BOOST_TEST(error_type_of(target.post(answer_to(seen), "victim")) == "challengeUnknown");
}

BOOST_AUTO_TEST_CASE(guessing_the_id_of_a_challenge_costs_its_owner_nothing) {
  Target target;
  auto const right = target.begin();
  BOOST_TEST(right.size() == 32U);
  for (std::size_t digit = 0; digit < right.size(); ++digit) {
    auto guess = right;
    guess[digit] = guess[digit] == '0' ? '1' : '0';
    BOOST_TEST(error_type_of(target.post(answer_to(guess))) == "challengeUnknown");
  }
  for (auto const& guess : {std::string(), std::string("0"), std::string("%"), right + "0", right.substr(1)}) {
    BOOST_TEST(error_type_of(target.post(answer_to(guess))) == "challengeUnknown");
  }
  BOOST_TEST(status_in(target.post(answer_to(right))) == "succeeded");
}

BOOST_AUTO_TEST_CASE(ids_of_challenges_do_not_repeat) {
  Target target;
  std::set<std::string> ids;
  for (auto user = 0; user < 300; ++user) ids.insert(target.begin("u" + std::to_string(user)));
  BOOST_TEST(ids.size() == 300U);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_and_a_wrong_password_are_told_with_the_same_bytes) {
  Target target;
  for (std::string_view const type : {"robinhood", "coinbase", "sandbox", "binanceInternationalDirect"}) {
    auto const unknown = target.post(login_as("Nobody", "Pass123", type), "u1");
    auto const wrong = target.post(login_as("Mesh", "Pass124", type), "u2");
    auto const empty = target.post(login_as("Mesh", "", type), "u3");
    BOOST_TEST(status_in(unknown) == "failed");
    BOOST_TEST(unknown == wrong);
    BOOST_TEST(unknown == empty);
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_client_and_a_wrong_secret_are_told_with_the_same_bytes) {
  Target target;
  auto const reply = target.post(login_as("Mesh", "Pass123"), "u1", "");
  BOOST_TEST(status_of(reply) == 401U);
  for (std::string_view const who : {"X-Client-Id: nobody\r\nX-Client-Secret: client-secret-1\r\n",
                                     "X-Client-Id: client-1\r\nX-Client-Secret: client-secret-2\r\n",
                                     "X-Client-Id: client-1\r\nX-Client-Secret: client-secret-\r\n",
                                     "X-Client-Id: client-1\r\n", "X-Client-Secret: client-secret-1\r\n"}) {
    BOOST_TEST(target.post(login_as("Mesh", "Pass123"), "u1", who) == reply);
  }
}

BOOST_AUTO_TEST_CASE(who_fails_too_often_waits_and_learns_nothing_meanwhile) {
  Target target(hold_soon);
  for (auto failure = 0; failure < 4; ++failure) {
    BOOST_TEST(status_in(target.post(login_as("Mesh", "guess"))) == "failed");
  }
  auto const wrong = target.post(login_as("Mesh", "guess"));
  auto const right = target.post(login_as("Mesh+plain", "Pass123"));
  BOOST_TEST(status_of(wrong) == 429U);
  auto const wait = seconds_to_wait(wrong);
  BOOST_TEST((wait >= 1s && wait <= std::chrono::ceil<std::chrono::seconds>(scaled(400ms))));
  BOOST_TEST((json::parse(body_of(wrong)).at("status") == "tooManyRequest"));
  BOOST_TEST(timeless(right) == timeless(wrong));
  BOOST_TEST(target.log.str().find(R"("refusal":"too_many_failures")") != std::string::npos);
  // Neither another user, nor another client's, nor the same elsewhere pays for it.
  BOOST_TEST(status_in(target.post(login_as("Mesh+plain", "Pass123"), "u2")) == "succeeded");
  BOOST_TEST(status_in(target.post(login_as("Mesh+plain", "Pass123"), "u1", second_client)) == "succeeded");
  BOOST_TEST(status_in(target.post(login_as("Mesh+plain", "Pass123", "sandbox"))) == "succeeded");
  target.net.run_for(500ms);
  BOOST_TEST(status_in(target.post(login_as("Mesh+plain", "Pass123"))) == "succeeded");
}

BOOST_AUTO_TEST_CASE(wrong_codes_count_across_logins_and_the_login_stands_where_it_stood) {
  Target target(hold_soon);
  auto const first = target.begin();
  for (auto wrong = 0; wrong < 3; ++wrong) static_cast<void>(target.post(answer_to(first, "000000")));
  auto const second = target.begin();
  BOOST_TEST(status_in(target.post(answer_to(second, "000000"))) == "challengeFailed");
  BOOST_TEST(status_of(target.post(answer_to(second))) == 429U);
  // A poll carries no secret, so it is not held up.
  auto const poll = target.post(R"({"type":"robinhood","challengeId":")" + second + R"("})");
  BOOST_TEST(status_of(poll) == 200U);
  target.net.run_for(500ms);
  BOOST_TEST(status_in(target.post(answer_to(second))) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_success_forgives_nothing) {
  Target target(hold_soon);
  for (auto failure = 0; failure < 4; ++failure) {
    BOOST_TEST(status_in(target.post(login_as("Mesh+plain", "Pass123"))) == "succeeded");
    BOOST_TEST(status_in(target.post(login_as("Mesh2", "guess"))) == "failed");
  }
  BOOST_TEST(status_of(target.post(login_as("Mesh+plain", "Pass123"))) == 429U);
}

BOOST_AUTO_TEST_CASE(by_default_ten_failures_cost_nothing_and_it_can_be_switched_off) {
  Target target;
  for (auto failure = 0; failure < 11; ++failure) {
    BOOST_TEST(status_in(target.post(login_as("Mesh", "guess"))) == "failed");
  }
  auto const held = target.post(login_as("Mesh", "guess"));
  BOOST_TEST(status_of(held) == 429U);
  Target lax([](ServerConfig& config) { config.account_throttle.burst = 0; });
  for (auto failure = 0; failure < 50; ++failure) {
    BOOST_TEST(status_in(lax.post(login_as("Mesh", "guess"))) == "failed");
  }
}

BOOST_AUTO_TEST_CASE(an_address_that_guesses_is_held_with_the_right_secret_too) {
  Target target([](ServerConfig& config) { config.address_throttle = {.burst = 3, .recovery = 1min, .wait = 1min}; });
  RawClient guesser(target.net, "127.0.0.2");
  RawClient other(target.net, "127.0.0.3");
  for (auto guess = 0; guess < 2; ++guess) {
    BOOST_TEST(status_of(guesser.send(http_get("/api/v1/authenticationSchemes", "X-Client-Id: client-1\r\n"))) == 401U);
  }
  for (auto guess = 0; guess < 2; ++guess) {  // Of users whose own count is low.
    auto const path = "/api/v1/authenticate?userId=u" + std::to_string(guess);
    BOOST_TEST(status_in(guesser.send(http_post(path, login_as("Mesh", "guess")))) == "failed");
  }
  auto const held = guesser.send(http_get("/api/v1/authenticationSchemes"));
  BOOST_TEST(status_of(held) == 429U);
  BOOST_TEST(held.find("Retry-After: ") != std::string::npos);
  BOOST_TEST(status_of(other.send(http_get("/api/v1/authenticationSchemes"))) == 200U);
}

BOOST_AUTO_TEST_CASE(a_user_id_that_is_too_long_or_might_forge_a_line_is_refused_and_not_repeated) {
  Target target;
  std::string bytes_without_characters;
  for (auto byte = 0; byte < 4000; ++byte) bytes_without_characters += "%80";
  for (auto const& user :
       {std::string(51, 'u'), std::string(15'000, 'u'), bytes_without_characters, std::string("x%00y"),
        std::string("x%0D%0Ay"), std::string("x%1B%5B31my"), std::string("x%7Fy"), std::string("x%C2%9B31my"),
        std::string("x%9By"), std::string("x%C0%8Ay"), std::string("x%E2%80%A8y"), std::string("x%E2%80%AEy")}) {
    BOOST_TEST_CONTEXT(user.substr(0, 40)) {
      auto const reply = target.post(login_as("Mesh", "Pass123"), user);
      BOOST_TEST(status_of(reply) == 400U);
      BOOST_TEST(body_of(reply).find(R"("path":"userId")") != std::string::npos);
      BOOST_TEST(reply.find("31m") == std::string::npos);
    }
  }
  BOOST_TEST(target.net.server->counters().sessions_open == 0U);
}

BOOST_AUTO_TEST_CASE(lines_of_events_have_no_word_of_an_attacker) {
  Target target;
  for (std::string const hostile :
       {"robinhood\\n{\\\"event\\\":\\\"outcome\\\"}", "\\u001b[31m", "\\u009b31m", "\\u0000"}) {
    static_cast<void>(target.post(login_as("Mesh", "Pass123", hostile)));
    static_cast<void>(target.post(login_as(hostile, hostile)));
    static_cast<void>(target.post(answer_to(hostile, hostile)));
    static_cast<void>(target.post(login_as("Mesh+" + hostile, "Pass123")));
  }
  static_cast<void>(target.begin());
  std::istringstream lines(target.log.str());
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    auto const is_printable = std::ranges::all_of(line, [](char letter) { return letter >= ' ' && letter <= '~'; });
    BOOST_TEST(is_printable, line);
    BOOST_TEST(json::parse(line).is_object());
    BOOST_TEST(line.find("31m") == std::string::npos);
    BOOST_TEST(line.find("Mesh") == std::string::npos);
  }
  BOOST_TEST(count > 10U);
}

BOOST_AUTO_TEST_SUITE_END()
