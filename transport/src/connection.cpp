#include "connection.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <sys/socket.h>

#include <cerrno>

namespace sallyport {

bool Connection::is_quiet() {
  // What the peer said may stand in our buffer, in OpenSSL's, or in the kernel's.
  auto* const tls = stream.native_handle();
  auto const heard_by_tls =
      SSL_pending(tls) > 0 || BIO_ctrl_pending(SSL_get_rbio(tls)) > 0 || SSL_get_shutdown(tls) != 0;
  if (buffer.size() != 0 || heard_by_tls) return false;
  char byte = 0;
  auto const heard = ::recv(stream.lowest_layer().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return heard < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Connection::close() noexcept {
  boost::system::error_code ignored;
  stream.lowest_layer().close(ignored);
}

}  // namespace sallyport
