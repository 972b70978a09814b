#include "net/rejected_certificate.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

namespace sallyport {
namespace {

constexpr std::size_t text_max = 256;

class Text {
public:
  Text() : bio_(BIO_new(BIO_s_mem()), &BIO_free_all) {}

  [[nodiscard]] BIO* bio() const noexcept { return bio_.get(); }
  [[nodiscard]] std::string str() const {
    char* bytes = nullptr;
    auto const size = bio_ ? BIO_get_mem_data(bio_.get(), &bytes) : 0;
    std::string text;
    for (auto const letter : std::string_view(bytes, size > 0 ? static_cast<std::size_t>(size) : 0)) {
      if (text.size() == text_max) return text + "...";
      text.push_back(letter >= ' ' && letter < '\x7F' ? letter : '?');
    }
    return text;
  }

private:
  std::unique_ptr<BIO, decltype(&BIO_free_all)> bio_;
};

std::string text_of(X509_NAME const* name) {
  Text const text;
  if (text.bio() != nullptr) X509_NAME_print_ex(text.bio(), name, 0, XN_FLAG_RFC2253);
  return text.str();
}

std::string text_of(ASN1_TIME const* time) {
  Text const text;
  if (text.bio() != nullptr) ASN1_TIME_print(text.bio(), time);
  return text.str();
}

/// The names for which a certificate stands.
std::string names_of(X509 const* certificate) {
  Text const text;
  auto const at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
  if (at >= 0 && text.bio() != nullptr) X509V3_EXT_print(text.bio(), X509_get_ext(certificate, at), 0, 0);
  return text.str();
}

bool is_of_the_name(int error) noexcept {
  return error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH;
}

}  // namespace

std::string describe_rejection(X509_STORE_CTX* verifying) {
  auto const error = X509_STORE_CTX_get_error(verifying);
  std::string words = error == X509_V_ERR_APPLICATION_VERIFICATION ? "no key of the chain is pinned"
                                                                   : X509_verify_cert_error_string(error);
  auto const* const certificate = X509_STORE_CTX_get_current_cert(verifying);
  if (certificate == nullptr) return words;
  words += "; certificate of \"" + text_of(X509_get_subject_name(certificate)) + "\"";
  if (is_of_the_name(error)) words += " for " + names_of(certificate);
  words += ", issued by \"" + text_of(X509_get_issuer_name(certificate)) + "\", valid from " +
           text_of(X509_get0_notBefore(certificate)) + " to " + text_of(X509_get0_notAfter(certificate));
  return words;
}

}  // namespace sallyport
