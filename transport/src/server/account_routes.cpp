#include "server/account_routes.hpp"

#include "support/deliver.hpp"
#include "support/without_memory.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>

#include <openssl/sha.h>

#include <array>
#include <chrono>
#include <exception>
#include <new>
#include <optional>
#include <utility>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// A name for a token that is not the token.
std::string digest_of(std::string_view client_id, Secret const& token) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  Secret text(client_id);
  text.push_back('\0');
  text.append(token.reveal());
  auto const bytes = text.reveal();
  SHA256(reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(), digest.data());
  return {digest.begin(), digest.end()};
}

HttpAnswer silence() {
  return refuse(200, ApiResultStatus::server_failure, "The institution gave no answer.");
}

template <class Content>
HttpAnswer answer_with(ApiResult<Content> const& envelope, unsigned refused) {
  HttpAnswer answer;
  answer.status = envelope.status == ApiResultStatus::ok ? 200 : refused;
  answer.body = encode(envelope);
  answer.retry_after = envelope.retry_after;
  return answer;
}

}  // namespace

struct AccountRoutes::Pending {
  virtual ~Pending() = default;
  virtual void give_up() = 0;
};

/// One question to the service. It is answered once: by the service, or by the clock.
template <class Content>
class AccountRoutes::Question final : public Pending, public std::enable_shared_from_this<Question<Content>> {
public:
  Question(Strand const& strand, unsigned refused, Done done)
      : strand_(strand), timer_(strand), refused_(refused), done_(std::move(done)) {}

  void bound(Duration life_span) {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(life_span));
    timer_.async_wait([self = this->shared_from_this()](error_code ec) {
      if (!ec) self->finish([] { return silence(); });
    });
  }

  void give_up() override {
    done_ = nullptr;
    timer_.cancel();
  }

  /// Asks the service, by a function that is given what the service calls: inside its call, later, or on another
  /// thread. The timer keeps the question alive, so that a service which never answers holds nothing of the server.
  template <class Put>
  void put(Put put_to_service) {
    auto heard = [weak = this->weak_from_this()](error_code ec, ApiResult<Content> envelope) {
      auto const asked = weak.lock();
      if (!asked) return;
      asio::post(asked->strand_, [weak, ec, envelope = std::move(envelope)] {
        auto const self = weak.lock();
        if (self) self->finish([&] { return ec ? silence() : answer_with(envelope, self->refused_); });
      });
    };
    try {
      put_to_service(std::move(heard));
    } catch (std::bad_alloc const&) {
      throw;  // This connection alone ends.
    } catch (...) {
      throw_out_of(strand_, std::current_exception());
      // After what it may have said before it threw: that counts, for a token may be spent.
      asio::post(strand_, [self = this->shared_from_this()] { self->finish([] { return silence(); }); });
    }
  }

private:
  // Where there is no memory for the answer, the connection closes: nobody else holds it.
  template <class Make>
  void finish(Make make) {
    auto const done = std::exchange(done_, nullptr);
    if (!done) return;
    timer_.cancel();
    work_or_end([&] { done(make()); }, [] {});
  }

  Strand strand_;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Strand> timer_;
  unsigned refused_;
  Done done_;
};

template <class Content>
std::shared_ptr<AccountRoutes::Question<Content>> AccountRoutes::ask(unsigned refused, Done done) {
  auto const question = std::make_shared<Question<Content>>(strand_, refused, std::move(done));
  question->bound(state_->config.limits.request_life_span);
  open_.add(question);
  return question;
}

void AccountRoutes::stop() {
  open_.drain([](Pending& question) { question.give_up(); });
}

AccountRoutes::AccountRoutes(Strand strand, std::shared_ptr<ServerState const> state, AccountService& service)
    : strand_(std::move(strand)), state_(std::move(state)), service_(&service), refreshing_(0, state_->commons->hash) {}

/// That a token is being refreshed, as long as somebody waits for what becomes of it.
struct AccountRoutes::Refreshing {
  Refreshing(std::weak_ptr<AccountRoutes> routes, std::string digest)
      : routes_(std::move(routes)), digest_(std::move(digest)) {}
  Refreshing(Refreshing const&) = delete;
  Refreshing& operator=(Refreshing const&) = delete;
  ~Refreshing() { end(); }

  /// Whether nobody else refreshes it.
  [[nodiscard]] bool begin() {
    auto const routes = routes_.lock();
    began_ = routes && routes->refreshing_.insert(digest_).second;
    return began_;
  }
  void end() noexcept {
    if (!std::exchange(began_, false)) return;
    if (auto const routes = routes_.lock()) routes->refreshing_.erase(digest_);
  }

private:
  std::weak_ptr<AccountRoutes> routes_;
  std::string digest_;
  bool began_ = false;
};

void AccountRoutes::link(std::string const& client_id, std::string_view type, std::string user_id, Done done) {
  Open<BrokerType> open = enumerator_in_any_case<BrokerType>(type);
  if (open == BrokerType::unknown) return done(bad_request("brokerType", "no such integration"));
  auto const question = ask<AuthPromptResponse>(200, std::move(done));
  LinkRequest request{.client_id = client_id, .user_id = std::move(user_id), .type = std::move(open)};
  question->put([&](auto handler) { service_->async_link(std::move(request), std::move(handler)); });
}

void AccountRoutes::refresh(std::string const& client_id, std::string_view body, Done done) {
  auto request = decode<RefreshRequest>(body, state_->config.bounds);
  if (!request) return done(bad_request_envelope(request.error().path, request.error().detail));
  if (auto const path = missing_member(*request); !path.empty()) {
    return done(bad_request_envelope(std::string(path), "missing; this integration cannot refresh without it"));
  }
  auto const refreshing = std::make_shared<Refreshing>(weak_from_this(), digest_of(client_id, request->refresh_token));
  if (!refreshing->begin()) {
    return done(refuse(400, ApiResultStatus::conflict, "This token is being refreshed already.",
                       api::error_type::request_in_flight));
  }
  auto answered = [refreshing, done = std::move(done)](HttpAnswer answer) {
    refreshing->end();
    done(std::move(answer));
  };
  auto const question = ask<RefreshResponse>(400, std::move(answered));
  question->put([&](auto handler) { service_->async_refresh(client_id, std::move(*request), std::move(handler)); });
}

void AccountRoutes::remove(std::string const& client_id, std::string_view body, Done done) {
  auto request = decode<RemoveAccountRequest>(body, state_->config.bounds);
  if (!request) return done(bad_request_envelope(request.error().path, request.error().detail));
  if (request->auth_token.empty()) return done(bad_request_envelope("$.authToken", "empty"));
  auto const question = ask<NoContent>(400, std::move(done));
  question->put([&](auto handler) { service_->async_remove(client_id, std::move(*request), std::move(handler)); });
}

void AccountRoutes::status(Done const& done) const {
  HttpAnswer answer;
  try {
    answer = answer_with(envelope_of(service_->health()), 200);
  } catch (...) {
    throw_out_of(strand_, std::current_exception());
    answer = silence();
  }
  done(std::move(answer));
}

}  // namespace sallyport
