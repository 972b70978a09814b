#include <sallyport/transport/token_keeper.hpp>

#include "clock.hpp"
#include "deliver.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <vector>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

namespace {

bool may_have_arrived(error_code ec) noexcept {
  return ec == TransportErrc::reply_lost || ec == TransportErrc::request_timeout ||
         ec == TransportErrc::reply_too_large || ec == TransportErrc::reply_malformed;
}

Prompt code_prompt() {
  Prompt prompt;
  prompt.kind = PromptKind::input;
  prompt.status = AuthStatus::mfa_required;
  prompt.fields.push_back({.field = Field::mfa_code, .description = "Code", .hidden = false});
  return prompt;
}

}  // namespace

KeptTokens kept_tokens(Open<BrokerType> type, AccountTokens const& account, Outcome const& outcome) {
  return {.type = std::move(type),
          .access_token = account.access_token ? account.access_token->clone() : Secret(),
          .refresh_token = copy_of(account.refresh_token),
          .expires_in = outcome.expires_in,
          .requires_reauthentication = outcome.requires_reauthentication};
}

std::string_view name_of(KeeperEnd end) noexcept {
  switch (end) {
    case KeeperEnd::not_needed: return "not_needed";
    case KeeperEnd::reauthentication_needed: return "reauthentication_needed";
    case KeeperEnd::refused: return "refused";
    case KeeperEnd::mfa_needed: return "mfa_needed";
    case KeeperEnd::outcome_unknown: return "outcome_unknown";
    case KeeperEnd::cancelled: return "cancelled";
  }
  return "unknown";
}

/// What the copies of one keeper share. All of it runs on the client's strand.
class TokenKeeperCore : public std::enable_shared_from_this<TokenKeeperCore> {
public:
  using RunHandler = asio::any_completion_handler<void(error_code, KeeperEnd)>;
  using TokenHandler = asio::any_completion_handler<void(error_code, Secret)>;

  TokenKeeperCore(Client client, KeptTokens tokens, TokenKeeperConfig config)
      : client_(std::move(client)),
        strand_(client_.get_executor()),
        config_(std::move(config)),
        tokens_(std::move(tokens)),
        timer_(strand_) {
    note_expiry();
  }

  void run(RunHandler handler) {
    on_terminal_cancellation(handler, strand_, weak_from_this(), &TokenKeeperCore::cancel);
    asio::post(strand_, [self = shared_from_this(), handler = std::move(handler)]() mutable {
      if (self->run_handler_)
        return deliver(self->strand_, std::move(handler), already_running(), KeeperEnd::cancelled);
      self->run_handler_.emplace(std::move(handler));
      if (self->end_) return self->stop(*self->end_);
      if (!self->expires_at_) return self->stop(KeeperEnd::not_needed);
      if (!self->can_refresh()) return self->stop(KeeperEnd::reauthentication_needed);
      self->arm();
    });
  }

  void access_token(TokenHandler handler) {
    asio::post(strand_, [self = shared_from_this(), handler = std::move(handler)]() mutable {
      self->waiting_.push_back(std::move(handler));
      if (self->refreshing_) return;
      if (!self->is_due() || !self->can_refresh()) return self->serve_waiting();
      self->refresh(std::nullopt);
    });
  }

private:
  static error_code already_running() noexcept { return TransportErrc::request_in_flight; }

  [[nodiscard]] bool can_refresh() const noexcept {
    return !end_ && !tokens_.requires_reauthentication && tokens_.refresh_token && !tokens_.refresh_token->empty();
  }
  [[nodiscard]] bool is_due() const { return expires_at_ && Clock::now() >= refresh_at(); }
  [[nodiscard]] Clock::time_point refresh_at() const {
    auto const margin = std::min(Clock::duration(config_.margin), Clock::duration(*tokens_.expires_in) / 10);
    return std::max(*expires_at_ - margin, not_before_);
  }

  void note_expiry() {
    expires_at_.reset();
    if (tokens_.expires_in) expires_at_ = Clock::now() + std::clamp(*tokens_.expires_in, std::chrono::seconds(0), year);
  }

  void arm() {
    if (!run_handler_ || refreshing_ || end_) return;
    timer_.expires_at(refresh_at());
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec && self->run_handler_ && !self->refreshing_ && self->is_due()) self->refresh(std::nullopt);
    });
  }

  void refresh(std::optional<Secret> code) {
    refreshing_ = true;
    had_code_ = code.has_value();
    RefreshRequest request{.type = tokens_.type,
                           .refresh_token = tokens_.refresh_token->clone(),
                           .create_new_refresh_token = std::nullopt,
                           .access_token = tokens_.access_token.clone(),
                           .trade_token = std::nullopt,
                           .mfa_code = std::move(code),
                           .metadata = std::nullopt};
    client_.async_refresh(
        std::move(request),
        asio::bind_cancellation_slot(
            stop_refresh_.slot(),
            asio::bind_executor(strand_, [self = shared_from_this()](error_code ec, Client::RefreshReply reply) {
              self->came(ec, std::move(reply));
            })));
  }

  void came(error_code ec, Client::RefreshReply reply) {
    refreshing_ = false;
    if (may_have_arrived(ec)) return stop(KeeperEnd::outcome_unknown);
    if (ec) return put_off(ec);  // Not a byte of it has left.
    if (reply.status == ApiResultStatus::too_many_request) return put_off(TransportErrc::request_in_flight);
    if (reply.status == ApiResultStatus::server_failure) return stop(KeeperEnd::outcome_unknown);
    if (!(reply.status == ApiResultStatus::ok) || !reply.content) return stop(KeeperEnd::refused);
    switch (reply.content->status.value()) {
      case RefreshStatus::succeeded: return take(std::move(*reply.content));
      case RefreshStatus::mfa_required: return ask_for_code(std::move(*reply.content));
      case RefreshStatus::failed:
      case RefreshStatus::unknown: return stop(KeeperEnd::refused);
    }
  }

  /// New tokens where the reply has some, in its newer or its deprecated shape.
  void take_tokens(RefreshResponse& response) {
    if (response.broker_account_tokens && !response.broker_account_tokens->empty()) {
      auto& first = response.broker_account_tokens->front();
      if (first.access_token) tokens_.access_token = std::move(*first.access_token);
      if (first.refresh_token) tokens_.refresh_token = std::move(first.refresh_token);
      return;
    }
    if (response.access_token) tokens_.access_token = std::move(*response.access_token);
    if (response.refresh_token) tokens_.refresh_token = std::move(response.refresh_token);
  }

  void take(RefreshResponse response) {
    take_tokens(response);
    tokens_.expires_in = seconds_of(response.expires_in_seconds);
    note_expiry();
    pause_ = std::chrono::milliseconds(0);
    not_before_ = {};
    if (config_.on_refreshed) config_.on_refreshed(tokens_);
    serve_waiting();
    if (end_) return stop(*end_);
    if (run_handler_ && !expires_at_) return stop(KeeperEnd::not_needed);
    arm();
  }

  // The second request carries the code and the access token that came with the question.
  void ask_for_code(RefreshResponse response) {
    if (config_.responder == nullptr || had_code_) return stop(KeeperEnd::mfa_needed);
    take_tokens(response);
    refreshing_ = true;
    prompt_ = code_prompt();
    prompt_.answer_by = Clock::now() + std::chrono::minutes(2);
    config_.responder->async_respond(
        prompt_, asio::bind_cancellation_slot(
                     stop_refresh_.slot(),
                     asio::bind_executor(strand_, [self = shared_from_this()](error_code ec, Answer answer) {
                       asio::post(self->strand_, [self, ec, answer = std::move(answer)]() mutable {
                         self->stop_refresh_.slot().clear();
                         self->refreshing_ = false;
                         if (self->end_) return self->stop(*self->end_);
                         if (ec || answer.values().size() != 1) return self->stop(KeeperEnd::mfa_needed);
                         self->refresh(answer.values().front().second.clone());
                       });
                     })));
  }

  void put_off(error_code ec) {
    if (end_) return stop(*end_);
    pause_ = pause_.count() == 0 ? config_.pause : std::min(2 * pause_, config_.pause_max);
    not_before_ = Clock::now() + pause_;
    fail_waiting(ec);
    arm();
  }

  // What became of a refresh in flight outranks that it was cancelled.
  void cancel() {
    if (!run_handler_ || end_) return;
    if (!refreshing_) return stop(KeeperEnd::cancelled);
    end_ = KeeperEnd::cancelled;
    stop_refresh_.emit(asio::cancellation_type::terminal);
  }

  void stop(KeeperEnd why) {
    // Who stops for want of need or of a host may go on later; what the institution said is final.
    if (why != KeeperEnd::not_needed) end_ = why;
    timer_.cancel();
    if (!refreshing_) fail_waiting(TransportErrc::keeper_ended);
    if (!run_handler_) return;
    RunHandler handler(std::move(*run_handler_));
    run_handler_.reset();
    deliver(strand_, std::move(handler), error_code{}, why);
  }

  // An access token that cannot be refreshed serves as long as it lives.
  void serve_waiting() {
    auto const is_over = expires_at_ && Clock::now() >= *expires_at_;
    if (is_over || tokens_.access_token.empty()) return fail_waiting(TransportErrc::keeper_ended);
    for (auto& handler : std::exchange(waiting_, {})) {
      deliver(strand_, std::move(handler), error_code{}, tokens_.access_token.clone());
    }
  }

  void fail_waiting(error_code why) {
    for (auto& handler : std::exchange(waiting_, {})) deliver(strand_, std::move(handler), why, Secret());
  }

  static constexpr std::chrono::seconds year = std::chrono::hours(24 * 366);

  Client client_;
  asio::any_io_executor strand_;
  TokenKeeperConfig config_;
  KeptTokens tokens_;
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::any_io_executor> timer_;
  asio::cancellation_signal stop_refresh_;
  std::optional<RunHandler> run_handler_;
  std::vector<TokenHandler> waiting_;
  std::optional<Clock::time_point> expires_at_;
  std::optional<KeeperEnd> end_;
  Prompt prompt_;
  Clock::time_point not_before_{};
  std::chrono::milliseconds pause_{0};
  bool refreshing_ = false;
  bool had_code_ = false;
};

TokenKeeper::TokenKeeper(Client client, KeptTokens tokens, TokenKeeperConfig config)
    : core_(std::make_shared<TokenKeeperCore>(std::move(client), std::move(tokens), std::move(config))) {}

void TokenKeeper::run(Core const& core, RunHandler handler) {
  core->run(std::move(handler));
}

void TokenKeeper::access_token(Core const& core, TokenHandler handler) {
  core->access_token(std::move(handler));
}

}  // namespace sallyport
