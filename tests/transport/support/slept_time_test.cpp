// A machine that sleeps does not stop the clocks of the world.

#include <support/keeper_net.hpp>
#include <support/loopback.hpp>
#include <support/slept_time.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>

BOOST_AUTO_TEST_SUITE(slept_time)

using namespace sallyport;
using namespace sallyport::test;
using boost::system::error_code;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

namespace {

std::int64_t ns(nanoseconds time) {
  return time.count();
}

/// What this process sees after a sleep of so long. The wall clock is behind at the next reading, which changes
/// nothing.
void sleep_for(nanoseconds time) {
  auto reading = SleptTime::read_clocks();
  reading.boot += time.count();
  reading.wall += time.count();
  static_cast<void>(SleptTime::of_process().note(reading));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_connection_that_rested_through_a_sleep_is_not_used_again) {
  Loopback net;
  auto const ask = [&net] {
    auto const asked = await<Client::SchemesReply>(
        net.io, [&net](auto handler) { net.client->async_authentication_schemes(std::move(handler)); });
    BOOST_TEST_REQUIRE(!asked.first, asked.first.message());
    return net.server->counters().connections;
  };
  auto const first = ask();
  BOOST_TEST(ask() == first);
  sleep_for(seconds(10));
  BOOST_TEST(ask() == first + 1);
}

BOOST_AUTO_TEST_CASE(the_clock_that_has_gone_furthest_counts_and_none_takes_back) {
  SleptTime time({.steady = 0, .boot = ns(seconds(5)), .wall = ns(hours(400'000))});
  auto const at = [&time](seconds steady, seconds boot, seconds wall) {
    return std::chrono::duration_cast<seconds>(time.note({.steady = ns(steady),
                                                          .boot = ns(steady + seconds(5) + boot),
                                                          .wall = ns(steady + hours(400'000) + wall)}))
        .count();
  };
  using S = seconds;
  BOOST_TEST(at(S(1), S(0), S(0)) == 0);
  BOOST_TEST(at(S(2), S(3600), S(3600)) == 3600);  // It slept.
  BOOST_TEST(at(S(3), S(3600), S(3600)) == 3600);
  BOOST_TEST(at(S(4), S(3600), S(7200)) == 7200);  // It was stopped from outside.
  BOOST_TEST(at(S(5), S(3600), S(0)) == 7200);     // The wall clock is set back,
  BOOST_TEST(at(S(6), S(3660), S(60)) == 7260);    // and goes on from there.
  BOOST_TEST(at(S(7), S(3660), S(-9)) == 7260);
}

BOOST_AUTO_TEST_CASE(the_noise_of_reading_clocks_adds_nothing) {
  SleptTime time({});
  for (auto round = 0; round < 1000; ++round) {
    auto const steady = ns(milliseconds(10)) * round;
    auto const noise = ns(milliseconds(round % 2 == 0 ? 900 : 0));
    BOOST_TEST((time.note({.steady = steady, .boot = steady, .wall = steady + noise}) == Duration(0)));
  }
}

BOOST_AUTO_TEST_CASE(a_token_that_ended_while_the_machine_slept_is_refreshed_before_it_is_given_out) {
  KeeperNet net;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
  auto keeper = net.keeper(tokens_with(seconds(1800)));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-1");
  sleep_for(hours(1));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
}

BOOST_AUTO_TEST_CASE(a_keeper_that_slept_refreshes_by_itself) {
  KeeperNet net;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", std::nullopt));
  auto keeper = net.keeper(tokens_with(seconds(1800)));
  std::optional<KeeperEnd> end;
  keeper.async_run([&end](error_code, KeeperEnd why) { end = why; });
  net.loopback.run_for(milliseconds(20));
  BOOST_TEST(!end.has_value());
  sleep_for(hours(1));
  net.loopback.run_until([&end] { return end.has_value(); });
  BOOST_TEST(name_of(*end) == "not_needed");
}

BOOST_AUTO_TEST_CASE(a_challenge_that_ended_while_the_machine_slept_is_over) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile, 600));
  auto login = net.client->login(net.credentials());
  auto const turn = net.begin(login);
  BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(turn.second));
  sleep_for(hours(1));
  auto const [ec, after] = net.answer(login, Answer::wait());
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(after));
  BOOST_TEST(name_of(std::get<Outcome>(after).kind) == "user_absent");
}

BOOST_AUTO_TEST_SUITE_END()
