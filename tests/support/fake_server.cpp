#include "fake_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace sallyport::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct FakeServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, std::vector<Script> what)
      : tls(asio::ssl::context::tls_server),
        acceptor(io, {asio::ip::make_address("127.0.0.1"), 0}),
        scripts(std::move(what)) {}

  void accept();

  asio::ssl::context tls;
  tcp::acceptor acceptor;
  std::vector<Script> scripts;
  std::size_t next = 0;
  std::size_t connections = 0;
  std::vector<std::string> requests;
};

/// One connection.
class FakeServer::Talk : public std::enable_shared_from_this<Talk> {
public:
  Talk(std::shared_ptr<State> state, tcp::socket socket)
      : state_(std::move(state)), stream_(std::move(socket), state_->tls), timer_(stream_.get_executor()) {}

  void start() {
    error_code ignored;
    stream_.next_layer().set_option(tcp::no_delay(true), ignored);
    stream_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](error_code ec) {
      if (!ec) self->read();
    });
  }

private:
  void read() {
    stream_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](error_code ec, std::size_t size) {
      if (ec) return;
      self->text_.append(self->chunk_.data(), size);
      self->whole() ? self->answer() : self->read();
    });
  }

  [[nodiscard]] bool whole() const {
    auto const end = text_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    auto const length = text_.find("Content-Length: ");
    return length == std::string::npos || text_.size() >= end + 4 + std::stoul(text_.substr(length + 16));
  }

  void answer() {
    state_->requests.push_back(std::exchange(text_, {}));
    script_ = state_->scripts.at(std::min(state_->next++, state_->scripts.size() - 1));
    hold_back(!script_.second.empty());
    asio::async_write(stream_, asio::buffer(script_.bytes), [self = shared_from_this()](error_code ec, std::size_t) {
      if (ec) return;
      self->script_.second.empty() ? self->go_on() : self->say_second();
    });
  }

  void say_second() {
    asio::async_write(stream_, asio::buffer(script_.second), [self = shared_from_this()](error_code ec, std::size_t) {
      if (ec) return;
      self->hold_back(false);
      self->go_on();
    });
  }

  /// While it holds back, TCP sends nothing: two records arrive at once.
  void hold_back(bool holds) {
    int const value = holds ? 1 : 0;
    ::setsockopt(stream_.next_layer().native_handle(), IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
  }

  void go_on() {
    if (!script_.repeated.empty()) return repeat();
    script_.close_after ? end() : read();
  }

  void repeat() {
    timer_.expires_after(script_.pause);
    timer_.async_wait([self = shared_from_this()](error_code) {
      asio::async_write(self->stream_, asio::buffer(self->script_.repeated), [self](error_code ec, std::size_t) {
        if (!ec) self->repeat();
      });
    });
  }

  // The stream closes with the last reference to it.
  void end() {
    error_code ignored;
    switch (script_.ending) {
      case Ending::cut: return;
      case Ending::farewell: return stream_.async_shutdown([self = shared_from_this()](error_code) {});
      case Ending::reset: {
        stream_.next_layer().set_option(tcp::socket::linger(true, 0), ignored);
        stream_.next_layer().close(ignored);
        return;
      }
      case Ending::silence: return hear_nothing();
    }
  }

  void hear_nothing() {
    stream_.next_layer().async_read_some(asio::buffer(chunk_), [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->hear_nothing();
    });
  }

  std::shared_ptr<State> state_;
  asio::ssl::stream<tcp::socket> stream_;
  asio::steady_timer timer_;
  std::array<char, 4096> chunk_{};
  std::string text_;
  Script script_;
};

void FakeServer::State::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code ec, tcp::socket socket) {
    if (ec) return;
    ++self->connections;
    std::make_shared<Talk>(self, std::move(socket))->start();
    self->accept();
  });
}

FakeServer::FakeServer(asio::io_context& io, Certificates const& certificates, std::vector<Script> scripts)
    : state_(std::make_shared<State>(io, std::move(scripts))) {
  auto const identity = certificates.identity();
  auto const key = identity.private_key.reveal();
  state_->tls.use_certificate_chain(asio::buffer(identity.certificate_chain));
  state_->tls.use_private_key(asio::buffer(key.data(), key.size()), asio::ssl::context::pem);
  state_->accept();
}

FakeServer::~FakeServer() {
  error_code ignored;
  state_->acceptor.close(ignored);
}

// The throw-away certificates are for servers, which is not the point here.
void FakeServer::demand_certificate(std::string const& ca_file, int tls_version_max) {
  state_->tls.load_verify_file(ca_file);
  state_->tls.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  auto* const native = state_->tls.native_handle();
  X509_VERIFY_PARAM_set_purpose(SSL_CTX_get0_param(native), X509_PURPOSE_ANY);
  SSL_CTX_set_session_id_context(native, reinterpret_cast<unsigned char const*>("fake"), 4);
  SSL_CTX_set_max_proto_version(native, tls_version_max);
}

std::uint16_t FakeServer::port() const {
  return state_->acceptor.local_endpoint().port();
}
std::vector<std::string> const& FakeServer::requests() const {
  return state_->requests;
}
std::size_t FakeServer::connections() const {
  return state_->connections;
}
std::size_t FakeServer::posts() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(state_->requests, [](std::string const& text) { return text.starts_with("POST "); }));
}

std::string http_reply(unsigned status, std::string const& body, std::string const& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Reply\r\nContent-Type: application/json\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace sallyport::test
