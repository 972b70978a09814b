#include "tap.hpp"

#include <sallyport/protocol/api.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

#include <exception>
#include <string_view>
#include <utility>

namespace sallyport::test {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::ip::tcp;

namespace {

using Request = http::request<http::string_body>;
using Reply = http::response<http::string_body>;

void note(json::object const& members, std::string_view name, std::set<std::string>& seen) {
  auto const* const value = members.if_contains(name);
  if (value != nullptr && value->is_string()) seen.emplace(value->get_string());
}

void note_schemes(json::array const& schemes, std::set<std::string>& seen) {
  for (auto const& scheme : schemes) {
    auto const* const listed = scheme.get_object().if_contains("mfaSchemes");
    if (listed == nullptr || !listed->is_array()) continue;
    for (auto const& one : listed->get_array()) seen.emplace(one.get_string());
  }
}

std::string_view target_of(Request const& request) {
  return {request.target().data(), request.target().size()};
}

bool is_login(Request const& request) {
  return request.method() == http::verb::post && target_of(request).starts_with(api::authenticate_path);
}

void note_reply(Request const& request, Reply const& reply, Tapped& seen) {
  boost::system::error_code ec;
  auto const body = json::parse(reply.body(), ec);
  if (ec || !body.is_object()) return;
  auto const& envelope = body.get_object();
  note(envelope, "status", seen.api_statuses);
  auto const* const content = envelope.if_contains("content");
  if (content == nullptr) return;
  if (content->is_array() && target_of(request) == api::authentication_schemes_path) {
    note_schemes(content->get_array(), seen.mfa_schemes);
  }
  if (!content->is_object() || !is_login(request)) return;
  note(content->get_object(), "status", seen.statuses);
  note(content->get_object(), "mfaType", seen.factors);
  note(content->get_object(), "authFlowStep", seen.flow_steps);
}

}  // namespace

class Tap::Core : public std::enable_shared_from_this<Tap::Core> {
public:
  Core(asio::io_context& io, Certificates const& certificates, std::uint16_t server_port)
      : server_(asio::ip::make_address("127.0.0.1"), server_port),
        acceptor_(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)) {
    auto const identity = certificates.identity();
    auto const key = identity.private_key.reveal();
    towards_client_.use_certificate_chain(asio::buffer(identity.certificate_chain));
    towards_client_.use_private_key(asio::buffer(key.data(), key.size()), asio::ssl::context::pem);
    towards_server_.load_verify_file(certificates.ca_file());
    towards_server_.set_verify_mode(asio::ssl::verify_peer);
  }

  // A connection that breaks, on whichever side, breaks on the other too: that is all there is to an error.
  void start() {
    asio::co_spawn(acceptor_.get_executor(), accept(shared_from_this()), [](std::exception_ptr) {});
  }
  void stop() { acceptor_.close(); }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  Tapped seen;

private:
  using Stream = asio::ssl::stream<tcp::socket>;

  static asio::awaitable<void> accept(std::shared_ptr<Core> self) {
    for (;;) {
      auto socket = co_await self->acceptor_.async_accept(asio::use_awaitable);
      auto work = pass(self, std::move(socket));
      asio::co_spawn(self->acceptor_.get_executor(), std::move(work), [](std::exception_ptr) {});
    }
  }

  static asio::awaitable<void> pass(std::shared_ptr<Core> self, tcp::socket socket) {
    Stream client(std::move(socket), self->towards_client_);
    Stream server(client.get_executor(), self->towards_server_);
    co_await client.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
    co_await server.next_layer().async_connect(self->server_, asio::use_awaitable);
    co_await server.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
    boost::beast::flat_buffer from_client;
    boost::beast::flat_buffer from_server;
    for (auto goes_on = true; goes_on;) {
      Request request;
      co_await http::async_read(client, from_client, request, asio::use_awaitable);
      co_await http::async_write(server, request, asio::use_awaitable);
      Reply reply;
      co_await http::async_read(server, from_server, reply, asio::use_awaitable);
      note_reply(request, reply, self->seen);
      co_await http::async_write(client, reply, asio::use_awaitable);
      goes_on = reply.keep_alive();
    }
  }

  tcp::endpoint server_;
  tcp::acceptor acceptor_;
  asio::ssl::context towards_client_{asio::ssl::context::tls_server};
  asio::ssl::context towards_server_{asio::ssl::context::tls_client};
};

Tap::Tap(asio::io_context& io, Certificates const& certificates, std::uint16_t server_port)
    : core_(std::make_shared<Core>(io, certificates, server_port)) {
  core_->start();
}

Tap::~Tap() {
  core_->stop();
}

std::string Tap::url() const {
  return "https://127.0.0.1:" + std::to_string(core_->port());
}

Tapped const& Tap::seen() const {
  return core_->seen;
}

}  // namespace sallyport::test
