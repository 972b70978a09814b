#include <sallyport/sandbox/throwaway_ca.hpp>

#include <boost/test/unit_test.hpp>

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <string>

BOOST_AUTO_TEST_SUITE(throwaway_ca_test)

using namespace sallyport;
using namespace std::chrono_literals;
using std::chrono::system_clock;

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

Certificate read_certificate(std::string const& pem) {
  Bio const bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Key read_key(Secret const& pem) {
  auto const bytes = pem.reveal();
  Bio const bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

/// X509_V_OK, or why a strict client refuses the server at that moment.
int verify(ThrowawayCa const& made, char const* host, char const* ip, system_clock::time_point at) {
  auto const ca = read_certificate(made.certificate);
  auto const leaf = read_certificate(made.identity.certificate_chain);
  std::unique_ptr<X509_STORE, Freed<X509_STORE_free>> const store(X509_STORE_new());
  std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>> const context(X509_STORE_CTX_new());
  X509_STORE_add_cert(store.get(), ca.get());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
  auto* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_time(parameters, system_clock::to_time_t(at));
  if (host) X509_VERIFY_PARAM_set1_host(parameters, host, 0);
  if (ip) X509_VERIFY_PARAM_set1_ip_asc(parameters, ip);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

auto const now = system_clock::from_time_t(1'800'000'000);

ThrowawayCa const& made() {
  static auto const ca = make_throwaway_ca(std::chrono::days(3), now).value();
  return ca;
}

}  // namespace

BOOST_AUTO_TEST_CASE(strict_client_that_trusts_the_ca_trusts_the_server) {
  BOOST_TEST(verify(made(), "localhost", nullptr, now) == X509_V_OK);
  BOOST_TEST(verify(made(), nullptr, "127.0.0.1", now) == X509_V_OK);
  BOOST_TEST(verify(made(), nullptr, "::1", now) == X509_V_OK);
}

BOOST_AUTO_TEST_CASE(no_other_name_is_vouched_for) {
  BOOST_TEST(verify(made(), "example.com", nullptr, now) == X509_V_ERR_HOSTNAME_MISMATCH);
  BOOST_TEST(verify(made(), nullptr, "127.0.0.2", now) == X509_V_ERR_IP_ADDRESS_MISMATCH);
}

BOOST_AUTO_TEST_CASE(certificate_lives_from_an_hour_ago_for_the_days_asked_for) {
  BOOST_TEST(verify(made(), "localhost", nullptr, now - 61min) == X509_V_ERR_CERT_NOT_YET_VALID);
  BOOST_TEST(verify(made(), "localhost", nullptr, now - 59min) == X509_V_OK);
  BOOST_TEST(verify(made(), "localhost", nullptr, now + 71h) == X509_V_OK);
  BOOST_TEST(verify(made(), "localhost", nullptr, now + 73h) == X509_V_ERR_CERT_HAS_EXPIRED);
}

BOOST_AUTO_TEST_CASE(private_key_belongs_to_the_server_and_not_to_the_ca) {
  auto const key = read_key(made().identity.private_key);
  BOOST_TEST_REQUIRE(key != nullptr);
  BOOST_TEST(X509_check_private_key(read_certificate(made().identity.certificate_chain).get(), key.get()) == 1);
  BOOST_TEST(X509_check_private_key(read_certificate(made().certificate).get(), key.get()) == 0);
}

BOOST_AUTO_TEST_CASE(server_can_sign_no_certificate) {
  auto const leaf = read_certificate(made().identity.certificate_chain);
  BOOST_TEST(X509_check_ca(leaf.get()) == 0);
  BOOST_TEST((X509_get_extended_key_usage(leaf.get()) == XKU_SSL_SERVER));
  BOOST_TEST((X509_get_key_usage(leaf.get()) == KU_DIGITAL_SIGNATURE));
  auto const ca = read_certificate(made().certificate);
  BOOST_TEST(X509_check_ca(ca.get()) == 1);
  BOOST_TEST(X509_get_pathlen(ca.get()) == 0);
}

BOOST_AUTO_TEST_CASE(another_ca_does_not_vouch_for_this_server) {
  auto other = make_throwaway_ca(std::chrono::days(3), now).value();
  other.identity.certificate_chain = made().identity.certificate_chain;
  BOOST_TEST(verify(other, "localhost", nullptr, now) != X509_V_OK);
}

BOOST_AUTO_TEST_SUITE_END()
