#include "connection.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace sallyport {

bool Connection::is_quiet() {
  if (buffer.size() != 0) return false;
  char byte = 0;
  auto const heard = ::recv(stream.lowest_layer().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return heard < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Connection::close() noexcept {
  boost::system::error_code ignored;
  stream.lowest_layer().close(ignored);
}

}  // namespace sallyport
