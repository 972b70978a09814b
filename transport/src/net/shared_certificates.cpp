#include "net/shared_certificates.hpp"

#include "net/rejected_certificate.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <new>
#include <string>

namespace sallyport {
namespace {

struct Free {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, Free>;

/// What streams of one context have verified last.
class KnownCertificates {
public:
  /// The same certificate, if it is known.
  [[nodiscard]] X509* find(X509* shown) const noexcept {
    auto const same =
        std::ranges::find_if(known_, [shown](Certificate const& known) { return X509_cmp(known.get(), shown) == 0; });
    return same == known_.end() ? nullptr : same->get();
  }

  void learn(X509* verified) {
    if (find(verified) != nullptr) return;
    if (known_.size() == known_max) known_.pop_front();
    X509_up_ref(verified);
    known_.emplace_back(verified);
  }

private:
  /// A few servers behind one name, each with its chain.
  static constexpr std::size_t known_max = 16;
  std::deque<Certificate> known_;
};

// The list is the session's, which takes the server's own certificate out of it once that has been verified.
void replace_by_known(X509_STORE_CTX* verifying, KnownCertificates const& known) {
  auto* const shown = X509_STORE_CTX_get0_untrusted(verifying);
  auto const count = shown == nullptr ? 0 : sk_X509_num(shown);
  for (auto at = 0; at < count; ++at) {
    auto* const one = sk_X509_value(shown, at);
    auto* const same = known.find(one);
    if (same == nullptr || same == one) continue;
    X509_up_ref(same);
    if (X509_STORE_CTX_get0_cert(verifying) == one) X509_STORE_CTX_set_cert(verifying, same);
    sk_X509_set(shown, at, same);
    X509_free(one);
  }
}

// They go with the stream.
int place_of_words() {
  static int const place =
      SSL_get_ex_new_index(0, nullptr, nullptr, nullptr,
                           [](void* /*stream*/, void* words, CRYPTO_EX_DATA* /*data*/, int /*place*/, long /*number*/,
                              void* /*pointer*/) { delete static_cast<std::string*>(words); });
  return place;
}

// OpenSSL forgets a certificate that it did not accept.
void keep_words(X509_STORE_CTX* verifying) noexcept {
  auto* const stream = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verifying, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (stream == nullptr || SSL_get_ex_data(stream, place_of_words()) != nullptr) return;
  try {
    auto words = std::make_unique<std::string>(describe_rejection(verifying));
    if (SSL_set_ex_data(stream, place_of_words(), words.get()) == 1) static_cast<void>(words.release());
  } catch (std::bad_alloc const&) {  // Nothing may pass through OpenSSL; the error says enough.
  }
}

// In place of OpenSSL's own, which calls the same function and takes an error for a no.
int verify(X509_STORE_CTX* verifying, void* argument) {
  auto& known = *static_cast<KnownCertificates*>(argument);
  replace_by_known(verifying, known);
  if (X509_verify_cert(verifying) != 1) {
    keep_words(verifying);
    return 0;
  }
  // What merely came along is nobody's.
  auto* const chain = X509_STORE_CTX_get0_chain(verifying);
  auto const count = chain == nullptr ? 0 : sk_X509_num(chain);
  try {
    for (auto at = 0; at < count; ++at) known.learn(sk_X509_value(chain, at));
  } catch (std::bad_alloc const&) {  // Nothing may pass through OpenSSL; then this stream keeps its own.
  }
  return 1;
}

// They go with the context, which lives as long as its last stream.
int place_of_known() {
  static int const place = SSL_CTX_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void* /*context*/, void* known, CRYPTO_EX_DATA* /*data*/, int /*place*/, long /*number*/, void* /*pointer*/) {
        delete static_cast<KnownCertificates*>(known);
      });
  return place;
}

}  // namespace

bool share_certificates(boost::asio::ssl::context& tls) {
  auto* const context = tls.native_handle();
  auto known = std::make_unique<KnownCertificates>();
  if (SSL_CTX_set_ex_data(context, place_of_known(), known.get()) != 1) return false;
  SSL_CTX_set_cert_verify_callback(context, &verify, known.release());
  return true;
}

std::string words_on_certificate(ssl_st const* tls) {
  auto const* const words = static_cast<std::string const*>(SSL_get_ex_data(tls, place_of_words()));
  return words == nullptr ? std::string() : *words;
}

}  // namespace sallyport
