#include "runtime/plain_listener.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <list>
#include <thread>
#include <utility>

namespace sallyport::app {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t head_bytes_max = 8 * 1024;
constexpr unsigned connections_max = 32;
constexpr auto life_span = std::chrono::seconds(10);
/// How long it waits where there is no descriptor for another one.
constexpr auto pause_length = std::chrono::milliseconds(100);

std::string_view reason_of(unsigned status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 503: return "Service Unavailable";
    default: return "Bad Request";
  }
}

std::string reply_of(PlainPage const& page, bool is_head) {
  auto reply = "HTTP/1.1 " + std::to_string(page.status) + " ";
  reply.append(reason_of(page.status)).append("\r\nContent-Type: ").append(page.content_type);
  reply.append("\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: ");
  reply.append(std::to_string(page.text.size())).append("\r\n");
  if (page.status == 405) reply += "Allow: GET, HEAD\r\n";
  reply += "\r\n";
  if (!is_head) reply += page.text;
  return reply;
}

std::string answer_to(std::string_view head, PlainListener::Show const& show) {
  auto const line = head.substr(0, head.find("\r\n"));
  auto const method = line.substr(0, line.find(' '));
  auto const rest = line.substr(std::min(method.size() + 1, line.size()));
  auto const target = rest.substr(0, rest.find(' '));
  if (target.size() == rest.size() || !rest.substr(target.size() + 1).starts_with("HTTP/1.")) {
    return reply_of({.status = 400, .text = "not HTTP/1.1\n"}, false);
  }
  auto const is_head = method == "HEAD";
  if (method != "GET" && !is_head) return reply_of({.status = 405, .text = "GET and HEAD alone\n"}, false);
  return reply_of(show(target.substr(0, target.find('?'))), is_head);
}

}  // namespace

struct PlainListener::State {
  State(std::uint16_t port, Show what)
      : show(std::move(what)), acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), port)), pause(io) {
    acceptor.non_blocking(true);
  }

  void accept();
  void run() noexcept;

  Show show;
  bool is_accepting = false;
  std::list<Connection*> open;  ///< The oldest first.
  asio::io_context io{1};       ///< Its connections go with it, and are counted to the last.
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::thread thread;
};

class PlainListener::Connection : public std::enable_shared_from_this<Connection> {
public:
  Connection(State& state, tcp::socket socket)
      : state_(&state), socket_(std::move(socket)), deadline_(state.io, life_span) {
    state_->open.push_back(this);
  }
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;
  ~Connection() { state_->open.remove(this); }

  void start() {
    deadline_.async_wait([weak = weak_from_this()](error_code ec) {
      auto const self = weak.lock();
      if (!ec && self) self->close();
    });
    asio::async_read_until(socket_, asio::dynamic_buffer(head_, head_bytes_max), "\r\n\r\n",
                           [self = shared_from_this()](error_code ec, std::size_t) {
                             if (!ec) self->answer();
                           });
  }

  void close() {
    state_->open.remove(this);
    error_code ignored;
    socket_.close(ignored);
  }

private:
  void answer() {
    reply_ = answer_to(head_, state_->show);
    asio::async_write(socket_, asio::buffer(reply_), [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->drain();
    });
  }

  // A close with unread bytes would take the answer with it.
  void drain() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    head_.resize(head_bytes_max);
    socket_.async_read_some(asio::buffer(head_), [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->drain();
    });
  }

  State* state_;
  tcp::socket socket_;
  asio::steady_timer deadline_;
  std::string head_;
  std::string reply_;
};

void PlainListener::State::accept() {
  is_accepting = true;
  acceptor.async_accept([this](error_code ec, tcp::socket socket) {
    is_accepting = false;
    if (ec == asio::error::operation_aborted) return;
    if (ec) {
      is_accepting = true;
      pause.expires_after(pause_length);
      return pause.async_wait([this](error_code stopped) {
        is_accepting = false;
        if (!stopped) accept();
      });
    }
    // Whoever is silent must not keep a health check out.
    if (open.size() >= connections_max) open.front()->close();
    std::make_shared<Connection>(*this, std::move(socket))->start();
    accept();
  });
}

// Without memory one connection ends, and neither this port nor the server behind it.
void PlainListener::State::run() noexcept {
  while (!io.stopped()) {
    try {
      if (!is_accepting) accept();
      io.run();
    } catch (std::exception const&) {
      std::this_thread::sleep_for(pause_length);
    }
  }
}

PlainListener::PlainListener(std::uint16_t port, Show show) : state_(std::make_unique<State>(port, std::move(show))) {
  state_->accept();
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

PlainListener::~PlainListener() {
  state_->io.stop();
  state_->thread.join();
}

std::uint16_t PlainListener::port() const noexcept {
  error_code ec;
  return state_->acceptor.local_endpoint(ec).port();
}

}  // namespace sallyport::app
