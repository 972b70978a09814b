// A server that stops hurts nobody who waits for a reply.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

BOOST_AUTO_TEST_SUITE(drain)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

constexpr std::string_view schemes = "/api/v1/authenticationSchemes";
constexpr std::string_view login_body = R"({"type":"robinhood","username":"Mesh","password":"Pass123"})";

bool says_close(std::string const& reply) {
  return reply.find("\r\nConnection: close\r\n") != std::string::npos;
}

/// A server that is going to drain, and what became of that.
struct Draining {
  explicit Draining(Loopback::Tweak const& tweak = {}) : net(tweak) {}
  ~Draining() { net.verifier.held.clear(); }  // A handler must not outlive its executor.

  /// A login of this user that the institution is asked about.
  void ask(RawClient& client, std::string const& user) {
    auto const held = net.verifier.held.size();
    client.write(http_post("/api/v1/authenticate?userId=" + user, login_body));
    net.run_until([this, held] { return net.verifier.held.size() > held; });
  }
  void begin(std::chrono::milliseconds bound) {
    net.server->async_drain(bound, [this](error_code ec) {
      BOOST_TEST(!end.has_value(), "a handler was called twice");
      end = ec;
    });
    BOOST_TEST(!end.has_value(), "a handler was called inside the call that started the operation");
  }
  error_code wait() {
    net.run_until([this] { return end.has_value(); });
    return *end;
  }
  void reply() {
    std::move(net.verifier.held.front())(error_code(), granted());
    net.verifier.held.erase(net.verifier.held.begin());
  }
  bool takes_connections() {
    boost::asio::ip::tcp::socket socket(net.io);
    error_code ec;
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), net.server->port()}, ec);
    return !ec;
  }

  Loopback net;
  std::optional<error_code> end;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_under_way_is_answered_and_its_connection_closes) {
  Draining server;
  RawClient client(server.net);
  server.ask(client, "u1");
  RawClient idle(server.net);
  BOOST_TEST(status_of(idle.send(http_get(schemes))) == 200U);
  server.begin(20s);
  BOOST_TEST(idle.is_closed());
  BOOST_TEST(!server.takes_connections());
  BOOST_TEST(!server.end.has_value());
  server.reply();
  auto const reply = client.read_reply();
  BOOST_TEST(status_of(reply) == 200U);
  BOOST_TEST(body_of(reply).find("succeeded") != std::string::npos);
  BOOST_TEST(says_close(reply));
  BOOST_TEST(client.is_closed());
  BOOST_TEST(!server.wait());
  BOOST_TEST(server.net.server->counters().connections_open == 0U);
}

BOOST_AUTO_TEST_CASE(with_nothing_under_way_it_ends_at_once) {
  Draining server;
  server.begin(20s);
  BOOST_TEST(!server.wait());
  BOOST_TEST(!server.takes_connections());
}

BOOST_AUTO_TEST_CASE(a_request_that_is_on_its_way_is_answered) {
  Draining server;
  RawClient client(server.net);
  BOOST_TEST(!says_close(client.send(http_get(schemes))));
  server.begin(20s);
  client.write(http_get(schemes));  // It is in the server's socket before the server runs again.
  auto const reply = client.read_reply();
  BOOST_TEST(status_of(reply) == 200U);
  BOOST_TEST(says_close(reply));
  BOOST_TEST(client.is_closed());
  BOOST_TEST(!server.wait());
}

BOOST_AUTO_TEST_CASE(who_has_just_connected_may_send_one_request) {
  Draining server;
  RawClient client(server.net);
  RawClient silent(server.net);
  server.begin(20s);
  server.net.run_for(50ms);
  auto const reply = client.send(http_get(schemes));
  BOOST_TEST(status_of(reply) == 200U);
  BOOST_TEST(says_close(reply));
  BOOST_TEST(client.is_closed());
  BOOST_TEST(silent.is_closed());
  BOOST_TEST(!server.wait());
}

BOOST_AUTO_TEST_CASE(what_stands_behind_the_last_answer_is_not_begun) {
  Draining server;
  RawClient client(server.net);
  server.ask(client, "u1");
  client.write(http_post("/api/v1/authenticate?userId=u2", login_body));
  server.begin(20s);
  server.net.run_for(20ms);
  server.reply();
  BOOST_TEST(says_close(client.read_reply()));
  BOOST_TEST(client.read_reply() == "");
  BOOST_TEST(!server.wait());
  BOOST_TEST(server.net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(its_bound_cuts_off_what_is_not_answered) {
  Draining server;
  RawClient client(server.net);
  server.ask(client, "u1");
  server.begin(100ms);
  BOOST_TEST(client.read_reply() == "");
  BOOST_TEST((server.wait() == boost::asio::error::timed_out));
  BOOST_TEST(server.net.verifier.forgotten.size() == 1U);
}

BOOST_AUTO_TEST_CASE(stop_and_cancellation_end_it_at_once) {
  for (auto const by_stop : {true, false}) {
    BOOST_TEST_CONTEXT("by stop: " << by_stop) {
      Draining server;
      RawClient client(server.net);
      server.ask(client, "u1");
      boost::asio::cancellation_signal signal;
      server.net.server->async_drain(
          20s, boost::asio::bind_cancellation_slot(signal.slot(), [&server](error_code ec) { server.end = ec; }));
      server.net.run_for(20ms);
      BOOST_TEST(!server.end.has_value());
      by_stop ? server.net.server->stop() : signal.emit(boost::asio::cancellation_type::terminal);
      BOOST_TEST((server.wait() == boost::asio::error::operation_aborted));
      BOOST_TEST(client.read_reply() == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_second_drain_is_refused_and_the_first_goes_on) {
  Draining server;
  RawClient client(server.net);
  server.ask(client, "u1");
  server.begin(20s);
  std::optional<error_code> second;
  server.net.server->async_drain(20s, [&second](error_code ec) { second = ec; });
  server.net.run_until([&second] { return second.has_value(); });
  BOOST_TEST((*second == boost::asio::error::operation_aborted));
  BOOST_TEST(!server.end.has_value());
  server.reply();
  BOOST_TEST(status_of(client.read_reply()) == 200U);
  BOOST_TEST(client.is_closed());
  BOOST_TEST(!server.wait());
}

BOOST_AUTO_TEST_SUITE_END()
