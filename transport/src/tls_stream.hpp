#pragma once

#include "strand.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace sallyport {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;

/// TLS over a socket. OpenSSL sends by itself, and what was received is handed to it where it stands: one system call
/// each way. One operation at a time; after an error, closing is all that is left. Whoever starts an operation keeps
/// the stream alive until the handler has run.
class TlsStream {
public:
  TlsStream(Socket socket, boost::asio::ssl::context& context);
  TlsStream(TlsStream const&) = delete;
  TlsStream& operator=(TlsStream const&) = delete;
  ~TlsStream();

  [[nodiscard]] Socket& socket() noexcept { return socket_; }
  [[nodiscard]] ssl_st* native_handle() noexcept { return tls_; }

  /// Whether nothing was heard from the peer that has not been read: no byte, no end.
  [[nodiscard]] bool is_quiet() noexcept;
  /// Gives back the memory that only a read needs.
  void release_memory() noexcept { wire_.block.reset(); }
  void close() noexcept;

  /// `handler(error_code)`, never inside this call where the socket is connected.
  template <class Handler>
  void async_handshake(boost::asio::ssl::stream_base::handshake_type role, Handler handler) {
    auto const ec = begin(role == boost::asio::ssl::stream_base::server);
    if (ec)
      return boost::asio::post(socket_.get_executor(), [ec, handler = std::move(handler)]() mutable { handler(ec); });
    go_on(Handshake{this}, [handler = std::move(handler)](error_code ec_, std::size_t) mutable { handler(ec_); });
  }

  /// `handler(error_code, size)`, never inside this call. An end that the peer announced is `eof`, any other
  /// `stream_truncated`.
  template <class Handler>
  void async_read_some(boost::asio::mutable_buffer into, Handler handler) {
    auto const step = read(into);
    if (step.want != Want::nothing) return wait(step.want, Read{this, into}, std::move(handler));
    boost::asio::post(socket_.get_executor(),
                      [step, handler = std::move(handler)]() mutable { handler(step.ec, step.size); });
  }

  /// Writes all of it: `handler(error_code)`, inside this call where the socket takes it at once.
  template <class Handler>
  void write(std::string_view bytes, Handler handler) {
    go_on(Write{this, bytes}, [handler = std::move(handler)](error_code ec, std::size_t) mutable { handler(ec); });
  }

private:
  using error_code = boost::system::error_code;
  enum class Want : std::uint8_t { nothing, input, room };
  struct Step {
    Want want = Want::nothing;
    error_code ec{};
    std::size_t size = 0;
  };
  /// What OpenSSL sees of the socket: it writes into it, and reads what was received into the block.
  struct Wire {
    static constexpr std::size_t block_size = 4096;
    using Block = std::array<char, block_size>;

    int socket = -1;
    int error = 0;  ///< The errno of what failed last.
    std::unique_ptr<Block> block;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct Method;

  struct Handshake {
    TlsStream* stream;
    Step operator()() { return stream->shake(); }
  };
  struct Read {
    TlsStream* stream;
    boost::asio::mutable_buffer into;
    Step operator()() { return stream->read(into); }
  };
  struct Write {
    TlsStream* stream;
    std::string_view left;
    Step operator()() { return stream->write_some(left); }
  };

  [[nodiscard]] error_code begin(bool as_server);
  [[nodiscard]] Step shake();
  [[nodiscard]] Step read(boost::asio::mutable_buffer into);
  [[nodiscard]] Step write_some(std::string_view& left);
  [[nodiscard]] Step judge(int returned);
  [[nodiscard]] boost::asio::mutable_buffer room();

  template <class Attempt, class Handler>
  void go_on(Attempt attempt, Handler handler) {
    auto const step = attempt();
    if (step.want == Want::nothing) return handler(step.ec, step.size);
    wait(step.want, std::move(attempt), std::move(handler));
  }

  template <class Attempt, class Handler>
  void wait(Want want, Attempt attempt, Handler handler) {
    if (want == Want::room) {
      return socket_.async_wait(Socket::wait_write, [this, attempt = std::move(attempt),
                                                     handler = std::move(handler)](error_code ec) mutable {
        if (ec) return handler(ec, 0);
        go_on(std::move(attempt), std::move(handler));
      });
    }
    socket_.async_read_some(room(), [this, attempt = std::move(attempt), handler = std::move(handler)](
                                        error_code ec, std::size_t size) mutable {
      if (ec == boost::asio::error::eof) ec = boost::asio::ssl::error::stream_truncated;
      if (ec) return handler(ec, 0);
      wire_.begin = 0;
      wire_.end = size;
      go_on(std::move(attempt), std::move(handler));
    });
  }

  Socket socket_;
  Wire wire_;
  ssl_st* tls_;
};

}  // namespace sallyport
