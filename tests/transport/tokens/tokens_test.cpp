// Any completion token serves.

#include <support/loopback.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <thread>

BOOST_AUTO_TEST_SUITE(tokens)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;

BOOST_AUTO_TEST_CASE(co_await_of_the_default_token) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  auto done = false;
  asio::co_spawn(
      net.io,
      [&]() -> asio::awaitable<void> {
        auto who = net.credentials();
        auto const outcome = co_await net.client->async_login(std::move(who), net.responder, asio::use_awaitable);
        BOOST_TEST(name_of(outcome.kind) == "succeeded");
        done = true;
      },
      asio::detached);
  net.run_until([&done] { return done; });
}

BOOST_AUTO_TEST_CASE(deferred_starts_when_it_is_called) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  auto operation = net.client->async_login(net.credentials(), net.responder);
  net.run_for(std::chrono::milliseconds(30));
  BOOST_TEST(net.verifier.asked.empty());
  auto done = false;
  std::move(operation)([&done](boost::system::error_code ec, Outcome outcome) {
    BOOST_TEST(!ec);
    BOOST_TEST(name_of(outcome.kind) == "succeeded");
    done = true;
  });
  net.run_until([&done] { return done; });
}

BOOST_AUTO_TEST_CASE(use_future_from_another_thread) {
  Loopback net;
  net.verifier.replies.push_back(granted());
  auto future = net.client->async_login(net.credentials(), net.responder, asio::use_future);
  std::thread worker([&net] { net.run_for(std::chrono::seconds(10)); });
  auto const outcome = future.get();
  net.io.stop();
  worker.join();
  BOOST_TEST(name_of(outcome.kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_handler_runs_on_its_own_executor) {
  Loopback net;
  asio::io_context other;
  net.verifier.replies.push_back(granted());
  auto done = false;
  net.client->async_login(net.credentials(), net.responder,
                          asio::bind_executor(other, [&](boost::system::error_code, Outcome) {
                            BOOST_TEST(other.get_executor().running_in_this_thread());
                            done = true;
                          }));
  net.run_until([&net] { return !net.verifier.asked.empty(); });
  net.run_for(std::chrono::milliseconds(100));
  BOOST_TEST(!done);
  other.run_for(std::chrono::seconds(5));
  BOOST_TEST(done);
}

BOOST_AUTO_TEST_CASE(schemes_and_a_single_post_are_had_without_a_login) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  auto const [schemes_ec, schemes] = await<Client::SchemesReply>(
      net.io, [&](auto handler) { net.client->async_authentication_schemes(std::move(handler)); });
  BOOST_TEST(!schemes_ec);
  BOOST_TEST((schemes.status == ApiResultStatus::ok));
  BOOST_TEST(schemes.content->empty());
  auto const [post_ec, reply] = await<Client::AuthReply>(
      net.io, [&](auto handler) { net.client->async_authenticate(net.credentials(), std::move(handler)); });
  BOOST_TEST(!post_ec);
  BOOST_TEST((reply.content->status == AuthStatus::mfa_required));
}

BOOST_AUTO_TEST_CASE(a_client_with_logins_open_may_be_dropped) {
  Loopback net;
  net.client->async_login(net.credentials(), net.responder, [](boost::system::error_code, Outcome) {});
  net.client.reset();
  net.run_until([&net] { return !net.verifier.held.empty(); });
}

BOOST_AUTO_TEST_SUITE_END()
