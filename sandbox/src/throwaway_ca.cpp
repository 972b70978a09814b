#include <sallyport/sandbox/throwaway_ca.hpp>

#include <sallyport/sandbox/error.hpp>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

namespace sallyport {
namespace {

using boost::system::result;
using std::chrono::system_clock;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

struct Lifetime {
  system_clock::time_point from;
  system_clock::time_point to;
};

Key make_key() {
  return Key(EVP_EC_gen("P-256"));
}

bool set_serial(X509* certificate) {
  // RFC 5280 wants a positive number of at most 20 octets that no other certificate of the authority has.
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);
  std::unique_ptr<BIGNUM, Freed<BN_free>> const number(
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_name(X509_NAME* name, char const* common_name) {
  auto const* const text = reinterpret_cast<unsigned char const*>(common_name);
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1;
}

bool set_lifetime(X509* certificate, Lifetime const& lifetime) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), system_clock::to_time_t(lifetime.from)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), system_clock::to_time_t(lifetime.to)) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int nid, char const* value) {
  X509V3_CTX context{};
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  Extension const extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Certificate begin_certificate(char const* common_name, EVP_PKEY* key, Lifetime const& lifetime) {
  Certificate certificate(X509_new());
  auto* const raw = certificate.get();
  if (raw && X509_set_version(raw, X509_VERSION_3) == 1 && set_serial(raw) && set_lifetime(raw, lifetime) &&
      set_name(X509_get_subject_name(raw), common_name) && X509_set_pubkey(raw, key) == 1) {
    return certificate;
  }
  return nullptr;
}

bool sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  return X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
         add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
         X509_sign(certificate, issuer_key, EVP_sha256()) > 0;
}

Certificate make_ca(EVP_PKEY* key, Lifetime const& lifetime) {
  auto certificate = begin_certificate("Sallyport throwaway CA", key, lifetime);
  auto* const raw = certificate.get();
  if (raw && add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(raw, raw, NID_subject_key_identifier, "hash") && sign(raw, raw, key)) {
    return certificate;
  }
  return nullptr;
}

Certificate make_leaf(EVP_PKEY* key, X509* ca, EVP_PKEY* ca_key, Lifetime const& lifetime) {
  auto certificate = begin_certificate("localhost", key, lifetime);
  auto* const raw = certificate.get();
  if (raw && add_extension(raw, ca, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(raw, ca, NID_key_usage, "critical,digitalSignature") &&
      add_extension(raw, ca, NID_ext_key_usage, "serverAuth") &&
      add_extension(raw, ca, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
      add_extension(raw, ca, NID_subject_key_identifier, "hash") && sign(raw, ca, ca_key)) {
    return certificate;
  }
  return nullptr;
}

std::string_view bytes_of(BIO* bio) {
  char* bytes = nullptr;
  auto const size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  Bio const bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  return std::string(bytes_of(bio.get()));
}

Secret pem_of(EVP_PKEY* key) {
  // The secure kind wipes its memory when it is freed.
  Bio const bio(BIO_new(BIO_s_secmem()));
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
  return Secret(bytes_of(bio.get()));
}

}  // namespace

result<ThrowawayCa> make_throwaway_ca(std::chrono::days valid_for, system_clock::time_point now) {
  Lifetime const lifetime{now - std::chrono::hours(1), now + valid_for};
  auto const ca_key = make_key();
  auto const key = make_key();
  if (!ca_key || !key) return SandboxErrc::certificate_not_made;
  auto const ca = make_ca(ca_key.get(), lifetime);
  auto const leaf = ca ? make_leaf(key.get(), ca.get(), ca_key.get(), lifetime) : nullptr;
  if (!leaf) return SandboxErrc::certificate_not_made;
  ThrowawayCa made;
  made.certificate = pem_of(ca.get());
  made.identity.certificate_chain = pem_of(leaf.get());
  made.identity.private_key = pem_of(key.get());
  auto const complete =
      !made.certificate.empty() && !made.identity.certificate_chain.empty() && !made.identity.private_key.empty();
  if (!complete) return SandboxErrc::certificate_not_made;
  return made;
}

}  // namespace sallyport
