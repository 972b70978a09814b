// A balancer binds a client to one of several servers by a cookie, and only that server knows the login's challenge.

#include <http/cookie_jar.hpp>
#include <support/fake_server.hpp>
#include <support/loopback.hpp>

BOOST_AUTO_TEST_SUITE(cookies)

using namespace sallyport;
using namespace sallyport::test;

namespace {

std::string const sms = R"({"status":"ok","content":{"status":"mfaRequired","mfaType":"phone"}})";
std::string const ok = R"({"status":"ok","content":{"status":"succeeded"}})";

FakeServer::Script kept(std::string const& body, std::string const& headers = {}) {
  return {.bytes = http_reply(200, body, headers), .close_after = false};
}

std::string jar_of(std::initializer_list<std::string_view> lines) {
  CookieJar jar;
  for (auto const line : lines) jar.take(line);
  return std::string(jar.header().reveal());
}

/// The Cookie line of a request; "" where there is none.
std::string cookie_line(std::string const& request) {
  auto const at = request.find("\r\nCookie: ");
  return at == std::string::npos ? "" : request.substr(at + 10, request.find("\r\n", at + 2) - at - 10);
}

struct Scene {
  explicit Scene(std::vector<FakeServer::Script> scripts) : server(net.io, net.certificates, std::move(scripts)) {
    net.client = net.another_client(
        [this](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server.port()); });
  }
  Loopback net;
  FakeServer server;
};

auto const sticky =
    "Set-Cookie: AWSALB=one; Expires=Tue, 07 Dec 2100 10:00:00 GMT; Path=/\r\nSet-Cookie: route=\"2\"\r\n";

}  // namespace

BOOST_AUTO_TEST_CASE(a_jar_gives_back_what_it_was_given) {
  BOOST_TEST(jar_of({}) == "");
  BOOST_TEST(jar_of({"a=b"}) == "a=b");
  BOOST_TEST(jar_of({"a=b; Path=/; Secure; HttpOnly; SameSite=None", " c = d ;Max-Age=60"}) == "a=b; c=d");
  BOOST_TEST(jar_of({"a=b", "c=d", "a=e"}) == "c=d; a=e");
  BOOST_TEST(jar_of({"a="}) == "a=");
  BOOST_TEST(jar_of({"a=b=c"}) == "a=b=c");
}

BOOST_AUTO_TEST_CASE(a_cookie_that_has_expired_is_taken_back) {
  BOOST_TEST(jar_of({"a=b", "c=d", "a=b; Max-Age=0"}) == "c=d");
  BOOST_TEST(jar_of({"a=b", "a=b; max-age=-1"}) == "");
  BOOST_TEST(jar_of({"a=b", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}) == "");
  BOOST_TEST(jar_of({"a=b; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}) == "a=b");
}

BOOST_AUTO_TEST_CASE(what_is_no_cookie_or_has_no_room_is_left_out) {
  BOOST_TEST(jar_of({"", ";", "a", "=b", "a b=c", "a=b c", "a=\x01", "a=\xC3\xA9"}) == "");
  std::string const large(CookieJar::bytes_max, 'x');
  BOOST_TEST(jar_of({"a=b", "c=" + large}) == "a=b");
  CookieJar jar;
  for (auto at = 0; at < 100; ++at) jar.take("n" + std::to_string(at) + "=v");
  BOOST_TEST(std::ranges::count(jar.header().reveal(), '=') == static_cast<int>(CookieJar::cookies_max));
}

BOOST_AUTO_TEST_CASE(what_a_reply_sets_goes_with_the_next_requests_of_its_login_alone) {
  Scene scene({kept("[]", "Set-Cookie: of-nobody=1\r\n"), kept(sms, sticky), kept(ok), kept(ok)});
  auto login = scene.net.client->login(scene.net.credentials());
  BOOST_TEST(!scene.net.begin(login).first);
  BOOST_TEST(!scene.net.answer(login, Answer::text(Secret("123456"))).first);
  auto other = scene.net.client->login(scene.net.credentials("user-2"));
  BOOST_TEST(!scene.net.begin(other).first);
  auto const& requests = scene.server.requests();
  BOOST_TEST_REQUIRE(requests.size() >= 4U);
  std::vector<std::string> posts;
  for (auto const& request : requests) {
    if (request.starts_with("POST ")) posts.push_back(cookie_line(request));
  }
  BOOST_TEST(posts == (std::vector<std::string>{"", "AWSALB=one; route=\"2\"", ""}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_login_that_goes_to_another_process_takes_its_cookies_along) {
  Scene scene({kept("[]"), kept(sms, sticky), kept("[]"), kept(ok)});
  auto const key = std::move(*SnapshotKey::random());
  auto login = scene.net.client->login(scene.net.credentials());
  BOOST_TEST(!scene.net.begin(login).first);
  auto const saved = await<SealedSnapshot>(
      scene.net.io, [&](auto handler) { login.async_save(key, SaveOptions{}, std::move(handler)); });
  BOOST_TEST_REQUIRE(!saved.first);
  auto const other = scene.net.another_client(
      [&](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(scene.server.port()); });
  auto resumed =
      other.resume(saved.second.bytes.reveal(), key, saved.second.id, [](auto const&, auto) { return true; });
  BOOST_TEST_REQUIRE(resumed.has_value());
  BOOST_TEST(!scene.net.begin(*resumed).first);
  BOOST_TEST(!scene.net.answer(*resumed, Answer::text(Secret("123456"))).first);
  BOOST_TEST(cookie_line(scene.server.requests().back()) == "AWSALB=one; route=\"2\"");
}

BOOST_AUTO_TEST_SUITE_END()
