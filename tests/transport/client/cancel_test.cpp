// Cancellation and loss, at every point of a login.

#include <support/loopback.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>

BOOST_AUTO_TEST_SUITE(cancel)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

struct Cancelled {
  std::optional<std::pair<error_code, Outcome>> result;
  asio::cancellation_signal signal;

  void start(Loopback& net) {
    net.client->async_login(net.credentials(), net.responder,
                            asio::bind_cancellation_slot(signal.slot(), [this](error_code ec, Outcome outcome) {
                              BOOST_TEST(!result.has_value());
                              result.emplace(ec, std::move(outcome));
                            }));
  }
  void cancel() { signal.emit(asio::cancellation_type::terminal); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(before_anything_was_sent_it_is_cancelled) {
  Loopback net;
  Cancelled login;
  login.start(net);
  login.cancel();
  net.run_until([&login] { return login.result.has_value(); });
  BOOST_TEST(!login.result->first);
  BOOST_TEST(name_of(login.result->second.kind) == "cancelled");
  BOOST_TEST(net.server->counters().credential_posts == 0U);
}

BOOST_AUTO_TEST_CASE(at_a_prompt_it_is_cancelled) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  Cancelled login;
  net.responder.on_prompt = [&net, &login] { asio::post(net.io, [&login] { login.cancel(); }); };
  login.start(net);
  net.run_until([&login] { return login.result.has_value(); });
  BOOST_TEST(name_of(login.result->second.kind) == "cancelled");
  BOOST_TEST(net.responder.cancelled);
}

BOOST_AUTO_TEST_CASE(while_a_post_is_in_flight_nobody_knows) {
  Loopback net;
  Cancelled login;
  login.start(net);
  net.run_until([&net] { return !net.verifier.held.empty(); });
  login.cancel();
  net.run_until([&login] { return login.result.has_value(); });
  BOOST_TEST(!login.result->first);
  BOOST_TEST(name_of(login.result->second.kind) == "outcome_unknown");
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(at_every_number_of_handlers_it_completes_exactly_once) {
  // The login is cancelled after 0, 1, 2, … handlers have run, until it ends before that.
  auto ended_by_itself = false;
  for (auto handlers = 0; handlers < 400 && !ended_by_itself; handlers += 3) {
    BOOST_TEST_CONTEXT("after handlers: " << handlers) {
      Loopback net;
      net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
      net.verifier.replies.push_back(granted());
      net.responder.answers.push_back(Answer::text(Secret("123456")));
      Cancelled login;
      login.start(net);
      auto run = 0;
      while (run < handlers && !login.result) run += static_cast<int>(net.io.run_one_for(std::chrono::seconds(1)));
      ended_by_itself = login.result.has_value();
      login.cancel();
      net.run_until([&login] { return login.result.has_value(); });
      BOOST_TEST(!login.result->first);
      auto const kind = login.result->second.kind;
      BOOST_TEST(
          (kind == OutcomeKind::cancelled || kind == OutcomeKind::outcome_unknown || kind == OutcomeKind::succeeded));
      BOOST_TEST(net.server->counters().credential_posts <= 2U);
    }
  }
  BOOST_TEST(ended_by_itself);
}

BOOST_AUTO_TEST_CASE(a_single_request_cancelled_at_any_point_says_whether_it_may_have_arrived) {
  // On a cold pool: the look-up of the name, the connection and the handshake are among the points.
  auto ended_by_itself = false;
  for (auto handlers = 0; handlers < 200 && !ended_by_itself; ++handlers) {
    BOOST_TEST_CONTEXT("after handlers: " << handlers) {
      Loopback net;
      net.verifier.replies.push_back(granted());
      asio::cancellation_signal signal;
      std::optional<error_code> result;
      net.client->async_authenticate(net.credentials(),
                                     asio::bind_cancellation_slot(signal.slot(), [&result](error_code ec, auto const&) {
                                       BOOST_TEST(!result.has_value());
                                       result = ec;
                                     }));
      auto run = 0;
      while (run < handlers && !result) run += static_cast<int>(net.io.run_one_for(std::chrono::seconds(1)));
      ended_by_itself = result.has_value();
      signal.emit(asio::cancellation_type::terminal);
      net.run_until([&result] { return result.has_value(); });
      auto const posts = net.server->counters().credential_posts;
      BOOST_TEST((*result != asio::error::operation_aborted || posts == 0U));
      BOOST_TEST((!result->failed() || *result == asio::error::operation_aborted ||
                  *result == make_error_code(TransportErrc::reply_lost)));
      net.run_for(std::chrono::milliseconds(5));
      BOOST_TEST(net.server->counters().credential_posts <= 1U);
      if (*result == asio::error::operation_aborted) BOOST_TEST(net.server->counters().credential_posts == 0U);
    }
  }
  BOOST_TEST(ended_by_itself);
}

BOOST_AUTO_TEST_CASE(a_server_killed_in_the_midst_of_a_post_is_unknown_and_saw_one_post) {
  Loopback net;
  Cancelled login;
  login.start(net);
  net.run_until([&net] { return !net.verifier.held.empty(); });
  net.server->stop();
  net.run_until([&login] { return login.result.has_value(); });
  BOOST_TEST(!login.result->first);
  BOOST_TEST(name_of(login.result->second.kind) == "outcome_unknown");
  BOOST_TEST(net.server->counters().credential_posts == 1U);
  net.run_for(std::chrono::milliseconds(200));
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_that_never_replies_is_unknown_when_the_time_is_over) {
  Loopback net([](ServerConfig&, ClientConfig& config) {
    config.limits.request_life_span = scaled(std::chrono::milliseconds(200));
  });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "outcome_unknown");
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_CASE(an_institution_that_never_replies_is_a_server_failure) {
  Loopback net(
      [](ServerConfig& config, ClientConfig&) { config.limits.request_life_span = std::chrono::milliseconds(200); });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(outcome.kind) == "server_failure");
  BOOST_TEST(net.server->counters().sessions_open == 0U);
}

BOOST_AUTO_TEST_CASE(a_responder_that_fails_ends_the_login_with_its_error) {
  struct Broken final : Responder {
    void respond(Prompt const&, Handler handler) override {
      std::move(handler)(make_error_code(boost::system::errc::io_error), Answer{});
    }
  } broken;
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  auto const [ec, outcome] = await<Outcome>(
      net.io, [&](auto handler) { net.client->async_login(net.credentials(), broken, std::move(handler)); });
  BOOST_TEST(ec == boost::system::errc::io_error);
  BOOST_TEST(name_of(outcome.kind) == "cancelled");
}

BOOST_AUTO_TEST_SUITE_END()
