#include "output.hpp"

#include "failure.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sallyport::app {

bool write_all(int file_descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    auto const written = ::write(file_descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      // Another process may have made the shared file description non-blocking.
      pollfd wait{.fd = file_descriptor, .events = POLLOUT, .revents = 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void print(std::string_view text) {
  if (write_all(STDOUT_FILENO, text)) return;
  throw Failure(errno == EPIPE ? std::string()
                               : std::string("standard output: ") + std::generic_category().message(errno));
}

}  // namespace sallyport::app
