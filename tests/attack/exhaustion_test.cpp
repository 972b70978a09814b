// Whoever is slow, many or large holds little, and not for long; the others are served meanwhile.

#include <server/connection_book.hpp>

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <vector>

BOOST_AUTO_TEST_SUITE(exhaustion)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

constexpr std::string_view schemes = "/api/v1/authenticationSchemes";
constexpr std::string_view login = R"({"type":"robinhood","username":"Mesh","password":"Pass123"})";

std::string authenticate(std::string const& user) {
  return http_post("/api/v1/authenticate?userId=" + user, login);
}

/// The header of a post and, of its body, nothing.
std::string post_of(std::size_t length) {
  return "POST /api/v1/authenticate?userId=u1 HTTP/1.1\r\nHost: x\r\n" + std::string(known_client) +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

void make_impatient(ServerConfig& config, ClientConfig&) {
  config.read_timeout = scaled(300ms);
  config.write_timeout = scaled(300ms);
}

/// Sends a byte now and then until the server has hung up; another client is served all the while.
void dribble(Loopback& net, RawClient& slow, RawClient& other) {
  auto sent = 0;
  net.run_until([&] {
    if (net.server->counters().connections_open < 2) return true;
    slow.write("x");
    if (++sent % 4 == 0) BOOST_TEST(status_of(other.send(http_get(schemes))) == 200U);
    net.run_for(20ms);
    return false;
  });
  BOOST_TEST(sent > 4);
  BOOST_TEST(slow.is_closed());
  BOOST_TEST(status_of(other.send(http_get(schemes))) == 200U);
}

/// What this process has in memory.
std::size_t resident_bytes() {
  std::size_t all = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// The allocator of a sanitizer keeps what was freed.
constexpr bool memory_can_be_measured() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;
#else
  return true;
#endif
}

/// A connection that shakes no hands: whether the server hangs up.
bool is_turned_away(Loopback& net) {
  boost::asio::ip::tcp::socket socket(net.io);
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), net.server->port()});
  std::optional<error_code> closed;
  char byte = 0;
  socket.async_read_some(boost::asio::buffer(&byte, 1), [&closed](error_code ec, std::size_t) { closed = ec; });
  net.run_until([&closed] { return closed.has_value(); });
  return closed->failed();
}

void expect_to_be_told_later(RawClient& client) {
  auto const reply = client.send(http_get(schemes));
  BOOST_TEST(status_of(reply) == 503U);
  BOOST_TEST(reply.find("Retry-After: 5\r\n") != std::string::npos);
  BOOST_TEST(reply.find("Connection: close\r\n") != std::string::npos);
  BOOST_TEST(body_of(reply).find("serverFailure") != std::string::npos);
  BOOST_TEST(client.is_closed());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_header_that_trickles_is_cut_off_at_its_deadline) {
  Loopback net(make_impatient);
  RawClient slow(net);
  RawClient other(net);
  slow.write("GET /api/v1/authenticationSchemes HTTP/1.1\r\nX: ");
  dribble(net, slow, other);
}

BOOST_AUTO_TEST_CASE(a_body_that_trickles_is_cut_off_at_its_deadline) {
  Loopback net(make_impatient);
  RawClient slow(net);
  RawClient other(net);
  slow.write(post_of(1000));
  dribble(net, slow, other);
  BOOST_TEST(net.verifier.asked.empty());
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_cut_off_at_its_deadline) {
  Loopback net;
  ScriptedVerifier wordy;
  for (auto scheme = 0; scheme < 64; ++scheme) {
    wordy.list.emplace_back().broker_type = BrokerType::robinhood;
    wordy.list.back().instructions_url = "https://x/" + std::string(64 * 1024, 'x');
  }
  ServerConfig config;
  config.identity = net.certificates.identity();
  config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  config.write_timeout = scaled(300ms);
  net.server.emplace(std::move(*Server::create(net.io.get_executor(), std::move(config), wordy)));
  net.server->start();
  RawClient deaf(net);
  std::string requests;
  for (auto request = 0; request < 8; ++request) requests += http_get(schemes);  // 4 MiB to each.
  deaf.write(requests);
  RawClient other(net);
  BOOST_TEST(status_of(other.send(http_get("/nowhere"))) == 404U);
  net.run_until([&net] { return net.server->counters().connections_open == 1; });
  BOOST_TEST(status_of(other.send(http_get("/nowhere"))) == 404U);
  BOOST_TEST(net.server->counters().requests < 10U);
}

BOOST_AUTO_TEST_CASE(a_client_that_shakes_no_hands_is_cut_off_at_its_deadline) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.handshake_timeout = scaled(200ms); });
  RawClient other(net);
  BOOST_TEST(is_turned_away(net));
  BOOST_TEST(status_of(other.send(http_get(schemes))) == 200U);
}

// What OpenSSL takes for a handshake and its buffers is more than twice as much.
BOOST_AUTO_TEST_CASE(a_client_that_only_connects_costs_16_kib_at_most) {
  constexpr std::size_t count = 50;
  Loopback net;
  std::vector<asio::ip::tcp::socket> silent;
  for (std::size_t number = 0; number < count; ++number) silent.emplace_back(net.io);
  auto const before = mallinfo2().uordblks;
  for (auto& socket : silent) socket.connect({asio::ip::make_address("127.0.0.1"), net.server->port()});
  net.run_until([&net] { return net.server->counters().connections_open == count; });
  net.run_for(20ms);
  BOOST_TEST((mallinfo2().uordblks - before) / count < 16U * 1024);
  // The first word is heard all the same.
  auto& late = silent.front();
  asio::write(late, asio::buffer("no TLS", 6));
  net.run_until([&net] { return net.server->counters().connections_open == count - 1; });
}

BOOST_AUTO_TEST_CASE(a_thousand_requests_at_once_are_answered_in_order) {
  Loopback net;
  RawClient client(net);
  std::string requests;
  for (auto request = 0; request < 1000; ++request) requests += http_get(request % 3 == 0 ? schemes : "/nowhere");
  client.write(requests);
  for (auto request = 0; request < 1000; ++request) {
    BOOST_TEST_REQUIRE(status_of(client.read_reply()) == (request % 3 == 0 ? 200U : 404U));
  }
  BOOST_TEST(net.server->counters().requests == 1000U);
}

BOOST_AUTO_TEST_CASE(a_thousand_logins_at_once_on_one_connection_are_one_at_a_time) {
  Loopback net;
  RawClient client(net);
  std::string requests;
  for (auto user = 0; user < 1000; ++user) requests += authenticate("u" + std::to_string(user));
  client.write(requests);
  net.run_until([&net] { return !net.verifier.held.empty(); });
  net.run_for(20ms);
  BOOST_TEST(net.verifier.asked.size() == 1U);
  BOOST_TEST(net.server->counters().sessions_open == 1U);
  net.verifier.held.clear();
}

BOOST_AUTO_TEST_CASE(a_header_over_its_bound_is_refused_whatever_its_shape) {
  Loopback net;
  std::string many;
  while (many.size() < 20 * 1024) many += "a: b\r\n";
  for (auto const& lines : {many, "X: " + std::string(1024 * 1024, 'x') + "\r\n", std::string(20 * 1024, 'x'),
                            "X: a\r\n" + std::string(20 * 1024, ' ') + "\r\n"}) {
    RawClient client(net);
    BOOST_TEST(status_of(client.send("GET / HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n")) == 400U);
    BOOST_TEST(client.is_closed());
  }
  RawClient target(net);
  BOOST_TEST(status_of(target.send(http_get("/" + std::string(20 * 1024, 'x')))) == 400U);
}

BOOST_AUTO_TEST_CASE(idle_connections_and_unfinished_headers_take_little_memory) {
  constexpr std::size_t connections = 150;
  constexpr std::size_t kib = 1024;
  Loopback net;
  std::vector<std::unique_ptr<RawClient>> clients;
  clients.push_back(std::make_unique<RawClient>(net));  // What the first one needs, all need.
  auto const before = resident_bytes();
  while (clients.size() <= connections) clients.push_back(std::make_unique<RawClient>(net));
  auto const idle = resident_bytes();
  for (auto const& client : clients) {
    client->write("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(15 * kib, 'x'));
  }
  net.run_for(50ms);
  auto const bombed = resident_bytes();
  BOOST_TEST(net.server->counters().connections_open == connections + 1);
  if (!memory_can_be_measured()) return;
  BOOST_TEST((idle - before) / connections < 400 * kib);  // Both ends, and the client's own roots of trust.
  BOOST_TEST((bombed - idle) / connections < 100 * kib);
}

BOOST_AUTO_TEST_CASE(over_the_bound_a_few_are_told_to_come_back_and_the_rest_is_turned_away) {
  Loopback net([](ServerConfig& config, ClientConfig&) {
    config.connections_max = 2;
    config.connections_spare = 1;
  });
  auto first = std::make_unique<RawClient>(net);
  RawClient second(net);
  auto third = std::make_unique<RawClient>(net);
  BOOST_TEST(is_turned_away(net));
  expect_to_be_told_later(*third);
  for (auto* const client : {first.get(), &second}) BOOST_TEST(status_of(client->send(http_get(schemes))) == 200U);
  first.reset();
  third.reset();
  net.run_until([&net] { return net.server->counters().connections_open == 1; });
  RawClient next(net);
  BOOST_TEST(status_of(next.send(http_get(schemes))) == 200U);
}

BOOST_AUTO_TEST_CASE(one_address_leaves_room_for_the_others) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.connections_per_address_max = 2; });
  RawClient first(net, "127.0.0.2");
  RawClient second(net, "127.0.0.2");
  RawClient third(net, "127.0.0.2");
  RawClient other(net, "127.0.0.3");
  expect_to_be_told_later(third);
  for (auto* const client : {&first, &second, &other}) BOOST_TEST(status_of(client->send(http_get(schemes))) == 200U);
}

BOOST_AUTO_TEST_CASE(the_book_of_connections_forgets_who_has_left) {
  using Seat = ConnectionBook::Seat;
  ConnectionBook book({.connections = 4, .per_peer = 2, .spare = 1}, SipHash(1, 2));
  BOOST_TEST((book.enter(1) == Seat::served));
  BOOST_TEST((book.enter(1) == Seat::served));
  BOOST_TEST((book.enter(1) == Seat::spare));
  BOOST_TEST((book.enter(1) == Seat::none));
  BOOST_TEST((book.enter(2) == Seat::served));
  BOOST_TEST((book.enter(3) == Seat::served));
  BOOST_TEST((book.enter(4) == Seat::none));
  BOOST_TEST(book.size() == 5U);
  BOOST_TEST(book.peers() == 3U);
  book.leave(1, Seat::spare);
  BOOST_TEST((book.enter(4) == Seat::spare));
  book.leave(4, Seat::spare);
  book.leave(3, Seat::served);
  BOOST_TEST((book.enter(1) == Seat::spare));
  BOOST_TEST((book.enter(4) == Seat::served));
  for (Peer const peer : {1U, 1U, 2U, 4U}) book.leave(peer, Seat::served);
  book.leave(1, Seat::spare);
  BOOST_TEST(book.size() == 0U);
  BOOST_TEST(book.peers() == 0U);
}

BOOST_AUTO_TEST_CASE(an_address_is_one_machine_or_one_network) {
  auto const peer = [](char const* text) { return peer_of(boost::asio::ip::make_address(text)); };
  BOOST_TEST(peer("192.0.2.1") != peer("192.0.2.2"));
  BOOST_TEST(peer("::ffff:192.0.2.1") == peer("192.0.2.1"));
  BOOST_TEST(peer("2001:db8:0:1::1") == peer("2001:db8:0:1:ffff::2"));
  BOOST_TEST(peer("2001:db8:0:1::1") != peer("2001:db8:0:2::1"));
  BOOST_TEST(peer("::1") != 0U);
}

BOOST_AUTO_TEST_CASE(bodies_together_have_a_bound_and_give_their_room_back) {
  Loopback net([](ServerConfig& config, ClientConfig&) {
    config.bounds.text_bytes_max = 4096;
    config.body_bytes_max = 4096;
  });
  auto large = std::make_unique<RawClient>(net);
  large->write(post_of(4090) + "{");
  RawClient chunked(net);
  net.run_for(20ms);
  auto const reply = chunked.send(authenticate("u2"));
  BOOST_TEST(status_of(reply) == 503U);
  BOOST_TEST(reply.find("Retry-After: ") != std::string::npos);
  BOOST_TEST(net.verifier.asked.empty());
  RawClient bodiless(net);
  BOOST_TEST(status_of(bodiless.send(http_get(schemes))) == 200U);
  large.reset();
  net.run_until([&net] { return net.server->counters().connections_open <= 2; });
  for (auto user = 0; user < 100; ++user) {
    net.verifier.replies.push_back(granted());
    BOOST_TEST(status_of(bodiless.send(authenticate("u" + std::to_string(user)))) == 200U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
