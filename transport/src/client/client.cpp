#include <sallyport/transport/client.hpp>

#include "client/client_core.hpp"
#include "client/login_budget.hpp"
#include "client/login_op.hpp"
#include "client/login_run.hpp"
#include "client/login_seat.hpp"
#include "http/http_message.hpp"
#include "login/envelope_reply.hpp"
#include "support/deliver.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Calls the handler with the decoded reply to one exchange; the handler's cancellation slot reaches the exchange.
template <class Content, class Handler>
void exchange(std::shared_ptr<ClientCore> const& core, HttpRequest request, Handler handler) {
  auto const slot = asio::get_associated_cancellation_slot(handler);
  auto read = [core, handler = std::move(handler)](Exchanged done) mutable {
    // An operation that was aborted has sent nothing; a host relies on that before it posts again (law 2).
    auto const was_ended = done.ec == asio::error::operation_aborted || done.ec == TransportErrc::forked;
    if (was_ended && done.sent) done.ec = TransportErrc::reply_lost;
    if (done.ec) {
      ApiResult<Content> none;
      if (!done.words.empty()) none.message = Secret(done.words);
      return deliver_at_once(core, core->strand(), std::move(handler), done.ec, std::move(none));
    }
    auto reply = read_envelope<Content>(done.reply, core->config().bounds, core->config().limits.strict);
    if (reply) return deliver_at_once(core, core->strand(), std::move(handler), error_code(), std::move(*reply));
    ApiResult<Content> none;
    none.message = Secret(done.reply.coding.empty() ? reply.error().message() : words_on_coding(done.reply));
    deliver_at_once(core, core->strand(), std::move(handler), error_code(TransportErrc::reply_malformed),
                    std::move(none));
  };
  core->exchange().exchange(std::move(request), std::move(read), slot);
}

/// Says no before anything is sent.
template <class Content, class Handler>
void refuse_to_send(std::shared_ptr<ClientCore> const& core, Handler handler, TransportErrc why) {
  deliver(core->strand(), std::move(handler), error_code(why), ApiResult<Content>{});
}

std::shared_ptr<SharedGovernor> governor_of(GovernorChoice const& choice, Endpoint const& endpoint) {
  if (choice.is_none() || choice.given()) return choice.given();
  return SharedGovernor::of_process(server_name(endpoint));
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
  config.identity.reset();  // OpenSSL has the key, and nobody else needs it.
  auto governor = governor_of(config.governor, *endpoint);
  if (!governor && !config.governor.is_none()) return SnapshotErrc::crypto_failed;
  try {
    return Client(std::make_shared<ClientCore>(asio::make_strand(executor), std::move(config), std::move(governor),
                                               std::move(*endpoint), std::move(*tls)));
  } catch (boost::system::system_error const& error) {  // Out of descriptors.
    return error.code();
  }
}

PoolState Client::pool_state() const noexcept {
  return core_->exchange().pool_state();
}

Client::executor_type Client::get_executor() const noexcept {
  return core_->strand();
}

Login Client::login(Credentials credentials) const {
  return Login(LoginSeat::create(core_, std::make_shared<LoginOp>(core_, std::move(credentials))));
}

void Client::start_schemes(Core const& core, SchemesHandler handler) {
  exchange<Schemes>(core, ClientCore::schemes_request(), std::move(handler));
}

void Client::start_authenticate(Core const& core, Credentials credentials, AuthHandler handler) {
  LoginBudget budget(core->governor());
  if (auto const refusal = budget.admit(credentials, acts_of_login(credentials.request, nullptr))) {
    return deliver(core->strand(), std::move(handler), refusal->why, AuthReply{});
  }
  HttpRequest request{.method = HttpRequest::Method::post, .target = {}, .body = encode(credentials.request)};
  request.target = authenticate_target(credentials.user_id);
  exchange<AuthResponse>(core, std::move(request), std::move(handler));
}

void Client::start_link(Core const& core, Open<BrokerType> const& type, Secret const& user_id, LinkHandler handler) {
  if (!api::is_user_id(user_id.reveal())) {
    return refuse_to_send<AuthPromptResponse>(core, std::move(handler), TransportErrc::bad_user_id);
  }
  auto path = std::string(api::authenticate_path) + "/" + api::percent_encode(type.spelling());
  HttpRequest request{.method = HttpRequest::Method::get, .target = target_with_user(path, user_id), .body = {}};
  exchange<AuthPromptResponse>(core, std::move(request), std::move(handler));
}

void Client::start_refresh(Core const& core, RefreshRequest const& what, RefreshHandler handler) {
  if (!missing_member(what).empty()) {
    return refuse_to_send<RefreshResponse>(core, std::move(handler), TransportErrc::missing_token);
  }
  HttpRequest request{
      .method = HttpRequest::Method::post, .target = Secret(api::token_refresh_path), .body = encode(what)};
  exchange<RefreshResponse>(core, std::move(request), std::move(handler));
}

void Client::start_remove(Core const& core, RemoveAccountRequest const& what, RemoveHandler handler) {
  if (what.auth_token.empty()) {
    return refuse_to_send<NoContent>(core, std::move(handler), TransportErrc::missing_token);
  }
  HttpRequest request{.method = HttpRequest::Method::remove, .target = Secret(api::account_path), .body = encode(what)};
  exchange<NoContent>(core, std::move(request), std::move(handler));
}

void Client::start_status(Core const& core, StatusHandler handler) {
  HttpRequest request{
      .method = HttpRequest::Method::get, .target = Secret(api::status_path), .body = {}, .repeatable = true};
  exchange<std::vector<HealthStatus>>(core, std::move(request), std::move(handler));
}

void Client::start_login(Core const& core, Credentials credentials, Responder& responder, LoginHandler handler) {
  std::make_shared<LoginRun>(core, std::move(credentials), responder, std::move(handler))->start();
}

}  // namespace sallyport
