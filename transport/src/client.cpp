#include <sallyport/transport/client.hpp>

#include "client_core.hpp"
#include "deliver.hpp"
#include "http_message.hpp"
#include "login_op.hpp"
#include "login_run.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>

#include <memory>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Calls the handler with the decoded reply to one exchange; the handler's cancellation slot reaches the exchange.
template <class Reply, class Handler>
Exchange::Handler reading(std::shared_ptr<ClientCore> const& core, Handler handler) {
  auto const slot = asio::get_associated_cancellation_slot(handler);
  return asio::bind_cancellation_slot(
      slot, asio::bind_executor(core->strand(), [core, handler = std::move(handler)](Exchanged done) mutable {
        // An operation that was aborted has sent nothing; a host relies on that before it posts again (law 2).
        if (done.ec == asio::error::operation_aborted && done.sent) done.ec = TransportErrc::reply_lost;
        if (done.ec) return deliver(core->strand(), std::move(handler), done.ec, Reply{});
        auto reply = decode<Reply>(done.reply.body.reveal(), core->config().bounds);
        auto const ec = reply ? error_code{} : error_code(TransportErrc::reply_malformed);
        deliver(core->strand(), std::move(handler), ec, reply ? std::move(*reply) : Reply{});
      }));
}

}  // namespace

boost::system::result<Client> Client::create(executor_type executor, ClientConfig config) {
  if (!problem_of(config).empty()) return TransportErrc::bad_config;
  auto endpoint = parse_url(config.url);
  if (!endpoint) return endpoint.error();
  if (!fits_a_header(config.client_id) || !fits_a_header(config.client_secret.reveal())) {
    return TransportErrc::missing_client_id;
  }
  auto tls = make_client_tls(config);
  if (!tls) return tls.error();
  return Client(std::make_shared<ClientCore>(asio::make_strand(std::move(executor)), std::move(config),
                                             std::move(*endpoint), std::move(*tls)));
}

Client::executor_type Client::get_executor() const noexcept {
  return core_->strand();
}

Login Client::login(Credentials credentials) const {
  return Login(std::make_shared<LoginOp>(core_, std::move(credentials)));
}

void Client::start_schemes(Core const& core, SchemesHandler handler) {
  core->get_schemes(reading<SchemesReply>(core, std::move(handler)));
}

void Client::start_authenticate(Core const& core, Credentials credentials, AuthHandler handler) {
  HttpRequest request{.method = HttpRequest::Method::post, .target = {}, .body = encode(credentials.request)};
  request.target = authenticate_target(credentials.user_id);
  core->exchange().exchange(std::move(request), reading<AuthReply>(core, std::move(handler)));
}

void Client::start_login(Core const& core, Credentials credentials, Responder& responder, LoginHandler handler) {
  std::make_shared<LoginRun>(core, std::move(credentials), responder, std::move(handler))->start();
}

}  // namespace sallyport
