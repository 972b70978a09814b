#include "client/connection_opening.hpp"

#include "net/tls.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <utility>
#include <vector>

namespace sallyport {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

ConnectionOpening::ConnectionOpening(Reactor& reactor, Connection& connection, ClientConfig const& config, Route& route)
    : reactor_(&reactor),
      connection_(&connection),
      config_(&config),
      route_(&route),
      resolver_(reactor.strand()),
      socket_(reactor.strand()),
      proxy_reply_(config.header_bytes_max),
      deadline_(reactor.deadlines()) {}

void ConnectionOpening::start(Handler handler) {
  handler_ = std::move(handler);
  bound(config_->resolve_timeout, TransportErrc::resolve_timeout);
  resolving_ = true;
  // The first look-up of a process starts a thread.
  try {
    resolve();
  } catch (boost::system::system_error const& error) {
    finish(error.code());
  }
}

void ConnectionOpening::stop(error_code why) {
  if (why_ || !handler_) return;
  why_ = why;
  if (auto const walk = walk_.lock()) walk->stop();
  connection_->stream.close();
  if (!resolving_) return;
  resolver_.cancel();
  finish(why);
}

void ConnectionOpening::finish(error_code ec) {
  if (!handler_) return;
  resolving_ = false;
  deadline_.clear();
  if (why_) ec = *why_;
  if (ec && words_.empty() && route_->proxy) words_ = words_on_proxy(ec);
  auto const done = std::exchange(handler_, nullptr);
  done(ec);
}

// The error alone would name the API, which may be well.
std::string ConnectionOpening::words_on_proxy(error_code ec) const {
  auto const proxy = "the proxy " + route_->proxy->host + ":" + route_->proxy->port;
  switch (stage_) {
    case Stage::to_proxy: return proxy + " could not be reached: " + ec.message();
    case Stage::asking_proxy: return proxy + " did not answer CONNECT: " + ec.message();
    case Stage::in_tunnel: break;
  }
  return "in the tunnel through " + proxy + ": " + ec.message();
}

// Through a proxy the API's own name is the proxy's to resolve: here nobody may know it.
void ConnectionOpening::resolve() {
  auto const& host = route_->proxy ? route_->proxy->host : route_->api.host;
  auto const& port = route_->proxy ? route_->proxy->port : route_->api.port;
  resolver_.async_resolve(host, port,
                          [self = shared_from_this()](error_code ec, tcp::resolver::results_type const& found) {
                            if (!self->handler_) return;
                            self->resolving_ = false;
                            if (self->is_of_parent()) return self->finish(TransportErrc::forked);
                            if (ec || self->why_) return self->finish(ec);
                            self->connect(found);
                          });
}

void ConnectionOpening::connect(tcp::resolver::results_type const& found) {
  deadline_.clear();  // The walk over the addresses keeps its own time.
  auto const walk = std::make_shared<AddressWalk>(socket_, std::vector<tcp::endpoint>(found.begin(), found.end()),
                                                  config_->connect_timeout, route_->addresses);
  walk_ = walk;
  walk->start([self = shared_from_this()](error_code ec) {
    self->walk_.reset();
    if (ec || self->why_) return self->finish(ec);
    self->attach();
  });
}

void ConnectionOpening::attach() {
  if (is_of_parent()) return finish(TransportErrc::forked);
  if (auto const ec = connection_->stream.attach(std::move(socket_))) return finish(ec);
  if (!route_->proxy) return shake_hands();
  stage_ = Stage::asking_proxy;
  bound(config_->connect_timeout, TransportErrc::connect_timeout);
  unsent_ = route_->proxy->request.reveal();
  ask_proxy();
}

// What the proxy is told is in clear: the API's host and port, and what the proxy itself asks for.
void ConnectionOpening::ask_proxy() {
  if (is_of_parent()) return finish(TransportErrc::forked);
  auto const step = connection_->stream.send_plain(unsent_);
  if (step.want != TlsStream::Want::nothing) {
    return connection_->stream.wait(
        step.want, [self = shared_from_this()](error_code ec) { ec ? self->finish(ec) : self->ask_proxy(); });
  }
  step.ec ? finish(step.ec) : hear_proxy();
}

void ConnectionOpening::hear_proxy() {
  if (is_of_parent()) return finish(TransportErrc::forked);
  auto& room = reactor_->text_room();
  auto const step = connection_->stream.receive_plain(asio::buffer(room));
  if (step.want != TlsStream::Want::nothing) {
    return connection_->stream.wait(
        step.want, [self = shared_from_this()](error_code ec) { ec ? self->finish(ec) : self->hear_proxy(); });
  }
  if (step.ec) return proxy_failed(step.ec);
  proxy_spoke({room.data(), step.size});
}

void ConnectionOpening::proxy_spoke(std::string_view bytes) {
  switch (proxy_reply_.take(bytes)) {
    case ProxyReply::Says::nothing_yet: return hear_proxy();
    case ProxyReply::Says::opened: stage_ = Stage::in_tunnel; return shake_hands();
    case ProxyReply::Says::refused:
    case ProxyReply::Says::nonsense: break;
  }
  refused_by_proxy();
}

// What ended before it was whole is an answer, and another connection would hear the same.
void ConnectionOpening::proxy_failed(error_code ec) {
  proxy_reply_.has_begun() ? refused_by_proxy() : finish(ec);
}

void ConnectionOpening::refused_by_proxy() {
  words_ = "the proxy " + route_->proxy->host + ":" + route_->proxy->port + " " + proxy_reply_.words();
  finish(TransportErrc::proxy_refused);
}

void ConnectionOpening::shake_hands() {
  if (is_of_parent()) return finish(TransportErrc::forked);
  bound(config_->handshake_timeout, TransportErrc::handshake_timeout);
  if (auto const ec = expect_host(connection_->stream.native_handle(), route_->api.host)) return finish(ec);
  connection_->stream.async_handshake(asio::ssl::stream_base::client,
                                      [self = shared_from_this()](error_code ec) { self->shaken(ec); });
}

void ConnectionOpening::shaken(error_code ec) {
  if (!why_ && is_certificate_error(connection_->stream.native_handle(), ec)) {
    words_ = words_on_rejection(connection_->stream.native_handle(), ec);
    ec = TransportErrc::certificate_rejected;
  }
  finish(ec);
}

}  // namespace sallyport
