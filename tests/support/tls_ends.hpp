#pragma once

// Two streams of TLS that talk to each other. Whoever includes this sees transport/src.

#include "loopback.hpp"

#include <net/ticket_box.hpp>
#include <net/tls.hpp>
#include <net/tls_stream.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sallyport::test {

/// Two ends that shook hands. `room` bounds what the kernel takes from the writer, 0 leaves it be. With `tapped` the
/// server's socket stays open, past its TLS.
class Ends {
public:
  explicit Ends(int room = 0, TicketBox* tickets = nullptr, bool tapped = false) : is_tapped(tapped) {
    ClientConfig config;
    config.ca_file = certificates.ca_file();
    client_tls = make_client_tls(config).value();
    server_tls = make_server_tls(certificates.identity()).value();
    if (tickets != nullptr) tickets->collect_from(*client_tls);
    reactor->hold();
    connect(room, tickets);
  }

  ~Ends() {
    if (server_wire >= 0) ::close(server_wire);
  }
  Ends(Ends const&) = delete;
  Ends& operator=(Ends const&) = delete;

  /// Takes the place of the two ends by two new ones.
  void connect(int room, TicketBox* tickets) {
    client.reset();
    server.reset();
    boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
    Socket near(strand);
    near.connect(acceptor.local_endpoint());
    Socket far(strand);
    acceptor.accept(far);
    if (room != 0) {
      near.set_option(boost::asio::socket_base::send_buffer_size(room));
      far.set_option(boost::asio::socket_base::receive_buffer_size(room));
    }
    client.emplace(*reactor, *client_tls);
    server.emplace(*reactor, *server_tls);
    if (is_tapped) server_wire = ::dup(far.native_handle());
    BOOST_TEST_REQUIRE(!client->attach(std::move(near)));
    BOOST_TEST_REQUIRE(!server->attach(std::move(far)));
    BOOST_TEST_REQUIRE(!expect_host(client->native_handle(), "127.0.0.1"));
    if (tickets != nullptr) tickets->offer(client->native_handle());
    std::optional<boost::system::error_code> one;
    std::optional<boost::system::error_code> other;
    client->async_handshake(boost::asio::ssl::stream_base::client, [&one](boost::system::error_code ec) { one = ec; });
    server->async_handshake(boost::asio::ssl::stream_base::server,
                            [&other](boost::system::error_code ec) { other = ec; });
    BOOST_TEST_REQUIRE(!one.has_value());
    until([&] { return one && other; });
    BOOST_TEST_REQUIRE(!*one);
    BOOST_TEST_REQUIRE(!*other);
  }

  /// The tickets come before the first word; a reader who has that has all.
  void hear() {
    server->write("x", [](boost::system::error_code ec) { BOOST_TEST(!ec); });
    BOOST_TEST(read(*client).second == "x");
  }

  template <class Condition>
  void until(Condition condition) {
    auto const end = std::chrono::steady_clock::now() + patience;
    io.restart();
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(std::chrono::milliseconds(100));
    BOOST_TEST_REQUIRE(condition());
  }

  std::pair<boost::system::error_code, std::string> read(TlsStream& stream, std::size_t size = 16 * 1024) {
    std::string text(size, '\0');
    for (;;) {
      auto const step = stream.read(boost::asio::buffer(text));
      if (step.want == TlsStream::Want::nothing) {
        text.resize(step.size);
        return {step.ec, text};
      }
      std::optional<boost::system::error_code> got_on;
      stream.wait(step.want, [&](boost::system::error_code ec) { got_on = ec; });
      BOOST_TEST(!got_on.has_value(), "a waiter was called inside the call");
      until([&] { return got_on.has_value(); });
      if (*got_on) return {*got_on, {}};
    }
  }

  std::string read_all(TlsStream& stream, std::size_t size) {
    std::string all;
    while (all.size() < size) {
      auto const [ec, text] = read(stream);
      BOOST_TEST_REQUIRE(!ec);
      all += text;
    }
    return all;
  }

  boost::asio::io_context io;
  Strand strand{boost::asio::make_strand(boost::asio::any_io_executor(io.get_executor()))};
  std::shared_ptr<Reactor> reactor = std::make_shared<Reactor>(strand);
  Certificates certificates;
  TlsContext client_tls;
  TlsContext server_tls;
  std::optional<TlsStream> client;
  std::optional<TlsStream> server;
  bool is_tapped;
  int server_wire = -1;
};

}  // namespace sallyport::test
