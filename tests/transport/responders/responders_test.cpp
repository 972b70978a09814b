// Responders that answer without a human.

#include <support/fake_server.hpp>
#include <support/loopback.hpp>

#include <sallyport/transport/responders.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <thread>

BOOST_AUTO_TEST_SUITE(responders)

using namespace sallyport;
using namespace sallyport::test;
using boost::system::error_code;
using std::chrono::seconds;
using std::chrono::system_clock;

namespace {

Prompt prompt_for(MfaType factor, std::vector<Field> fields = {Field::mfa_code}) {
  Prompt prompt;
  prompt.kind = PromptKind::input;
  prompt.status = AuthStatus::mfa_required;
  prompt.mfa_type = factor;
  for (auto const field : fields) prompt.fields.push_back({.field = field, .description = "", .hidden = true});
  prompt.answer_by = std::chrono::steady_clock::now() + seconds(60);
  prompt.attempts_left = 3;
  return prompt;
}

struct Asked {
  boost::asio::io_context io;

  /// What the responder says, and "" where it declines.
  std::string ask(Responder& responder, Prompt const& prompt) {
    std::optional<std::pair<error_code, Answer>> result;
    responder.async_respond(prompt, [&result](error_code ec, Answer answer) { result.emplace(ec, std::move(answer)); });
    auto const until = std::chrono::steady_clock::now() + patience;
    io.restart();
    while (!result && std::chrono::steady_clock::now() < until) io.run_one_for(std::chrono::milliseconds(50));
    BOOST_TEST_REQUIRE(result.has_value());
    if (result->first == make_error_code(TransportErrc::declined)) return "";
    BOOST_TEST(!result->first);
    if (result->second.kind() == Answer::Kind::wait) return "wait";
    return std::string(result->second.values().front().second.reveal());
  }
};

/// The clock of a test: it runs as fast as the real one, from where the test wants.
TotpResponder::Clock clock_from(std::chrono::milliseconds since_epoch) {
  auto const start = std::chrono::steady_clock::now();
  return [start, since_epoch] {
    auto const gone = std::chrono::steady_clock::now() - start;
    return system_clock::time_point(std::chrono::duration_cast<system_clock::duration>(since_epoch + gone));
  };
}

Secret rfc_key() {
  return Secret("12345678901234567890");
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_authenticator_answers_with_the_code_of_the_window) {
  Asked net;
  TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(seconds(45)));
  BOOST_TEST(net.ask(totp, prompt_for(MfaType::totp)) == "287082");
}

BOOST_AUTO_TEST_CASE(no_code_is_sent_twice_the_second_waits_for_the_next_window) {
  Asked net;
  auto const period = scaled(seconds(1));
  TotpResponder totp(net.io.get_executor(), rfc_key(), {.period = period}, clock_from(period + period / 2));
  BOOST_TEST(net.ask(totp, prompt_for(MfaType::totp)) == "287082");
  BOOST_TEST(net.ask(totp, prompt_for(MfaType::totp)) == "359152");  // Of window 2, by RFC 4226, appendix D.
}

BOOST_AUTO_TEST_CASE(in_the_last_second_of_a_window_the_code_of_the_next_one_is_waited_for) {
  Asked net;
  TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(seconds(60) - std::chrono::milliseconds(900)));
  BOOST_TEST(net.ask(totp, prompt_for(MfaType::totp)) == "359152");
  // Where there is no time for that, a code that may be late is better than none.
  TotpResponder other(net.io.get_executor(), rfc_key(), {}, clock_from(seconds(60) - std::chrono::milliseconds(900)));
  auto hurried = prompt_for(MfaType::totp);
  hurried.answer_by = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
  BOOST_TEST(net.ask(other, hurried) == "287082");
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_wrong_by_more_than_half_a_window_gives_way_to_the_institutions) {
  Asked net;
  struct Case {
    seconds ours;
    std::string_view code;
  };
  std::chrono::sys_seconds const there(seconds(45));
  for (auto const& [ours, code] :
       {Case{seconds(45 + 95), "287082"}, Case{seconds(0), "287082"}, Case{seconds(45 + 16), "287082"},
        Case{seconds(45 - 14), "287082"}, Case{seconds(45 + 15), "359152"}, Case{seconds(40'000'000), "@"}}) {
    BOOST_TEST_CONTEXT(ours.count()) {
      TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(ours));
      auto prompt = prompt_for(MfaType::totp);
      prompt.peer_clock = PeerClock{there, std::chrono::steady_clock::now()};
      auto const given = net.ask(totp, prompt);
      BOOST_TEST((code == "@" ? given != "287082" : given == code));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_believed_once_does_not_silence_the_authenticator) {
  Asked net;
  TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(seconds(45)));
  auto ahead = prompt_for(MfaType::totp);
  ahead.peer_clock = PeerClock{std::chrono::sys_seconds(seconds(45 + 3600)), std::chrono::steady_clock::now()};
  BOOST_TEST(net.ask(totp, ahead) != "");
  BOOST_TEST(net.ask(totp, prompt_for(MfaType::totp)) == "287082");
}

BOOST_AUTO_TEST_CASE(the_outcome_says_that_a_clock_was_wrong) {
  Loopback net;
  auto const hour = seconds(3600);
  auto const body = [](std::string_view content) {
    return R"({"status":"ok","content":)" + std::string(content) + "}";
  };
  auto const date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  FakeServer server(
      net.io, net.certificates,
      {{.bytes = http_reply(404, "{}"), .close_after = false},
       {.bytes = http_reply(200, body(R"({"status":"mfaRequired","mfaType":"totp","challengeId":"1"})"), date)},
       {.bytes = http_reply(200, body(R"({"status":"succeeded"})"), date)}});
  net.client = net.another_client(
      [&server](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
  auto const there = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::hours(8) + seconds(2977);
  TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(there.time_since_epoch() + hour));
  auto const [ec, outcome] = await<Outcome>(
      net.io, [&](auto handler) { net.client->async_login(net.credentials(), totp, std::move(handler)); });
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
  BOOST_TEST_REQUIRE(outcome.clock_correction.has_value());
  BOOST_TEST(std::abs(outcome.clock_correction->count() + hour.count()) <= 60);
}

BOOST_AUTO_TEST_CASE(a_window_that_begins_too_late_is_not_waited_for) {
  Asked net;
  TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(seconds(31)));
  BOOST_TEST(net.ask(totp, prompt_for(MfaType::totp)) != "");
  auto hurried = prompt_for(MfaType::totp);
  hurried.answer_by = std::chrono::steady_clock::now() + seconds(5);
  BOOST_TEST(net.ask(totp, hurried) == "");
}

BOOST_AUTO_TEST_CASE(after_a_code_that_was_refused_the_next_attempt_is_the_users) {
  Asked net;
  TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(seconds(45)));
  auto wrong = prompt_for(MfaType::totp);
  wrong.answer_was_wrong = true;
  wrong.attempts_left = 2;
  BOOST_TEST(net.ask(totp, wrong) == "");
  auto renewed = prompt_for(MfaType::totp);
  renewed.answered_before = true;
  BOOST_TEST(net.ask(totp, renewed) == "");
  BOOST_TEST(net.ask(totp, prompt_for(MfaType::phone)) == "");
}

BOOST_AUTO_TEST_CASE(a_wait_for_a_window_honours_cancellation) {
  Loopback net;
  TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(seconds(31)));
  totp.async_respond(prompt_for(MfaType::totp),
                     [](error_code, Answer const&) {});  // Another login's: it uses the window.
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  boost::asio::cancellation_signal signal;
  std::optional<Outcome> ended;
  net.client->async_login(net.credentials(), totp,
                          boost::asio::bind_cancellation_slot(
                              signal.slot(), [&ended](error_code, Outcome outcome) { ended = std::move(outcome); }));
  net.run_until([&net] { return net.verifier.asked.size() == 1; });
  net.run_for(std::chrono::milliseconds(50));
  BOOST_TEST(!ended.has_value());
  signal.emit(boost::asio::cancellation_type::terminal);
  net.run_until([&ended] { return ended.has_value(); });
  BOOST_TEST(name_of(ended->kind) == "cancelled");
}

BOOST_AUTO_TEST_CASE(static_answers_are_given_once) {
  Asked net;
  auto fixed = StaticResponder().with(Field::trade_pin, Secret("1234")).with(Field::challenge_answer, Secret("blue"));
  BOOST_TEST(net.ask(fixed, prompt_for(MfaType::trading_pin, {Field::trade_pin})) == "1234");
  BOOST_TEST(net.ask(fixed, prompt_for(MfaType::totp)) == "");
  auto wrong = prompt_for(MfaType::trading_pin, {Field::trade_pin});
  wrong.answer_was_wrong = true;
  BOOST_TEST(net.ask(fixed, wrong) == "");
  auto renewed = prompt_for(MfaType::trading_pin, {Field::trade_pin});
  renewed.answered_before = true;
  BOOST_TEST(net.ask(fixed, renewed) == "");
  Prompt tap;
  tap.kind = PromptKind::act_elsewhere;
  BOOST_TEST(net.ask(fixed, tap) == "wait");
  Prompt restart;
  restart.kind = PromptKind::restart;
  BOOST_TEST(net.ask(fixed, restart) == "");
}

BOOST_AUTO_TEST_CASE(a_chain_asks_the_next_where_one_declines) {
  Asked net;
  TotpResponder totp(net.io.get_executor(), rfc_key(), {}, clock_from(seconds(45)));
  auto fixed = StaticResponder().with(Field::trade_pin, Secret("1234"));
  CallbackResponder callback([](Prompt const& prompt) -> std::optional<Answer> {
    if (prompt.mfa_type == MfaType::email) return std::nullopt;
    return Answer::text(Secret("asked"));
  });
  ChainResponder chain({&totp, &fixed, &callback});
  BOOST_TEST(net.ask(chain, prompt_for(MfaType::totp)) == "287082");
  BOOST_TEST(net.ask(chain, prompt_for(MfaType::trading_pin, {Field::trade_pin})) == "1234");
  BOOST_TEST(net.ask(chain, prompt_for(MfaType::phone)) == "asked");
  BOOST_TEST(net.ask(chain, prompt_for(MfaType::email)) == "");
}

BOOST_AUTO_TEST_CASE(a_chain_asks_the_next_where_the_handler_belongs) {
  class Elsewhere final : public Responder {
  public:
    std::thread thread;

  private:
    void respond(Prompt const&, Handler handler) override {
      thread = std::thread([handler = std::move(handler)]() mutable {
        std::move(handler)(error_code(TransportErrc::declined), Answer());
      });
    }
  };
  boost::asio::io_context io;
  auto const work = boost::asio::make_work_guard(io);
  Elsewhere elsewhere;
  std::thread::id asked_on;
  CallbackResponder next([&asked_on](Prompt const&) {
    asked_on = std::this_thread::get_id();
    return Answer::text(Secret("123456"));
  });
  ChainResponder chain({&elsewhere, &next});
  auto is_answered = false;
  chain.async_respond(prompt_for(MfaType::phone),
                      boost::asio::bind_executor(io.get_executor(), [&](error_code, Answer) { is_answered = true; }));
  elsewhere.thread.join();
  for (auto left = 100; left > 0 && !is_answered; --left) io.run_one_for(std::chrono::milliseconds(50));
  BOOST_TEST(is_answered);
  BOOST_TEST((asked_on == std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(a_login_that_nobody_can_answer_ends_with_that_error) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::phone));
  StaticResponder fixed;
  auto const [ec, outcome] = await<Outcome>(
      net.io, [&](auto handler) { net.client->async_login(net.credentials(), fixed, std::move(handler)); });
  BOOST_TEST(ec == make_error_code(TransportErrc::declined));
  BOOST_TEST(net.server->counters().credential_posts == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
