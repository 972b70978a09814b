#include "net/tls_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/errc.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// What an attempt on a stream comes to that has no socket any more.
TlsStream::Step closed() noexcept {
  return {.ec = asio::error::operation_aborted};
}

bool would_block() noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

// The BIO between OpenSSL and the socket. OpenSSL's own would raise SIGPIPE where the peer is gone, and would ask the
// socket for each header and each body of a record by itself.
struct TlsStream::Method {
  static TlsStream& stream_of(BIO* bio) noexcept { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int write(BIO* bio, char const* data, std::size_t size, std::size_t* written) {
    auto& stream = stream_of(bio);
    BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    for (;;) {
      auto const sent = ::send(stream.socket_.get(), data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0) {
        *written = static_cast<std::size_t>(sent);
        return 1;
      }
      if (errno == EINTR) continue;
      if (would_block()) {
        BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
      } else {
        stream.error_ = errno;
      }
      return 0;
    }
  }

  static int read(BIO* bio, char* data, std::size_t size, std::size_t* read) {
    auto& stream = stream_of(bio);
    BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    auto const bytes = stream.receive(size);
    if (bytes.empty()) {
      if (stream.may_be_asked_again()) BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
      return 0;
    }
    std::memcpy(data, bytes.data(), bytes.size());
    *read = bytes.size();
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

TlsStream::TlsStream(Reactor& reactor, asio::ssl::context& context)
    : reactor_(&reactor), tls_(SSL_new(context.native_handle())) {
  auto* const bio = tls_ == nullptr ? nullptr : BIO_new(Method::get());
  if (bio == nullptr) {
    SSL_free(tls_);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(tls_, bio, bio);
  SSL_set_info_callback(tls_, &hear);
  SSL_set_mode(tls_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

TlsStream::~TlsStream() {
  close();
  SSL_free(tls_);
}

error_code TlsStream::attach(Socket socket) {
  error_code ec;
  socket.non_blocking(true, ec);
  auto const released = ec ? -1 : socket.release(ec);
  return ec ? ec : attach(released);
}

error_code TlsStream::attach(int socket) {
  socket_.set(socket);
  int const on = 1;
  if (::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
    return {errno, boost::system::system_category()};
  }
  return reactor_->watch(socket, *this, key_);
}

bool TlsStream::is_quiet(bool just_read) noexcept {
  if (!is_open()) return false;
  // What the peer said may stand in our hands, in OpenSSL's buffer, or in the kernel's.
  if (!wire_.empty() || eof_ || is_within_record() || SSL_get_shutdown(tls_) != 0) return false;
  if (just_read && was_just_read()) return true;
  char byte = 0;
  return ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && would_block();
}

bool TlsStream::was_closed() const noexcept {
  if (eof_ || ended_) return true;
  pollfd asked{.fd = socket_.get(), .events = POLLRDHUP, .revents = 0};
  return is_open() && ::poll(&asked, 1, 0) == 1;
}

// Where no more has come than a record's header, OpenSSL has nothing pending, and awaits the body ("RB").
bool TlsStream::is_within_record() const noexcept {
  return SSL_has_pending(tls_) != 0 || std::string_view(SSL_rstate_string(tls_)) == "RB";
}

// What OpenSSL has handed out it has wiped, and what it sends is ciphertext, so that the buffers need no wiping whole.
// In the midst of a record OpenSSL before 3.0.14 gives back what it reads into all the same (CVE-2024-4741).
void TlsStream::give_back_memory() noexcept {
  if (is_within_record()) return;
  SSL_clear_options(tls_, SSL_OP_CLEANSE_PLAINTEXT);
  SSL_free_buffers(tls_);
  SSL_set_options(tls_, SSL_OP_CLEANSE_PLAINTEXT);
  if (wire_.empty()) std::string().swap(rest_);
}

void TlsStream::rest() {
  if (reactor_ == nullptr || !is_open() || reactor_->turn_number() == 0) return give_back_memory();
  if (rests_) return;
  reactor_->tell_end_of_turn(key_);
  rests_ = true;
}

bool TlsStream::was_just_read() const noexcept {
  return !readable_ && reactor_->turn_number() != 0 && reactor_->turn_number() == read_in_turn_;
}

void TlsStream::turn_ended() noexcept {
  if (std::exchange(rests_, false)) give_back_memory();
}

void TlsStream::close() noexcept {
  auto const key = std::exchange(key_, Reactor::no_key);
  if (reactor_ != nullptr && key != Reactor::no_key) reactor_->forget(key);
  socket_.close();
  if (waiter_ && reactor_ != nullptr) wait_for_turn();
}

// Before its handshake a peer hears nothing that it could check, and after a failure OpenSSL must not be asked again.
void TlsStream::say_goodbye() noexcept {
  if (!is_open() || !shaken_ || floods_ || error_ != 0) return;
  static_cast<void>(SSL_shutdown(tls_));
  ERR_clear_error();
}

void TlsStream::shutdown_send() noexcept {
  ::shutdown(socket_.get(), SHUT_WR);
}

void TlsStream::abandon() noexcept {
  reactor_ = nullptr;
  auto const gone = std::move(waiter_);  // It may own this stream.
}

error_code TlsStream::begin(bool as_server) {
  if (!is_open()) return asio::error::not_connected;
  as_server ? SSL_set_accept_state(tls_) : SSL_set_connect_state(tls_);
  return {};
}

// --- Attempts --------------------------------------------------------------------------------------------------------

void TlsStream::begin_attempt() noexcept {
  taken_ = 0;
  spent_ = false;
}

TlsStream::Step TlsStream::shake() {
  if (!is_open()) return closed();
  begin_attempt();
  auto const step = judge(SSL_do_handshake(tls_));
  keep_the_rest();
  if (step.want == Want::nothing && !step.ec) {
    shaken_ = true;
    wordless_ = 0;
  }
  return step;
}

TlsStream::Step TlsStream::read(asio::mutable_buffer into) {
  if (!is_open()) return closed();
  begin_attempt();
  std::size_t size = 0;
  auto step = judge(SSL_read_ex(tls_, into.data(), into.size(), &size));
  step.size = size;
  if (size != 0) wordless_ = 0;
  read_in_turn_ = reactor_->turn_number();
  keep_the_rest();
  return step;
}

TlsStream::Step TlsStream::write_some(std::string_view& left) {
  if (!is_open()) return closed();
  rests_ = false;
  while (!left.empty()) {
    begin_attempt();
    std::size_t size = 0;
    auto const step = judge(SSL_write_ex(tls_, left.data(), left.size(), &size));
    keep_the_rest();
    if (step.want != Want::nothing || step.ec) return step;
    left.remove_prefix(size);
  }
  return {};
}

TlsStream::Step TlsStream::skip() {
  std::array<char, 4096> scrap;
  return receive_plain(asio::buffer(scrap));
}

TlsStream::Step TlsStream::send_plain(std::string_view& left) {
  if (!is_open()) return closed();
  while (!left.empty()) {
    auto const sent = ::send(socket_.get(), left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && would_block()) return {.want = Want::room};
    if (sent < 0) return {.ec = error_code(errno, boost::system::system_category())};
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

TlsStream::Step TlsStream::receive_plain(asio::mutable_buffer into) {
  if (!is_open()) return closed();
  auto const size = ::recv(socket_.get(), into.data(), into.size(), MSG_DONTWAIT);
  if (size > 0) return {.size = static_cast<std::size_t>(size)};
  if (size == 0) return {.ec = asio::error::eof};
  if (would_block()) return {.want = Want::input};
  return {.ec = error_code(errno, boost::system::system_category())};
}

TlsStream::Step TlsStream::peek(asio::mutable_buffer into) {
  if (!is_open()) return closed();
  auto const size = ::recv(socket_.get(), into.data(), into.size(), MSG_PEEK | MSG_DONTWAIT);
  if (size > 0) return {.size = static_cast<std::size_t>(size)};
  if (size == 0) return {.ec = asio::error::eof};
  if (would_block()) return {.want = Want::input};
  return {.ec = error_code(errno, boost::system::system_category())};
}

error_code TlsStream::drop(std::size_t size) {
  std::array<char, 4096> scrap;
  while (size != 0) {
    auto const got = ::recv(socket_.get(), scrap.data(), std::min(size, scrap.size()), MSG_DONTWAIT);
    if (got <= 0) return asio::error::eof;
    size -= static_cast<std::size_t>(got);
  }
  return {};
}

// Not by `SSL_get_error`: that takes whatever anybody left in this thread's queue of errors for ours, so that the queue
// would have to be looked at before every attempt. Who waits is known without it (the same tests, in SSL_get_error(3)).
TlsStream::Step TlsStream::judge(int returned) {
  if (returned == 1) return {};
  auto* const bio = SSL_get_rbio(tls_);
  if (SSL_want_read(tls_) && BIO_should_read(bio)) return {.want = spent_ ? Want::turn : Want::input};
  if (SSL_want_write(tls_) && BIO_should_write(bio)) return {.want = Want::room};
  auto const code = ERR_peek_last_error();
  ERR_clear_error();
  if (floods_) return {.ec = make_error_code(boost::system::errc::protocol_error)};
  if (error_ != 0) return {.ec = error_code(error_, boost::system::system_category())};
  // A fatal alert shuts down too, and puts the state machine back to the handshake.
  auto const said_goodbye = (SSL_get_shutdown(tls_) & SSL_RECEIVED_SHUTDOWN) != 0 && SSL_in_init(tls_) == 0;
  if (said_goodbye) return {.ec = asio::error::eof};
  if (eof_) return {.ec = asio::ssl::error::stream_truncated};
  if (code == 0) return {.ec = asio::ssl::error::unspecified_system_error};
  return {.ec = error_code(static_cast<int>(code), asio::error::get_ssl_category())};
}

// What OpenSSL reports of itself: the end of each run of its state machine, which after the handshake is one message,
// and each alert that comes or goes. It says nothing of records with words in them, so these cost nothing more. Nothing
// but the end of the peer's words stops a read that goes on from one message to the next.
void TlsStream::hear(ssl_st const* tls, int what, int value) noexcept {
  auto& stream = Method::stream_of(SSL_get_rbio(tls));
  auto const is_message = (what == SSL_CB_ACCEPT_EXIT || what == SSL_CB_CONNECT_EXIT) && value == 1;
  auto const is_alert = (what & SSL_CB_ALERT) != 0;
  if (!stream.shaken_ || !(is_message || is_alert) || ++stream.messages_ <= messages_max) return;
  stream.floods_ = true;
  SSL_set_shutdown(stream.tls_, SSL_get_shutdown(stream.tls_) | SSL_RECEIVED_SHUTDOWN);
}

// --- The socket ------------------------------------------------------------------------------------------------------

// Up to so many of the bytes that have come; none where none have, where the attempt has had its share, where the peer
// has ended or floods, or after an error. Less than there was room for is all that there was, so that the socket is not
// asked in vain.
std::string_view TlsStream::receive(std::size_t size_max) {
  spent_ = taken_ >= attempt_bytes_max;
  if (wordless_ > (shaken_ ? wordless_bytes_max : handshake_bytes_max)) floods_ = true;
  if (spent_ || floods_) return {};
  while (wire_.empty() && readable_) {
    auto& room = reactor_->wire_room();
    auto const got = ::recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    auto const size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    eof_ = got == 0;
    if (got < 0 && !would_block()) error_ = errno;
    wire_ = {room.data(), size};
    in_room_ = true;
    readable_ = size == room.size() || (ended_ && size != 0);
  }
  auto const bytes = wire_.substr(0, size_max);
  wire_.remove_prefix(bytes.size());
  taken_ += bytes.size();
  wordless_ += bytes.size();
  return bytes;
}

void TlsStream::keep_the_rest() {
  if (wire_.empty()) return rest_.clear();
  if (!std::exchange(in_room_, false)) return;
  rest_ = wire_;
  wire_ = rest_;
}

bool TlsStream::may_have_input() const noexcept {
  return readable_ || !wire_.empty() || SSL_has_pending(tls_) != 0;
}

void TlsStream::wait(Want want, Waiter waiter) {
  waiter_ = std::move(waiter);
  want_ = want;
  if (want == Want::turn) wait_for_turn();
}

void TlsStream::wait_for_turn() noexcept {
  want_ = Want::turn;
  reactor_->call_soon(*this);
}

void TlsStream::take_turn() {
  if (want_ != Want::turn) return;
  want_ = Want::nothing;
  auto waiter = std::move(waiter_);
  waiter(is_open() ? error_code() : asio::error::operation_aborted);
}

void TlsStream::ready(std::uint32_t epoll_events) {
  constexpr auto end_events = static_cast<std::uint32_t>(EPOLLRDHUP) | EPOLLHUP | EPOLLERR;
  auto const ended = (epoll_events & end_events) != 0;
  auto const input = ended || (epoll_events & EPOLLIN) != 0;
  if (input) readable_ = true;
  if (ended) ended_ = true;
  auto const is_wanted = want_ == Want::input ? input : ended || (epoll_events & EPOLLOUT) != 0;
  if (!waiter_ || want_ == Want::turn || !is_wanted) return;
  want_ = Want::nothing;
  auto waiter = std::move(waiter_);
  waiter({});
}

}  // namespace sallyport
