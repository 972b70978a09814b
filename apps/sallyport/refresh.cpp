#include "answers.hpp"
#include "api_server.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "failure.hpp"
#include "file.hpp"
#include "json_report.hpp"
#include "outcome_view.hpp"
#include "run.hpp"
#include "terminal.hpp"
#include "tokens_file.hpp"

#include <sallyport/protocol/token.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

namespace sallyport::app {
namespace {

/// Refreshes the accounts of a tokens file, one after the other. A refresh token is spent once, so what came is on the
/// disk before the next account's turn.
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
    // A place that cannot be written is noticed before a token is spent for nothing.
    check_writable("--tokens", options.tokens_file);
    server_.emplace(context_.get_executor(), options.server);
  }

  int carry_out() {
    if (tokens_.requires_reauthentication) return tell(reauthentication_needed());
    try {
      return run(context_, async_refresh_all());
    } catch (Failure const& failure) {
      if (options_->json) json_.failed(failure.what(), failure.exit_code());
      throw;
    }
  }

private:
  static Outcome reauthentication_needed() {
    Outcome outcome;
    outcome.kind = OutcomeKind::action_needed;
    outcome.requires_reauthentication = true;
    outcome.diagnostics.reason = "these tokens cannot be refreshed; log in again";
    return outcome;
  }

  boost::asio::awaitable<int> async_refresh_all() {
    for (auto& account : tokens_.accounts) {
      auto outcome = co_await async_refresh(account);
      auto const exit_code = tell(outcome);
      if (exit_code != exit_success) co_return exit_code;
    }
    co_return exit_success;
  }

  boost::asio::awaitable<Outcome> async_refresh(AccountTokens& account) {
    if (!account.refresh_token) co_return reauthentication_needed();
    RefreshRequest request;
    request.type = tokens_.broker;
    request.refresh_token = account.refresh_token->clone();
    request.access_token = copy_of(account.access_token);
    auto again = without_access_token(request);
    auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    auto [ec, reply] = co_await server_->client().async_refresh(std::move(request), token);
    if (ec || !reply.content || reply.content->status != RefreshStatus::mfa_required) {
      co_return take(account, ec, reply);
    }
    // The second request carries the code and the access token that came with the question.
    take_tokens(*reply.content, account);
    again.access_token = copy_of(account.access_token);
    auto code = co_await async_code();
    again.mfa_code = std::move(code);
    auto [second_ec, second] = co_await server_->client().async_refresh(std::move(again), token);
    co_return take(account, second_ec, second);
  }

  static RefreshRequest without_access_token(RefreshRequest const& request) {
    RefreshRequest copy;
    copy.type = request.type;
    copy.refresh_token = request.refresh_token.clone();
    return copy;
  }

  boost::asio::awaitable<Secret> async_code() {
    auto code = answers_.take(Field::mfa_code);
    if (!code && !terminal_) {
      throw Failure("MfaCode missing: the institution wants a code; give it with --answers FILE", exit_input_missing);
    }
    while (!code) {
      LinePrompt prompt;
      prompt.label = [] { return std::string("    Code: "); };
      auto line = co_await terminal_->async_read_line(screen_, std::move(prompt));
      if (!line) throw Failure("given up", exit_code_of(OutcomeKind::cancelled));
      if (!line->empty()) code.emplace(std::move(*line));
    }
    co_return std::move(*code);
  }

  static void take_tokens(RefreshResponse& response, AccountTokens& account) {
    auto& fresh = response.broker_account_tokens;
    auto* const first = fresh && !fresh->empty() ? &fresh->front() : nullptr;
    auto& access = first != nullptr ? first->access_token : response.access_token;
    auto& refresh = first != nullptr ? first->refresh_token : response.refresh_token;
    if (access) account.access_token = std::move(access);
    if (refresh) account.refresh_token = std::move(refresh);
  }

  Outcome take(AccountTokens& account, boost::system::error_code ec, Client::RefreshReply& reply) {
    auto outcome = outcome_of(server_->name(), ec, reply);
    if (!reply.content || outcome.kind != OutcomeKind::succeeded) return outcome;
    auto& response = *reply.content;
    outcome.diagnostics.status = response.status.spelling();
    if (response.status != RefreshStatus::succeeded) {
      outcome.kind = response.status == RefreshStatus::unknown ? OutcomeKind::unsupported : OutcomeKind::denied;
      if (response.error_message) outcome.diagnostics.message = std::move(response.error_message);
      return outcome;
    }
    take_tokens(response, account);
    if (response.expires_in_seconds) {
      outcome.expires_in = tokens_.expires_in = std::chrono::seconds(*response.expires_in_seconds);
    }
    save();
    outcome.accounts.push_back({.account = account.account,
                                .access_token = copy_of(account.access_token),
                                .refresh_token = copy_of(account.refresh_token),
                                .token_id = std::nullopt});
    return outcome;
  }

  // What is told here has happened: the token is spent.
  void save() const {
    try {
      write_tokens("--tokens", options_->tokens_file, tokens_);
    } catch (UsageError const& problem) {
      throw Failure(std::string(problem.what()) +
                    "; the refresh was done and its new tokens are lost, so log in again");
    }
  }

  int tell(Outcome const& outcome) {
    auto const exit_code = exit_code_of(outcome.kind);
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
  std::optional<Terminal> terminal_;
};

}  // namespace

int refresh(RefreshOptions const& options) {
  return RefreshCommand(options).carry_out();
}

}  // namespace sallyport::app
