#pragma once

// The floor: an edge-triggered epoll loop, and OpenSSL on the descriptor itself. A round trip costs one read and one
// write system call and a share of one epoll_wait.

#include "../meter.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sallyport::bench {

/// The same suite everywhere, so that no peer wins by its cipher.
inline constexpr char const* suite = "TLS_AES_256_GCM_SHA384";

inline SSL_CTX* tls_context(SSL_METHOD const* method) {
  std::signal(SIGPIPE, SIG_IGN);
  auto* const context = SSL_CTX_new(method);
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(context, suite);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  return context;
}

inline sockaddr_in loopback(std::size_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline sockaddr const* as_sockaddr(sockaddr_in const& address) {
  return reinterpret_cast<sockaddr const*>(&address);
}

struct Connection {
  int fd = -1;
  SSL* tls = nullptr;
  bool open = false;  ///< Whether the handshake is over.
  std::array<char, 8192> bytes{};
  std::size_t size = 0;

  enum class Heard : std::uint8_t { nothing, message, end };

  void start(SSL_CTX* context, int socket) {
    auto const on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(socket, F_SETFL, O_NONBLOCK);
    fd = socket;
    tls = SSL_new(context);
    SSL_set_fd(tls, socket);
  }
  void close() {
    ERR_clear_error();  // What went wrong here must not be taken for an error of the next connection.
    SSL_free(tls);
    ::close(fd);
    fd = -1;
  }
  /// `message` where the handshake is over, `nothing` where more has to come, `end` where it failed.
  Heard shake_hands() {
    auto const done = SSL_do_handshake(tls);
    open = done == 1;
    if (open) return Heard::message;
    auto const why = SSL_get_error(tls, done);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? Heard::nothing : Heard::end;
  }
  void write(std::string_view text) {
    std::size_t written = 0;
    if (SSL_write_ex(tls, text.data(), text.size(), &written) != 1 || written != text.size()) fail("a write failed");
  }
  /// Reads until a message is there in whole.
  Heard read(std::size_t (*message_size)(std::string_view), std::string_view& message) {
    for (;;) {
      std::size_t more = 0;
      auto const done = SSL_read_ex(tls, bytes.data() + size, bytes.size() - size, &more);
      if (done != 1) {
        return SSL_get_error(tls, done) == SSL_ERROR_WANT_READ ? Heard::nothing : Heard::end;
      }
      size += more;
      if (auto const whole = message_size({bytes.data(), size}); whole != 0) {
        if (whole != size) fail("more than one message");
        message = {bytes.data(), size};
        size = 0;
        return Heard::message;
      }
      if (size == bytes.size()) fail("the message is too long");
    }
  }
};

/// Watches descriptors, edge-triggered, both ways, once and for all. A tireless one never sleeps: on one machine,
/// whoever sends to one who sleeps pays for waking it, which over a real network nobody does.
class Poller {
public:
  explicit Poller(bool tireless) : timeout_(tireless ? 0 : -1) {}

  void add(int fd, void* what) const {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = what;
    epoll_ctl(poller_, EPOLL_CTL_ADD, fd, &event);
  }
  template <class Ready>
  void wait(Ready&& ready) {
    std::array<epoll_event, 256> events;
    auto const count = epoll_wait(poller_, events.data(), static_cast<int>(events.size()), timeout_);
    for (auto index = 0; index < count; ++index) ready(events[static_cast<std::size_t>(index)].data.ptr);
  }

private:
  int poller_ = epoll_create1(EPOLL_CLOEXEC);
  int timeout_;
};

}  // namespace sallyport::bench
