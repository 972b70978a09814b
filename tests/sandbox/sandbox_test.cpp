#include <sallyport/sandbox/sandbox.hpp>

#include <sallyport/sandbox/error.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <thread>

BOOST_AUTO_TEST_SUITE(sandbox_test)

using namespace sallyport;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

struct Reply {
  error_code ec;
  AuthResponse response;
};

/// A sandbox whose clock stands still until the test moves it.
struct Bench {
  explicit Bench(double pace = 1, std::size_t logins_max = 100)
      : sandbox(context.get_executor(), Catalogue::embedded(),
                {.pace = pace, .clock = [this] { return now; }, .logins_max = logins_max}) {
    sandbox.on_delivery([this](Delivery const& delivery) {
      deliveries.push_back(std::string(name_of(delivery.by)) + ' ' + delivery.user_id + ' ' +
                           std::string(delivery.code.reveal()));
    });
  }

  void ask(LoginId login, EventType act, AuthRequest request, std::optional<Reply>& reply) {
    VerifyRequest question;
    question.login = login;
    question.act = act;
    question.user_id = "user-7";
    question.request = std::move(request);
    sandbox.async_verify(std::move(question), [&reply](error_code ec, AuthResponse response) {
      reply = Reply{ec, std::move(response)};
    });
  }

  /// The status of a reply that comes at once.
  AuthStatus say(LoginId login, EventType act, AuthRequest request) {
    std::optional<Reply> reply;
    ask(login, act, std::move(request), reply);
    BOOST_TEST_REQUIRE(reply.has_value());
    BOOST_TEST_REQUIRE(!reply->ec);
    return reply->response.status.value();
  }

  boost::asio::io_context context;
  TimePoint now{1h};
  std::vector<std::string> deliveries;
  Sandbox sandbox;
};

AuthRequest post(char const* username, BrokerType broker = BrokerType::robinhood) {
  AuthRequest request;
  request.type = broker;
  request.username = Secret(username);
  request.password = Secret("Pass123");
  return request;
}

AuthRequest poll() {
  AuthRequest request;
  request.type = BrokerType::robinhood;
  return request;
}

AuthRequest code() {
  auto request = poll();
  request.challenge_code = Secret("123456");
  return request;
}

using S = AuthStatus;
using E = EventType;

}  // namespace

BOOST_AUTO_TEST_CASE(two_logins_do_not_disturb_each_other) {
  Bench bench;
  BOOST_TEST((bench.say(1, E::login, post("Mesh")) == S::challenge_issued));
  BOOST_TEST((bench.say(2, E::login, post("Mesh2+push")) == S::device_confirmation_required));
  BOOST_TEST((bench.say(2, E::poll, poll()) == S::device_confirmation_required));
  BOOST_TEST((bench.say(1, E::answer, code()) == S::succeeded));
  BOOST_TEST((bench.say(2, E::poll, poll()) == S::succeeded));
}

BOOST_AUTO_TEST_CASE(observer_reads_what_the_institution_sends) {
  Bench bench;
  bench.say(1, E::login, post("Mesh"));
  BOOST_TEST(bench.deliveries == std::vector<std::string>{"sms user-7 123456"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sandbox_without_observer_says_the_same) {
  Bench bench;
  bench.sandbox.on_delivery(nullptr);
  BOOST_TEST((bench.say(1, E::login, post("Mesh")) == S::challenge_issued));
}

BOOST_AUTO_TEST_CASE(login_that_was_forgotten_is_not_known) {
  Bench bench;
  bench.say(1, E::login, post("Mesh"));
  BOOST_TEST(bench.sandbox.logins_open() == 1U);
  bench.sandbox.forget(1);
  bench.sandbox.forget(1);
  BOOST_TEST(bench.sandbox.logins_open() == 0U);
  BOOST_TEST((bench.say(1, E::answer, code()) == S::failed));
}

BOOST_AUTO_TEST_CASE(unknown_scenario_fails_and_says_so) {
  Bench bench;
  std::optional<Reply> reply;
  bench.ask(1, E::login, post("Mesh+no-such-thing"), reply);
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST((reply->response.status == S::failed));
  BOOST_TEST(reply->response.error_message->reveal() ==
             "The sandbox has no scenario of that name for this integration, and cannot compose one: at character 1: "
             "expected a door, a modifier, an ending or a fault.");
  BOOST_TEST(bench.sandbox.logins_open() == 0U);
}

BOOST_AUTO_TEST_CASE(new_logins_play_the_catalogue_that_took_the_place_of_another) {
  Bench bench;
  auto const* const schemes = &bench.sandbox.schemes();
  BOOST_TEST((bench.say(1, E::login, post("Mesh")) == S::challenge_issued));
  BOOST_TEST((bench.say(2, E::login, post("Mesh+sms+pin")) == S::challenge_issued));
  bench.sandbox.replace_catalogue(Catalogue());
  BOOST_TEST(bench.sandbox.catalogue()->schemes().empty());
  BOOST_TEST(schemes == &bench.sandbox.schemes());
  BOOST_TEST(bench.sandbox.schemes().size() == enumerator_count<BrokerType>);
  BOOST_TEST((bench.say(3, E::login, post("Mesh")) == S::failed));
  BOOST_TEST((bench.say(1, E::answer, code()) == S::succeeded));
  BOOST_TEST((bench.say(2, E::answer, code()) == S::mfa_required));
  bench.sandbox.replace_catalogue(Catalogue::embedded());
  BOOST_TEST((bench.say(4, E::login, post("Mesh")) == S::challenge_issued));
}

BOOST_AUTO_TEST_CASE(catalogue_may_be_replaced_by_another_thread_in_the_midst_of_logins) {
  boost::asio::io_context context;
  Sandbox sandbox(context.get_executor(), Catalogue::embedded());
  std::thread replacing([&sandbox] {
    for (auto round = 0; round < 5; ++round) sandbox.replace_catalogue(Catalogue::embedded());
  });
  auto succeeded = 0;
  for (LoginId login = 1; login <= 500; ++login) {
    for (auto const act : {E::login, E::answer}) {
      VerifyRequest question;
      question.login = login;
      question.act = act;
      question.request = act == E::login ? post("Mesh") : code();
      sandbox.async_verify(std::move(question), [&succeeded](error_code ec, AuthResponse const& response) {
        if (!ec && response.status == S::succeeded) ++succeeded;
      });
    }
  }
  replacing.join();
  BOOST_TEST(succeeded == 500);
}

BOOST_AUTO_TEST_CASE(sandbox_that_is_full_takes_no_new_login) {
  Bench bench(1, 1);
  bench.say(1, E::login, post("Mesh"));
  std::optional<Reply> reply;
  bench.ask(2, E::login, post("Mesh"), reply);
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST(reply->ec == error_code(SandboxErrc::too_many_logins));
  BOOST_TEST((bench.say(1, E::answer, code()) == S::succeeded));
}

BOOST_AUTO_TEST_CASE(institution_that_breaks_off_gives_an_error) {
  Bench bench;
  std::optional<Reply> reply;
  bench.ask(1, E::login, post("Mesh+breaks-off"), reply);
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST(reply->ec == error_code(SandboxErrc::no_reply));
}

BOOST_AUTO_TEST_CASE(fault_of_a_reply_on_its_way_is_told_to_the_server) {
  struct Row {
    char const* username;
    error_code ec;
  };
  for (auto const& [username, ec] : {Row{"Mesh+429", VerifyErrc::rate_limited},
                                     {"Mesh+503", VerifyErrc::unavailable},
                                     {"Mesh+reply-lost", VerifyErrc::connection_cut},
                                     {"Mesh+truncate", VerifyErrc::reply_cut}}) {
    BOOST_TEST_CONTEXT(username) {
      Bench bench;
      std::optional<Reply> reply;
      bench.ask(1, E::login, post(username), reply);
      BOOST_TEST_REQUIRE(reply.has_value());
      BOOST_TEST(reply->ec == ec);
    }
  }
}

BOOST_AUTO_TEST_CASE(silent_institution_is_waited_for_until_the_login_is_forgotten) {
  Bench bench;
  std::optional<Reply> reply;
  bench.ask(1, E::login, post("Mesh+silent"), reply);
  bench.context.poll();
  BOOST_TEST(!reply.has_value());
  bench.sandbox.forget(1);
  bench.context.restart();
  bench.context.poll();
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST(reply->ec == error_code(boost::asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(sandbox_that_goes_away_gives_its_replies_up) {
  std::optional<Reply> reply;
  boost::asio::io_context context;
  {
    Sandbox sandbox(context.get_executor(), Catalogue::embedded());
    VerifyRequest question;
    question.request = post("Mesh+silent");
    sandbox.async_verify(std::move(question), [&reply](error_code ec, AuthResponse response) {
      reply = Reply{ec, std::move(response)};
    });
  }
  context.poll();
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST(reply->ec == error_code(boost::asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(slow_institution_replies_later_and_a_quick_pace_hurries_it) {
  Bench bench(1e6);
  std::optional<Reply> reply;
  bench.ask(1, E::login, post("Mesh+slow"), reply);
  BOOST_TEST(!reply.has_value());
  bench.context.run();
  BOOST_TEST_REQUIRE(reply.has_value());
  BOOST_TEST(!reply->ec);
  BOOST_TEST((reply->response.status == S::mfa_required));
}

BOOST_AUTO_TEST_CASE(quick_pace_opens_doors_sooner) {
  Bench bench(10);
  bench.say(1, E::login, post("Mesh+push-roaming"));
  bench.now += 400ms;
  BOOST_TEST((bench.say(1, E::poll, poll()) == S::device_confirmation_required));
  bench.now += 100ms;
  BOOST_TEST((bench.say(1, E::poll, poll()) == S::succeeded));
}

BOOST_AUTO_TEST_CASE(default_completion_token_is_deferred) {
  Bench bench;
  VerifyRequest question;
  question.request = post("Mesh");
  bool done = false;
  auto operation = bench.sandbox.async_verify(std::move(question));
  BOOST_TEST(bench.sandbox.logins_open() == 0U);
  std::move(operation)([&done](error_code, AuthResponse const&) { done = true; });
  BOOST_TEST(done);
}

BOOST_AUTO_TEST_SUITE_END()
