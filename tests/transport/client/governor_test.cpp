// Logins under a governor (law 5), over loop-back. The governor's clock is the test's.

#include <support/fake_server.hpp>
#include <support/loopback.hpp>

#include <sallyport/transport/shared_governor.hpp>

#include <memory>

BOOST_AUTO_TEST_SUITE(governed_logins)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;

namespace {

struct Governed {
  std::shared_ptr<WallTime> now = std::make_shared<WallTime>(std::chrono::milliseconds(1'772'000'000'000));
  std::shared_ptr<SharedGovernor> governor;

  explicit Governed(GovernorPolicy policy = {})
      : governor(std::make_shared<SharedGovernor>(Secret("host-key"), std::move(policy), nullptr,
                                                  [at = now] { return *at; })) {}

  Loopback::Tweak tweak() const {
    return [this](ServerConfig& serving, ClientConfig& config) {
      serving.limits.resend_cool_down = 1ms;
      config.governor = governor;
      config.limits.resend_cool_down = 1ms;
      config.limits.poll_interval = 10ms;
    };
  }
  AccountKey key() const { return governor->key_of(BrokerType::robinhood, Secret("Mesh")); }
  /// How many more acts of a kind are admitted now; it spends them.
  unsigned left(Act act) const {
    unsigned count = 0;
    while (count < 100 && governor->admit(key(), act)) ++count;
    return count;
  }
};

Outcome const& refusal_of(std::pair<boost::system::error_code, Turn> const& turn) {
  BOOST_TEST((turn.first == EngineErrc::would_risk_lockout), turn.first.message());
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(turn.second));
  auto const& outcome = std::get<Outcome>(turn.second);
  BOOST_TEST(name_of(outcome.kind) == "would_risk_lockout");
  BOOST_TEST_REQUIRE(outcome.retry_after.has_value());
  return outcome;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_host_that_retries_in_a_loop_is_stopped_before_the_account_is_locked) {
  Governed governed;
  Loopback net(governed.tweak());
  auto refused = 0;
  for (auto attempt = 0; attempt < 20; ++attempt) {
    net.verifier.replies.clear();
    net.verifier.replies.push_back(status(AuthStatus::failed));
    auto const [ec, outcome] = net.login();
    BOOST_TEST(!ec);
    if (outcome.kind != OutcomeKind::would_risk_lockout) continue;
    ++refused;
    BOOST_TEST_REQUIRE(outcome.retry_after.has_value());
    BOOST_TEST(*outcome.retry_after == 60s);
    BOOST_TEST(outcome.diagnostics.reason.find("credential posts") != std::string::npos);
  }
  BOOST_TEST(refused == 17);
  BOOST_TEST(net.server->counters().credential_posts == 3U);
  // Who waits as told is let in.
  *governed.now += 60s;
  net.verifier.replies.clear();
  net.verifier.replies.push_back(granted());
  BOOST_TEST(name_of(net.login().second.kind) == "succeeded");
  BOOST_TEST(net.server->counters().credential_posts == 4U);
}

BOOST_AUTO_TEST_CASE(two_clients_share_the_budget_of_an_account) {
  Governed governed;
  Loopback net(governed.tweak());
  auto other = net.another_client([&](ClientConfig& config) { config.governor = governed.governor; });
  for (auto attempt = 0; attempt < 3; ++attempt) {
    net.verifier.replies.push_back(status(AuthStatus::failed));
    static_cast<void>(net.login());
  }
  auto const [ec, outcome] = await<Outcome>(
      net.io, [&](auto handler) { other.async_login(net.credentials("user-2"), net.responder, std::move(handler)); });
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "would_risk_lockout");
}

BOOST_AUTO_TEST_CASE(a_post_of_which_nothing_left_is_given_back) {
  Governed governed;
  Loopback net(governed.tweak());
  net.verifier.replies.push_back(status(AuthStatus::failed));
  static_cast<void>(net.login());
  net.server.reset();
  for (auto attempt = 0; attempt < 3; ++attempt) BOOST_TEST((net.login().first != boost::system::error_code{}));
  BOOST_TEST(governed.left(Act::credential_post) == 2U);
}

BOOST_AUTO_TEST_CASE(a_right_code_costs_nothing_and_a_wrong_one_counts) {
  Governed governed;
  Loopback net(governed.tweak());
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  static_cast<void>(net.answer(login, Answer::text(Secret("123456"))));
  static_cast<void>(net.answer(login, Answer::text(Secret("000000"))));
  BOOST_TEST(governed.left(Act::wrong_code) == 2U);
  BOOST_TEST(governed.left(Act::code_send) == 1U);  // The first code came unasked, and counts.
  BOOST_TEST(governed.left(Act::credential_post) == 2U);
}

BOOST_AUTO_TEST_CASE(wrong_codes_are_counted_across_logins_and_the_door_stays_open) {
  GovernorPolicy policy;
  policy.budgets.wrong_code = {.count_max = 2, .window = 1h, .burst = 2, .spacing = {}, .spacing_max = {}};
  Governed governed(policy);
  Loopback net(governed.tweak());
  for (auto attempt = 0; attempt < 2; ++attempt) {
    net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
    net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
    auto login = net.client->login(net.credentials("user-" + std::to_string(attempt)));
    static_cast<void>(net.begin(login));
    static_cast<void>(net.answer(login, Answer::text(Secret("000000"))));
  }
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  auto login = net.client->login(net.credentials("user-3"));
  static_cast<void>(net.begin(login));
  auto const posts = net.server->counters().credential_posts;
  auto const refused = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST(*refusal_of(refused).retry_after == 1h);
  BOOST_TEST(net.server->counters().credential_posts == posts);
  *governed.now += 1h;
  net.verifier.replies.push_back(granted());
  auto const turn = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(turn.second));
  BOOST_TEST(name_of(std::get<Outcome>(turn.second).kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(codes_sent_again_are_counted) {
  GovernorPolicy policy;
  policy.budgets.credential_post = {.count_max = 50, .window = 1h, .burst = 50, .spacing = {}, .spacing_max = {}};
  Governed governed(policy);
  Loopback net(governed.tweak());
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  net.run_for(20ms);
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  BOOST_TEST(!net.answer(login, Answer::restart()).first);
  net.run_for(20ms);
  auto const refused = net.answer(login, Answer::restart());
  BOOST_TEST(*refusal_of(refused).retry_after == 60s);
  BOOST_TEST(net.verifier.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_responder_hears_why_its_answer_was_not_taken) {
  GovernorPolicy policy;
  policy.budgets.wrong_code = {.count_max = 1, .window = 1h, .burst = 1, .spacing = {}, .spacing_max = {}};
  Governed governed(policy);
  Loopback net(governed.tweak());
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
  for (auto attempt = 0; attempt < 2; ++attempt) net.responder.answers.push_back(Answer::text(Secret("000000")));
  net.responder.answers.push_back(Answer::cancel());
  auto const [ec, outcome] = net.login();
  BOOST_TEST(name_of(outcome.kind) == "cancelled");
  BOOST_TEST_REQUIRE(net.responder.seen.size() == 3U);
  BOOST_TEST((net.responder.seen[2].refused == EngineErrc::would_risk_lockout));
  BOOST_TEST(net.verifier.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(polls_beyond_the_budget_wait_and_end_nothing) {
  GovernorPolicy policy;
  policy.budgets.poll.count_max = 2;
  Governed governed(policy);
  Loopback net([&](ServerConfig& serving, ClientConfig& config) {
    governed.tweak()(serving, config);
    config.limits.step_life_span = scaled(300ms);
  });
  for (auto reply = 0; reply < 20; ++reply) {
    net.verifier.replies.push_back(status(AuthStatus::device_confirmation_required));
  }
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "user_absent");
  BOOST_TEST(net.verifier.asked.size() == 3U);
  BOOST_TEST(governed.left(Act::push) == 1U);
}

BOOST_AUTO_TEST_CASE(a_servers_words_stop_the_next_login) {
  struct Case {
    std::string reply;
    std::chrono::seconds wait;
  };
  auto const says = [](std::string const& words) {
    return http_reply(200, R"({"status":"ok","content":{"status":"failed","errorMessage":")" + words + "\"}}");
  };
  for (auto const& one :
       {Case{http_reply(423, "{}", "Retry-After: 1800\r\n"), 30min}, Case{http_reply(423, "{}"), 24h},
        Case{http_reply(429, "{}", "Retry-After: 7\r\n"), 7s}, Case{says("Wrong password. 1 attempt left."), 24h},
        Case{says("Too many attempts, try again in 15 minutes."), 15min},
        Case{says("Your account has been temporarily disabled."), 30min}}) {
    BOOST_TEST_CONTEXT(one.reply) {
      Governed governed;
      Loopback net(governed.tweak());
      FakeServer server(net.io, net.certificates, {{http_reply(200, R"({"status":"ok","content":[]})")}, {one.reply}});
      net.client = net.another_client([&](ClientConfig& config) {
        config.governor = governed.governor;
        config.url = "https://127.0.0.1:" + std::to_string(server.port());
      });
      static_cast<void>(net.login());
      BOOST_TEST(server.posts() == 1U);
      auto const [ec, outcome] = net.login();
      BOOST_TEST(name_of(outcome.kind) == "would_risk_lockout");
      BOOST_TEST_REQUIRE(outcome.retry_after.has_value());
      BOOST_TEST(*outcome.retry_after == one.wait);
      BOOST_TEST(server.posts() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(words_are_read_of_a_refusal_and_of_a_wrong_answer_and_of_no_door_that_opens) {
  struct Case {
    std::string_view status;
    std::string_view text;
    bool pauses;
  };
  for (auto const& one :
       {Case{"challengeIssued", "Login is blocked on your old device. Try again in 2 hours. 1 attempt left.", false},
        Case{"deviceConfirmationRequired", "Your account is locked to one device; open the app there.", false},
        Case{"challengeFailed", "Your account has been locked.", true}, Case{"failed", "Account locked.", true}}) {
    BOOST_TEST_CONTEXT(one.status) {
      Governed governed;
      Loopback net(governed.tweak());
      auto const reply = R"({"status":"ok","message":")" + std::string(one.text) + R"(","content":{"status":")" +
                         std::string(one.status) + R"(","challengeText":")" + std::string(one.text) +
                         R"(","errorMessage":")" + std::string(one.text) + "\"}}";
      FakeServer server(net.io, net.certificates,
                        {{http_reply(200, R"({"status":"ok","content":[]})")}, {http_reply(200, reply)}});
      net.client = net.another_client([&](ClientConfig& config) {
        config.governor = governed.governor;
        config.url = "https://127.0.0.1:" + std::to_string(server.port());
      });
      auto login = net.client->login(net.credentials());
      static_cast<void>(net.begin(login));
      auto const refusal = governed.governor->check(governed.key(), Act::credential_post);
      BOOST_TEST(refusal.has_value() == one.pauses);
      if (refusal) BOOST_TEST(name_of(refusal->rule) == "words");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_single_post_is_counted_too) {
  Governed governed;
  Loopback net(governed.tweak());
  for (auto attempt = 0; attempt < 5; ++attempt) {
    net.verifier.replies.push_back(status(AuthStatus::failed));
    auto const [ec, reply] = await<Client::AuthReply>(
        net.io, [&](auto handler) { net.client->async_authenticate(net.credentials(), std::move(handler)); });
    if (attempt >= 3) BOOST_TEST((ec == EngineErrc::would_risk_lockout));
    if (attempt < 3) BOOST_TEST(!ec);
  }
  BOOST_TEST(net.server->counters().credential_posts == 3U);
}

BOOST_AUTO_TEST_CASE(codes_are_counted_where_no_credential_goes_with_them) {
  Governed governed;
  Loopback net(governed.tweak());
  auto const guess = [&net] {
    auto guessing = net.credentials();
    guessing.request.password.reset();
    guessing.request.username.reset();
    guessing.request.challenge_id = "left-open";
    guessing.request.mfa_code = Secret("000000");
    return guessing;
  };
  unsigned refused = 0;
  for (auto attempt = 0; attempt < 20; ++attempt) {
    auto const [ec, reply] = await<Client::AuthReply>(
        net.io, [&](auto handler) { net.client->async_authenticate(guess(), std::move(handler)); });
    if (ec == EngineErrc::would_risk_lockout) ++refused;
  }
  BOOST_TEST(refused == 17U);
  BOOST_TEST(net.server->counters().requests == 3U);
}

BOOST_AUTO_TEST_SUITE_END()
