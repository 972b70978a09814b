#include "http_connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>

#include <algorithm>
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

HttpAnswer closing(HttpAnswer answer) {
  answer.close = true;
  return answer;
}

Secret write_answer(HttpAnswer const& answer, bool keep_alive, bool is_head) {
  Secret text;
  text.reserve(256 + answer.body.size());
  auto const reason = http::obsolete_reason(static_cast<http::status>(answer.status));
  text.append("HTTP/1.1 " + std::to_string(answer.status) + " ");
  text.append({reason.data(), reason.size()});
  text.append("\r\nContent-Type: ");
  text.append(answer.content_type);
  text.append("\r\nCache-Control: no-store\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n");
  if (!answer.allow.empty()) {
    text.append("Allow: ");
    text.append(answer.allow);
    text.append("\r\n");
  }
  if (answer.retry_after) text.append("Retry-After: " + std::to_string(answer.retry_after->count()) + "\r\n");
  text.append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
  if (!is_head) text.append(answer.body.reveal());
  return text;
}

}  // namespace

HttpConnection::HttpConnection(Reactor& reactor, std::shared_ptr<ServerState> state,
                               std::shared_ptr<Routes const> routes)
    : state_(std::move(state)),
      config_(&state_->config),
      stream_(reactor, *state_->tls),
      buffer_(config_->header_bytes_max + config_->bounds.text_bytes_max),
      routes_(std::move(routes)),
      reactor_(&reactor),
      deadline_(reactor.deadlines()) {
  ++state_->counters.connections_open;
}

HttpConnection::~HttpConnection() {
  --state_->counters.connections_open;
}

void HttpConnection::close() noexcept {
  closed_ = true;
  stream_.close();
  deadline_.clear();
}

// A phase that takes too long ends the connection; what was pending then completes with an error and lets go of it.
void HttpConnection::bound(std::chrono::milliseconds phase) {
  deadline_.set(phase, [this] { shared_from_this()->close(); });
}

void HttpConnection::start(Socket socket) {
  bound(config_->handshake_timeout);
  if (stream_.attach(std::move(socket))) return close();
  stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](error_code ec) {
    if (ec) return self->close();
    self->await_request();
  });
}

// A completion that was under way when the connection closed finds it closed.
void HttpConnection::await_request() {
  if (closed_) return;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(config_->header_bytes_max));
  parser_->body_limit(config_->bounds.text_bytes_max);
  if (buffer_.size() != 0) {
    // Of many requests that came at once, each begins on a stack of its own.
    return asio::post(reactor_->strand(), [self = shared_from_this()] { self->read_header(); });
  }
  if (stream_.may_have_input()) return read_header();
  bound(config_->idle_timeout);
  stream_.wait(TlsStream::Want::input, [self = shared_from_this()](error_code ec) {
    if (ec) return self->close();
    self->read_header();
  });
}

void HttpConnection::read_header() {
  if (closed_) return;
  bound(config_->read_timeout);
  read_message(stream_, *reactor_, buffer_, *parser_, Until::header, [self = shared_from_this()](error_code ec) {
    if (ec == http::error::body_limit) {
      return self->answer(closing(refuse(413, ApiResultStatus::bad_request, "The body is too large.")));
    }
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow) {
      return self->answer(closing(bad_request("header", "too large")));
    }
    if (ec && ec.category() == make_error_code(http::error::end_of_stream).category() &&
        ec != http::error::end_of_stream && ec != http::error::partial_message) {
      return self->answer(closing(bad_request("request", "not HTTP/1.1")));
    }
    if (ec) return self->close();
    // Any other coding would leave it open where the body ends, and a proxy before us may think otherwise.
    if (self->parser_->get().count(http::field::transfer_encoding) != 0 && !self->parser_->chunked()) {
      return self->answer(closing(bad_request("Transfer-Encoding", "only chunked is understood")));
    }
    self->read_body();
  });
}

void HttpConnection::read_body() {
  if (closed_) return;
  auto const expects = parser_->get()[http::field::expect] == "100-continue" && !parser_->is_done();
  if (expects) {
    static constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
    return stream_.write(interim, [self = shared_from_this()](error_code ec) {
      if (ec) return self->close();
      self->parser_->get().erase(http::field::expect);
      self->read_body();
    });
  }
  read_message(stream_, *reactor_, buffer_, *parser_, Until::end, [self = shared_from_this()](error_code ec) {
    if (ec == http::error::body_limit || ec == http::error::buffer_overflow) {
      return self->answer(closing(refuse(413, ApiResultStatus::bad_request, "The body is too large.")));
    }
    if (ec && ec.category() == make_error_code(http::error::end_of_stream).category() &&
        ec != http::error::partial_message && ec != http::error::end_of_stream) {
      return self->answer(closing(bad_request("request", "not HTTP/1.1")));
    }
    if (ec) return self->close();
    self->dispatch();
  });
}

void HttpConnection::dispatch() {
  if (closed_) return;
  ++state_->counters.requests;
  deadline_.clear();
  auto const request = parser_->release();
  keep_alive_ = request.keep_alive();
  is_head_ = request.method() == http::verb::head;
  routes_->answer(request, [self = shared_from_this()](HttpAnswer answer) { self->answer(std::move(answer)); });
}

void HttpConnection::answer(HttpAnswer answer) {
  if (answer.close) keep_alive_ = false;
  write(answer);
}

void HttpConnection::write(HttpAnswer const& answer) {
  if (closed_) return;
  if (answer.cut == Cut::before_the_first_byte) return close();
  bound(config_->write_timeout);
  out_ = write_answer(answer, keep_alive_, is_head_);
  auto const is_cut = answer.cut != Cut::none;
  auto const bytes = out_.reveal().substr(0, out_.size() - (is_cut ? answer.body.size() / 2 : 0));
  stream_.write(bytes, [self = shared_from_this(), is_cut](error_code ec) {
    self->out_.clear();
    if (ec || is_cut) return self->close();
    if (self->keep_alive_) return self->await_request();
    self->stream_.shutdown_send();
    self->bound(drain_timeout);
    self->drain();
  });
}

// A close with unread bytes would reset the connection and take the answer with it.
void HttpConnection::drain() {
  for (;;) {
    auto const step = stream_.skip();
    drained_ += step.size;
    if (step.ec || drained_ > drain_bytes_max) return close();
    if (step.want == TlsStream::Want::nothing) continue;
    return stream_.wait(step.want, [self = shared_from_this()](error_code ec) {
      if (ec) return self->close();
      self->drain();
    });
  }
}

}  // namespace sallyport
