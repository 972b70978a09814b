// A server closes a connection that rests, and what is on its way to it then is lost.

#include <http/keep_alive.hpp>
#include <support/fake_server.hpp>
#include <support/loopback.hpp>

BOOST_AUTO_TEST_SUITE(keep_alive)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;

namespace {

std::string const push = R"({"status":"ok","content":{"status":"deviceConfirmationRequired"}})";
std::string const sms = R"({"status":"ok","content":{"status":"mfaRequired","mfaType":"phone"}})";
std::string const ok = R"({"status":"ok","content":{"status":"succeeded"}})";

FakeServer::Script kept(std::string const& body, std::string const& headers = {}) {
  return {.bytes = http_reply(200, body, headers), .close_after = false};
}

std::string const no_schemes = R"({"status":"ok","content":[]})";

/// A server that says these things, and a client of it.
struct Scene {
  Scene(std::vector<FakeServer::Script> scripts, std::function<void(ClientConfig&)> const& tweak = {})
      : server(net.io, net.certificates, std::move(scripts)) {
    net.client = net.another_client([this, &tweak](ClientConfig& config) {
      config.url = "https://127.0.0.1:" + std::to_string(server.port());
      config.idle_timeout = 1h;
      if (tweak) tweak(config);
    });
  }

  void ask() {
    auto const asked = await<Client::SchemesReply>(
        net.io, [this](auto handler) { net.client->async_authentication_schemes(std::move(handler)); });
    BOOST_TEST_REQUIRE(!asked.first, asked.first.message());
  }

  Loopback net;
  FakeServer server;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_time_that_a_server_announces_is_read) {
  BOOST_TEST((parse_keep_alive("timeout=5, max=100") == 5s));
  BOOST_TEST((parse_keep_alive("max=100,\tTimeout = 7") == 7s));
  BOOST_TEST((parse_keep_alive("timeout=0") == 0s));
  for (auto const* const text : {"", "5", "max=100", "timeout", "timeout=", "timeout=x", "timeout=5s", "timeout=-1",
                                 "timeout=99999999999", "idle-timeout=5"}) {
    BOOST_TEST(!parse_keep_alive(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(half_of_what_is_announced_or_was_seen_counts_where_it_is_less) {
  RestBound::Clock::time_point const now(1h);
  RestBound bound(4s);
  BOOST_TEST((bound.most({}, now) == 4s));
  BOOST_TEST((bound.most(60s, now) == 4s));
  BOOST_TEST((bound.most(5s, now) == 2500ms));
  bound.closed_after(3s, now);
  BOOST_TEST((bound.most({}, now) == 1500ms));
  BOOST_TEST((bound.most(2s, now) == 1s));
  bound.closed_after(10s, now);
  BOOST_TEST((bound.most({}, now) == 1500ms));
}

BOOST_AUTO_TEST_CASE(a_server_that_closed_once_is_trusted_again_later) {
  RestBound::Clock::time_point const now(1h);
  RestBound bound(4s);
  bound.closed_after(1s, now);
  BOOST_TEST((bound.most({}, now + 9min) == 500ms));
  BOOST_TEST((bound.most({}, now + 11min) == 4s));
  bound.closed_after(6s, now + 11min);
  BOOST_TEST((bound.most({}, now + 11min) == 3s));
}

BOOST_AUTO_TEST_CASE(the_default_leaves_a_connection_before_common_servers_do) {
  BOOST_TEST((ClientConfig{}.idle_timeout < 5s));
  BOOST_TEST((ClientConfig{}.idle_timeout < ClientConfig{}.limits.poll_interval));
}

BOOST_AUTO_TEST_CASE(a_connection_is_not_used_again_after_half_of_what_its_server_announced) {
  Scene scene({kept(no_schemes, "Keep-Alive: timeout=1, max=100\r\n")});
  scene.ask();
  scene.net.run_for(520ms);
  scene.ask();
  BOOST_TEST(scene.server.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(a_connection_is_used_again_while_its_server_keeps_it) {
  Scene scene({kept(no_schemes, "Keep-Alive: timeout=10000\r\n")});
  scene.ask();
  scene.net.run_for(1100ms);
  scene.ask();
  BOOST_TEST(scene.server.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_post_with_a_code_meets_no_connection_that_has_rested) {
  Scene scene({kept("[]"), kept(sms), kept(ok)});
  auto login = scene.net.client->login(scene.net.credentials());
  BOOST_TEST(!scene.net.begin(login).first);
  auto const before = scene.server.connections();
  scene.net.run_for(1100ms);
  BOOST_TEST(!scene.net.answer(login, Answer::text(Secret("123456"))).first);
  BOOST_TEST(scene.server.connections() == before + 1);
}

BOOST_AUTO_TEST_CASE(a_poll_may_meet_a_connection_that_has_rested) {
  Scene scene({kept("[]"), kept(push), kept(push), kept(ok)},
              [](ClientConfig& config) { config.limits.poll_interval = 1100ms; });
  auto login = scene.net.client->login(scene.net.credentials());
  BOOST_TEST(!scene.net.begin(login).first);
  auto const before = scene.server.connections();
  BOOST_TEST(!scene.net.answer(login, Answer::wait()).first);
  BOOST_TEST(scene.server.posts() == 3U);
  BOOST_TEST(scene.server.connections() == before);
}

BOOST_AUTO_TEST_CASE(where_all_connections_rest_one_makes_room_for_a_fresh_one) {
  Scene scene({kept("[]"), kept(sms), kept(ok)}, [](ClientConfig& config) { config.connections_max = 1; });
  auto login = scene.net.client->login(scene.net.credentials());
  BOOST_TEST(!scene.net.begin(login).first);
  scene.net.run_for(1100ms);
  BOOST_TEST(!scene.net.answer(login, Answer::text(Secret("123456"))).first);
  BOOST_TEST(scene.net.client->pool_state().open == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_that_closed_on_us_is_met_sooner_from_then_on) {
  Scene scene({{.bytes = http_reply(200, no_schemes), .close_after = true},
               {.bytes = http_reply(200, no_schemes), .close_after = true},
               kept(no_schemes)});
  scene.ask();
  scene.net.run_for(200ms);  // Meanwhile it closes; whoever asks next finds that out.
  scene.ask();
  scene.net.run_for(20ms);
  scene.ask();
  BOOST_TEST(scene.server.connections() == 3U);
  scene.net.run_for(220ms);  // It has closed after less than 200 ms, so above 100 ms is too long.
  scene.ask();
  BOOST_TEST(scene.server.connections() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
