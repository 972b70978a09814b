// Nobody but the right server hears a secret.

#include <support/loopback.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <memory>

BOOST_AUTO_TEST_SUITE(tls)

using namespace sallyport;
using namespace sallyport::test;

namespace {

boost::system::error_code login_error(Loopback& net, std::function<void(ClientConfig&)> const& tweak) {
  net.client = net.another_client(tweak);
  auto const [ec, outcome] = net.login();
  return ec;
}

/// The pin of the first certificate in a text: the hash of its public key, in hexadecimal digits and in Base64.
struct Pins {
  explicit Pins(std::string const& pem) {
    std::unique_ptr<BIO, decltype(&BIO_free_all)> const bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                            &BIO_free_all);
    std::unique_ptr<X509, decltype(&X509_free)> const certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
    BOOST_TEST_REQUIRE((certificate != nullptr));
    std::array<unsigned char, 1024> der{};
    auto* end = der.data();
    auto const size = i2d_PUBKEY(X509_get0_pubkey(certificate.get()), &end);
    BOOST_TEST_REQUIRE(size > 0);
    std::array<unsigned char, 32> hash{};
    EVP_Digest(der.data(), static_cast<std::size_t>(size), hash.data(), nullptr, EVP_sha256(), nullptr);
    std::array<char, 45> text{};
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), hash.data(), 32);
    base64 = text.data();
    for (auto const byte : hash) {
      for (auto const digit : {byte >> 4, byte & 15}) hex.push_back("0123456789abcdef"[digit]);
    }
  }

  std::string hex;
  std::string base64;
};

/// The same key, which only who knows its pass phrase can read.
std::string encrypted(Secret const& pem) {
  using Bytes = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
  auto const text = pem.reveal();
  Bytes const from(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free_all);
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(
      PEM_read_bio_PrivateKey(from.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  Bytes const to(BIO_new(BIO_s_mem()), &BIO_free_all);
  std::string phrase = "a pass phrase";
  BOOST_TEST_REQUIRE(PEM_write_bio_PKCS8PrivateKey(to.get(), key.get(), EVP_aes_128_cbc(), phrase.data(),
                                                   static_cast<int>(phrase.size()), nullptr, nullptr) == 1);
  char* bytes = nullptr;
  auto const size = BIO_get_mem_data(to.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string text_of(std::string const& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string const no_key(64, 'a');

}  // namespace

BOOST_AUTO_TEST_CASE(a_pinned_key_of_the_server_or_of_its_authority_is_let_in) {
  Loopback net;
  Pins const own(net.certificates.identity().certificate_chain);
  Pins const authority(text_of(net.certificates.ca_file()));
  auto upper = own.hex;
  for (auto& letter : upper) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  std::vector<std::vector<std::string>> const all = {
      {own.base64}, {own.hex}, {upper}, {authority.base64}, {no_key, own.base64}, {own.hex, no_key}};
  for (auto const& pins : all) {
    net.verifier.replies.push_back(granted());
    BOOST_TEST(!login_error(net, [&pins](ClientConfig& config) { config.pinned_keys = pins; }), pins.front());
  }
}

BOOST_AUTO_TEST_CASE(a_verified_certificate_without_a_pinned_key_is_rejected_and_nothing_is_sent) {
  Loopback net;
  Pins const stranger(text_of(net.certificates.strange_ca_file()));
  for (auto const& pin : {no_key, stranger.base64}) {
    auto const ec = login_error(net, [&pin](ClientConfig& config) { config.pinned_keys = {pin}; });
    BOOST_TEST(ec == TransportErrc::certificate_rejected);
  }
  BOOST_TEST(net.server->counters().requests == 0U);
}

BOOST_AUTO_TEST_CASE(a_pinned_key_stands_in_for_no_verification) {
  Loopback net([](ServerConfig& config, ClientConfig&) { config.address = "127.0.0.2"; });
  Pins const own(net.certificates.identity().certificate_chain);
  auto const port = std::to_string(net.server->port());
  auto const of_a_stranger = login_error(net, [&](ClientConfig& config) {
    config.url = "https://127.0.0.2:" + port;
    config.ca_file = net.certificates.strange_ca_file();
    config.pinned_keys = {own.hex};
  });
  BOOST_TEST(of_a_stranger == TransportErrc::certificate_rejected);
  auto const of_another_host = login_error(net, [&](ClientConfig& config) {
    config.url = "https://127.0.0.2:" + port;
    config.pinned_keys = {own.hex};
  });
  BOOST_TEST(of_another_host == TransportErrc::certificate_rejected);
  BOOST_TEST(net.server->counters().requests == 0U);
}

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
  // Nobody is asked for its pass phrase: a server that serves would wait for the answer.
  BOOST_TEST(make(good.certificate_chain, encrypted(good.private_key)).error() == TransportErrc::bad_private_key);
  BOOST_TEST(make(good.certificate_chain, good.private_key.reveal()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
