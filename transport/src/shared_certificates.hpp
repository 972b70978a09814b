#pragma once

#include <boost/asio/ssl/context.hpp>

namespace sallyport {

/// Lets all streams of a client's context share the certificates that they are shown: what has been verified once and
/// is shown again, byte for byte, is kept once. Each time it is verified anew. False where memory is short.
[[nodiscard]] bool share_certificates(boost::asio::ssl::context& tls);

}  // namespace sallyport
