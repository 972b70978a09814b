#pragma once

#include "net/reactor.hpp"
#include "support/inline_function.hpp"
#include "support/process_descriptor.hpp"
#include "support/strand.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;

/// TLS over a socket of a reactor. OpenSSL sends by itself, and is given what was received where it stands: one system
/// call each way, and no memory while nothing comes. One operation at a time; after an error, closing is all that is
/// left. Whoever starts an operation keeps the stream alive until the handler has run.
class TlsStream final : private Reactor::Source {
public:
  using error_code = boost::system::error_code;
  /// What an attempt waits for; nothing, where it is over. `turn`: it has taken its share, so others go first.
  enum class Want : std::uint8_t { nothing, input, room, turn };
  struct Step {
    Want want = Want::nothing;
    error_code ec{};
    std::size_t size = 0;
  };
  using Waiter = InlineFunction<void(error_code), 96>;

  TlsStream(Reactor& reactor, boost::asio::ssl::context& context);
  TlsStream(TlsStream const&) = delete;
  TlsStream& operator=(TlsStream const&) = delete;
  ~TlsStream();

  /// Takes a connected socket over, also where it fails; one that does not block already.
  [[nodiscard]] error_code attach(Socket socket);
  [[nodiscard]] error_code attach(int socket);
  [[nodiscard]] ssl_st* native_handle() noexcept { return tls_; }

  /// In a child no stream is open that was made before the fork, and nothing can be read from one or written to it:
  /// what stands in the buffers of TLS is the parent's.
  [[nodiscard]] bool is_open() const noexcept { return socket_.get() >= 0; }
  /// Whether nothing was heard from the peer that has not been read: no byte, no end. Who knows that it was `just_read`
  /// spares the socket the question, where a read of this very turn left nothing in it.
  [[nodiscard]] bool is_quiet(bool just_read = false) noexcept;
  /// Whether the peer has closed the connection, as far as this machine has heard.
  [[nodiscard]] bool was_closed() const noexcept;
  /// Whether so many messages of TLS have come that it should not be used for another request: a few more end it.
  [[nodiscard]] bool is_worn() const noexcept { return messages_ > messages_max / 2; }
  /// Gives back the memory that OpenSSL reads and writes in, until it is needed again.
  void give_back_memory() noexcept;
  /// The same at the end of the turn, unless something is written before.
  void rest();
  /// What waits completes soon, with `operation_aborted`.
  void close() noexcept;
  /// Tells the peer that no word follows, where that can be told at once. After a whole message alone.
  void say_goodbye() noexcept;
  void shutdown_send() noexcept;

  /// Attempts that never block. What they want is `wait`ed for before the next one. Each takes a bounded share of what
  /// has come. A peer that goes on with messages of TLS and brings no word ends the stream: `protocol_error`.
  [[nodiscard]] Step shake();
  /// An end that the peer announced is `eof`, any other `stream_truncated`.
  [[nodiscard]] Step read(boost::asio::mutable_buffer into);
  /// Takes from `left` what was written.
  [[nodiscard]] Step write_some(std::string_view& left);
  /// Throws away bytes of the socket, past TLS.
  [[nodiscard]] Step skip();
  /// What has come before TLS begins, which stays where it is: `eof` where nothing ever will. Of it, so many bytes are
  /// thrown away.
  [[nodiscard]] Step peek(boost::asio::mutable_buffer into);
  [[nodiscard]] error_code drop(std::size_t size);
  /// Bytes of the socket before TLS begins: for a proxy on the way.
  [[nodiscard]] Step send_plain(std::string_view& left);
  [[nodiscard]] Step receive_plain(boost::asio::mutable_buffer into);
  /// Whether a read may find something; where it would not, one may wait for input without trying.
  [[nodiscard]] bool may_have_input() const noexcept;
  /// Calls back, never inside this call, when the attempt may get on.
  void wait(Want want, Waiter waiter);

  /// `handler(error_code)`, inside this call where it fails at once.
  template <class Handler>
  void async_handshake(boost::asio::ssl::stream_base::handshake_type role, Handler handler) {
    auto const ec = begin(role == boost::asio::ssl::stream_base::server);
    if (ec) return handler(ec);
    go_on(Handshake{this}, std::move(handler));
  }

  /// Writes all of it: `handler(error_code)`, inside this call where the socket takes it at once.
  template <class Handler>
  void write(std::string_view bytes, Handler handler) {
    go_on(Write{this, bytes}, std::move(handler));
  }

private:
  struct Method;

  struct Handshake {
    TlsStream* stream;
    Step operator()() { return stream->shake(); }
  };
  struct Write {
    TlsStream* stream;
    std::string_view left;
    Step operator()() { return stream->write_some(left); }
  };

  template <class Attempt, class Handler>
  void go_on(Attempt attempt, Handler handler) {
    auto const step = attempt();
    if (step.want == Want::nothing) return handler(step.ec);
    wait(step.want, [this, attempt = std::move(attempt), handler = std::move(handler)](error_code ec) mutable {
      if (ec) return handler(ec);
      go_on(std::move(attempt), std::move(handler));
    });
  }

  void ready(std::uint32_t epoll_events) override;
  void abandon() noexcept override;
  void stay_behind() noexcept override { close(); }
  void take_turn() override;
  void turn_ended() noexcept override;

  void wait_for_turn() noexcept;
  [[nodiscard]] error_code begin(bool as_server);
  [[nodiscard]] bool was_just_read() const noexcept;
  [[nodiscard]] bool is_within_record() const noexcept;
  void begin_attempt() noexcept;
  [[nodiscard]] Step judge(int returned);
  [[nodiscard]] std::string_view receive(std::size_t size_max);
  [[nodiscard]] bool may_be_asked_again() const noexcept { return !eof_ && !floods_ && error_ == 0; }
  static void hear(ssl_st const* tls, int what, int value) noexcept;

  /// After the handshake: tickets, new keys, alerts. Servers send one to four tickets. Nobody needs new keys before
  /// 2^24 records (RFC 8446, 5.5), and who changes them is done with a handful.
  static constexpr std::uint16_t messages_max = 32;
  /// As much as one record takes, so that an attempt finds a word where there is one.
  static constexpr std::size_t attempt_bytes_max = 16 * 1024;
  /// What may come before a word does: some large tickets and a record. OpenSSL takes 100 KiB of certificates.
  static constexpr std::size_t wordless_bytes_max = 64 * 1024;
  static constexpr std::size_t handshake_bytes_max = 256 * 1024;
  void keep_the_rest();

  Reactor* reactor_;  ///< Null once it is gone.
  ssl_st* tls_;
  Waiter waiter_;
  Want want_ = Want::nothing;
  bool readable_ = true;        ///< Whether the socket may have bytes for us; when it gets some, the reactor says so.
  bool ended_ = false;          ///< The peer has said all that it ever will.
  bool eof_ = false;            ///< And all of that was read.
  bool shaken_ = false;         ///< The handshake is over.
  bool spent_ = false;          ///< This attempt has taken its share.
  bool floods_ = false;         ///< The peer sends more than anybody needs that is no word.
  std::uint16_t messages_ = 0;  ///< Of TLS, since the handshake.
  std::size_t taken_ = 0;       ///< Bytes that came in this attempt.
  std::size_t wordless_ = 0;    ///< And since the last word.
  ProcessDescriptor socket_{ProcessDescriptor::InChild::closes};
  int error_ = 0;  ///< The errno of what failed last.
  std::uint64_t read_in_turn_ = 0;
  std::uint32_t key_ = Reactor::no_key;
  std::string_view wire_;  ///< What was received and OpenSSL has not asked for: in the reactor's room or in `rest_`.
  bool rests_ = false;
  bool in_room_ = false;  ///< It lies in the reactor's room.
  std::string rest_;      ///< What a read left: it may have to wait longer than the room is ours.
};

}  // namespace sallyport
