#include "server/http_connection.hpp"

#include "http/http_date.hpp"
#include "http/http_message.hpp"
#include "http/proxy_header.hpp"
#include "support/without_memory.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

/// How much of what a refused client still sends is thrown away, and for how long, so that it can read the refusal.
constexpr std::size_t drain_bytes_max = 4 * 1024 * 1024;
constexpr auto drain_timeout = std::chrono::seconds(2);
/// How often it is thrown away at once, before others have their turn.
constexpr auto skips_max = 16;
/// How much longer than whoever is asked a request waits for its answer.
constexpr std::chrono::milliseconds answer_grace = std::chrono::seconds(5);
/// How long a connection whose client is waited for keeps the buffers of TLS.
constexpr std::chrono::milliseconds stream_rest_after(500);
/// How long a server that drains waits for a request that may be on its way.
constexpr std::chrono::milliseconds last_request_timeout = std::chrono::seconds(1);

HttpAnswer closing(HttpAnswer answer) {
  answer.close = true;
  return answer;
}

HttpAnswer overloaded() {
  auto answer = refuse(503, ApiResultStatus::server_failure, "The server has too much to do. Try again later.");
  answer.retry_after = std::chrono::seconds(5);
  return answer;
}

void append_date(Secret& text) {
  auto const date = http_date(std::chrono::system_clock::now());
  text.append("\r\nDate: ");
  text.append({date.data(), date.size()});
}

void write_answer(HttpAnswer const& answer, std::string_view connection, bool is_head, Secret& text) {
  text.reserve(384 + answer.body.size());
  auto const reason = http::obsolete_reason(static_cast<http::status>(answer.status));
  text.append("HTTP/1.1 ");
  text.append(std::to_string(answer.status));
  text.append(" ");
  text.append({reason.data(), reason.size()});
  append_date(text);
  text.append("\r\nContent-Type: ");
  text.append(answer.content_type);
  text.append("\r\nCache-Control: no-store\r\nContent-Length: ");
  text.append(std::to_string(answer.body.size()));
  text.append("\r\n");
  if (!answer.status_header.empty()) {
    text.append(answer.status_header);
    text.append("\r\n");
  }
  if (answer.retry_after) text.append("Retry-After: " + std::to_string(answer.retry_after->count()) + "\r\n");
  text.append(connection);
  text.append("\r\n");
  if (!is_head) text.append(answer.body.reveal());
}

}  // namespace

HttpConnection::HttpConnection(Reactor& reactor, std::shared_ptr<ServerState> state, std::shared_ptr<Desk const> desk,
                               Seat seat, asio::ip::address const& address)
    : state_(std::move(state)),
      config_(&state_->config),
      stream_(reactor, *state_->tls.get()),
      buffer_(config_->header_bytes_max + config_->bounds.text_bytes_max),
      desk_(std::move(desk)),
      reactor_(&reactor),
      deadline_(reactor.deadlines()),
      seat_(std::move(seat)),
      address_(address) {
  ++state_->counters.connections_open;
}

// Whoever was to answer it may have let go of it instead.
HttpConnection::~HttpConnection() {
  if (closed_) return;
  leave();
  if (state_->on_closed) state_->on_closed();
}

void HttpConnection::close() noexcept {
  stream_.close();
  deadline_.clear();
  if (std::exchange(closed_, true)) return;
  leave();
  if (state_->on_closed) state_->on_closed();
}

// Between two messages TLS has its own farewell: without it a client that is careful cannot tell an end from an attack.
void HttpConnection::part() noexcept {
  if (!closed_) stream_.say_goodbye();
  close();
}

void HttpConnection::leave() noexcept {
  --state_->counters.connections_open;
  if (reader_) reader_->give_back_room();
  seat_.give_back();
}

bool HttpConnection::is_between_requests() const noexcept {
  return awaiting_ && buffer_.size() == 0 && !reader_->got_some();
}

// A request that is on its way is answered all the same: its client could not know what became of it. Who has just
// connected is going to send one.
void HttpConnection::wind_up() {
  if (closed_ || !is_between_requests()) return;
  if (!is_first_ && stream_.is_quiet()) return part();
  bound(last_request_timeout);
}

// A phase that takes too long ends the connection; what was pending then completes with an error and lets go of it.
void HttpConnection::bound(std::chrono::milliseconds phase) {
  deadline_.set(phase, [this] {
    auto const self = shared_from_this();
    self->is_between_requests() ? self->part() : self->close();
  });
}

// The same of a phase in which the client is waited for. Who is about to go on finds the buffers of TLS where they
// were; who rests gives them back.
void HttpConnection::bound_and_rest(std::chrono::milliseconds phase) {
  auto const rests_after = std::min(phase, stream_rest_after);
  deadline_.set(rests_after, [this, left = phase - rests_after] {
    stream_.give_back_memory();
    out_ = {};
    bound(left);
  });
}

// What goes on when something has come about. Each goes through this one door, so that where there is no memory this
// connection alone ends.
template <class Step>
auto HttpConnection::then(Step step) {
  return [self = shared_from_this(), step](error_code ec) {
    work_or_end([&] { std::invoke(step, *self, ec); }, [&self] { self->close(); });
  };
}

void HttpConnection::start(int socket) {
  bound(config_->handshake_timeout);
  if (stream_.attach(socket)) return close();
  auto const is_led = config_->proxy_protocol && state_->commons->proxies.contains(address_);
  // OpenSSL takes 30 KiB for a handshake; who says nothing does not get them.
  stream_.wait(TlsStream::Want::input,
               then(is_led ? &HttpConnection::read_proxy_header : &HttpConnection::shake_hands));
}

// What comes behind the header may have come with it, so that nothing would tell of it any more.
void HttpConnection::read_proxy_header(error_code ec) {
  if (ec || closed_) return close();
  auto& room = reactor_->wire_room();
  auto const step = stream_.peek(asio::buffer(room.data(), std::min(room.size(), proxy_header_bytes_max)));
  auto const header = sallyport::read_proxy_header({room.data(), step.size});
  if (step.ec || header.kind == ProxyHeader::Kind::none) return close();
  if (header.kind == ProxyHeader::Kind::half) {
    return stream_.wait(TlsStream::Want::input, then(&HttpConnection::read_proxy_header));
  }
  if (stream_.drop(header.size)) return close();
  if (header.source) {
    address_ = *header.source;
    seat_.move_to(peer_of(address_));
    if (seat_.kind() == ConnectionBook::Seat::none) return close();
  }
  shake_hands({});
}

void HttpConnection::shake_hands(error_code ec) {
  if (ec || closed_) return close();
  stream_.async_handshake(asio::ssl::stream_base::server, then(&HttpConnection::await_request));
}

// A completion that was under way when the connection closed finds it closed.
void HttpConnection::await_request(error_code ec) {
  if (ec || closed_) return close();
  reader_.emplace(config_->header_bytes_max, config_->bounds.text_bytes_max, &state_->bodies, &state_->spare_texts);
  awaiting_ = true;
  is_head_ = false;
  if (buffer_.size() == 0 && !stream_.may_have_input()) return await_first_byte();
  // Of many requests that came at once, each begins on a stack of its own.
  stream_.wait(TlsStream::Want::turn, then(&HttpConnection::read_request));
}

void HttpConnection::await_first_byte() {
  bound_and_rest(config_->idle_timeout);
  stream_.wait(TlsStream::Want::input, then(&HttpConnection::read_request));
  if (state_->draining) wind_up();
}

// A request that came before a fork is there in the child as well, and is the parent's to answer.
void HttpConnection::read_request(error_code ec) {
  if (ec || closed_ || !stream_.is_open()) return close();
  bound_and_rest(state_->draining && awaiting_ ? last_request_timeout : config_->read_timeout);
  go_on_reading();
}

void HttpConnection::go_on_reading() {
  read_message(stream_, *reactor_, buffer_, *reader_, then(&HttpConnection::was_read));
}

void HttpConnection::was_read(error_code ec) {
  awaiting_ = false;
  if (is_too_large(ec)) {
    if (!reader_->is_header_done() && ec != boost::beast::http::error::body_limit) {
      return answer(closing(bad_request("header", "too large")));
    }
    return answer(closing(refuse(413, ApiResultStatus::bad_request, "The body is too large.")));
  }
  if (auto const [field, what] = reader_->framing_problem(); !field.empty()) {
    return answer(closing(bad_request(std::string(field), std::string(what))));
  }
  auto const is_spare = seat_.kind() == ConnectionBook::Seat::spare && reader_->is_header_done();
  if (is_spare || reader_->lacks_room()) return answer(closing(overloaded()));
  if (is_not_http(ec)) return answer(closing(bad_request("request", "not HTTP/1.1")));
  if (ec == boost::beast::http::error::end_of_stream) return part();
  if (ec) return close();
  if (reader_->pauses()) return invite_body();
  dispatch();
}

void HttpConnection::invite_body() {
  static constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.write(interim, then([](HttpConnection& self, error_code ec) {
                  if (ec) return self.close();
                  self.reader_->go_on();
                  self.go_on_reading();
                }));
}

// Whoever is asked has a deadline that is sooner; this one ends what nobody will ever answer.
void HttpConnection::dispatch() {
  if (closed_) return;
  ++state_->counters.requests;
  bound(std::chrono::ceil<std::chrono::milliseconds>(config_->limits.request_life_span) + answer_grace);
  is_first_ = false;
  auto request = std::move(reader_->request());
  auto const peer = peer_of(state_->commons->proxies.client_of(address_, request.forwarded_for));
  reader_->give_back_room();
  keep_alive_ = reader_->keep_alive();
  is_http_1_0_ = reader_->is_http_1_0();
  is_head_ = request.method == "HEAD";
  desk_->take(
      request,
      [self = shared_from_this()](HttpAnswer answer) {
        work_or_end([&] { self->answer(std::move(answer)); }, [&self] { self->close(); });
      },
      peer);
  // Unless another shard has it now.
  state_->spare_texts.keep(std::move(request.target));
  state_->spare_texts.keep(std::move(request.body));
}

void HttpConnection::answer(HttpAnswer answer) {
  if (answer.close || state_->draining || stream_.is_worn()) keep_alive_ = false;
  write(std::move(answer));
}

// A client of HTTP/1.0 takes the connection for closed unless it is told otherwise, and waits for its end.
std::string_view HttpConnection::connection_header() const noexcept {
  if (!keep_alive_) return "Connection: close\r\n";
  return is_http_1_0_ ? "Connection: keep-alive\r\n" : "";
}

void HttpConnection::write(HttpAnswer answer) {
  if (closed_) return;
  if (answer.cut == Cut::before_the_first_byte) return close();
  bound(config_->write_timeout);
  out_.clear();
  write_answer(answer, connection_header(), is_head_, out_);
  auto const is_cut = answer.cut != Cut::none;
  auto const bytes = out_.reveal().substr(0, out_.size() - (is_cut ? answer.body.size() / 2 : 0));
  state_->spare_texts.keep(std::move(answer.body));
  stream_.write(bytes, then([is_cut](HttpConnection& self, error_code ec) {
                  self.out_.clear();
                  if (ec || is_cut) return self.close();
                  if (self.keep_alive_) return self.await_request({});
                  self.stream_.say_goodbye();
                  self.stream_.shutdown_send();
                  self.bound(drain_timeout);
                  self.drain({});
                }));
}

// A close with unread bytes would reset the connection and take the answer with it.
void HttpConnection::drain(error_code ec) {
  if (ec) return close();
  auto step = TlsStream::Step();
  for (auto left = skips_max; step.want == TlsStream::Want::nothing && left != 0; --left) {
    step = stream_.skip();
    drained_ += step.size;
    if (step.ec || drained_ > drain_bytes_max) return close();
  }
  auto const want = step.want == TlsStream::Want::nothing ? TlsStream::Want::turn : step.want;
  stream_.wait(want, then(&HttpConnection::drain));
}

}  // namespace sallyport
