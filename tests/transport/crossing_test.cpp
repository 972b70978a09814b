// Which shard of a server answers a request.

#include "shard_crossing.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <set>
#include <string>

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

}  // namespace

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
