// A server of several shards ends as one: whatever is under way between them is answered, or cut off.

#include <support/sharded_net.hpp>

#include <sallyport/transport/responders.hpp>

#include <boost/asio/bind_executor.hpp>

#include <algorithm>

BOOST_AUTO_TEST_SUITE(shards_end)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

/// Three shards, a connection at each, and a user whose login belongs to another shard than the connection that asks.
struct Away {
  Away() : net(3), clients(net.connect_to_each()) {
    auto const home = net.begin(*clients.begin()->second, user);
    auto const stranger = std::ranges::find_if(clients, [home](auto const& one) { return one.first != home; });
    asking = stranger->second.get();
    door = asking->send(http_post("/api/v1/authenticate?userId=" + user, R"({"type":"robinhood"})"));
    net.verifier.hold(true);
  }

  /// The answer is at the verifier, which holds its verdict back.
  void ask() {
    asking->write(answer_post(user, door));
    net.wait_until([this] { return net.verifier.held() == 1; });
  }
  void drain(std::chrono::milliseconds bound) {
    net.server->async_drain(bound, boost::asio::bind_executor(net.io, [this](error_code ec) {
                              ++ends;
                              end = ec;
                            }));
  }
  void wait_for_end() {
    net.wait_until([this] { return end.has_value(); });
    BOOST_TEST(net.server->counters().connections_open == 0U);
    BOOST_TEST(net.server->counters().sessions_open == 0U);
  }

  ShardedNet net;
  std::map<std::thread::id, std::unique_ptr<RawClient>> clients;
  std::string const user = "user-1";
  RawClient* asking = nullptr;
  std::string door;
  std::optional<error_code> end;
  unsigned ends = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_drain_waits_for_a_request_that_is_away) {
  Away away;
  away.ask();
  away.drain(20s);
  for (auto const& [thread, client] : away.clients) {
    if (client.get() != away.asking) BOOST_TEST(client->is_closed());
  }
  // Every other shard has nothing left to wait for.
  away.net.wait_until([&away] { return away.net.server->counters().connections_open == 1; });
  BOOST_TEST(!away.end.has_value());
  away.net.verifier.release();
  auto const reply = away.asking->read_reply();
  BOOST_TEST(reply.find("succeeded") != std::string::npos);
  BOOST_TEST(reply.find("\r\nConnection: close\r\n") != std::string::npos);
  BOOST_TEST(away.asking->is_closed());
  away.wait_for_end();
  BOOST_TEST(!*away.end);
  BOOST_TEST(away.ends == 1U);
}

BOOST_AUTO_TEST_CASE(with_nothing_under_way_a_drain_ends_once_all_shards_have) {
  ShardedNet net(4);
  auto const clients = net.connect_to_each();
  std::vector<error_code> ends;
  net.server->async_drain(20s, boost::asio::bind_executor(net.io, [&ends](error_code ec) { ends.push_back(ec); }));
  net.server->async_drain(20s, boost::asio::bind_executor(net.io, [&ends](error_code ec) { ends.push_back(ec); }));
  for (auto const& [thread, client] : clients) BOOST_TEST(client->is_closed());
  net.wait_until([&ends] { return ends.size() == 2; });
  BOOST_TEST(std::ranges::count(ends, error_code()) == 1);
  BOOST_TEST(std::ranges::count(ends, error_code(boost::asio::error::operation_aborted)) == 1);  // The second one.
}

BOOST_AUTO_TEST_CASE(the_bound_of_a_drain_cuts_off_what_is_away) {
  Away away;
  away.ask();
  away.drain(50ms);
  BOOST_TEST(away.asking->read_reply() == "");
  away.wait_for_end();
  BOOST_TEST((*away.end == boost::asio::error::timed_out));
  BOOST_TEST(away.net.verifier.forgotten().size() == 1U);
  away.net.verifier.release();
}

BOOST_AUTO_TEST_CASE(a_stop_cuts_off_what_is_away_and_ends_a_drain) {
  Away away;
  away.ask();
  away.drain(20s);
  away.net.server->stop();
  BOOST_TEST(away.asking->read_reply() == "");
  away.wait_for_end();
  BOOST_TEST((*away.end == boost::asio::error::operation_aborted));
  away.net.verifier.release();
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_while_a_drain_waits_completes_it) {
  Away away;
  away.ask();
  away.drain(20s);
  away.net.server.reset();
  away.net.wait_until([&away] { return away.end.has_value(); });
  BOOST_TEST((*away.end == boost::asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(requests_that_are_cut_off_between_shards_are_answered_or_not_and_never_hurt) {
  for (auto round = 0; round < 8; ++round) {
    ShardedNet net(4);
    auto client = net.make_client(16);
    CallbackResponder responder([](Prompt const&) { return std::optional(Answer::text(Secret("123456"))); });
    constexpr auto logins = 40U;
    auto ended = 0U;
    for (auto number = 0U; number < logins; ++number) {
      client.async_login(credentials_of("user-" + std::to_string(number)), responder,
                         [&ended](error_code, Outcome const&) { ++ended; });
    }
    auto const enough = static_cast<std::uint64_t>(round * 10);
    net.wait_until([&] { return net.server->counters().requests >= enough; });
    net.server->stop();
    net.wait_until([&] { return ended == logins; });
  }
}

BOOST_AUTO_TEST_CASE(the_answer_to_a_connection_that_closed_meanwhile_is_dropped_and_its_login_goes_on) {
  Away away;
  away.ask();
  for (auto& [thread, client] : away.clients) {
    if (client.get() == away.asking) client.reset();
  }
  away.net.verifier.hold(false);
  away.net.verifier.release();
  away.net.wait_until([&away] { return away.net.server->counters().connections_open == 2; });
  // It was verified all the same: who asks again is told that it is over.
  auto const& left = std::ranges::find_if(away.clients, [](auto const& one) { return one.second != nullptr; })->second;
  auto const reply = left->send(answer_post(away.user, away.door));
  BOOST_TEST(reply.find("challengeUnknown") != std::string::npos);
  BOOST_TEST(away.net.verifier.asked().at(away.user).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_shard_that_was_stopped_before_a_drain_began_has_not_drained) {
  Certificates const certificates;
  ThreadedVerifier verifier;
  boost::asio::io_context first(1);
  boost::asio::io_context second(1);
  ServerConfig config;
  config.identity = certificates.identity();
  config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  std::optional<error_code> end;
  {
    auto made = Server::create({first.get_executor(), second.get_executor()}, std::move(config), verifier);
    BOOST_TEST_REQUIRE(made.has_value());
    made->start();
    made->async_drain(20s, [&end](error_code ec) { end = ec; });
  }
  second.run();
  BOOST_TEST(!end.has_value());
  run_until(first, [&end] { return end.has_value(); });
  BOOST_TEST((*end == boost::asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(contexts_that_are_gone_before_they_ran_out_of_work_take_all_with_them) {
  Certificates const certificates;
  ThreadedVerifier verifier;
  boost::asio::io_context clients;
  for (auto const first_goes_first : {true, false}) {
    auto first = std::make_unique<boost::asio::io_context>(1);
    auto second = std::make_unique<boost::asio::io_context>(1);
    ServerConfig config;
    config.identity = certificates.identity();
    config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
    auto made = Server::create({first->get_executor(), second->get_executor()}, std::move(config), verifier);
    BOOST_TEST_REQUIRE(made.has_value());
    made->start();
    boost::asio::ip::tcp::socket socket(clients);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), made->port()});
    first->run_for(10ms);
    second->run_for(10ms);
    made->async_drain(1h, [](error_code) {});
    first->poll();
    { auto const gone = std::move(*made); }
    (first_goes_first ? first : second).reset();
    (first_goes_first ? second : first).reset();
  }
}

BOOST_AUTO_TEST_SUITE_END()
