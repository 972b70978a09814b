#include "view/output.hpp"

#include "runtime/failure.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace sallyport::app {

void hold_standard_descriptors() noexcept {
  for (auto const descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest number that is free is this one. It is opened for what nobody does with it.
    static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

bool write_all(int file_descriptor, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    auto const written = ::write(file_descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
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

// A pipe that is ready has room for a page, and a write of no more does not block.
bool write_some(int file_descriptor, std::string_view& bytes, std::chrono::milliseconds wait) noexcept {
  pollfd ready{.fd = file_descriptor, .events = POLLOUT, .revents = 0};
  auto const count = ::poll(&ready, 1, static_cast<int>(wait.count()));
  if (count <= 0) return count == 0 || errno == EINTR;
  constexpr std::size_t page = 4096;
  auto const written = ::write(file_descriptor, bytes.data(), std::min(bytes.size(), page));
  if (written < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  bytes.remove_prefix(static_cast<std::size_t>(written));
  return true;
}

bool show(int file_descriptor, Shown const& text) noexcept {
  return write_all(file_descriptor, text.text());
}

void print(Shown const& text) {
  if (show(STDOUT_FILENO, text)) return;
  throw Failure(errno == EPIPE ? std::string()
                               : std::string("standard output: ") + std::generic_category().message(errno));
}

void print_line(Shown const& line) {
  print(Shown(line).end_line());
}

void complain(Shown const& line) {
  if (line.empty()) return;
  // Where stderr is closed too there is nobody left to tell.
  static_cast<void>(show(STDERR_FILENO, ("sallyport: " + line).end_line()));
}

}  // namespace sallyport::app
