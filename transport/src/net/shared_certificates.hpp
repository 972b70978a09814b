#pragma once

#include <boost/asio/ssl/context.hpp>

#include <string>

namespace sallyport {

/// Lets all streams of a client's context share the certificates that they are shown: what has been verified once and
/// is shown again, byte for byte, is kept once. Each time it is verified anew. False where memory is short.
[[nodiscard]] bool share_certificates(boost::asio::ssl::context& tls);

/// What was wrong with the certificate that a stream of such a context did not accept, in ASCII: the error, the name,
/// the issuer and the time of the certificate. "" where none was wrong.
[[nodiscard]] std::string words_on_certificate(ssl_st const* tls);

}  // namespace sallyport
