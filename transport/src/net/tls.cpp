#include "net/tls.hpp"

#include "net/pinned_keys.hpp"
#include "net/shared_certificates.hpp"
#include "net/url.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <utility>
#include <vector>

namespace sallyport {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using boost::system::result;

// Of TLS 1.2 only suites with forward secrecy and authenticated encryption; those of TLS 1.3 are all of that kind.
constexpr char const* suites_tls12 = "ECDHE+AESGCM:ECDHE+CHACHA20";

TlsContext make_context(ssl::context::method method) {
  auto context = std::make_shared<ssl::context>(method);
  auto* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, suites_tls12);
  SSL_CTX_set_read_ahead(native, 1);  // What was received is there already.
  // Renegotiation is an attack surface without a use here. What was decrypted is wiped as soon as it is read.
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
  return context;
}

/// 0 where it is no error of OpenSSL's.
int reason_of(error_code const& ec) noexcept {
  if (ec.category() != boost::asio::error::get_ssl_category()) return 0;
  return ERR_GET_REASON(static_cast<unsigned long>(ec.value()));
}

// Alerts that the peer sends about a certificate of ours, or for want of one.
bool is_alert_on_ours(int reason) noexcept {
  switch (reason) {
    case SSL_R_SSLV3_ALERT_NO_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return true;
    default: return false;
  }
}

// TLS 1.2 has no alert of its own for it.
bool is_want_of_ours(ssl_st* tls, int reason) noexcept {
  return reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE && SSL_get0_certificate_types(tls, nullptr) != 0 &&
         SSL_get_certificate(tls) == nullptr;
}

error_code use_identity(ssl::context& context, TlsIdentity const& identity) {
  error_code ec;
  context.use_certificate_chain(boost::asio::buffer(identity.certificate_chain), ec);
  if (ec) return TransportErrc::bad_certificate;
  auto const key = identity.private_key.reveal();
  // OpenSSL would ask for the pass phrase at the terminal, and whoever serves on this thread would wait for it.
  SSL_CTX_set_default_passwd_cb(context.native_handle(), [](char*, int, int, void*) { return 0; });
  context.use_private_key(boost::asio::buffer(key.data(), key.size()), ssl::context::pem, ec);
  if (ec || SSL_CTX_check_private_key(context.native_handle()) != 1) return TransportErrc::bad_private_key;
  return {};
}

// Only says no: what OpenSSL has not verified stays rejected. It looks when the last certificate, the server's own, has
// been verified, so that nobody's pin is matched by a certificate that merely came along. A session that is resumed was
// begun under the same pins.
error_code expect_keys(ssl::context& context, std::vector<std::string> const& pinned_keys) {
  std::vector<KeyHash> pins;
  for (auto const& text : pinned_keys) {
    auto const hash = read_key_hash(text);
    if (!hash) return TransportErrc::bad_config;
    pins.push_back(*hash);
  }
  if (pins.empty()) return {};
  error_code ec;
  context.set_verify_callback(
      [pins = std::move(pins)](bool is_verified, ssl::verify_context& verifying) {
        auto* const native = verifying.native_handle();
        if (!is_verified || X509_STORE_CTX_get_error_depth(native) != 0) return is_verified;
        if (has_pinned_key(native, pins)) return true;
        X509_STORE_CTX_set_error(native, X509_V_ERR_APPLICATION_VERIFICATION);
        return false;
      },
      ec);
  return ec;
}

}  // namespace

result<TlsContext> make_client_tls(ClientConfig const& config) {
  auto context = make_context(ssl::context::tls_client);
  error_code ec;
  context->set_verify_mode(ssl::verify_peer, ec);
  if (ec) return ec;
  if (config.ca_file) {
    context->load_verify_file(*config.ca_file, ec);
    if (ec) return TransportErrc::bad_ca_file;
  } else {
    context->set_default_verify_paths(ec);
    if (ec) return ec;
  }
  if (auto const failure = config.identity ? use_identity(*context, *config.identity) : error_code{}) return failure;
  if (auto const failure = expect_keys(*context, config.pinned_keys)) return failure;
  if (!share_certificates(*context)) return make_error_code(boost::system::errc::not_enough_memory);
  return context;
}

result<TlsContext> make_server_tls(TlsIdentity const& identity) {
  auto context = make_context(ssl::context::tls_server);
  if (auto const failure = use_identity(*context, identity)) return failure;
  SSL_CTX_set_options(context->native_handle(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  return context;
}

error_code expect_host(ssl_st* tls, std::string const& host) {
  auto* const expected = SSL_get0_param(tls);
  error_code not_an_address;
  boost::asio::ip::make_address(host, not_an_address);
  auto name = std::string(host_without_dot(host));
  auto done = 0;
  if (not_an_address) {
    X509_VERIFY_PARAM_set_hostflags(expected,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    done = X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size());
    if (done == 1) {
      // SSL_set_tlsext_host_name is a macro with an old-style cast.
      done = static_cast<int>(SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()));
    }
  } else {
    done = X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str());
  }
  if (done == 1) return {};
  return TransportErrc::certificate_rejected;  // Without a name to expect, no certificate is good enough.
}

bool is_certificate_error(ssl_st* tls, error_code const& ec) noexcept {
  auto const reason = reason_of(ec);
  return reason == SSL_R_CERTIFICATE_VERIFY_FAILED || is_alert_on_ours(reason) || is_want_of_ours(tls, reason);
}

std::string words_on_rejection(ssl_st* tls, error_code const& ec) {
  auto const reason = reason_of(ec);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) return words_on_certificate(tls);
  auto const* const text = ERR_reason_error_string(static_cast<unsigned long>(ec.value()));
  auto const has_shown = SSL_get_certificate(tls) != nullptr;
  return std::string(has_shown ? "the server does not accept this client's certificate"
                               : "the server demands a certificate of this client") +
         " (" + (text == nullptr ? "alert" : text) + ")";
}

}  // namespace sallyport
