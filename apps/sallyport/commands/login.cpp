#include "answers/answers_responder.hpp"
#include "answers/first_post.hpp"
#include "answers/terminal_responder.hpp"
#include "commands/commands.hpp"
#include "files/file.hpp"
#include "files/tokens_file.hpp"
#include "runtime/embedded_sandbox.hpp"
#include "runtime/failure.hpp"
#include "runtime/login_ledger.hpp"
#include "runtime/observation.hpp"
#include "runtime/remote_server.hpp"
#include "runtime/run.hpp"
#include "view/door_view.hpp"
#include "view/exit_code.hpp"
#include "view/human_report.hpp"
#include "view/json_report.hpp"
#include "view/outcome_view.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

using Schemes = std::vector<AuthenticationScheme>;

std::string listed(std::vector<std::string> const& names) {
  std::string text;
  for (auto const& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

/// One login from the command line. With --json stdout belongs to the machine, and a human reads stderr.
class LoginCommand {
public:
  explicit LoginCommand(LoginOptions const& options)
      : options_(&options),
        screen_(context_.get_executor(), options.json ? STDERR_FILENO : STDOUT_FILENO),
        human_(screen_),
        json_(options.show_tokens),
        record_(options.record_file),
        observation_(options.events_file, record_.observer()) {
    if (options.answers_file) answers_ = Answers::read(*options.answers_file);
    if (options.tokens_file) check_writable("--save-tokens", *options.tokens_file);
    if (isatty(STDIN_FILENO) != 0 && screen_.style().terminal) terminal_.emplace(context_.get_executor());
  }

  int carry_out();

private:
  boost::asio::awaitable<int> async_log_in();
  boost::asio::awaitable<Schemes> async_schemes(Client& client);
  boost::asio::awaitable<std::optional<Secret>> async_oauth_link(Client& client, Schemes const& schemes);
  [[nodiscard]] bool is_oauth(Schemes const& schemes) const;
  [[nodiscard]] Client open_server();
  [[nodiscard]] std::string server_name() const { return options_->server.url.value_or("the sandbox"); }
  void show_introduction();
  void begin(FirstPost const& post);
  void report_cancelled(int exit_code);
  [[noreturn]] void refuse_to_guess(MissingInput const& missing) const;
  [[nodiscard]] int end(Outcome const& outcome, std::optional<MissingInput> const& missing);
  /// Why the tokens are not in the file that was asked for, if they are not.
  [[nodiscard]] std::optional<std::string> save(Outcome const& outcome) const;
  void show_saved(Outcome const& outcome, std::optional<std::string> const& unsaved);

  LoginOptions const* options_;
  boost::asio::io_context context_{1};
  std::optional<EmbeddedSandbox> sandbox_;
  Screen screen_;
  HumanReport human_;
  JsonReport json_;
  RecordFile record_;
  Observation observation_;
  std::optional<Terminal> terminal_;
  Answers answers_;
  DoorLog log_;
};

int LoginCommand::carry_out() {
  try {
    auto const exit_code = run(context_, async_log_in());
    record_.write();
    if (log_.number() == 0 && exit_code == exit_code_of(OutcomeKind::cancelled)) {
      screen_.line("Cancelled before anything was sent.");
      report_cancelled(exit_code);
    }
    return exit_code;
  } catch (Failure& failure) {
    try {
      record_.write();
    } catch (Failure const& second) {  // The first one is what the user has to know.
      screen_.line(second.what());
    }
    if (json_.has_ended()) failure.note_told();
    throw;
  }
}

/// The end of a login of which nothing was sent.
void LoginCommand::report_cancelled(int exit_code) {
  Outcome outcome;
  outcome.kind = OutcomeKind::cancelled;
  if (options_->json) json_.ended(log_, outcome, exit_code);
}

boost::asio::awaitable<int> LoginCommand::async_log_in() {
  auto client = open_server();
  auto const schemes = co_await async_schemes(client);
  show_introduction();
  auto fields = first_fields(schemes, *options_);
  auto* const terminal = terminal_ ? &*terminal_ : nullptr;
  Desk desk{.screen = &screen_, .terminal = terminal};
  auto const link = co_await async_oauth_link(client, schemes);
  if (is_oauth(schemes) && (link || answers_.has(Field::redirect_link) || terminal == nullptr)) {
    fields = {way_back_field(link && sandbox_)};
  }
  // Nobody has a browser in the sandbox: its link is where the browser would end.
  if (link && sandbox_) desk.on_enter = &*link;
  auto post = co_await async_first_post(fields, *options_, answers_, desk);
  if (post.given_up) co_return exit_code_of(OutcomeKind::cancelled);
  auto& device = post.credentials.request.device_info;
  if (!device && wants_device(schemes, *options_)) device = device_of_this_program();
  begin(post);
  if (!post.missing.empty()) {
    MissingInput const missing{.wanted = std::move(post.missing), .hint = ""};
    if (options_->json) json_.missed(log_, missing);
    report_cancelled(exit_input_missing);
    refuse_to_guess(missing);
  }
  std::optional<TerminalResponder> user;
  if (terminal != nullptr) user.emplace(context_.get_executor(), *terminal, screen_);
  AnswersResponder answers(context_.get_executor(), answers_, screen_, user ? &*user : nullptr);
  std::vector<Report*> reports{&human_};
  if (options_->json) reports.push_back(&json_);
  ReportingResponder responder(answers, log_, std::move(reports));
  human_.show_asking();
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  auto [ec, outcome] = co_await client.async_login(std::move(post.credentials), responder, token);
  if (sandbox_) sandbox_->stop();
  auto const cancelled = ec == boost::asio::error::operation_aborted;
  if (ec && !cancelled)
    give_up(is_of_ledger(ec) ? name_of_ledger(*options_) : server_name(), ec, outcome.diagnostics.reason);
  if (answers.held_back() && outcome.kind == OutcomeKind::cancelled) {
    outcome.kind = OutcomeKind::would_risk_lockout;
    outcome.retry_after = answers.held_back()->retry_after;
  }
  co_return end(outcome, answers.missing());
}

Client LoginCommand::open_server() {
  if (options_->server.url) {
    return connect(context_.get_executor(), options_->server, observation_.observer(), open_governor(*options_));
  }
  sandbox_.emplace(context_.get_executor(), Limits{}, 1);
  // What the sandbox sends is for somebody who types; a program that answers from a file must not depend on it.
  if (terminal_) sandbox_->on_delivery([this](Delivery const& delivery) { human_.delivered(delivery); });
  return sandbox_->connect(observation_.observer());
}

boost::asio::awaitable<Schemes> LoginCommand::async_schemes(Client& client) {
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  auto [ec, reply] = co_await client.async_authentication_schemes(token);
  if (ec) give_up(server_name(), ec, reply.message ? reply.message->reveal() : "");
  if (reply.content) co_return std::move(*reply.content);
  screen_.line("The server shows no authentication schemes (" + std::string(reply.status.spelling()) +
               "); asking for a user name and a password.");
  Schemes none;
  co_return none;
}

bool LoginCommand::is_oauth(Schemes const& schemes) const {
  auto const found = std::ranges::find_if(
      schemes, [this](AuthenticationScheme const& scheme) { return scheme.broker_type == options_->broker; });
  return found != schemes.end() && found->authentication_scheme_type == AuthenticationSchemeType::oauth;
}

/// Where somebody sits at a terminal, the link for their browser; nothing where the server has none, or nobody could
/// come back from it.
boost::asio::awaitable<std::optional<Secret>> LoginCommand::async_oauth_link(Client& client, Schemes const& schemes) {
  std::optional<Secret> link;
  if (!is_oauth(schemes) || !terminal_ || answers_.has(Field::redirect_link)) co_return link;
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  Open<BrokerType> broker(options_->broker);
  Secret user(options_->user_id);
  auto [ec, reply] = co_await client.async_link(std::move(broker), std::move(user), token);
  if (ec) give_up(server_name(), ec, reply.message ? reply.message->reveal() : "");
  if (!reply.content || !reply.content->redirect_link) {
    screen_.line("The server has no link for a browser (" + std::string(reply.status.spelling()) + ").");
    co_return link;
  }
  link = std::move(reply.content->redirect_link);
  show_detail(screen_, "open", link->reveal());
  co_return link;
}

void LoginCommand::show_introduction() {
  auto const& style = screen_.style();
  auto const where = sandbox_ ? std::string("the sandbox in this program") : *options_->server.url;
  screen_.line("Logging in at " + style.bold(wire_name(options_->broker)) + ", at " + where);
  if (sandbox_ && terminal_) {
    screen_.line(style.dim("Its users are Mesh, Mesh2, Mesh3 and Mesh4; their password is Pass123."));
  }
}

void LoginCommand::begin(FirstPost const& post) {
  auto const step = options_->qr ? AuthFlowStep::login_qr_code : AuthFlowStep::login_password;
  log_.begin(post.sent.empty() && post.missing.empty() ? "First post" : "Credentials", std::string(wire_name(step)));
  show_first_door(screen_, log_);
  if (!post.sent.empty() && post.missing.empty()) show_detail(screen_, "posts", listed(post.sent));
  if (options_->json) json_.began(log_, options_->broker, post.sent);
}

/// Says which door wanted what.
void LoginCommand::refuse_to_guess(MissingInput const& missing) const {
  auto const hint = missing.hint.empty() ? std::string() : " (" + missing.hint + ")";
  auto const line = "door " + std::to_string(log_.number()) + ", " + log_.doors().back().name + ": " +
                    listed(missing.wanted) + " missing" + hint +
                    "; no terminal to ask at, so give it with --answers FILE";
  throw Failure(line, exit_input_missing);
}

int LoginCommand::end(Outcome const& outcome, std::optional<MissingInput> const& missing) {
  log_.end();
  screen_.clear_live();
  auto const given_up = missing && outcome.kind == OutcomeKind::cancelled;
  auto exit_code = given_up ? exit_input_missing : exit_code_of(outcome.kind);
  auto const saves = exit_code == exit_success && options_->tokens_file;
  auto const unsaved = saves ? save(outcome) : std::nullopt;
  if (unsaved) exit_code = exit_failure;
  if (given_up && options_->json) json_.missed(log_, *missing);
  if (!given_up) show_outcome(screen_, outcome, options_->show_tokens && !options_->json);
  if (options_->json) json_.ended(log_, outcome, exit_code, unsaved.value_or(""));
  if (given_up) refuse_to_guess(*missing);
  if (saves) show_saved(outcome, unsaved);
  return exit_code;
}

void LoginCommand::show_saved(Outcome const& outcome, std::optional<std::string> const& unsaved) {
  if (unsaved) return show_detail(screen_, "not saved", *unsaved);
  show_detail(screen_, "saved", *options_->tokens_file);
  auto const without = std::ranges::count_if(
      outcome.accounts, [](AccountTokens const& one) { return !one.access_token && !one.refresh_token; });
  if (without == 0) return;
  show_detail(screen_, "not saved",
              std::to_string(without) + (without == 1 ? " account" : " accounts") + " for which no token came");
}

// The login is over, so what goes wrong here is told beside its outcome. Whoever asked for a file and hears of success
// relies on it, so a file without a token is not written in silence.
std::optional<std::string> LoginCommand::save(Outcome const& outcome) const {
  auto const tokens = tokens_of(options_->broker, outcome);
  if (tokens.accounts.empty()) {
    return "the server let the user in and sent no token; " + *options_->tokens_file + " was left as it was";
  }
  std::optional<FileLock> lock;
  try {
    lock.emplace("--save-tokens", *options_->tokens_file);
  } catch (Failure const& problem) {
    return keep_tokens_elsewhere(problem.what(), tokens);
  }
  try {
    keep_tokens("--save-tokens", *options_->tokens_file, tokens);
  } catch (Failure const& problem) {
    return problem.what();
  }
  return std::nullopt;
}

}  // namespace

int login(LoginOptions const& options) {
  return LoginCommand(options).carry_out();
}

}  // namespace sallyport::app
