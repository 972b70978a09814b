// A verifier that completes with an error: what the server does then, on the wire, and what the client makes of it.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <sallyport/sandbox/error.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(no_verdict)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

struct Case {
  error_code error;
  unsigned http_status;  ///< 0: not one byte comes.
  std::string_view api_status;
  bool is_cut;  ///< The connection closes before the reply is whole.
  OutcomeKind outcome;
  std::optional<std::chrono::seconds> retry_after;
};

std::vector<Case> cases() {
  return {
      {VerifyErrc::rate_limited, 429, "tooManyRequest", false, OutcomeKind::rate_limited, 30s},
      {VerifyErrc::unavailable, 503, "serverFailure", false, OutcomeKind::unavailable, std::nullopt},
      {VerifyErrc::connection_cut, 0, "", true, OutcomeKind::outcome_unknown, std::nullopt},
      {VerifyErrc::reply_cut, 200, "", true, OutcomeKind::outcome_unknown, std::nullopt},
      {SandboxErrc::no_reply, 200, "serverFailure", false, OutcomeKind::server_failure, std::nullopt},
      {boost::asio::error::connection_reset, 200, "serverFailure", false, OutcomeKind::server_failure, std::nullopt},
  };
}

/// Lets the institution fail at what it was asked last.
void fail(Loopback& net, error_code why) {
  net.run_until([&net] { return !net.verifier.held.empty(); });
  Verifier::Handler handler(std::move(net.verifier.held.front()));
  net.verifier.held.clear();
  std::move(handler)(why, AuthResponse());
}

std::string const first_post =
    http_post("/api/v1/authenticate?userId=raw", R"({"type":"robinhood","username":"Mesh","password":"Pass123"})");

}  // namespace

BOOST_AUTO_TEST_CASE(every_error_of_a_verifier_is_among_the_cases) {
  auto const all = cases();
  auto const nobody = verify_category().message(0);
  for (auto value = 1; verify_category().message(value) != nobody; ++value) {
    auto const found = std::ranges::find(all, error_code(value, verify_category()), &Case::error);
    BOOST_TEST((found != all.end()), verify_category().message(value));
  }
}

BOOST_AUTO_TEST_CASE(the_server_says_on_the_wire_what_the_error_means) {
  for (auto const& one : cases()) {
    BOOST_TEST_CONTEXT(one.error.message()) {
      Loopback net;
      RawClient client(net);
      client.write(first_post);
      fail(net, one.error);
      if (one.is_cut) {
        auto const head = client.read_head();
        BOOST_TEST(status_of(head) == one.http_status);
        if (one.http_status != 0) BOOST_TEST(head.find("Content-Length: ") != std::string::npos);
        BOOST_TEST(client.is_closed());
      } else {
        auto const reply = client.read_reply();
        BOOST_TEST(status_of(reply) == one.http_status);
        BOOST_TEST(body_of(reply).find("\"" + std::string(one.api_status) + "\"") != std::string::npos, reply);
        auto const says_when = reply.find("Retry-After: 30\r\n") != std::string::npos;
        BOOST_TEST(says_when == one.retry_after.has_value(), reply);
      }
      BOOST_TEST(net.verifier.forgotten.size() == 1U);
      BOOST_TEST(net.server->counters().sessions_open == 0U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_login_whose_first_post_gets_no_verdict_ends_as_the_error_means) {
  for (auto const& one : cases()) {
    BOOST_TEST_CONTEXT(one.error.message()) {
      Loopback net;
      std::optional<Outcome> outcome;
      net.client->async_login(net.credentials(), net.responder, [&outcome](error_code ec, Outcome how) {
        BOOST_TEST(!ec);
        outcome.emplace(std::move(how));
      });
      fail(net, one.error);
      net.run_until([&outcome] { return outcome.has_value(); });
      BOOST_TEST(name_of(outcome->kind) == name_of(one.outcome));
      BOOST_TEST((outcome->retry_after == one.retry_after));
      BOOST_TEST(net.verifier.asked.size() == 1U);  // Never repeated.
    }
  }
}

BOOST_AUTO_TEST_CASE(a_code_that_gets_no_verdict_ends_the_login_as_the_error_means) {
  for (auto const& one : cases()) {
    BOOST_TEST_CONTEXT(one.error.message()) {
      Loopback net;
      net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
      auto login = net.client->login(net.credentials());
      static_cast<void>(net.begin(login));
      std::optional<Turn> turn;
      login.async_answer(Answer::text(Secret("123456")), [&turn](error_code ec, Turn what) {
        BOOST_TEST(!ec);
        turn.emplace(std::move(what));
      });
      fail(net, one.error);
      net.run_until([&turn] { return turn.has_value(); });
      BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(*turn));
      BOOST_TEST(name_of(std::get<Outcome>(*turn).kind) == name_of(one.outcome));
      BOOST_TEST(net.verifier.asked.size() == 2U);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
