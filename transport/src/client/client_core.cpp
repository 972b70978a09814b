#include "client/client_core.hpp"

#include "login/envelope_reply.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>
#include <sallyport/transport/error.hpp>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

/// It goes on the strand: whoever lets go of the last client does so on any thread, while a turn may still run.
std::shared_ptr<Exchange> make_exchange(Strand const& strand, TlsContext tls, Endpoint endpoint,
                                        ClientConfig const& config) {
  auto exchange = std::make_unique<HttpsExchange>(strand, std::move(tls), std::move(endpoint), config);
  return std::shared_ptr<HttpsExchange>(exchange.release(), [strand](HttpsExchange* gone) {
    boost::asio::dispatch(strand, [own = std::unique_ptr<HttpsExchange>(gone)] {});
  });
}

}  // namespace

ClientCore::ClientCore(Strand strand, ClientConfig config, std::shared_ptr<SharedGovernor> governor, Endpoint endpoint,
                       TlsContext tls)
    : strand_(std::move(strand)),
      config_(std::move(config)),
      teller_(strand_, config_.observer),
      governor_(std::move(governor)),
      exchange_(make_exchange(strand_, std::move(tls), std::move(endpoint), config_)) {
  fork_notice_.emplace(strand_, [this](boost::asio::execution_context::fork_event event) { forked(event); });
}

LoginWatch ClientCore::watch(Open<BrokerType> const& broker, bool resumed) const noexcept {
  if (!teller_.has_observer()) return {};
  return {&teller_, time_, Role::claimant, LoginWatch::next_id(), broker.value(), resumed};
}

ClientCore::ClientCore(Strand strand, ClientConfig config, std::shared_ptr<Exchange> exchange, DriverTime time)
    : strand_(std::move(strand)),
      config_(std::move(config)),
      teller_(strand_, config_.observer),
      time_(time),
      governor_(config_.governor.given()),
      exchange_(std::move(exchange)) {}

// A fork may be made inside a call of ours, so what follows from it waits for its turn.
void ClientCore::forked(boost::asio::execution_context::fork_event event) {
  if (event == boost::asio::execution_context::fork_prepare) return;
  auto const in_child = event == boost::asio::execution_context::fork_child;
  boost::asio::post(strand_, [weak = weak_from_this(), in_child] {
    auto const self = weak.lock();
    if (!self) return;
    in_child ? self->go_on_in_child() : self->exchange_->go_on_in_parent();
  });
}

// Handlers of the host run here, which may end some of these logins and begin others.
void ClientCore::go_on_in_child() {
  if (process_ == process_number()) return;
  process_ = process_number();
  waiting_.reset();  // What was asked before the fork is the parent's to hear.
  exchange_->go_on_in_child();
  decltype(turning_) of_parent;
  of_parent.swap(turning_);
  while (!of_parent.empty()) {
    auto& login = of_parent.front();
    of_parent.pop_front();
    login.stay_behind();
  }
}

HttpRequest ClientCore::schemes_request() {
  return {.method = HttpRequest::Method::get,
          .target = Secret(api::authentication_schemes_path),
          .body = {},
          .repeatable = true};
}

void ClientCore::with_schemes(SchemesReady ready) {
  if (schemes_ && time_.now() < schemes_until_) return ready({}, schemes_, {});
  if (auto const waiting = waiting_.lock()) return waiting->push_back(std::move(ready));
  auto const waiting = std::make_shared<Waiting>();
  waiting->push_back(std::move(ready));
  waiting_ = waiting;
  auto const came = [self = shared_from_this(), waiting](Exchanged done) {
    self->waiting_.reset();
    self->schemes_came(std::move(done), *waiting);
  };
  exchange_->exchange(schemes_request(), came, {});
}

void ClientCore::doubt_schemes() {
  auto const now = time_.now();
  if (!schemes_ || (doubted_at_ && now - *doubted_at_ < doubt_interval)) return;
  doubted_at_ = now;
  schemes_until_ = now;
}

void ClientCore::schemes_came(Exchanged done, Waiting& waiting) {
  // Whoever does not let us in has not read what was said.
  auto const was_kept_out = !done.sent || done.ec == TransportErrc::certificate_rejected;
  auto const unreachable = done.ec && was_kept_out ? done.ec : error_code{};
  if (!done.ec && is_success(done.reply.status, config_.limits.strict)) {
    auto envelope = decode_reply<Client::Schemes>(done.reply.body.reveal(), config_.bounds, config_.limits.strict);
    if (envelope && envelope->status == ApiResultStatus::ok && envelope->content) {
      schemes_ = std::make_shared<Client::Schemes const>(std::move(*envelope->content));
      schemes_until_ = time_.now() + schemes_life_span;
    }
  }
  // One by one, so that a handler of one login that throws does not take the others along.
  for (auto& ready : waiting) {
    boost::asio::post(strand_, [ready = std::move(ready), unreachable, schemes = schemes_, words = done.words] {
      ready(unreachable, schemes, words);
    });
  }
}

}  // namespace sallyport
