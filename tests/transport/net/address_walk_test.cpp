// The way to a host with several addresses.

#include <net/address_walk.hpp>
#include <support/loopback.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <filesystem>
#include <iterator>
#include <list>

BOOST_AUTO_TEST_SUITE(address_walk)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

auto const loopback_address = asio::ip::make_address("127.0.0.1");

/// An address that swallows packets: its line of connections to accept is full, and nobody accepts.
struct BlackHole {
  explicit BlackHole(asio::io_context& io) : acceptor(io) {
    acceptor.open(tcp::v4());
    acceptor.bind({loopback_address, 0});
    acceptor.listen(0);
    for (auto filler = 0; filler < 4; ++filler) {
      sockets.emplace_back(io).async_connect(acceptor.local_endpoint(), [](error_code) {});
    }
    for (auto turn = 0; turn < 4; ++turn) io.run_one_for(20ms);
  }
  tcp::acceptor acceptor;
  std::list<tcp::socket> sockets;
};

/// An address where nobody listens.
tcp::endpoint closed_port(asio::io_context& io) {
  tcp::acceptor acceptor(io, {loopback_address, 0});
  return acceptor.local_endpoint();
}

struct Walk {
  asio::io_context io;
  Strand strand{asio::make_strand(asio::any_io_executor(io.get_executor()))};
  Socket socket{strand};
  AddressMemory memory;
  std::optional<error_code> result;
  std::shared_ptr<AddressWalk> walk;

  void start(std::vector<tcp::endpoint> addresses, std::chrono::milliseconds timeout) {
    walk = std::make_shared<AddressWalk>(socket, std::move(addresses), timeout, memory);
    walk->start([this](error_code ec) {
      BOOST_TEST(!result.has_value());
      result = ec;
    });
    BOOST_TEST(!result.has_value());
  }
  error_code end() {
    io.restart();
    auto const until = std::chrono::steady_clock::now() + patience;
    while (!result && std::chrono::steady_clock::now() < until) io.run_one_for(100ms);
    BOOST_TEST_REQUIRE(result.has_value());
    return *result;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_host_without_an_address_is_not_found) {
  Walk walk;
  walk.start({}, 1s);
  BOOST_TEST(walk.end() == asio::error::host_not_found);
}

BOOST_AUTO_TEST_CASE(an_address_that_refuses_makes_way_for_the_next) {
  Walk walk;
  tcp::acceptor const alive(walk.io, {loopback_address, 0});
  walk.start({closed_port(walk.io), alive.local_endpoint()}, scaled(1s));
  BOOST_TEST(!walk.end());
  BOOST_TEST(walk.socket.remote_endpoint() == alive.local_endpoint());
}

BOOST_AUTO_TEST_CASE(an_address_that_swallows_packets_leaves_time_to_the_next) {
  Walk walk;
  BlackHole const hole(walk.io);
  tcp::acceptor const alive(walk.io, {loopback_address, 0});
  walk.start({hole.acceptor.local_endpoint(), alive.local_endpoint()}, scaled(400ms));
  BOOST_TEST(!walk.end());
  BOOST_TEST(walk.socket.remote_endpoint() == alive.local_endpoint());
}

BOOST_AUTO_TEST_CASE(an_address_that_swallowed_packets_is_tried_last_the_next_time) {
  Walk walk;
  BlackHole const hole(walk.io);
  tcp::acceptor const alive(walk.io, {loopback_address, 0});
  std::vector const addresses{hole.acceptor.local_endpoint(), alive.local_endpoint()};
  walk.start(addresses, scaled(5s));
  BOOST_TEST(!walk.end());
  auto const order = walk.memory.in_order(addresses, std::chrono::steady_clock::now());
  BOOST_TEST((order == std::vector{alive.local_endpoint(), hole.acceptor.local_endpoint()}));
}

BOOST_AUTO_TEST_CASE(an_address_that_swallows_packets_does_not_use_up_the_time_of_the_next) {
  Walk walk;
  BlackHole const hole(walk.io);
  tcp::acceptor const alive(walk.io, {loopback_address, 0});
  auto const begin = std::chrono::steady_clock::now();
  walk.start({hole.acceptor.local_endpoint(), alive.local_endpoint()}, scaled(60s));
  BOOST_TEST(!walk.end());
  BOOST_TEST((std::chrono::steady_clock::now() - begin < scaled(10s)));
}

BOOST_AUTO_TEST_CASE(the_families_take_turns_beginning_with_the_one_that_the_system_prefers) {
  auto const at = [](char const* address) { return tcp::endpoint(asio::ip::make_address(address), 443); };
  std::chrono::steady_clock::time_point const now(1h);
  AddressMemory memory;
  std::vector const found{at("2001:db8::1"), at("2001:db8::2"), at("2001:db8::3"), at("192.0.2.1"), at("192.0.2.2")};
  BOOST_TEST((memory.in_order(found, now) == std::vector{found[0], found[3], found[1], found[4], found[2]}));
  memory.failed(found[0], now);
  memory.failed(found[3], now);
  BOOST_TEST((memory.in_order(found, now + 9min) == std::vector{found[1], found[4], found[2], found[0], found[3]}));
  memory.worked(found[0]);
  BOOST_TEST((memory.in_order(found, now + 9min) == std::vector{found[0], found[4], found[1], found[2], found[3]}));
  BOOST_TEST((memory.in_order(found, now + 11min) == std::vector{found[0], found[3], found[1], found[4], found[2]}));
}

BOOST_AUTO_TEST_CASE(what_failed_is_remembered_within_bounds) {
  std::chrono::steady_clock::time_point const now(1h);
  AddressMemory memory;
  std::vector<tcp::endpoint> all;
  for (unsigned short port = 1; port <= 1000; ++port) all.emplace_back(loopback_address, port);
  for (auto const& address : all) memory.failed(address, now);
  BOOST_TEST((memory.in_order(all, now).front() == all.front()));
  BOOST_TEST((memory.in_order(all, now).back() == all.back()));
}

BOOST_AUTO_TEST_CASE(addresses_that_all_swallow_packets_end_in_time) {
  Walk walk;
  BlackHole const hole(walk.io);
  walk.start({hole.acceptor.local_endpoint(), hole.acceptor.local_endpoint()}, 100ms);
  BOOST_TEST(walk.end() == make_error_code(TransportErrc::connect_timeout));
}

BOOST_AUTO_TEST_CASE(the_last_refusal_is_the_reason) {
  Walk walk;
  walk.start({closed_port(walk.io), closed_port(walk.io)}, scaled(1s));
  BOOST_TEST(walk.end() == asio::error::connection_refused);
}

BOOST_AUTO_TEST_CASE(stopped_it_tries_no_further_address) {
  Walk walk;
  BlackHole const hole(walk.io);
  tcp::acceptor const alive(walk.io, {loopback_address, 0});
  walk.start({hole.acceptor.local_endpoint(), alive.local_endpoint()}, 10s);
  walk.walk->stop();
  BOOST_TEST(walk.end() == asio::error::operation_aborted);
}

BOOST_AUTO_TEST_CASE(a_context_that_goes_while_its_client_connects_leaves_no_descriptor_behind) {
  asio::io_context io;
  BlackHole const hole(io);
  Certificates const certificates;
  auto const descriptors = [] {
    using Entries = std::filesystem::directory_iterator;
    return std::distance(Entries("/proc/self/fd"), Entries());
  };
  auto const before = descriptors();
  for (auto times = 0; times < 5; ++times) {
    asio::io_context going;
    ClientConfig config;
    config.url = "https://127.0.0.1:" + std::to_string(hole.acceptor.local_endpoint().port());
    config.client_id = "client-1";
    config.client_secret = Secret("client-secret-1");
    config.ca_file = certificates.ca_file();
    auto client = Client::create(going.get_executor(), std::move(config)).value();
    client.async_authentication_schemes([](error_code, Client::SchemesReply const&) {});
    auto const until = std::chrono::steady_clock::now() + 50ms;
    while (std::chrono::steady_clock::now() < until) going.run_one_for(10ms);
  }
  BOOST_TEST(descriptors() == before);
}

BOOST_AUTO_TEST_SUITE_END()
