// A poll is a question: one that got no answer is asked again, until its challenge ends.

#include <login/poll_failures.hpp>

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>

#include <support/fake_server.hpp>
#include <support/loopback.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(poll_answers)

using namespace sallyport;
using namespace sallyport::test;
using boost::system::error_code;
using Script = FakeServer::Script;

namespace {

AuthResponse push() {
  auto reply = challenge(AuthStatus::device_confirmation_required, MfaType::mobile);
  reply.challenge_id = "push-1";
  return reply;
}

std::string json_of(AuthResponse reply) {
  return std::string(encode(envelope_of(std::move(reply))).reveal());
}

Script says(AuthResponse reply) {
  return {.bytes = http_reply(200, json_of(std::move(reply))), .close_after = false};
}

Script says(unsigned status, std::string const& body = "<html>Oops</html>", std::string const& headers = {}) {
  return {.bytes = http_reply(status, body, headers), .close_after = false};
}

Script refuses(ApiResultStatus status, std::string_view error_type) {
  auto envelope = refusal_envelope<NoContent>(status, "No.");
  envelope.error_type = std::string(error_type);
  return says(200, std::string(encode(envelope).reveal()));
}

Script breaks_off(FakeServer::Ending how = FakeServer::Ending::cut) {
  return {.bytes = "", .ending = how};
}

struct Named {
  std::string name;
  Script script;
};

std::vector<Named> no_answers() {
  std::vector<Named> all{{"cut", breaks_off()},
                         {"reset", breaks_off(FakeServer::Ending::reset)},
                         {"silent", breaks_off(FakeServer::Ending::silence)},
                         {"a page of HTML", says(200)},
                         {"an empty body", says(200, "")},
                         {"no content", says(200, R"({"status":"ok"})")},
                         {"a redirect", says(302, "", "Location: https://127.0.0.1:1/\r\n")},
                         {"a failure in an envelope", refuses(ApiResultStatus::server_failure, "")},
                         {"the poll before is still being answered",
                          refuses(ApiResultStatus::conflict, api::error_type::request_in_flight)}};
  for (auto const status : {408U, 425U, 429U, 500U, 502U, 503U, 504U}) {
    all.push_back({std::to_string(status), says(status)});
  }
  return all;
}

/// A login whose first post meets a push; then the server says these, the last of them again and again.
class Polled {
public:
  explicit Polled(std::vector<Script> then, std::chrono::milliseconds life_span = std::chrono::minutes(1))
      : server_(net_.io, net_.certificates, scripts(std::move(then))),
        client_(net_.another_client([this, life_span](ClientConfig& config) {
          config.url = "https://127.0.0.1:" + std::to_string(server_.port());
          config.limits.poll_interval = std::chrono::milliseconds(10);
          config.limits.request_life_span = scaled(std::chrono::milliseconds(400));
          config.limits.step_life_span = life_span;
        })) {}

  [[nodiscard]] Outcome log_in() {
    auto [ec, outcome] = await<Outcome>(
        net_.io, [this](auto handler) { client_.async_login(net_.credentials(), net_.responder, std::move(handler)); });
    BOOST_TEST(!ec, ec.message());
    return std::move(outcome);
  }
  [[nodiscard]] std::size_t posts() const { return server_.posts(); }
  [[nodiscard]] std::size_t posts_with_a_password() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        server_.requests(), [](std::string const& request) { return request.find("Pass123") != std::string::npos; }));
  }
  [[nodiscard]] ScriptedResponder const& responder() const { return net_.responder; }

private:
  static std::vector<Script> scripts(std::vector<Script> then) {
    std::vector<Script> all{says(200, R"({"status":"ok","content":[]})"), says(push())};
    all.insert(all.end(), std::make_move_iterator(then.begin()), std::make_move_iterator(then.end()));
    return all;
  }

  Loopback net_;
  FakeServer server_;
  Client client_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_poll_that_got_no_answer_is_asked_again_and_the_login_succeeds) {
  for (auto const& [name, script] : no_answers()) {
    BOOST_TEST_CONTEXT(name) {
      Polled login({says(push()), script, says(push()), says(granted())});
      auto const outcome = login.log_in();
      BOOST_TEST(name_of(outcome.kind) == "succeeded");
      BOOST_TEST(outcome.diagnostics.polls_failed == 1U);
      BOOST_TEST(!outcome.diagnostics.poll_failure.empty());
      BOOST_TEST(login.posts() == 5U);
      BOOST_TEST(login.posts_with_a_password() == 1U);
      BOOST_TEST(login.responder().seen.size() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_challenge_that_is_not_known_after_a_lost_poll_is_unknown) {
  auto const unknown = refuses(ApiResultStatus::not_found, api::error_type::challenge_unknown);
  for (auto const& not_known : {unknown, says(404), says(400)}) {
    Polled lost({breaks_off(), says(502), not_known});
    auto const outcome = lost.log_in();
    BOOST_TEST(name_of(outcome.kind) == "outcome_unknown");
    BOOST_TEST(outcome.diagnostics.polls_failed == 2U);
    BOOST_TEST(outcome.diagnostics.poll_failure == "HTTP status 502");
    BOOST_TEST(lost.posts() == 4U);
    // Where no poll was lost since the newest answer, the refusal is what it says.
    Polled heard({breaks_off(), says(push()), not_known});
    BOOST_TEST(name_of(heard.log_in().kind) == "rejected");
  }
}

BOOST_AUTO_TEST_CASE(what_the_server_says_of_the_login_after_a_lost_poll_is_believed) {
  Polled refused({breaks_off(), says(status(AuthStatus::failed))});
  BOOST_TEST(name_of(refused.log_in().kind) == "denied");
  Polled expired({breaks_off(), refuses(ApiResultStatus::not_found, api::error_type::challenge_expired)});
  BOOST_TEST(name_of(expired.log_in().kind) == "expired");
  Polled locked({breaks_off(), refuses(ApiResultStatus::locked, "")});
  BOOST_TEST(name_of(locked.log_in().kind) == "locked");
}

BOOST_AUTO_TEST_CASE(a_wait_that_ends_unanswered_is_not_told_as_the_absence_of_the_user) {
  auto const life_span = scaled(std::chrono::milliseconds(300));
  struct Row {
    std::vector<Script> said;
    std::string_view outcome;
  };
  std::vector<Row> const rows{{{says(push())}, "user_absent"},
                              {{says(push()), says(429)}, "rate_limited"},
                              {{says(push()), says(503)}, "unavailable"},
                              {{says(push()), says(500)}, "outcome_unknown"},
                              {{says(push()), breaks_off()}, "outcome_unknown"},
                              {{breaks_off(), says(429)}, "outcome_unknown"},
                              {{says(429), says(push())}, "user_absent"}};
  for (auto const& row : rows) {
    Polled login(row.said, life_span);
    auto const outcome = login.log_in();
    BOOST_TEST(name_of(outcome.kind) == row.outcome);
    BOOST_TEST((row.said.size() == 1U || outcome.diagnostics.polls_failed > 0U), row.outcome);
  }
}

BOOST_AUTO_TEST_CASE(what_the_server_asks_for_in_patience_is_kept_and_told) {
  Polled login({says(429, "", "Retry-After: 30\r\n")}, scaled(std::chrono::milliseconds(300)));
  auto const outcome = login.log_in();
  BOOST_TEST(name_of(outcome.kind) == "rate_limited");
  BOOST_TEST_REQUIRE(outcome.retry_after.has_value());
  BOOST_TEST((*outcome.retry_after > std::chrono::seconds(1) && *outcome.retry_after <= std::chrono::seconds(30)));
  BOOST_TEST(login.posts() == 2U);
}

BOOST_AUTO_TEST_CASE(a_login_that_is_cancelled_after_a_lost_poll_is_unknown) {
  Loopback net([](ServerConfig&, ClientConfig& config) { config.limits.poll_interval = std::chrono::milliseconds(5); });
  FakeServer server(net.io, net.certificates,
                    {says(200, R"({"status":"ok","content":[]})"), says(push()), breaks_off()});
  auto const client = net.another_client([&server](ClientConfig& config) {
    config.url = "https://127.0.0.1:" + std::to_string(server.port());
    config.limits.poll_interval = std::chrono::milliseconds(5);
    config.limits.poll_interval_max = std::chrono::milliseconds(5);
  });
  auto login = client.login(net.credentials());
  static_cast<void>(net.begin(login));
  boost::asio::cancellation_signal stop;
  std::optional<Turn> turn;
  login.async_answer(Answer::wait(), boost::asio::bind_cancellation_slot(stop.slot(), [&turn](error_code, Turn ended) {
                       turn.emplace(std::move(ended));
                     }));
  net.run_until([&server] { return server.posts() > 2; });
  stop.emit(boost::asio::cancellation_type::terminal);
  net.run_until([&turn] { return turn.has_value(); });
  BOOST_TEST(name_of(std::get<Outcome>(*turn).kind) == "outcome_unknown");
}

BOOST_AUTO_TEST_CASE(polls_that_fail_in_a_row_keep_a_growing_distance) {
  Limits limits;
  PollFailures failures;
  std::vector<std::int64_t> pauses;
  for (int round = 0; round < 6; ++round) {
    failures.failed(PollFailures::Open::unavailable, "HTTP status 503");
    pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(failures.back_off(limits)).count());
  }
  BOOST_TEST(pauses == (std::vector<std::int64_t>{10, 20, 40, 60, 60, 60}), boost::test_tools::per_element());
  failures.answered();
  failures.failed(PollFailures::Open::unavailable, "HTTP status 503");
  BOOST_TEST((failures.back_off(limits) == std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_CASE(an_institution_that_gives_a_poll_no_answer_is_asked_again) {
  for (auto const why : {VerifyErrc::unavailable, VerifyErrc::rate_limited, VerifyErrc::connection_cut}) {
    Loopback net(
        [](ServerConfig&, ClientConfig& config) { config.limits.poll_interval = std::chrono::milliseconds(5); });
    net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile));
    auto login = net.client->login(net.credentials());
    static_cast<void>(net.begin(login));
    std::optional<Turn> turn;
    login.async_answer(Answer::wait(), [&turn](error_code, Turn ended) { turn.emplace(std::move(ended)); });
    net.run_until([&net] { return !net.verifier.held.empty(); });
    BOOST_TEST(net.verifier.forgotten.empty());
    auto const id = net.verifier.asked.back().request.challenge_id;
    if (why == VerifyErrc::rate_limited) {  // Half a minute is asked for: the server's side is enough to see.
      std::move(net.verifier.held.back())(why, AuthResponse());
      net.verifier.held.pop_back();
      net.run_for(std::chrono::milliseconds(30));
      BOOST_TEST(net.verifier.forgotten.empty());
      continue;
    }
    net.verifier.replies.push_back(granted());
    std::move(net.verifier.held.back())(why, AuthResponse());
    net.verifier.held.pop_back();
    net.run_until([&turn] { return turn.has_value(); });
    BOOST_TEST(name_of(std::get<Outcome>(*turn).kind) == "succeeded");
    BOOST_TEST((net.verifier.asked.back().request.challenge_id == id));
  }
}

BOOST_AUTO_TEST_SUITE_END()
