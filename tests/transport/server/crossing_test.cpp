// Which shard of a server answers a request.

#include <server/login_service.hpp>
#include <server/shard_crossing.hpp>

#include <support/loopback.hpp>

#include <array>
#include <memory>
#include <set>
#include <string>
#include <utility>

BOOST_AUTO_TEST_SUITE(crossing)

using namespace sallyport;

namespace {

constexpr std::size_t shards = 4;

ShardMap make_map() {
  ShardMap made(SipHash::with_fresh_key().value());
  for (std::size_t shard = 0; shard < shards; ++shard) made.add({});
  return made;
}

std::string login_of(std::string const& user) {
  return "/api/v1/authenticate?userId=" + user;
}

/// Two shards, of which the second lets go of every login uncalled.
struct TwoShards {
  TwoShards() {
    ServerConfig config;
    config.clients.push_back({.id = "c", .secret = Secret("s")});
    auto const commons =
        std::make_shared<ServerCommons>(std::move(config), nullptr, 2, SipHash::with_fresh_key().value());
    auto const map = std::make_shared<ShardMap>(commons->hash);
    for (std::size_t shard = 0; shard < 2; ++shard) {
      auto const state = std::make_shared<ServerState>(commons, shard);
      auto const routes = std::make_shared<Routes const>(state, verifier, std::weak_ptr<LoginService>(), nullptr);
      crossings.push_back(std::make_shared<Crossing>(strand, shard, map, routes));
      map->add(crossings.back());
    }
    while (map->shard_of(login_of(user), 0) != 1) user.push_back('u');
  }

  /// A login that goes to the second shard; held by whoever could answer it.
  std::weak_ptr<int> ask() {
    ServerRequest request{.method = "POST",
                          .target = Secret(login_of(user)),
                          .client_id = "c",
                          .client_secret = Secret("s"),
                          .content_type = {},
                          .forwarded_for = {},
                          .body = Secret(R"({"type":"robinhood"})")};
    auto const held = std::make_shared<int>();
    crossings.front()->answer(
        request, [this, held](HttpAnswer const&) { ++answers; }, 0);
    return held;
  }

  boost::asio::io_context io{1};
  Strand strand{io.get_executor()};
  test::ScriptedVerifier verifier;
  std::vector<std::shared_ptr<Crossing>> crossings;
  std::string user = "u";
  unsigned answers = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_that_the_other_shard_lets_go_of_is_kept_by_none) {
  TwoShards shards;
  auto const held = shards.ask();
  BOOST_TEST(!held.expired());
  shards.io.run();
  BOOST_TEST(held.expired());
  BOOST_TEST(shards.answers == 0U);
}

BOOST_AUTO_TEST_CASE(so_is_one_that_never_came_there) {
  TwoShards shards;
  auto const held = shards.ask();
  shards.crossings.back().reset();
  shards.io.run();
  BOOST_TEST(held.expired());
}

BOOST_AUTO_TEST_CASE(a_user_has_one_shard_however_the_request_is_spelt) {
  auto const map = make_map();
  for (auto number = 10; number < 40; ++number) {
    auto const digits = std::to_string(number);
    auto const shard = map.shard_of(login_of("u" + digits), 0);
    std::array<std::string, 4> const others{
        login_of("%75" + digits), login_of("u%3" + digits.substr(0, 1) + digits.substr(1)),
        "/api/v1/authenticate?a=b&userId=u" + digits + "&c", "/api/v1/authenticate/coinbase?userId=u" + digits};
    for (auto const& other : others) BOOST_TEST(map.shard_of(other, 0) == shard, other);
    BOOST_TEST(map.shard_of(login_of("u" + digits), 3) == shard);
  }
}

BOOST_AUTO_TEST_CASE(users_are_spread_over_all_shards_and_nobody_knows_how) {
  auto const one = make_map();
  auto const another = make_map();
  std::array<unsigned, shards> counts{};
  auto same = 0U;
  constexpr auto users = 1000U;
  for (auto user = 0U; user < users; ++user) {
    auto const target = login_of("user-" + std::to_string(user));
    auto const shard = one.shard_of(target, 0);
    ++counts.at(shard);
    if (another.shard_of(target, 0) == shard) ++same;
  }
  for (auto const count : counts) BOOST_TEST(count > users / shards / 2);
  BOOST_TEST(same < users / 2);
}

BOOST_AUTO_TEST_CASE(what_names_no_user_stays_or_goes_to_the_first_shard) {
  auto const map = make_map();
  for (std::string const target :
       {"/api/v1/authenticationSchemes", "/api/v1/status", "/api/v1/authenticationSchemes?userId=u1", "/api/v1/none",
        "/api/v1/authenticateX?userId=u1", "/api/v1/authenticate", "/api/v1/authenticate?userId=u1&userId=u2",
        "/api/v1/authenticate?userId=%zz"}) {
    BOOST_TEST(map.shard_of(target, 2) == 2U, target);
  }
  for (std::string const target : {"/api/v1/token/refresh", "/api/v1/account", "/api/v1/account?userId=u1"}) {
    BOOST_TEST(map.shard_of(target, 2) == 0U, target);
  }
}

BOOST_AUTO_TEST_SUITE_END()
