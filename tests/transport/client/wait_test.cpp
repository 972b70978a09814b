// Doors at which something elsewhere is awaited: the client polls.

#include <support/loopback.hpp>

BOOST_AUTO_TEST_SUITE(waiting)

using namespace sallyport;
using namespace sallyport::test;

namespace {

void poll_quickly(ServerConfig&, ClientConfig& config) {
  config.limits.poll_interval = std::chrono::milliseconds(30);
}

AuthResponse push() {
  return challenge(AuthStatus::device_confirmation_required, MfaType::mobile);
}

bool carries_a_secret(AuthRequest const& request) {
  return request.username || request.password || request.mfa_code || request.challenge_code ||
         request.challenge_answer || request.trade_pin || request.auth_token || request.key;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_push_is_polled_until_it_is_granted_and_no_poll_carries_a_secret) {
  Loopback net(poll_quickly);
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(granted());
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST_REQUIRE(net.verifier.asked.size() == 4U);
  for (std::size_t poll = 1; poll < 4; ++poll) {
    BOOST_TEST((net.verifier.asked[poll].act == EventType::poll));
    BOOST_TEST(!carries_a_secret(net.verifier.asked[poll].request));
  }
  BOOST_TEST(net.server->counters().credential_posts == 1U);
  BOOST_TEST(net.responder.seen.size() == 1U);
  BOOST_TEST(net.responder.cancelled);
}

BOOST_AUTO_TEST_CASE(a_responder_with_nothing_to_say_lets_the_login_watch) {
  Loopback net(poll_quickly);
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::wait());
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(another_way_turns_a_push_into_a_code) {
  Loopback net(poll_quickly);
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(granted());
  net.responder.answers.push_back(Answer::another_way());
  net.responder.answers.push_back(Answer::text(Secret("123456")));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST((net.verifier.asked.at(1).act == EventType::another_way));
  BOOST_TEST(*net.verifier.asked[1].request.is_trying_another_way);
}

BOOST_AUTO_TEST_CASE(a_push_that_is_turned_down_is_denied) {
  Loopback net(poll_quickly);
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(status(AuthStatus::failed));
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "denied");
}

BOOST_AUTO_TEST_CASE(a_push_that_nobody_answers_ends_as_user_absent_and_the_polls_end_with_it) {
  Loopback net([](ServerConfig&, ClientConfig& config) {
    config.limits.poll_interval = scaled(std::chrono::milliseconds(20));
    config.limits.step_life_span = scaled(std::chrono::milliseconds(600));
  });
  for (auto count = 0; count < 100; ++count) net.verifier.replies.push_back(push());
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "user_absent");
  auto const polls = net.verifier.asked.size();
  BOOST_TEST(polls > 1U, "the first of them is the post");
  net.run_for(std::chrono::milliseconds(150));
  BOOST_TEST(net.verifier.asked.size() == polls);
}

BOOST_AUTO_TEST_CASE(an_email_link_goes_through_two_waits) {
  Loopback net(poll_quickly);
  auto link = challenge(AuthStatus::email_verification, MfaType::read_email);
  link.email = "m***@example.com";
  net.verifier.replies.push_back(std::move(link));
  net.verifier.replies.push_back(status(AuthStatus::email_received));
  net.verifier.replies.push_back(granted());
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST(*net.verifier.asked.at(1).request.confirmation_email == "m***@example.com");
  BOOST_TEST(net.responder.seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_changes_at_a_challenge_is_shown_anew_and_gives_no_time) {
  Loopback net(poll_quickly);
  auto const number = [](std::string text) {
    auto reply = push();
    reply.challenge_text = std::move(text);
    reply.challenge_expires_in_seconds = 60;
    return reply;
  };
  net.verifier.replies.push_back(number("Open the app."));
  net.verifier.replies.push_back(number("Open the app."));
  net.verifier.replies.push_back(number("Tap 42."));
  net.verifier.replies.push_back(number("Tap 42."));
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  auto const first = std::get<Prompt>(net.begin(login).second);
  auto const second = std::get<Prompt>(net.answer(login, Answer::wait()).second);
  BOOST_TEST(first.text == "Open the app.");
  BOOST_TEST(second.text == "Tap 42.");
  BOOST_TEST((second.kind == PromptKind::act_elsewhere));
  BOOST_TEST((second.answer_by == first.answer_by));
  BOOST_TEST(name_of(std::get<Outcome>(net.answer(login, Answer::wait()).second).kind) == "succeeded");
  BOOST_TEST_REQUIRE(net.verifier.asked.size() == 5U);
  for (std::size_t poll = 2; poll < 5; ++poll) {
    BOOST_TEST((net.verifier.asked[poll].request.challenge_id == net.verifier.asked[1].request.challenge_id));
  }
}

BOOST_AUTO_TEST_CASE(a_responder_is_asked_anew_when_a_challenge_shows_something_else) {
  Loopback net(poll_quickly);
  auto const code = [](std::string_view text) {
    auto reply = challenge(AuthStatus::qr_code_required, MfaType::qr_code, 60);
    reply.qr_code = Secret(text);
    return reply;
  };
  net.verifier.replies.push_back(code("first"));
  net.verifier.replies.push_back(code("second"));
  net.verifier.replies.push_back(code("second"));
  net.verifier.replies.push_back(granted());
  BOOST_TEST(name_of(net.login().second.kind) == "succeeded");
  BOOST_TEST(net.responder.seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_factor_that_is_confirmed_elsewhere_is_polled_under_the_statuses_for_codes) {
  for (auto const status : {AuthStatus::mfa_required, AuthStatus::challenge_issued}) {
    for (auto const factor :
         {MfaType::mobile, MfaType::roaming, MfaType::read_email, MfaType::face, MfaType::qr_code}) {
      Loopback net(poll_quickly);
      net.verifier.replies.push_back(challenge(status, factor, 60));
      net.verifier.replies.push_back(challenge(status, factor, 60));
      net.verifier.replies.push_back(granted());
      BOOST_TEST(name_of(net.login().second.kind) == "succeeded", wire_name(factor));
      BOOST_TEST_REQUIRE(net.responder.seen.size() == 1U);
      BOOST_TEST((net.responder.seen[0].kind == PromptKind::act_elsewhere));
      BOOST_TEST(net.responder.seen[0].fields.empty());
      BOOST_TEST((net.verifier.asked.back().act == EventType::poll));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_failed_challenge_where_nothing_was_answered_is_told_as_a_denial) {
  Loopback first;
  first.verifier.replies.push_back(status(AuthStatus::challenge_failed));
  BOOST_TEST(name_of(first.login().second.kind) == "denied");
  Loopback polled(poll_quickly);
  polled.verifier.replies.push_back(push());
  polled.verifier.replies.push_back(status(AuthStatus::challenge_failed));
  auto const outcome = polled.login().second;
  BOOST_TEST(name_of(outcome.kind) == "denied");
  BOOST_TEST(outcome.diagnostics.status == "failed");
}

BOOST_AUTO_TEST_SUITE_END()
