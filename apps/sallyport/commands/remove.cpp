#include "commands/commands.hpp"
#include "files/file.hpp"
#include "files/tokens_file.hpp"
#include "runtime/api_server.hpp"
#include "runtime/failure.hpp"
#include "runtime/run.hpp"
#include "terminal/terminal.hpp"
#include "view/exit_code.hpp"
#include "view/json_report.hpp"
#include "view/outcome_view.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace sallyport::app {
namespace {

/// Removes the accounts of a tokens file, one after the other; what is removed leaves the file.
class RemoveCommand {
public:
  explicit RemoveCommand(RemoveOptions const& options)
      : options_(&options),
        lock_("--tokens", options.tokens_file),
        tokens_(read_tokens("--tokens", options.tokens_file)),
        server_(context_.get_executor(), options.server),
        screen_(context_.get_executor(), options.json ? STDERR_FILENO : STDOUT_FILENO),
        json_(false) {
    check_writable("--tokens", options.tokens_file);
    check_tokens();
    if (isatty(STDIN_FILENO) != 0 && screen_.style().terminal) terminal_.emplace(context_.get_executor());
  }

  int carry_out() { return run(context_, async_remove_all()); }

private:
  boost::asio::awaitable<int> async_remove_all() {
    auto const sure = co_await async_is_sure();
    if (!sure) co_return exit_code_of(OutcomeKind::cancelled);
    auto first_failure = exit_success;
    for (std::size_t index = 0; index < tokens_.accounts.size();) {
      auto const& account = tokens_.accounts[index].tokens;
      RemoveAccountRequest request{.type = tokens_.broker, .auth_token = account.access_token->clone()};
      auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
      auto [ec, reply] = co_await server_.client().async_remove_account(std::move(request), token);
      auto const outcome = outcome_of(server_.name(), ec, reply);
      auto const exit_code = exit_code_of(outcome.kind);
      // What was removed leaves the file before anybody hears that all is well.
      if (exit_code == exit_success) forget(index);
      if (options_->json) json_.ended(DoorLog(), outcome, exit_code);
      if (exit_code != exit_success) {
        screen_.line("Not removed: " + name_of(account));
        show_outcome(screen_, outcome, false);
        // One that is gone already must not keep those behind it.
        if (first_failure == exit_success) first_failure = exit_code;
        if (outcome.kind == OutcomeKind::rate_limited) break;
        ++index;
      }
    }
    co_return first_failure;
  }

  /// Before the first is removed: what cannot be carried out to the end is not begun.
  void check_tokens() const {
    for (std::size_t index = 0; index < tokens_.accounts.size(); ++index) {
      auto const& saved = tokens_.accounts[index];
      if (saved.tokens.access_token && !saved.access_token_rejected) continue;
      auto const* const problem = saved.tokens.access_token ? "rejected" : "missing";
      throw UsageError("--tokens", options_->tokens_file + ": accounts[" + std::to_string(index) +
                                       "].accessToken: " + problem + "; refresh it first");
    }
  }

  [[nodiscard]] static std::string name_of(AccountTokens const& tokens) {
    return tokens.account ? describe(*tokens.account) : std::string("an account without a name");
  }

  boost::asio::awaitable<bool> async_is_sure() {
    auto const count = std::to_string(tokens_.accounts.size());
    auto const what =
        count + (count == "1" ? " account" : " accounts") + " at " + std::string(wire_name(tokens_.broker));
    if (options_->yes) co_return true;
    if (!terminal_) throw Failure("--yes missing: nobody to ask whether to remove " + what, exit_input_missing);
    LinePrompt prompt;
    prompt.label = [&what] { return "Remove " + what + " and have its data erased? Type yes: "; };
    auto const line = co_await terminal_->async_read_line(screen_, std::move(prompt));
    auto const sure = line && line->reveal() == "yes";
    if (!sure) screen_.line("Nothing was removed.");
    co_return sure;
  }

  /// Those that share its access token went with it.
  void forget(std::size_t index) {
    auto const removed = std::move(tokens_.accounts[index].tokens);
    auto names = name_of(removed);
    tokens_.accounts.erase(tokens_.accounts.begin() + static_cast<std::ptrdiff_t>(index));
    std::erase_if(tokens_.accounts, [&](SavedAccount const& other) {
      auto const shares = equals(*other.tokens.access_token, *removed.access_token);
      if (shares) names += ", " + name_of(other.tokens);
      return shares;
    });
    try {
      if (tokens_.accounts.empty()) {
        remove_file("--tokens", options_->tokens_file);
      } else {
        write_tokens("--tokens", options_->tokens_file, tokens_);
      }
    } catch (UsageError const& problem) {
      throw Failure(std::string(problem.what()) + "; the account was removed, and the file still lists it");
    }
    screen_.line("Removed " + names);
  }

  RemoveOptions const* options_;
  FileLock lock_;  // Before the file is read.
  SavedTokens tokens_;
  boost::asio::io_context context_{1};
  ApiServer server_;
  Screen screen_;
  JsonReport json_;
  std::optional<Terminal> terminal_;
};

}  // namespace

int remove(RemoveOptions const& options) {
  return RemoveCommand(options).carry_out();
}

}  // namespace sallyport::app
