// A challenge belongs to one user of one client at one integration, for a while, for one login.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

BOOST_AUTO_TEST_SUITE(binding)

using namespace sallyport;
using namespace sallyport::test;
namespace json = boost::json;

namespace {

constexpr std::string_view second_client = "X-Client-Id: client-2\r\nX-Client-Secret: client-secret-2\r\n";

struct Desk {
  explicit Desk(Loopback::Tweak const& tweak = {}) : net(tweak), client(net) {}

  /// Posts and returns the envelope.
  json::object post(std::string_view body, std::string_view user = "u1", std::string_view who = known_client) {
    auto const reply = client.send(http_post("/api/v1/authenticate?userId=" + std::string(user), body, who));
    status = status_of(reply);
    return json::parse(body_of(reply)).as_object();
  }

  /// Begins a login that stands at an SMS challenge and returns the challenge's id.
  std::string begin(std::string_view user = "u1") {
    net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
    auto const envelope = post(login, user);
    return std::string(envelope.at("content").at("challengeId").as_string());
  }

  static std::string answer(std::string const& id) {
    return R"({"type":"robinhood","challengeId":")" + id + R"(","challengeCode":"123456","mfaType":"phone"})";
  }

  static constexpr std::string_view login = R"({"type":"robinhood","username":"Mesh","password":"Pass123"})";
  Loopback net;
  RawClient client;
  unsigned status = 0;
};

std::string error_type(json::object const& envelope) {
  return std::string(envelope.at("errorType").as_string());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_right_answer_of_the_right_user_is_verified_once) {
  Desk desk;
  auto const id = desk.begin();
  desk.net.verifier.replies.push_back(granted());
  BOOST_TEST((desk.post(Desk::answer(id)).at("content").at("status") == "succeeded"));
  auto const again = desk.post(Desk::answer(id));
  BOOST_TEST((again.at("status") == "notFound"));
  BOOST_TEST(error_type(again) == "challengeUnknown");
  BOOST_TEST(desk.net.verifier.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(another_user_client_or_integration_cannot_answer_it) {
  Desk desk;
  auto const id = desk.begin();
  auto other_integration = Desk::answer(id);
  other_integration.replace(other_integration.find("robinhood"), 9, "coinbase");
  BOOST_TEST(error_type(desk.post(Desk::answer(id), "u2")) == "challengeUnknown");
  BOOST_TEST(error_type(desk.post(Desk::answer(id), "u1", second_client)) == "challengeUnknown");
  BOOST_TEST(error_type(desk.post(other_integration)) == "challengeUnknown");
  BOOST_TEST(desk.net.verifier.asked.size() == 1U);
  desk.net.verifier.replies.push_back(granted());
  BOOST_TEST((desk.post(Desk::answer(id)).at("content").at("status") == "succeeded"));
}

BOOST_AUTO_TEST_CASE(the_challenge_of_another_user_does_not_fit_even_where_one_stands_open) {
  Desk desk;
  auto const first = desk.begin("u1");
  auto const second = desk.begin("u2");
  BOOST_TEST(first != second);
  BOOST_TEST(error_type(desk.post(Desk::answer(first), "u2")) == "challengeUnknown");
}

BOOST_AUTO_TEST_CASE(a_newer_challenge_supersedes_the_older_one) {
  Desk desk([](ServerConfig& config, ClientConfig&) { config.limits.resend_cool_down = std::chrono::seconds(0); });
  auto const older = desk.begin();
  auto const newer = desk.begin();
  BOOST_TEST(older != newer);
  auto const late = desk.post(Desk::answer(older));
  BOOST_TEST((late.at("status") == "conflict"));
  BOOST_TEST(error_type(late) == "challengeSuperseded");
  desk.net.verifier.replies.push_back(granted());
  BOOST_TEST((desk.post(Desk::answer(newer)).at("content").at("status") == "succeeded"));
}

BOOST_AUTO_TEST_CASE(a_challenge_dies_with_its_timer_though_the_client_is_silent) {
  Desk desk;
  desk.net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 1));
  auto const envelope = desk.post(Desk::login);
  std::string const id(envelope.at("content").at("challengeId").as_string());
  BOOST_TEST(desk.net.server->counters().sessions_open == 1U);
  desk.net.run_until([&desk] { return desk.net.server->counters().sessions_open == 0; });
  BOOST_TEST(desk.net.verifier.forgotten.size() == 1U);
  auto const late = desk.post(Desk::answer(id));
  BOOST_TEST(error_type(late) == "challengeExpired");
  BOOST_TEST(desk.net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_ended_login_is_forgotten_after_a_while) {
  Desk desk([](ServerConfig& config, ClientConfig&) { config.linger = std::chrono::milliseconds(100); });
  desk.net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 1));
  auto const envelope = desk.post(Desk::login);
  std::string const id(envelope.at("content").at("challengeId").as_string());
  desk.net.run_for(std::chrono::milliseconds(1300));
  BOOST_TEST(error_type(desk.post(Desk::answer(id))) == "challengeUnknown");
}

BOOST_AUTO_TEST_CASE(too_many_codes_are_refused_with_a_time_to_come_back) {
  Desk desk;
  static_cast<void>(desk.begin());
  auto const reply = desk.client.send(http_post("/api/v1/authenticate?userId=u1", Desk::login));
  BOOST_TEST(status_of(reply) == 200U);
  BOOST_TEST((json::parse(body_of(reply)).at("status") == "tooManyRequest"));
  BOOST_TEST(reply.find("Retry-After: ") != std::string::npos);
  BOOST_TEST(desk.net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_attempts_are_counted_by_the_server_whatever_the_verifier_says) {
  Desk desk;
  auto const id = desk.begin();
  for (auto wrong = 0; wrong < 3; ++wrong) {
    desk.net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
    auto const said = desk.post(Desk::answer(id));
    BOOST_TEST((said.at("content").at("status") == (wrong < 2 ? "challengeFailed" : "failed")));
    if (wrong == 2) BOOST_TEST(error_type(said) == "attemptsExhausted");
  }
  BOOST_TEST(error_type(desk.post(Desk::answer(id))) == "challengeUnknown");
  BOOST_TEST(desk.net.verifier.asked.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_poll_shows_the_door_again_and_does_not_prolong_it) {
  Desk desk;
  auto const id = desk.begin();
  desk.net.run_for(std::chrono::milliseconds(1100));
  auto const said = desk.post(R"({"type":"robinhood","challengeId":")" + id + R"("})");
  BOOST_TEST((said.at("content").at("challengeId").as_string() == id));
  BOOST_TEST(said.at("content").at("challengeExpiresInSeconds").as_int64() < 60);
  BOOST_TEST(desk.net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(another_way_that_does_not_exist_does_not_prolong_a_challenge) {
  Desk desk;
  auto const id = desk.begin();
  desk.net.run_for(std::chrono::milliseconds(1100));
  desk.net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto const said = desk.post(R"({"type":"robinhood","isTryingAnotherWay":true,"challengeId":")" + id + R"("})");
  BOOST_TEST((said.at("content").at("challengeId").as_string() == id));
  BOOST_TEST(said.at("content").at("challengeExpiresInSeconds").as_int64() < 60);
}

BOOST_AUTO_TEST_CASE(an_answer_without_its_challenge_or_to_another_factor_names_the_member) {
  Desk desk;
  auto const id = desk.begin();
  auto const nameless = desk.post(R"({"type":"robinhood","challengeCode":"123456"})");
  BOOST_TEST(desk.status == 400U);
  BOOST_TEST((nameless.at("errors").at(0).at("path") == "$.challengeId"));
  auto const other =
      desk.post(R"({"type":"robinhood","challengeCode":"1","mfaType":"totp","challengeId":")" + id + R"("})");
  BOOST_TEST(desk.status == 400U);
  BOOST_TEST((other.at("errors").at(0).at("path") == "$.mfaType"));
  BOOST_TEST(desk.net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_second_request_while_one_is_answered_is_a_conflict) {
  Desk desk;
  desk.client.write(http_post("/api/v1/authenticate?userId=u1", Desk::login));
  desk.net.run_until([&desk] { return !desk.net.verifier.held.empty(); });
  RawClient other(desk.net);
  auto const reply = other.send(http_post("/api/v1/authenticate?userId=u1", Desk::login));
  BOOST_TEST((json::parse(body_of(reply)).at("errorType") == "requestInFlight"));
  BOOST_TEST(desk.net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_posted_twice_at_once_is_accepted_once) {
  Desk desk;
  auto const id = desk.begin();
  RawClient second(desk.net);
  auto const post = http_post("/api/v1/authenticate?userId=u1", Desk::answer(id));
  desk.client.write(post);
  desk.net.run_until([&desk] { return desk.net.verifier.held.size() == 1; });
  auto const refused = json::parse(body_of(second.send(post))).as_object();
  BOOST_TEST((refused.at("status") == "conflict"));
  BOOST_TEST(error_type(refused) == "requestInFlight");
  std::move(desk.net.verifier.held.front())(boost::system::error_code(), granted());
  auto const accepted = json::parse(body_of(desk.client.read_reply())).as_object();
  BOOST_TEST((accepted.at("content").at("status") == "succeeded"));
  BOOST_TEST(desk.net.verifier.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(of_two_answers_that_race_one_is_accepted_whichever_comes_first) {
  Desk desk;
  RawClient second(desk.net);
  for (auto race = 0; race < 20; ++race) {
    auto const user = "u" + std::to_string(race);
    auto const post = http_post("/api/v1/authenticate?userId=" + user, Desk::answer(desk.begin(user)));
    auto const asked = desk.net.verifier.asked.size();
    desk.net.verifier.replies.push_back(granted());
    desk.client.write(post);
    second.write(post);
    auto accepted = 0;
    for (auto* const one : {&desk.client, &second}) {
      auto const envelope = json::parse(body_of(one->read_reply())).as_object();
      if (envelope.at("status") == "ok") {
        ++accepted;
        BOOST_TEST((envelope.at("content").at("status") == "succeeded"));
      } else {
        auto const why = error_type(envelope);
        BOOST_TEST((why == "requestInFlight" || why == "challengeUnknown"), why);
      }
    }
    BOOST_TEST(accepted == 1);
    BOOST_TEST(desk.net.verifier.asked.size() == asked + 1);
  }
}

BOOST_AUTO_TEST_CASE(an_answer_without_any_login_is_unknown) {
  Desk desk;
  BOOST_TEST(error_type(desk.post(Desk::answer("0123"))) == "challengeUnknown");
  BOOST_TEST(error_type(desk.post(R"({"type":"robinhood"})")) == "challengeUnknown");
  BOOST_TEST(desk.net.verifier.asked.empty());
}

BOOST_AUTO_TEST_CASE(a_first_post_may_carry_the_code_as_the_published_example_does) {
  Desk desk;
  desk.net.verifier.replies.push_back(granted());
  auto const said = desk.post(
      R"({"username":"username","password":"password","mfaCode":"000000","mfaType":"phone","isSensitiveFieldsEncrypted":false,"isTryingAnotherWay":false,"type":"robinhood"})");
  BOOST_TEST((said.at("content").at("status") == "succeeded"));
  BOOST_TEST((desk.net.verifier.asked.at(0).act == EventType::login));
}

BOOST_AUTO_TEST_SUITE_END()
