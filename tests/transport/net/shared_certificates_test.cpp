// Connections to one server keep its certificates once, and each of them verifies them.

#include <sallyport/sandbox/throwaway_ca.hpp>

#include <net/tls.hpp>
#include <support/loopback.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(shared_certificates)

using namespace sallyport;
using namespace sallyport::test;

namespace {

using Stream = std::unique_ptr<SSL, decltype(&SSL_free)>;

/// The client's end of a handshake in memory, and how it went.
struct Shaken {
  Stream client{nullptr, &SSL_free};
  bool done = false;

  [[nodiscard]] X509* certificate() const { return SSL_get0_peer_certificate(client.get()); }
  [[nodiscard]] long verdict() const { return SSL_get_verify_result(client.get()); }
};

Shaken shake(TlsContext const& of_client, TlsContext const& of_server, std::string const& host = "127.0.0.1",
             std::function<void(SSL*)> const& tweak = {}) {
  Shaken shaken;
  shaken.client.reset(SSL_new(of_client->native_handle()));
  Stream const server(SSL_new(of_server->native_handle()), &SSL_free);
  BIO* near = nullptr;
  BIO* far = nullptr;
  BOOST_TEST_REQUIRE(BIO_new_bio_pair(&near, 0, &far, 0) == 1);
  SSL_set_bio(shaken.client.get(), near, near);
  SSL_set_bio(server.get(), far, far);
  SSL_set_connect_state(shaken.client.get());
  SSL_set_accept_state(server.get());
  BOOST_TEST_REQUIRE(!expect_host(shaken.client.get(), host));
  if (tweak) tweak(shaken.client.get());
  for (auto step = 0; step < 10; ++step) {
    auto const one = SSL_do_handshake(shaken.client.get());
    auto const other = SSL_do_handshake(server.get());
    shaken.done = one == 1 && other == 1;
  }
  return shaken;
}

/// Servers, each with an authority of its own, and a client that trusts those of some.
class Servers {
public:
  explicit Servers(std::size_t count) {
    std::ofstream file(certificates_.ca_file());
    for (std::size_t number = 0; number < count; ++number) {
      auto ca = make_throwaway_ca().value();
      file << ca.certificate;
      all.push_back(make_server_tls(ca.identity).value());
    }
    file.close();
    stranger = make_server_tls(make_throwaway_ca().value().identity).value();
    ClientConfig config;
    config.ca_file = certificates_.ca_file();
    client = make_client_tls(config).value();
  }

  std::vector<TlsContext> all;
  TlsContext stranger;
  TlsContext client;

private:
  Certificates certificates_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_certificate_that_is_shown_again_is_kept_once) {
  for (auto const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Servers const servers(1);
    SSL_CTX_set_max_proto_version(servers.client->native_handle(), version);
    auto const first = shake(servers.client, servers.all[0]);
    BOOST_TEST_REQUIRE(first.done);
    for (auto count = 0; count < 3; ++count) {
      auto const next = shake(servers.client, servers.all[0]);
      BOOST_TEST_REQUIRE(next.done);
      BOOST_TEST(SSL_version(next.client.get()) == version);
      BOOST_TEST(next.certificate() == first.certificate());
      BOOST_TEST(sk_X509_value(SSL_get_peer_cert_chain(next.client.get()), 0) == first.certificate());
      BOOST_TEST(next.verdict() == X509_V_OK);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_server_is_not_taken_for_a_known_one) {
  Servers const servers(2);
  auto const one = shake(servers.client, servers.all[0]);
  auto const other = shake(servers.client, servers.all[1]);
  BOOST_TEST_REQUIRE((one.done && other.done));
  BOOST_TEST(X509_cmp(one.certificate(), SSL_CTX_get0_certificate(servers.all[0]->native_handle())) == 0);
  BOOST_TEST(X509_cmp(other.certificate(), SSL_CTX_get0_certificate(servers.all[1]->native_handle())) == 0);
}

BOOST_AUTO_TEST_CASE(a_known_certificate_is_good_for_its_host_and_its_time_alone) {
  Servers const servers(1);
  BOOST_TEST_REQUIRE(shake(servers.client, servers.all[0]).done);
  auto const elsewhere = shake(servers.client, servers.all[0], "127.0.0.2");
  BOOST_TEST(!elsewhere.done);
  BOOST_TEST(elsewhere.verdict() == X509_V_ERR_IP_ADDRESS_MISMATCH);
  auto const later = shake(servers.client, servers.all[0], "127.0.0.1", [](SSL* client) {
    X509_VERIFY_PARAM_set_time(SSL_get0_param(client), time(nullptr) + 30L * 24 * 3600);
  });
  BOOST_TEST(!later.done);
  BOOST_TEST(later.verdict() == X509_V_ERR_CERT_HAS_EXPIRED);
  BOOST_TEST(shake(servers.client, servers.all[0]).done);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_was_refused_stays_refused) {
  Servers const servers(1);
  for (auto count = 0; count < 2; ++count) {
    auto const strange = shake(servers.client, servers.stranger);
    BOOST_TEST(!strange.done);
    BOOST_TEST(strange.verdict() != X509_V_OK);
    BOOST_TEST(shake(servers.client, servers.all[0]).done);
  }
}

BOOST_AUTO_TEST_CASE(a_client_knows_so_many_certificates_and_no_more) {
  Servers const servers(20);
  auto const first = shake(servers.client, servers.all[0]);
  for (auto const& server : servers.all) BOOST_TEST(shake(servers.client, server).done);
  auto const again = shake(servers.client, servers.all[0]);
  BOOST_TEST_REQUIRE(again.done);
  BOOST_TEST(again.certificate() != first.certificate());
  BOOST_TEST(X509_cmp(again.certificate(), first.certificate()) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
