// A server of several shards, each on a thread of its own, is one server.

#include <support/sharded_net.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <set>

BOOST_AUTO_TEST_SUITE(shards)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;

namespace {

bool says(std::string const& reply, std::string_view what) {
  return reply.find(what) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_login_goes_on_whichever_connection_its_answers_come_over) {
  ShardedNet net(3);
  auto const clients = net.connect_to_each();
  auto crossed = 0U;
  auto number = 0U;
  for (auto const& [first_thread, first] : clients) {
    for (auto const& [second_thread, second] : clients) {
      auto const user = "user-" + std::to_string(number++);
      auto const door = first->send(login_post(user));
      BOOST_TEST_REQUIRE(says(door, "challengeIssued"));
      BOOST_TEST(says(second->send(answer_post(user, door, "000000")), "challengeFailed"));
      BOOST_TEST(says(second->send(answer_post(user, door)), "succeeded"));
      auto const asked = net.verifier.asked().at(user);
      BOOST_TEST_REQUIRE(asked.size() == 3U);
      for (auto const& one : asked) {
        BOOST_TEST((one.thread == asked.front().thread));
        BOOST_TEST(one.login == asked.front().login);
      }
      if (asked.front().thread != first_thread || asked.front().thread != second_thread) ++crossed;
    }
  }
  BOOST_TEST(crossed >= 6U);  // Wherever the nine users belong: for three pairs at most it is where both are.
}

BOOST_AUTO_TEST_CASE(of_many_logins_at_once_each_is_asked_about_once_and_by_one_thread) {
  constexpr auto logins = 200U;
  ShardedNet net(4);
  auto client = net.make_client(24);
  ScriptedResponder responder;
  auto succeeded = 0U;
  auto ended = 0U;
  for (auto number = 0U; number < logins; ++number) {
    responder.answers.push_back(Answer::text(Secret("123456")));
    client.async_login(credentials_of("user-" + std::to_string(number)), responder,
                       [&](boost::system::error_code ec, Outcome const& outcome) {
                         ++ended;
                         if (!ec && outcome.kind == OutcomeKind::succeeded) ++succeeded;
                       });
  }
  net.wait_until([&] { return ended == logins; });
  BOOST_TEST(succeeded == logins);
  auto const all = net.verifier.asked();
  BOOST_TEST(all.size() == logins);
  std::set<LoginId> ids;
  std::map<LoginId, std::thread::id> thread_of;
  std::set<std::thread::id> threads;
  for (auto const& [user, asked] : all) {
    BOOST_TEST_REQUIRE(asked.size() == 2U, user);
    BOOST_TEST((asked[0].act == EventType::login && asked[1].act == EventType::answer));
    BOOST_TEST((asked[0].login == asked[1].login && asked[0].thread == asked[1].thread));
    ids.insert(asked[0].login);
    thread_of[asked[0].login] = asked[0].thread;
    threads.insert(asked[0].thread);
  }
  BOOST_TEST(ids.size() == logins);
  BOOST_TEST(threads.size() == 4U);
  for (auto const& [login, thread] : net.verifier.forgotten()) BOOST_TEST((thread_of.at(login) == thread));
  auto const counters = net.server->counters();
  BOOST_TEST(counters.credential_posts == 2 * logins);
  BOOST_TEST(counters.sessions_open == 0U);
}

BOOST_AUTO_TEST_CASE(its_counters_are_those_of_all_shards) {
  ShardedNet net(3);
  std::vector<std::unique_ptr<RawClient>> clients;
  constexpr auto users = 12U;
  for (auto user = 0U; user < users; ++user) {
    clients.push_back(net.connect());
    static_cast<void>(net.begin(*clients.back(), "user-" + std::to_string(user)));
    BOOST_TEST(says(clients.back()->send(http_post("/api/v1/authenticate?userId=nobody", R"({"type":"robinhood"})")),
                    "challengeUnknown"));
  }
  auto const counters = net.server->counters();
  BOOST_TEST(counters.connections == users);
  BOOST_TEST(counters.connections_open == users);
  BOOST_TEST(counters.requests == 2 * users);
  BOOST_TEST(counters.credential_posts == users);
  BOOST_TEST(counters.polls == users);
  BOOST_TEST(counters.sessions_open == users);
}

BOOST_AUTO_TEST_CASE(the_failures_of_an_account_count_whichever_connection_they_come_over) {
  ShardedNet net(3, [](ServerConfig& config) { config.account_throttle = {.burst = 3, .recovery = 1h, .wait = 1h}; });
  auto const clients = net.connect_to_each();
  auto const guess =
      http_post("/api/v1/authenticate?userId=u1", R"({"type":"robinhood","username":"Mesh","password":"wrong"})");
  for (auto const& [thread, client] : clients) BOOST_TEST(status_of(client->send(guess)) == 200U);
  BOOST_TEST(status_of(clients.begin()->second->send(guess)) == 200U);  // The one beyond is the first to be waited for.
  for (auto const& [thread, client] : clients) {
    BOOST_TEST(status_of(client->send(guess)) == 429U);
    BOOST_TEST(status_of(client->send(login_post("u1"))) == 429U);
    BOOST_TEST(status_of(client->send(login_post("another"))) == 200U);
  }
}

BOOST_AUTO_TEST_CASE(an_address_that_failed_at_one_shard_is_held_at_all) {
  ShardedNet net(3, [](ServerConfig& config) { config.address_throttle = {.burst = 1, .recovery = 1h, .wait = 1h}; });
  auto const clients = net.connect_to_each();
  auto& first = *clients.begin()->second;
  auto const stranger = http_get("/api/v1/authenticationSchemes", "X-Client-Id: client-1\r\nX-Client-Secret: no\r\n");
  for (auto attempt = 0; attempt < 2; ++attempt) BOOST_TEST(status_of(first.send(stranger)) == 401U);
  for (auto const& [thread, client] : clients) {
    BOOST_TEST(status_of(client->send(http_get("/api/v1/authenticationSchemes"))) == 429U);
    BOOST_TEST(status_of(client->send(login_post("u1"))) == 429U);
  }
  BOOST_TEST(status_of(net.connect("127.0.0.2")->send(http_get("/api/v1/authenticationSchemes"))) == 200U);
}

BOOST_AUTO_TEST_CASE(an_address_has_all_of_its_connections_wherever_they_lie_and_none_beyond) {
  constexpr auto bound = 8U;
  ShardedNet net(4, [](ServerConfig& config) {
    config.connections_max = bound + 2;
    config.connections_per_address_max = bound;
    config.connections_spare = 1;
  });
  std::vector<std::unique_ptr<RawClient>> clients;
  auto const ask = [](RawClient& client) { return status_of(client.send(http_get("/api/v1/authenticationSchemes"))); };
  for (auto number = 0U; number < bound; ++number) {
    clients.push_back(net.connect());
    BOOST_TEST(ask(*clients.back()) == 200U);
  }
  auto beyond = net.connect();
  BOOST_TEST(ask(*beyond) == 503U);
  auto const other = net.connect("127.0.0.2");
  BOOST_TEST(ask(*other) == 200U);
  beyond.reset();
  clients.pop_back();
  net.wait_until([&net] { return net.server->counters().connections_open == bound; });
  BOOST_TEST(ask(*net.connect()) == 200U);
}

BOOST_AUTO_TEST_CASE(the_shards_hold_no_more_logins_than_the_server_may) {
  constexpr auto bound = 10U;
  ShardedNet net(4, [](ServerConfig& config) {
    config.sessions_max = bound;
    config.sessions_per_client_max = bound;
  });
  auto const client = net.connect();
  auto opened = 0U;
  for (auto user = 0U; user < 100; ++user) {
    auto const status = status_of(client->send(login_post("user-" + std::to_string(user))));
    BOOST_TEST_REQUIRE((status == 200U || status == 503U));
    if (status == 200U) ++opened;
  }
  BOOST_TEST(opened == bound);  // A hundred users find every slot of every shard.
  BOOST_TEST(net.server->counters().sessions_open == bound);
}

BOOST_AUTO_TEST_CASE(a_share_that_could_not_work_is_refused) {
  ShardedNet net(3);
  auto const error_of = [&net](std::function<void(ServerConfig&)> const& tweak) {
    auto config = net.server_config();
    tweak(config);
    auto const made = Server::create(net.executors(), std::move(config), net.verifier);
    return made ? boost::system::error_code() : made.error();
  };
  BOOST_TEST(error_of([](ServerConfig& config) { config.sessions_max = 3; }) == boost::system::error_code());
  BOOST_TEST(error_of([](ServerConfig& config) { config.sessions_max = 2; }) == TransportErrc::bad_config);
  BOOST_TEST(error_of([](ServerConfig& config) { config.body_bytes_max = 3 * config.bounds.text_bytes_max; }) ==
             boost::system::error_code());
  BOOST_TEST(error_of([](ServerConfig& config) { config.body_bytes_max = 3 * config.bounds.text_bytes_max - 1; }) ==
             TransportErrc::bad_config);
  auto const none = Server::create(std::vector<boost::asio::any_io_executor>(), net.server_config(), net.verifier);
  BOOST_TEST((none.has_error() && none.error() == TransportErrc::bad_config));
}

BOOST_AUTO_TEST_CASE(a_port_is_shared_by_the_shards_of_one_server_alone) {
  ShardedNet net(2);
  for (auto const shards : {1U, 2U}) {
    auto config = net.server_config();
    config.port = net.server->port();
    auto executors = net.executors();
    executors.resize(shards);
    auto const made = Server::create(executors, std::move(config), net.verifier);
    BOOST_TEST_REQUIRE(made.has_error());
    BOOST_TEST((made.error() == boost::asio::error::address_in_use));
  }
}

BOOST_AUTO_TEST_CASE(one_refresh_of_a_token_runs_at_a_time_whichever_connection_asks) {
  ShardedNet net(3);
  auto const clients = net.connect_to_each();
  auto const refresh = http_post("/api/v1/token/refresh", R"({"type":"robinhood","refreshToken":"token-1"})");
  auto at = clients.begin();
  auto& first = *(at++)->second;
  first.write(refresh);
  net.wait_until([&net] { return net.accounts.held() == 1; });
  for (; at != clients.end(); ++at) BOOST_TEST(says(at->second->send(refresh), "requestInFlight"));
  net.accounts.release();
  BOOST_TEST(status_of(first.read_reply()) == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
