#include "tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

// The BIO between OpenSSL and the socket. OpenSSL's own would raise SIGPIPE where the peer is gone, and would ask the
// socket for each header and each body of a record by itself.
struct TlsStream::Method {
  static Wire& wire_of(BIO* bio) noexcept { return *static_cast<Wire*>(BIO_get_data(bio)); }

  static int write(BIO* bio, char const* data, std::size_t size, std::size_t* written) {
    auto& wire = wire_of(bio);
    BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    for (;;) {
      auto const sent = ::send(wire.socket, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0) {
        *written = static_cast<std::size_t>(sent);
        return 1;
      }
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) {
        BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
      } else {
        wire.error = errno;
      }
      return 0;
    }
  }

  static int read(BIO* bio, char* data, std::size_t size, std::size_t* read) {
    auto& wire = wire_of(bio);
    BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    auto const count = std::min(size, wire.end - wire.begin);
    if (count == 0) {
      BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
      return 0;
    }
    std::memcpy(data, wire.block->data() + wire.begin, count);
    wire.begin += count;
    *read = count;
    return 1;
  }

  static long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
  }

  static BIO_METHOD const* get() {
    static BIO_METHOD const* const method = [] {
      auto* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sallyport socket");
      if (made == nullptr) throw std::bad_alloc();
      BIO_meth_set_write_ex(made, &write);
      BIO_meth_set_read_ex(made, &read);
      BIO_meth_set_ctrl(made, &control);
      return made;
    }();
    return method;
  }
};

TlsStream::TlsStream(Socket socket, asio::ssl::context& context)
    : socket_(std::move(socket)), tls_(SSL_new(context.native_handle())) {
  auto* const bio = tls_ == nullptr ? nullptr : BIO_new(Method::get());
  if (bio == nullptr) {
    SSL_free(tls_);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, &wire_);
  BIO_set_init(bio, 1);
  SSL_set_bio(tls_, bio, bio);
  SSL_set_mode(tls_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

TlsStream::~TlsStream() {
  SSL_free(tls_);
}

bool TlsStream::is_quiet() noexcept {
  // What the peer said may stand in our block, in OpenSSL's buffer, or in the kernel's.
  if (wire_.begin != wire_.end || SSL_has_pending(tls_) != 0 || SSL_get_shutdown(tls_) != 0) return false;
  char byte = 0;
  auto const heard = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return heard < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void TlsStream::close() noexcept {
  error_code ignored;
  socket_.close(ignored);
  wire_.socket = -1;
}

// The socket may have been connected after the stream was made, so its number is taken now.
error_code TlsStream::begin(bool as_server) {
  if (!socket_.is_open()) return asio::error::not_connected;
  error_code ec;
  socket_.non_blocking(true, ec);
  socket_.set_option(asio::ip::tcp::no_delay(true), ec);
  wire_.socket = socket_.native_handle();
  as_server ? SSL_set_accept_state(tls_) : SSL_set_connect_state(tls_);
  return {};
}

TlsStream::Step TlsStream::shake() {
  ERR_clear_error();
  return judge(SSL_do_handshake(tls_));
}

TlsStream::Step TlsStream::read(asio::mutable_buffer into) {
  ERR_clear_error();
  std::size_t size = 0;
  auto step = judge(SSL_read_ex(tls_, into.data(), into.size(), &size));
  step.size = size;
  return step;
}

TlsStream::Step TlsStream::write_some(std::string_view& left) {
  while (!left.empty()) {
    ERR_clear_error();
    std::size_t size = 0;
    auto const step = judge(SSL_write_ex(tls_, left.data(), left.size(), &size));
    if (step.want != Want::nothing || step.ec) return step;
    left.remove_prefix(size);
  }
  return {};
}

TlsStream::Step TlsStream::judge(int returned) {
  if (returned == 1) return {};
  switch (SSL_get_error(tls_, returned)) {
    case SSL_ERROR_WANT_READ: return {.want = Want::input};
    case SSL_ERROR_WANT_WRITE: return {.want = Want::room};
    case SSL_ERROR_ZERO_RETURN: return {.ec = asio::error::eof};
    case SSL_ERROR_SYSCALL:
      if (wire_.error != 0) return {.ec = error_code(wire_.error, boost::system::system_category())};
      return {.ec = asio::ssl::error::unexpected_result};
    default: break;
  }
  auto const code = ERR_get_error();
  if (code == 0) return {.ec = asio::ssl::error::unspecified_system_error};
  return {.ec = error_code(static_cast<int>(code), asio::error::get_ssl_category())};
}

asio::mutable_buffer TlsStream::room() {
  if (!wire_.block) wire_.block.reset(new Wire::Block);  // Uninitialised: it is overwritten.
  return asio::buffer(*wire_.block);
}

}  // namespace sallyport
