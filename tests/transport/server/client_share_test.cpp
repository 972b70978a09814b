// One client of a server does not take the room for logins of all others.

#include <server/client_shares.hpp>

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

BOOST_AUTO_TEST_SUITE(client_share)

using namespace sallyport;
using namespace sallyport::test;

namespace {

constexpr std::string_view second_client = "X-Client-Id: client-2\r\nX-Client-Secret: client-secret-2\r\n";

struct Desk {
  explicit Desk(std::size_t sessions, std::size_t per_client = 0)
      : net([=](ServerConfig& config, ClientConfig&) {
          config.sessions_max = sessions;
          config.sessions_per_client_max = per_client;
        }),
        client(net) {}

  std::string post(AuthResponse reply, std::string_view who = known_client) {
    net.verifier.replies.push_back(std::move(reply));
    auto const target = "/api/v1/authenticate?userId=u" + std::to_string(++users);
    auto said = client.send(http_post(target, R"({"type":"robinhood","username":"Mesh","password":"p"})", who));
    net.verifier.replies.clear();
    return said;
  }
  unsigned begin(std::string_view who = known_client) {
    return status_of(post(challenge(AuthStatus::challenge_issued, MfaType::phone, 60), who));
  }

  Loopback net;
  RawClient client;
  unsigned users = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(of_several_clients_each_may_take_half) {
  Desk desk(6);
  for (auto left = 3; left != 0; --left) BOOST_TEST(desk.begin() == 200U);
  auto const full = desk.post(granted());
  BOOST_TEST(status_of(full) == 429U);
  BOOST_TEST(full.find("\r\nRetry-After: 30\r\n") != std::string::npos);
  BOOST_TEST(full.find("tooManyRequest") != std::string::npos);
  for (auto left = 3; left != 0; --left) BOOST_TEST(desk.begin(second_client) == 200U);
  BOOST_TEST(desk.net.server->counters().sessions_open == 6U);
}

BOOST_AUTO_TEST_CASE(a_login_that_is_over_is_not_counted) {
  Desk desk(4);
  for (auto left = 8; left != 0; --left) BOOST_TEST(status_of(desk.post(granted())) == 200U);
  BOOST_TEST(desk.begin() == 200U);
  BOOST_TEST(desk.begin() == 200U);
  BOOST_TEST(desk.begin() == 429U);
}

BOOST_AUTO_TEST_CASE(a_share_can_be_chosen) {
  Desk desk(100, 1);
  BOOST_TEST(desk.begin() == 200U);
  BOOST_TEST(desk.begin() == 429U);
  BOOST_TEST(desk.begin(second_client) == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
