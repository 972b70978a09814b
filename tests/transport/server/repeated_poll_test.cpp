// A poll whose reply was lost is asked again, and hears what the lost reply said. What was said to a secret is said
// once.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

BOOST_AUTO_TEST_SUITE(repeated_polls)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

/// A user who has to confirm in an app, and whose client asks.
struct Waiting {
  explicit Waiting(std::chrono::milliseconds linger = 60s)
      : net([linger](ServerConfig& config, ClientConfig&) {
          config.limits.poll_interval = 1ms;
          config.linger = linger;
        }),
        client(net) {
    net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile, 60));
    post(R"({"type":"robinhood","username":"Mesh","password":"Pass123"})");
    first_id = id_of(reply);
  }

  void post(std::string_view body, std::string_view user = "u1", std::string_view who = known_client) {
    reply = body_of(client.send(http_post("/api/v1/authenticate?userId=" + std::string(user), body, who)));
    envelope = json::parse(reply).as_object();
  }
  void poll(std::string const& id, std::string_view user = "u1", std::string_view who = known_client) {
    net.run_for(5ms);  // Past the interval.
    post(R"({"type":"robinhood","challengeId":")" + id + R"("})", user, who);
  }
  [[nodiscard]] static std::string id_of(std::string const& text) {
    return std::string(json::parse(text).at("content").at("challengeId").as_string());
  }
  [[nodiscard]] std::string error_type() const { return std::string(envelope.at("errorType").as_string()); }

  Loopback net;
  RawClient client;
  std::string reply;
  json::object envelope;
  std::string first_id;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_poll_that_ended_the_login_is_answered_again_while_the_login_is_remembered) {
  for (auto const succeeds : {true, false}) {
    Waiting user;
    user.net.verifier.replies.push_back(succeeds ? granted() : status(AuthStatus::failed));
    user.poll(user.first_id);
    auto const said = user.reply;
    for (auto left = 3; left != 0; --left) {
      user.poll(user.first_id);
      BOOST_TEST(user.reply == said);
    }
    user.post(R"({"type":"robinhood"})");
    BOOST_TEST(user.reply == said);
    BOOST_TEST(user.net.verifier.asked.size() == 2U);
  }
}

BOOST_AUTO_TEST_CASE(it_is_answered_again_to_its_own_client_user_and_challenge_alone) {
  Waiting user;
  user.net.verifier.replies.push_back(granted());
  user.poll(user.first_id);
  user.poll(user.first_id, "u2");
  BOOST_TEST(user.error_type() == "challengeUnknown");
  user.poll(user.first_id, "u1", "X-Client-Id: client-2\r\nX-Client-Secret: client-secret-2\r\n");
  BOOST_TEST(user.error_type() == "challengeUnknown");
  user.poll(std::string(32, '0'));
  BOOST_TEST(user.error_type() == "challengeUnknown");
  user.post(R"({"type":"coinbase","challengeId":")" + user.first_id + R"("})");
  BOOST_TEST(user.error_type() == "challengeUnknown");
}

BOOST_AUTO_TEST_CASE(a_post_with_a_secret_never_hears_it) {
  Waiting user;
  user.net.verifier.replies.push_back(granted());
  user.poll(user.first_id);
  user.post(R"({"type":"robinhood","challengeId":")" + user.first_id + R"(","mfaCode":"123456"})");
  BOOST_TEST(user.error_type() == "challengeUnknown");
}

BOOST_AUTO_TEST_CASE(what_was_said_to_a_secret_is_not_said_to_a_poll) {
  Waiting user;
  user.net.verifier.replies.push_back(granted());
  user.post(R"({"type":"robinhood","challengeId":")" + user.first_id + R"(","mfaCode":"123456"})");
  BOOST_TEST((user.envelope.at("content").at("status") == "succeeded"));
  user.poll(user.first_id);
  BOOST_TEST(user.error_type() == "challengeUnknown");
}

BOOST_AUTO_TEST_CASE(it_is_forgotten_with_the_login) {
  Waiting user(50ms);
  user.net.verifier.replies.push_back(granted());
  user.poll(user.first_id);
  user.net.run_until([&user] { return user.net.server->counters().logins_kept == 0; });
  user.poll(user.first_id);
  BOOST_TEST(user.error_type() == "challengeUnknown");
}

BOOST_AUTO_TEST_CASE(a_poll_that_led_to_the_next_challenge_is_shown_it_again) {
  Waiting user;
  user.net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp, 60));
  user.poll(user.first_id);
  auto const second_id = Waiting::id_of(user.reply);
  BOOST_TEST(second_id != user.first_id);
  user.poll(user.first_id);
  BOOST_TEST((user.envelope.at("content").at("status") == "mfaRequired"));
  BOOST_TEST(Waiting::id_of(user.reply) == second_id);
  // The challenge before is superseded all the same: a code for it is none for this one.
  user.post(R"({"type":"robinhood","challengeId":")" + user.first_id + R"(","mfaCode":"123456"})");
  BOOST_TEST(user.error_type() == "challengeSuperseded");
}

BOOST_AUTO_TEST_CASE(a_challenge_that_an_answer_superseded_is_none_to_a_poll) {
  Waiting user;
  user.net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp, 60));
  user.post(R"({"type":"robinhood","challengeId":")" + user.first_id + R"(","mfaCode":"123456"})");
  user.poll(user.first_id);
  BOOST_TEST(user.error_type() == "challengeSuperseded");
}

BOOST_AUTO_TEST_SUITE_END()
