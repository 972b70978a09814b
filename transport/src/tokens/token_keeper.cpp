#include <sallyport/transport/token_keeper.hpp>

#include "support/clock.hpp"
#include "support/deliver.hpp"
#include "support/process_descriptor.hpp"
#include "tokens/refresh_retries.hpp"
#include "tokens/token_set.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <vector>

namespace sallyport {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

namespace {

Prompt code_prompt() {
  Prompt prompt;
  prompt.kind = PromptKind::input;
  prompt.status = AuthStatus::mfa_required;
  prompt.fields.push_back({.field = Field::mfa_code, .description = "Code", .hidden = false});
  return prompt;
}

}  // namespace

std::string_view name_of(KeeperEnd end) noexcept {
  switch (end) {
    case KeeperEnd::not_needed: return "not_needed";
    case KeeperEnd::reauthentication_needed: return "reauthentication_needed";
    case KeeperEnd::refused: return "refused";
    case KeeperEnd::mfa_needed: return "mfa_needed";
    case KeeperEnd::outcome_unknown: return "outcome_unknown";
    case KeeperEnd::cancelled: return "cancelled";
    case KeeperEnd::tokens_missing: return "tokens_missing";
    case KeeperEnd::forked: return "forked";
    case KeeperEnd::unavailable: return "unavailable";
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
        tokens_(std::move(tokens), config_.margin, Moment::now()),
        retries_(config_.pause, config_.pause_max, config_.outage_max),
        timer_(strand_),
        save_timer_(strand_) {}

  void run(RunHandler handler) {
    on_terminal_cancellation(handler, strand_, weak_from_this(), &TokenKeeperCore::cancel);
    asio::post(strand_, [self = shared_from_this(), handler = std::move(handler)]() mutable {
      if (self->run_handler_)
        return deliver(self->strand_, std::move(handler), already_running(), KeeperEnd::cancelled);
      self->run_handler_.emplace(std::move(handler));
      if (self->end_) return self->stop(*self->end_);
      if (!self->tokens_.may_expire()) return self->stop(KeeperEnd::not_needed);
      if (!self->can_refresh()) return self->stop(KeeperEnd::reauthentication_needed);
      self->arm();
    });
  }

  void access_token(std::optional<BrokerAccount> account, TokenHandler handler) {
    auto const asker = std::make_shared<Asker>(weak_from_this(), std::move(handler));
    on_terminal_cancellation(asker->handler, strand_, std::weak_ptr(asker), &Asker::give_up);
    asio::post(strand_, [self = shared_from_this(), asker, account = std::move(account)] {
      if (account) {
        auto const index = self->tokens_.find(*account);
        if (!index) return self->answer(*asker, TransportErrc::missing_token, Secret());
        asker->account = *index;
      }
      self->askers_.push_back(asker);
      if (self->is_busy()) return;
      if (self->is_due()) return self->refresh(nullptr, std::nullopt);
      self->serve_askers();
    });
  }

  void reject(Secret access_token) {
    asio::post(strand_, [self = shared_from_this(), access_token = std::move(access_token)] {
      self->tokens_.reject(access_token);
      self->arm();
    });
  }

private:
  using Moment = TokenSet::Moment;
  using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::any_io_executor>;

  /// Who waits for the access token of an account.
  struct Asker {
    Asker(std::weak_ptr<TokenKeeperCore> whose, TokenHandler what)
        : keeper(std::move(whose)), handler(std::move(what)) {}

    void give_up() {
      if (auto const core = keeper.lock()) core->forget(*this);
    }

    std::weak_ptr<TokenKeeperCore> keeper;
    TokenHandler handler;
    std::size_t account = 0;
  };

  /// What the responder is asked. It outlives a keeper that does not wait for the answer any more.
  struct Question {
    Prompt prompt;
    asio::cancellation_signal stop;
    RefreshResponse reply;  ///< Brought the tokens that go with the code.
  };

  static error_code already_running() noexcept { return TransportErrc::request_in_flight; }

  [[nodiscard]] static Clock::time_point now() { return Moment::now().steady; }
  [[nodiscard]] bool is_busy() const noexcept { return refreshing_ || question_; }
  [[nodiscard]] bool can_refresh() const noexcept { return !end_ && tokens_.can_refresh(Moment::now().wall); }
  [[nodiscard]] std::optional<Clock::time_point> refresh_at() const noexcept {
    auto const due = tokens_.due_at(Moment::now().wall);
    return due ? std::optional(std::max(*due, not_before_)) : std::nullopt;
  }
  [[nodiscard]] bool is_due() const {
    auto const at = refresh_at();
    return at && now() >= *at && can_refresh();
  }

  // While the keeper runs, or somebody waits for the floor, there is an alarm: it is also what keeps the keeper alive.
  void arm() {
    if (is_busy()) return;
    timer_.cancel();
    if (!run_handler_ && askers_.empty()) return;
    auto const moment = now();
    auto const at = std::max(refresh_at().value_or(moment + token_life_max), moment);
    timer_.expires_after(std::min<Clock::duration>(at - moment, sleep_check_interval));
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec) self->ring();
    });
  }

  void ring() {
    if (is_busy()) return;
    if (run_handler_ && !can_refresh()) return stop(KeeperEnd::reauthentication_needed);
    if (is_due() && (run_handler_ || !askers_.empty())) return refresh(nullptr, std::nullopt);
    serve_askers();
  }

  void refresh(RefreshResponse const* question, std::optional<Secret> code) {
    timer_.cancel();
    // The parent refreshes the same token, which is spent once.
    if (process_ != process_number()) return stop(KeeperEnd::forked);
    refreshing_ = true;
    had_code_ = code.has_value();
    if (question == nullptr) tokens_.choose(Moment::now().wall);
    auto request = tokens_.request(question);
    request.mfa_code = std::move(code);
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
    if (process_ != process_number()) return stop(KeeperEnd::forked);  // The parent hears the reply.
    if (ec == TransportErrc::forked) return stop(KeeperEnd::forked);
    if (auto const failure = failure_of(ec, reply)) return put_off(*failure);
    if (!(reply.status == ApiResultStatus::ok) || !reply.content) return give_up(KeeperEnd::refused);
    switch (reply.content->status.value()) {
      case RefreshStatus::succeeded: return take(*reply.content);
      case RefreshStatus::mfa_required: return ask_for_code(std::move(*reply.content));
      case RefreshStatus::failed:
      case RefreshStatus::unknown: return give_up(KeeperEnd::refused);
    }
  }

  // The floor holds after a success too, for each account that had the token that was spent: what a server says of a
  // life must not decide how often it is asked.
  void take(RefreshResponse const& reply) {
    has_answered();
    auto const taken = tokens_.take(reply, Moment::now());
    if (taken.has_changed) save();
    if (!taken.is_renewed) return give_up(KeeperEnd::tokens_missing);
    if (end_) return stop(*end_);
    if (run_handler_ && !tokens_.may_expire()) return stop(KeeperEnd::not_needed);
    serve_askers();
  }

  void has_answered() {
    retries_.succeeded();
    put_off_.clear();
    tokens_.rest(now() + config_.refresh_interval_min);
    not_before_ = {};
  }

  /// What became of one refresh token says nothing about another one's.
  void give_up(KeeperEnd why) {
    if (end_ || !tokens_.give_up(Moment::now().wall)) return stop(why);
    has_answered();
    serve_askers();
  }

  /// A host's store that fails, or throws, is offered the newest tokens again: the refresh token that it has is spent.
  void save() {
    // The parent offers them, and newer ones when it has them: what the child has would take their place.
    if (process_ != process_number()) return;
    save_timer_.cancel();
    unsaved_ = store();
    if (!unsaved_) save_pause_ = std::chrono::milliseconds(0);
    if (!unsaved_ || end_ == KeeperEnd::cancelled) return;
    save_pause_ = next_pause(save_pause_, config_.pause, config_.pause_max);
    save_timer_.expires_after(save_pause_);
    save_timer_.async_wait([weak = weak_from_this()](error_code ec) {
      if (auto const self = weak.lock(); self && !ec && self->unsaved_) self->save();
    });
  }

  [[nodiscard]] error_code store() const {
    if (!config_.on_refreshed) return {};
    try {
      return config_.on_refreshed(tokens_.kept());
    } catch (boost::system::system_error const& error) {
      return error.code();
    } catch (...) {
      return TransportErrc::callback_failed;
    }
  }

  // The second request carries the code and the tokens that came with the question. A responder that does not answer
  // in time is left alone: the question is its own, and what it says later is void.
  void ask_for_code(RefreshResponse reply) {
    if (config_.responder == nullptr || had_code_ || end_) return stop(end_.value_or(KeeperEnd::mfa_needed));
    auto const question = question_ = std::make_shared<Question>();
    question->reply = std::move(reply);
    question->prompt = code_prompt();
    question->prompt.answer_by = Clock::now() + code_life_span;
    timer_.expires_at(question->prompt.answer_by);
    timer_.async_wait([self = shared_from_this(), question](error_code ec) {
      if (ec || self->question_ != question) return;
      self->abandon_question(KeeperEnd::mfa_needed);
    });
    auto answered = [weak = weak_from_this(), question](error_code ec, Answer answer) {
      if (auto const self = weak.lock()) self->hand_in(question, ec, std::move(answer));
    };
    try {
      config_.responder->async_respond(
          question->prompt,
          asio::bind_cancellation_slot(question->stop.slot(), asio::bind_executor(strand_, std::move(answered))));
    } catch (...) {  // It has given no code.
      hand_in(question, TransportErrc::declined, Answer());
    }
  }

  /// From any thread, inside the call that asks or later.
  void hand_in(std::shared_ptr<Question> const& question, error_code ec, Answer answer) {
    asio::post(strand_, [self = shared_from_this(), question, ec, answer = std::move(answer)] {
      if (self->question_ != question) return;
      self->question_.reset();
      question->stop.slot().clear();
      if (ec || answer.values().size() != 1) return self->stop(KeeperEnd::mfa_needed);
      self->refresh(&question->reply, answer.values().front().second.clone());
    });
  }

  void abandon_question(KeeperEnd why) {
    auto const question = std::exchange(question_, nullptr);
    stop(why);
    question->stop.emit(asio::cancellation_type::terminal);  // The last thing: it calls the host, who may throw.
  }

  // A code is an answer of the user's, which is not said again, and asking for another one may send a message to them
  // each time. Without one the old token is sent again: where the reply was lost the new one is lost either way.
  void put_off(RefreshFailure const& failure) {
    auto const is_unanswered = failure.fault == RefreshFault::unanswered;
    if (is_unanswered && (end_ || had_code_)) return stop(KeeperEnd::outcome_unknown);
    if (end_) return stop(*end_);
    if (had_code_) return stop(KeeperEnd::mfa_needed);
    auto const not_before = retries_.after(failure, now());
    if (!not_before) return stop(retries_.may_have_spent() ? KeeperEnd::outcome_unknown : KeeperEnd::unavailable);
    put_off_ = failure.why;
    not_before_ = *not_before;
    serve_askers();
  }

  // What became of a refresh in flight outranks that it was cancelled.
  void cancel() {
    if (!run_handler_ || end_) return;
    if (question_) return abandon_question(KeeperEnd::cancelled);
    if (!refreshing_) return stop(KeeperEnd::cancelled);
    end_ = KeeperEnd::cancelled;
    stop_refresh_.emit(asio::cancellation_type::terminal);
  }

  void stop(KeeperEnd why) {
    // Who stops for want of need or of a host may go on later; what the institution said is final.
    if (why != KeeperEnd::not_needed) end_ = why;
    if (why == KeeperEnd::cancelled && unsaved_) save();
    if (run_handler_) {
      RunHandler handler(std::move(*run_handler_));
      run_handler_.reset();
      deliver(strand_, std::move(handler), unsaved_, why);
    }
    if (!is_busy()) serve_askers();
  }

  /// Each has the token of its account where there is one to be had now; who may have one later waits.
  void serve_askers() {
    auto const moment = now();
    for (auto const& asker : std::exchange(askers_, {})) {
      if (auto const* const token = tokens_.usable(asker->account, moment)) {
        answer(*asker, error_code(), token->clone());
      } else if (auto const why = refusal_of(asker->account)) {
        answer(*asker, why, Secret());
      } else {
        askers_.push_back(asker);
      }
    }
    arm();
  }

  [[nodiscard]] error_code refusal_of(std::size_t account) const {
    if (tokens_.is_left_out(account)) return TransportErrc::missing_token;
    if (end_ || !tokens_.can_refresh(account, Moment::now().wall)) return TransportErrc::keeper_ended;
    return put_off_;
  }

  void answer(Asker& asker, error_code ec, Secret token) const {
    deliver(strand_, std::move(asker.handler), ec, std::move(token));
  }

  void forget(Asker& asker) {
    auto const found = std::ranges::find(askers_, &asker, &std::shared_ptr<Asker>::get);
    if (found == askers_.end()) return;  // It has its answer.
    auto const kept = *found;
    askers_.erase(found);
    answer(*kept, asio::error::operation_aborted, Secret());
    arm();
  }

  static constexpr std::chrono::minutes code_life_span{2};

  Client client_;
  std::uint64_t process_ = process_number();
  asio::any_io_executor strand_;
  TokenKeeperConfig config_;
  TokenSet tokens_;
  RefreshRetries retries_;
  Timer timer_;
  Timer save_timer_;
  asio::cancellation_signal stop_refresh_;
  std::optional<RunHandler> run_handler_;
  std::vector<std::shared_ptr<Asker>> askers_;
  std::optional<KeeperEnd> end_;
  std::shared_ptr<Question> question_;
  Clock::time_point not_before_{};
  error_code put_off_;  ///< Why the newest refresh was put off.
  std::chrono::milliseconds save_pause_{0};
  error_code unsaved_;  ///< Why the newest tokens could not be stored.
  bool refreshing_ = false;
  bool had_code_ = false;
};

TokenKeeper::TokenKeeper(Client client, KeptTokens tokens, TokenKeeperConfig config)
    : core_(std::make_shared<TokenKeeperCore>(std::move(client), std::move(tokens), std::move(config))) {}

void TokenKeeper::run(Core const& core, RunHandler handler) {
  core->run(std::move(handler));
}

void TokenKeeper::access_token(Core const& core, std::optional<BrokerAccount> account, TokenHandler handler) {
  core->access_token(std::move(account), std::move(handler));
}

void TokenKeeper::reject_access_token(Secret const& access_token) const {
  core_->reject(access_token.clone());
}

}  // namespace sallyport
