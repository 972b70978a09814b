#pragma once

#include <sallyport/transport/config.hpp>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <string>

namespace sallyport {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// TLS 1.2 and newer; the peer's chain is verified against the system's roots or the CA file.
[[nodiscard]] boost::system::result<TlsContext> make_client_tls(ClientConfig const& config);

/// TLS 1.2 and newer with forward secrecy.
[[nodiscard]] boost::system::result<TlsContext> make_server_tls(TlsIdentity const& identity);

/// Tells OpenSSL which host the certificate must name, and sends the name (RFC 6066) unless it is an address.
[[nodiscard]] boost::system::error_code expect_host(ssl_st* tls, std::string const& host);

/// Whether TLS failed because the peer's certificate did not verify, or because the peer said that it wants another
/// certificate of ours, or any.
[[nodiscard]] bool is_certificate_error(ssl_st* tls, boost::system::error_code const& ec) noexcept;

/// Why it did, for a human: what is wrong with which certificate, or what the peer's alert said.
[[nodiscard]] std::string words_on_rejection(ssl_st* tls, boost::system::error_code const& ec);

}  // namespace sallyport
