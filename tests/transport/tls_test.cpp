// Nobody but the right server hears a secret.

#include <support/loopback.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <openssl/ssl.h>

BOOST_AUTO_TEST_SUITE(tls)

using namespace sallyport;
using namespace sallyport::test;

namespace {

boost::system::error_code login_error(Loopback& net, std::function<void(ClientConfig&)> const& tweak) {
  net.client = net.another_client(tweak);
  auto const [ec, outcome] = net.login();
  return ec;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_certificate_of_a_stranger_is_rejected_and_nothing_is_sent) {
  Loopback net;
  auto const strange = net.certificates.strange_ca_file();
  auto const ec = login_error(net, [&strange](ClientConfig& config) { config.ca_file = strange; });
  BOOST_TEST(ec == TransportErrc::certificate_rejected);
  BOOST_TEST(net.server->counters().requests == 0U);
}

BOOST_AUTO_TEST_CASE(the_roots_of_the_system_do_not_vouch_for_a_throw_away_certificate) {
  Loopback net;
  BOOST_TEST(login_error(net, [](ClientConfig& config) { config.ca_file.reset(); }) ==
             TransportErrc::certificate_rejected);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_rejected) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.address = "127.0.0.2"; });
  auto const port = std::to_string(net.server->port());
  auto const ec = login_error(net, [&port](ClientConfig& config) { config.url = "https://127.0.0.2:" + port; });
  BOOST_TEST(ec == TransportErrc::certificate_rejected);
}

BOOST_AUTO_TEST_CASE(a_host_name_is_verified_like_an_address) {
  Loopback net;
  auto const port = std::to_string(net.server->port());
  net.verifier.replies.push_back(granted());
  BOOST_TEST(!login_error(net, [&port](ClientConfig& config) { config.url = "https://localhost:" + port; }));
}

BOOST_AUTO_TEST_CASE(the_server_speaks_no_tls_below_1_2) {
  namespace asio = boost::asio;
  Loopback net;
  for (auto const version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
    BOOST_TEST_CONTEXT("version " << version) {
      asio::ssl::context context(asio::ssl::context::tls_client);
      SSL_CTX_set_security_level(context.native_handle(), 0);
      SSL_CTX_set_min_proto_version(context.native_handle(), version);
      SSL_CTX_set_max_proto_version(context.native_handle(), version);
      context.load_verify_file(net.certificates.ca_file());
      context.set_verify_mode(asio::ssl::verify_peer);
      asio::ssl::stream<asio::ip::tcp::socket> stream(net.io, context);
      stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), net.server->port()});
      std::optional<boost::system::error_code> done;
      stream.async_handshake(asio::ssl::stream_base::client, [&done](boost::system::error_code ec) { done = ec; });
      net.run_until([&done] { return done.has_value(); });
      BOOST_TEST(done->failed() == (version < TLS1_2_VERSION));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_configuration_that_cannot_work_is_refused_when_the_client_is_made) {
  struct Case {
    std::function<void(ClientConfig&)> tweak;
    TransportErrc error;
  };
  std::vector<Case> const cases = {
      {[](ClientConfig& config) { config.url = "http://127.0.0.1:8080"; }, TransportErrc::bad_url},
      {[](ClientConfig& config) { config.url = ""; }, TransportErrc::bad_url},
      {[](ClientConfig& config) { config.client_id = ""; }, TransportErrc::missing_client_id},
      {[](ClientConfig& config) { config.client_id = "a\r\nX: y"; }, TransportErrc::missing_client_id},
      {[](ClientConfig& config) { config.client_secret = Secret(""); }, TransportErrc::missing_client_id},
      {[](ClientConfig& config) { config.ca_file = "/nowhere/ca.pem"; }, TransportErrc::bad_ca_file},
      {[](ClientConfig& config) { config.ca_file = "/etc/hostname"; }, TransportErrc::bad_ca_file},
  };
  boost::asio::io_context io;
  for (auto const& [tweak, error] : cases) {
    ClientConfig config;
    config.url = "https://127.0.0.1:8443";
    config.client_id = "id";
    config.client_secret = Secret("secret");
    tweak(config);
    auto const made = Client::create(io.get_executor(), std::move(config));
    BOOST_TEST_REQUIRE(made.has_error());
    BOOST_TEST(made.error() == error);
  }
}

BOOST_AUTO_TEST_CASE(a_server_with_a_bad_certificate_or_key_is_not_made) {
  boost::asio::io_context io;
  Certificates const certificates;
  Certificates const others;
  ScriptedVerifier verifier;
  auto const make = [&](std::string const& chain, std::string_view key) {
    ServerConfig config;
    config.identity = {.certificate_chain = chain, .private_key = Secret(key)};
    return Server::create(io.get_executor(), std::move(config), verifier);
  };
  auto const good = certificates.identity();
  auto const other = others.identity();
  BOOST_TEST(make("", good.private_key.reveal()).error() == TransportErrc::bad_certificate);
  BOOST_TEST(make(good.certificate_chain, "").error() == TransportErrc::bad_private_key);
  BOOST_TEST(make(good.certificate_chain, other.private_key.reveal()).error() == TransportErrc::bad_private_key);
  BOOST_TEST(make(good.certificate_chain, good.private_key.reveal()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
