// What of TLS the server refuses to speak.

#include <support/loopback.hpp>
#include <support/raw_client.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <future>
#include <thread>

BOOST_AUTO_TEST_SUITE(attacked_tls)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using Stream = asio::ssl::stream<asio::ip::tcp::socket>;

/// A client without scruples, which blocks; the server runs meanwhile.
class Stranger {
public:
  explicit Stranger(Loopback& net) : net_(&net) {
    SSL_CTX_set_security_level(context.native_handle(), 0);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
  }

  template <class Act>
  auto meet(Act act) {
    auto const port = net_->server->port();
    auto met = std::async(std::launch::async, [this, port, act] {
      asio::io_context io;
      Stream stream(io, context);
      stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
      return act(stream);
    });
    net_->run_until([&met] { return met.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
    return met.get();
  }

  /// Whether the server shakes hands.
  bool shakes_hands() {
    return meet([](Stream& stream) {
      error_code ec;
      stream.handshake(asio::ssl::stream_base::client, ec);
      return !ec;
    });
  }

  asio::ssl::context context{asio::ssl::context::tls_client};

private:
  Loopback* net_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_version_before_1_2_is_refused_and_so_is_a_fall_back_to_it) {
  Loopback net;
  for (auto const version : {TLS1_VERSION, TLS1_1_VERSION}) {
    Stranger stranger(net);
    SSL_CTX_set_max_proto_version(stranger.context.native_handle(), version);
    BOOST_TEST(!stranger.shakes_hands());
  }
  Stranger fallen(net);
  SSL_CTX_set_max_proto_version(fallen.context.native_handle(), TLS1_2_VERSION);
  BOOST_TEST(fallen.shakes_hands());
  SSL_CTX_set_mode(fallen.context.native_handle(), SSL_MODE_SEND_FALLBACK_SCSV);
  BOOST_TEST(!fallen.shakes_hands());  // Of a client that could do better: somebody is in between (RFC 7507).
}

BOOST_AUTO_TEST_CASE(a_suite_without_forward_secrecy_or_authenticated_encryption_is_refused) {
  Loopback net;
  struct Case {
    char const* suites;
    bool is_taken;
  };
  for (auto const& [suites, is_taken] : {
           Case{"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256", true},
           Case{"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384", true},
           Case{"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305", true},
           Case{"ALL:eNULL:aNULL:!AESGCM:!CHACHA20", false},
           Case{"AES128-GCM-SHA256:AES256-GCM-SHA384", false},
           Case{"DHE-RSA-AES128-GCM-SHA256:DHE-RSA-CHACHA20-POLY1305", false},
           Case{"ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256", false},
           Case{"ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA", false},
           Case{"ECDHE-ECDSA-AES128-CCM:ECDHE-ECDSA-AES128-CCM8", false},
           Case{"aNULL", false},
           Case{"eNULL", false},
       }) {
    BOOST_TEST_CONTEXT(suites) {
      Stranger stranger(net);
      SSL_CTX_set_max_proto_version(stranger.context.native_handle(), TLS1_2_VERSION);
      BOOST_TEST_REQUIRE(SSL_CTX_set_cipher_list(stranger.context.native_handle(), suites) == 1);
      BOOST_TEST(stranger.shakes_hands() == is_taken);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_renegotiates_is_refused) {
  Loopback net;
  Stranger stranger(net);
  SSL_CTX_set_max_proto_version(stranger.context.native_handle(), TLS1_2_VERSION);
  auto const reason = stranger.meet([](Stream& stream) {
    stream.handshake(asio::ssl::stream_base::client);
    auto* const tls = stream.native_handle();
    SSL_renegotiate(tls);
    error_code ec;
    stream.handshake(asio::ssl::stream_base::client, ec);
    return ec ? ERR_GET_REASON(static_cast<unsigned long>(ec.value())) : 0;
  });
  BOOST_TEST(reason == SSL_R_NO_RENEGOTIATION);
}

BOOST_AUTO_TEST_CASE(nothing_is_compressed_and_no_ticket_takes_early_data) {
  Loopback net;
  for (auto const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Stranger stranger(net);
    SSL_CTX_set_max_proto_version(stranger.context.native_handle(), version);
    SSL_CTX_clear_options(stranger.context.native_handle(), SSL_OP_NO_COMPRESSION);
    auto const said = stranger.meet([](Stream& stream) {
      stream.handshake(asio::ssl::stream_base::client);
      auto* const tls = stream.native_handle();
      auto const request = http_get("/nowhere");
      asio::write(stream, asio::buffer(request));
      char byte = 0;
      asio::read(stream, asio::buffer(&byte, 1));  // With it come the tickets of TLS 1.3.
      return std::pair(SSL_get_current_compression(tls) == nullptr,
                       SSL_SESSION_get_max_early_data(SSL_get0_session(tls)));
    });
    BOOST_TEST(said.first);
    BOOST_TEST(said.second == 0U);  // A post that came as early data could be replayed.
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_tls_is_closed_without_a_word_of_http) {
  Loopback net;
  for (auto const& bytes :
       {http_get("/api/v1/authenticationSchemes"), std::string("\x16\x03\x01\xff\xff", 5), std::string(4096, '\0')}) {
    Stranger stranger(net);
    auto const said = stranger.meet([&bytes](Stream& stream) {
      error_code ec;
      asio::write(stream.next_layer(), asio::buffer(bytes), ec);
      stream.next_layer().shutdown(asio::ip::tcp::socket::shutdown_send, ec);
      std::string text;
      asio::read(stream.next_layer(), asio::dynamic_buffer(text), ec);
      return text;
    });
    BOOST_TEST(said.find("HTTP") == std::string::npos);
  }
  BOOST_TEST(net.server->counters().requests == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
