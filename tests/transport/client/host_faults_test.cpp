// A host whose responders throw, let go of their handlers, or never say anything: what becomes of its logins.

#include <support/despite.hpp>

#include <sallyport/transport/responders.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(host_faults)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Does what a test says. A handler goes before its executor, so that these must go before the net.
class Faulty final : public Responder {
public:
  using Respond = std::function<void(Prompt const&, Handler)>;

  explicit Faulty(Respond how) : how_(std::move(how)) {}

private:
  void respond(Prompt const& prompt, Handler handler) override { how_(prompt, std::move(handler)); }

  Respond how_;
};

using Held = std::shared_ptr<Responder::Handler>;

Held hold(Responder::Handler handler) {
  return std::make_shared<Responder::Handler>(std::move(handler));
}

void say(Held const& held, std::string_view code) {
  std::move (*held)(error_code(), Answer::text(Secret(code)));
}

struct Ended {
  std::optional<std::pair<error_code, Outcome>> result;
  std::vector<std::string> thrown;
};

Ended log_in(Loopback& net, Responder& responder, std::string_view user = "user-1") {
  Ended ended;
  net.client->async_login(net.credentials(user), responder, [&ended](error_code ec, Outcome outcome) {
    BOOST_TEST(!ended.result.has_value(), "a handler was called twice");
    ended.result.emplace(ec, std::move(outcome));
  });
  ended.thrown = run_despite(net.io, [&ended] { return ended.result.has_value(); });
  return ended;
}

/// Another user logs in by the same client, and is asked for a code.
void expect_the_next_login_to_work(Loopback& net) {
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  net.verifier.replies.push_back(granted());
  CallbackResponder good([](Prompt const&) { return Answer::text(Secret("123456")); });
  auto const next = log_in(net, good, "user-2");
  BOOST_TEST(!next.result->first, next.result->first.message());
  BOOST_TEST(name_of(next.result->second.kind) == "succeeded");
}

struct Fault {
  std::string_view name;
  Faulty::Respond respond;
  TransportErrc error;
  std::string_view words;   ///< Of `Diagnostics::reason`.
  std::string_view thrown;  ///< What comes out of the executor; "" where nothing does.
};

std::vector<Fault> faults(Loopback& net, std::vector<std::thread>& threads, Held& kept) {
  auto constexpr threw = "the responder threw: the database is away";
  return {
      {"it throws", [](Prompt const&, auto) { fail(); }, TransportErrc::callback_failed, threw, ""},
      {"it throws what is no exception", [](Prompt const&, auto) { throw 7; }, TransportErrc::callback_failed,
       "the responder threw: something that is no std::exception", ""},
      {"it keeps the handler and throws",
       [&kept](Prompt const&, auto handler) {
         kept = hold(std::move(handler));
         fail();
       },
       TransportErrc::callback_failed, threw, ""},
      {"it answers and throws",
       [](Prompt const&, auto handler) {
         say(hold(std::move(handler)), "123456");
         fail();
       },
       TransportErrc::callback_failed, threw, ""},
      {"it answers twice",
       [](Prompt const&, auto handler) {
         auto const held = hold(std::move(handler));
         say(held, "123456");
         say(held, "654321");
       },
       TransportErrc::callback_failed, "the responder threw: bad_function_call", ""},
      {"it throws later",
       [&net](Prompt const&, auto handler) {
         asio::post(net.io, [held = std::move(handler)]() mutable {
           auto const gone = std::move(held);
           fail();
         });
       },
       TransportErrc::callback_failed, "", away},
      {"it lets go", [](Prompt const&, auto) {}, TransportErrc::responder_dropped, "", ""},
      {"it lets go later",
       [&net](Prompt const&, auto handler) { asio::post(net.io, [held = hold(std::move(handler))] {}); },
       TransportErrc::responder_dropped, "", ""},
      {"it lets go on another thread",
       [&threads](Prompt const&, auto handler) {
         threads.emplace_back([held = std::move(handler)]() mutable { auto const gone = std::move(held); });
       },
       TransportErrc::responder_dropped, "", ""},
  };
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_responder_that_throws_or_lets_go_ends_its_login_at_once_and_no_other) {
  for (auto const status : {AuthStatus::challenge_issued, AuthStatus::device_confirmation_required}) {
    for (std::size_t number = 0; number < 9; ++number) {
      Loopback net;
      std::vector<std::thread> threads;
      Held kept;
      auto const all = faults(net, threads, kept);
      BOOST_TEST_REQUIRE(all.size() == 9U);
      auto const& fault = all[number];
      BOOST_TEST_CONTEXT(fault.name << " at " << wire_name(status)) {
        Faulty responder(fault.respond);
        net.verifier.replies.push_back(challenge(status, MfaType::phone, 60));
        auto const ended = log_in(net, responder);
        for (auto& thread : threads) thread.join();
        auto const& [ec, outcome] = *ended.result;
        BOOST_TEST(ec == fault.error, ec.message());
        BOOST_TEST(name_of(outcome.kind) == "cancelled");
        BOOST_TEST(outcome.diagnostics.reason == fault.words);
        BOOST_TEST(ended.thrown.size() == (fault.thrown.empty() ? 0U : 1U));
        for (auto const& thrown : ended.thrown) BOOST_TEST(thrown == fault.thrown);
        BOOST_TEST(net.verifier.asked.size() == 1U, "what was said before it threw is not sent");
        expect_the_next_login_to_work(net);
        if (kept) say(kept, "123456");  // Nobody is left who would hear it.
        BOOST_TEST(drain_despite(net.io).empty());
        BOOST_TEST(net.verifier.asked.size() == 3U);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_callback_that_throws_ends_its_login_with_its_words) {
  Loopback net;
  CallbackResponder responder([](Prompt const&) -> std::optional<Answer> { fail(); });
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto const ended = log_in(net, responder);
  BOOST_TEST(ended.result->first == TransportErrc::callback_failed);
  BOOST_TEST(ended.result->second.diagnostics.reason == "the responder threw: the database is away");
  BOOST_TEST(ended.thrown.empty());
  expect_the_next_login_to_work(net);
}

BOOST_AUTO_TEST_CASE(a_link_of_a_chain_that_throws_or_lets_go_ends_the_login_like_one_alone) {
  for (auto const throws : {true, false}) {
    for (auto const later : {true, false}) {
      BOOST_TEST_CONTEXT("throws " << throws << ", later " << later) {
        Loopback net;
        Faulty first([&net, later](Prompt const&, auto handler) {
          auto const held = hold(std::move(handler));
          auto const decline = [held] { std::move (*held)(error_code(TransportErrc::declined), Answer()); };
          later ? asio::post(net.io, decline) : decline();
        });
        Faulty second([throws](Prompt const&, auto) {
          if (throws) fail();
        });
        ChainResponder chain({&first, &second});
        net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
        auto const ended = log_in(net, chain);
        auto const expected = throws ? TransportErrc::callback_failed : TransportErrc::responder_dropped;
        BOOST_TEST(ended.result->first == expected, ended.result->first.message());
        BOOST_TEST(ended.thrown.size() == (throws && later ? 1U : 0U));
        expect_the_next_login_to_work(net);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_clock_of_an_authenticator_that_throws_ends_the_login) {
  // At the first look at it; and for a second login in the same window, at the first and when the next window is there.
  for (std::size_t throws_at = 1; throws_at <= 3; ++throws_at) {
    BOOST_TEST_CONTEXT("at look " << throws_at) {
      Loopback net;
      std::size_t looks = 0;
      auto const clock = [&looks, throws_at] {
        if (++looks == throws_at) fail();
        return std::chrono::system_clock::time_point(std::chrono::seconds(1'772'000'000));
      };
      TotpResponder totp(net.client->get_executor(), Secret("12345678901234567890"), {.period = 1s}, clock);
      if (throws_at > 1) {
        net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
        net.verifier.replies.push_back(granted());
        BOOST_TEST(!log_in(net, totp, "user-0").result->first);
      }
      net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
      auto const ended = log_in(net, totp, "user-1");
      BOOST_TEST(ended.result->first == TransportErrc::callback_failed, ended.result->first.message());
      BOOST_TEST(ended.thrown.size() == (throws_at == 3 ? 1U : 0U));
      BOOST_TEST(looks == throws_at);
      expect_the_next_login_to_work(net);
    }
  }
}

// --- Responders that never complete -------------------------------------------------------------------------------

namespace {

/// Keeps every handler, whatever is cancelled, and looks at each prompt as long as it may.
struct Deaf {
  std::vector<std::pair<Prompt const*, Held>> kept;
  Faulty responder{
      [this](Prompt const& prompt, auto handler) { kept.emplace_back(&prompt, hold(std::move(handler))); }};

  ~Deaf() { kept.clear(); }
};

AuthResponse with_text(AuthResponse response, std::string_view text) {
  response.challenge_text = text;
  return response;
}

constexpr std::string_view long_text = "We have sent a code to the telephone that ends with forty-two.";

}  // namespace

BOOST_AUTO_TEST_CASE(a_responder_that_ignores_cancellation_does_not_outlast_its_login) {
  struct Case {
    std::string_view name;
    AuthResponse door;
    std::optional<AuthResponse> next;
    bool is_cancelled;
    std::string_view outcome;
  };
  Case cases[] = {
      {"the user acts elsewhere", challenge(AuthStatus::device_confirmation_required, MfaType::mobile, 60), granted(),
       false, "succeeded"},
      {"the door dies", challenge(AuthStatus::challenge_issued, MfaType::phone, 1), std::nullopt, false, "expired"},
      {"the host gives up", challenge(AuthStatus::challenge_issued, MfaType::phone, 60), std::nullopt, true,
       "cancelled"},
  };
  for (auto& one : cases) {
    BOOST_TEST_CONTEXT(one.name) {
      Loopback net([](ServerConfig&, ClientConfig& config) { config.limits.poll_interval = 10ms; });
      Deaf deaf;
      net.verifier.replies.push_back(with_text(std::move(one.door), long_text));
      if (one.next) net.verifier.replies.push_back(std::move(*one.next));
      asio::cancellation_signal stop;
      std::optional<std::pair<error_code, Outcome>> result;
      net.client->async_login(net.credentials(), deaf.responder,
                              asio::bind_cancellation_slot(stop.slot(), [&result](error_code ec, Outcome outcome) {
                                BOOST_TEST(!result.has_value());
                                result.emplace(ec, std::move(outcome));
                              }));
      net.run_until([&deaf] { return !deaf.kept.empty(); });
      if (one.is_cancelled) stop.emit(asio::cancellation_type::terminal);
      net.run_until([&result] { return result.has_value(); });
      BOOST_TEST(!result->first, result->first.message());
      BOOST_TEST(name_of(result->second.kind) == one.outcome);
      auto const asked = net.verifier.asked.size();
      // The prompt is still there, and what is said now is void.
      BOOST_TEST(deaf.kept.front().first->text == long_text);
      say(deaf.kept.front().second, "123456");
      BOOST_TEST(drain_despite(net.io).empty());
      BOOST_TEST(net.verifier.asked.size() == asked);
      net.verifier.replies.clear();
      expect_the_next_login_to_work(net);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_said_too_late_at_one_door_is_no_answer_at_the_next) {
  Loopback net([](ServerConfig&, ClientConfig& config) { config.limits.poll_interval = 10ms; });
  Deaf deaf;
  net.verifier.replies.push_back(
      with_text(challenge(AuthStatus::device_confirmation_required, MfaType::mobile, 60), long_text));
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  std::optional<std::pair<error_code, Outcome>> result;
  net.client->async_login(net.credentials(), deaf.responder,
                          [&result](error_code ec, Outcome outcome) { result.emplace(ec, std::move(outcome)); });
  net.run_until([&deaf] { return deaf.kept.size() == 2U; });
  BOOST_TEST(deaf.kept[0].first->text == long_text);
  BOOST_TEST(deaf.kept[1].first->text.empty());
  say(deaf.kept[0].second, "111111");
  net.run_for(50ms);
  BOOST_TEST(!result.has_value());
  BOOST_TEST(net.verifier.asked.size() == 2U);
  net.verifier.replies.push_back(granted());
  say(deaf.kept[1].second, "222222");
  net.run_until([&result] { return result.has_value(); });
  BOOST_TEST(name_of(result->second.kind) == "succeeded");
  BOOST_TEST_REQUIRE(net.verifier.asked.size() == 3U);
  BOOST_TEST(net.verifier.asked[2].request.challenge_code->reveal() == "222222");
}

BOOST_AUTO_TEST_CASE(a_responder_that_completes_a_while_after_it_was_cancelled_is_awaited) {
  Loopback net;
  auto completed = false;
  Faulty slow([&](Prompt const&, auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    slot.assign([&, held = hold(std::move(handler))](asio::cancellation_type) {
      auto const timer = std::make_shared<asio::steady_timer>(net.io, 200ms);
      timer->async_wait([&completed, timer, held](error_code) {
        completed = true;
        std::move (*held)(asio::error::operation_aborted, Answer());
      });
    });
  });
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 1));
  auto const ended = log_in(net, slow);
  BOOST_TEST(!ended.result->first);
  BOOST_TEST(completed);
}

BOOST_AUTO_TEST_CASE(a_context_that_goes_while_a_responder_is_asked_loses_nothing_but_the_login) {
  auto const keeps_the_login = std::make_shared<int>(0);
  {
    Loopback net;
    Deaf deaf;
    net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
    net.client->async_login(net.credentials(), deaf.responder, [keeps_the_login](error_code, Outcome const&) {});
    net.run_until([&deaf] { return !deaf.kept.empty(); });
    deaf.kept.clear();  // Dropped, and the context is not run any more.
  }
  BOOST_TEST(keeps_the_login.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
