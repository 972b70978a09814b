#include "answers/answers.hpp"
#include "commands/commands.hpp"
#include "commands/renewal.hpp"
#include "files/file.hpp"
#include "files/tokens_file.hpp"
#include "runtime/api_server.hpp"
#include "runtime/failure.hpp"
#include "runtime/run.hpp"
#include "terminal/terminal.hpp"
#include "view/exit_code.hpp"
#include "view/json_report.hpp"
#include "view/outcome_view.hpp"
#include "view/output.hpp"

#include <sallyport/protocol/token.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

/// Refreshes the accounts of a tokens file, one group after the other. A refresh token is spent once, so what came is
/// on the disk before the next one's turn.
class RefreshCommand {
public:
  explicit RefreshCommand(RefreshOptions const& options)
      : options_(&options),
        lock_("--tokens", options.tokens_file),
        tokens_(read_tokens("--tokens", options.tokens_file)),
        screen_(context_.get_executor(), options.json ? STDERR_FILENO : STDOUT_FILENO),
        json_(options.show_tokens) {
    if (options.answers_file) answers_ = Answers::read(*options.answers_file);
    if (isatty(STDIN_FILENO) != 0 && screen_.style().terminal) terminal_.emplace(context_.get_executor());
    if (tokens_.requires_reauthentication) return;
    check_writable("--tokens", options.tokens_file);
    server_.emplace(context_.get_executor(), options.server);
  }

  int carry_out() {
    if (tokens_.requires_reauthentication) return tell(reauthentication_needed(cannot_be_refreshed));
    return run(context_, async_refresh_all());
  }

private:
  static constexpr auto const* cannot_be_refreshed = "these tokens cannot be refreshed; log in again";

  static Outcome reauthentication_needed(std::string reason) {
    Outcome outcome;
    outcome.kind = OutcomeKind::action_needed;
    outcome.requires_reauthentication = true;
    outcome.diagnostics.reason = std::move(reason);
    return outcome;
  }

  // What became of one refresh token says nothing about another: whoever stands behind an account that fails each time
  // would never be refreshed. A server that is gone is noticed when the next one connects, before its token is sent.
  // One that asks for fewer requests asks that for all.
  boost::asio::awaitable<int> async_refresh_all() {
    auto exit_code = exit_success;
    for (auto const& group : groups_of(tokens_.accounts)) {
      auto const outcomes = co_await async_refresh(group);
      auto goes_on = true;
      for (auto const& outcome : outcomes) {
        auto const told = tell(outcome);
        if (exit_code == exit_success) exit_code = told;
        goes_on = goes_on && outcome.kind != OutcomeKind::rate_limited;
      }
      if (!goes_on) break;
    }
    co_return exit_code;
  }

  boost::asio::awaitable<std::vector<Outcome>> async_refresh(Group const& group) {
    auto const& account = *group.front();
    if (auto problem = problem_before(account)) co_return only(group, reauthentication_needed(std::move(*problem)));
    // A place that cannot take the new tokens is noticed before a token is spent for nothing.
    Replacement room("--tokens", options_->tokens_file, room_for(tokens_));
    auto request = request_for(account.tokens, nullptr);
    auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    auto [ec, reply] = co_await server_->client().async_refresh(std::move(request), token);
    if (ec || !reply.content || reply.content->status != RefreshStatus::mfa_required) {
      co_return take(group, ec, reply, room);
    }
    auto again = request_for(account.tokens, &*reply.content);
    // Before anybody is asked, who may take minutes or give up: the refresh token that was sent may be spent.
    if (take_refresh_tokens(group, *reply.content)) save();
    auto code = co_await async_code();
    if (!code) co_return only(group, code_missing());
    again.mfa_code = std::move(*code);
    auto [second_ec, second] = co_await server_->client().async_refresh(std::move(again), token);
    co_return take(group, second_ec, second, room);
  }

  /// Why nothing is sent for an account.
  [[nodiscard]] std::optional<std::string> problem_before(SavedAccount const& account) const {
    if (!has_refresh_token(account)) return cannot_be_refreshed;
    if (account.refresh_token_expires_at && *account.refresh_token_expires_at <= now_in_seconds()) {
      return "the refresh token is over; log in again";
    }
    if (missing_member(request_for(account.tokens, nullptr)).empty()) return std::nullopt;
    return "the integration wants the access token too, and the file has none; log in again";
  }

  /// The second request carries the tokens that came with the question.
  [[nodiscard]] RefreshRequest request_for(AccountTokens const& tokens, RefreshResponse const* question) const {
    AccountTokens sent;
    sent.account = tokens.account;
    sent.token_id = tokens.token_id;
    sent.access_token = copy_of(tokens.access_token);
    sent.refresh_token = copy_of(tokens.refresh_token);
    auto* const one = &sent;
    if (question != nullptr) take_new_tokens(*question, {&one, 1});
    RefreshRequest request;
    request.type = tokens_.broker;
    request.refresh_token = std::move(*sent.refresh_token);
    request.access_token = std::move(sent.access_token);
    return request;
  }

  /// None where there is nobody to ask. A single code was meant for one question, the first: only a list has more. An
  /// authenticator has one for each of its windows.
  boost::asio::awaitable<std::optional<Secret>> async_code() {
    Prompt question;
    question.answered_before = std::exchange(asked_for_code_, true);
    if (auto const* const authenticator = answers_.authenticator(Field::mfa_code, question)) {
      auto own = co_await async_code_of(*authenticator);
      co_return own;
    }
    auto code = answers_.take(Field::mfa_code, question);
    // What was typed before the question was there is no answer to it.
    if (!code && terminal_) terminal_->drop_typed_ahead();
    while (!code && terminal_) {
      LinePrompt prompt;
      prompt.label = [] { return std::string("    Code: "); };
      auto line = co_await terminal_->async_read_line(screen_, std::move(prompt));
      if (!line) throw Failure("given up", exit_code_of(OutcomeKind::cancelled));
      if (!line->empty()) code.emplace(std::move(*line));
    }
    co_return code;
  }

  /// A code that was given is not given again: institutions take each once.
  boost::asio::awaitable<std::optional<Secret>> async_code_of(TotpAccount const& authenticator) {
    auto const& parameters = authenticator.parameters;
    auto const window_now = [&parameters] { return totp_window(std::chrono::system_clock::now(), parameters); };
    while (window_now() == used_window_) {
      boost::asio::steady_timer pause(context_, std::chrono::milliseconds(200));
      co_await pause.async_wait(boost::asio::use_awaitable);
    }
    used_window_ = window_now();
    co_return totp_code(authenticator.key, *used_window_, parameters);
  }

  [[nodiscard]] Outcome code_missing() const {
    Outcome outcome;
    outcome.kind = OutcomeKind::cancelled;
    outcome.diagnostics.reason = "MfaCode missing: the institution wants a code; give it with --answers FILE";
    if (answers_.has(Field::mfa_code)) outcome.diagnostics.reason += ", as a list with one for each time";
    complain(outcome.diagnostics.reason);
    return outcome;
  }

  /// One outcome for the whole group.
  static std::vector<Outcome> only(Group const& group, Outcome outcome) {
    outcome.accounts.clear();
    for (auto const* account : group) outcome.accounts.emplace_back().account = account->tokens.account;
    std::vector<Outcome> outcomes;
    outcomes.push_back(std::move(outcome));
    return outcomes;
  }

  /// What became of each account of the group.
  std::vector<Outcome> take(Group const& group, boost::system::error_code ec, Client::RefreshReply& reply,
                            Replacement& room) {
    auto outcome = outcome_of(server_->name(), ec, reply);
    if (outcome.kind != OutcomeKind::succeeded) return only(group, std::move(outcome));
    if (!reply.content) {  // The refresh token was taken, and nothing came for it.
      outcome.kind = OutcomeKind::outcome_unknown;
      outcome.diagnostics.reason = "the reply is not a message of the API: $.content: missing";
      return only(group, std::move(outcome));
    }
    auto& response = *reply.content;
    outcome.diagnostics.status = response.status.spelling();
    if (response.status != RefreshStatus::succeeded) {
      auto const is_known = response.status != RefreshStatus::unknown;
      outcome.kind = is_known ? OutcomeKind::denied : OutcomeKind::unsupported;
      outcome.diagnostics.reason = "$.content.status: " + std::string(response.status.spelling());
      if (response.error_message) outcome.diagnostics.message = std::move(response.error_message);
      return only(group, std::move(outcome));
    }
    auto const renewals = renew(group, response);
    auto const kept = is_anybody_left_out(renewals) ? keep_unclaimed(response) : std::string();
    if (std::ranges::any_of(renewals, [](Renewal renewal) { return renewal != Renewal::none; })) save(&room);
    std::vector<Outcome> outcomes;
    for (std::size_t index = 0; index < group.size(); ++index) {
      outcomes.push_back(outcome_for(*group[index], renewals[index], response));
      if (renewals[index] != Renewal::access_token) outcomes.back().diagnostics.reason += kept;
    }
    return outcomes;
  }

  static bool is_anybody_left_out(std::vector<Renewal> const& renewals) {
    return std::ranges::any_of(renewals, [](Renewal renewal) { return renewal != Renewal::access_token; });
  }

  /// Tokens that cannot be told whose they are must not be lost: the refresh token that was sent may be spent, and the
  /// one that came for it is all that there is. Where they stand, as the end of a sentence; nothing where there are
  /// none.
  [[nodiscard]] std::string keep_unclaimed(RefreshResponse const& response) const {
    SavedTokens beside;
    beside.broker = tokens_.broker;
    beside.accounts = unclaimed(response, tokens_);
    if (beside.accounts.empty()) return {};
    return "; " + keep_tokens_beside(options_->tokens_file, beside);
  }

  static std::optional<std::chrono::seconds> seconds_of(std::optional<std::int32_t> count) {
    return count ? std::optional<std::chrono::seconds>(*count) : std::nullopt;
  }

  static Outcome outcome_for(SavedAccount const& account, Renewal renewal, RefreshResponse const& response) {
    Outcome outcome;
    outcome.kind = OutcomeKind::succeeded;
    outcome.diagnostics.status = response.status.spelling();
    auto& shown = outcome.accounts.emplace_back();
    shown.account = account.tokens.account;
    if (renewal != Renewal::access_token) {
      auto const name = shown.account ? describe(*shown.account) : std::string("this account");
      outcome.kind = OutcomeKind::protocol_violation;
      auto const* const left = renewal == Renewal::none ? "; its tokens were left as they were, and may be spent"
                                                        : "; the old one was left as it was";
      outcome.diagnostics.reason = "the reply has no access token of " + name + left;
      return outcome;
    }
    outcome.expires_in = seconds_of(response.expires_in_seconds);
    shown.access_token = copy_of(account.tokens.access_token);
    shown.refresh_token = copy_of(account.tokens.refresh_token);
    return outcome;
  }

  // What is told here has happened: the token is spent.
  void save(Replacement* room = nullptr) const {
    try {
      keep_tokens("--tokens", options_->tokens_file, tokens_, room);
    } catch (Failure const& problem) {
      throw Failure("the refresh was done, but " + std::string(problem.what()));
    }
  }

  int tell(Outcome const& outcome) {
    auto const lacks_code = outcome.kind == OutcomeKind::cancelled;  // Whoever gives up ends the command.
    auto const exit_code = lacks_code ? exit_input_missing : exit_code_of(outcome.kind);
    show_outcome(screen_, outcome, options_->show_tokens && !options_->json);
    if (options_->json) json_.ended(DoorLog(), outcome, exit_code);
    return exit_code;
  }

  RefreshOptions const* options_;
  FileLock lock_;  // Before the file is read.
  SavedTokens tokens_;
  boost::asio::io_context context_{1};
  std::optional<ApiServer> server_;
  Screen screen_;
  JsonReport json_;
  Answers answers_;
  bool asked_for_code_ = false;
  std::optional<std::uint64_t> used_window_;
  std::optional<Terminal> terminal_;
};

}  // namespace

int refresh(RefreshOptions const& options) {
  return RefreshCommand(options).carry_out();
}

}  // namespace sallyport::app
