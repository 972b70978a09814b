#include "view/outcome_view.hpp"

#include "view/door_view.hpp"
#include "view/exit_code.hpp"
#include "view/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace sallyport::app {
namespace {

std::string_view meaning_of(OutcomeKind kind) noexcept {
  auto const code = exit_code_of(kind);
  if (kind == OutcomeKind::succeeded) return "";
  for (auto const& row : exit_code_rows()) {
    if (row.code == code) return row.meaning;
  }
  return "";
}

std::string money(double amount) {
  std::array<char, 336> text{};  // Up to 309 digits stand before the point.
  static_cast<void>(std::snprintf(text.data(), text.size(), "%.2f", amount));
  return text.data();
}

void show_token(Screen& screen, std::string_view label, std::optional<Secret> const& token, bool show_tokens) {
  if (token) show_detail(screen, label, show_tokens ? std::string(token->reveal()) : masked(*token));
}

void show_accounts(Screen& screen, Outcome const& outcome, bool show_tokens) {
  for (auto const& tokens : outcome.accounts) {
    if (tokens.account) show_detail(screen, "account", describe(*tokens.account));
    show_token(screen, "access", tokens.access_token, show_tokens);
    show_token(screen, "refresh", tokens.refresh_token, show_tokens);
  }
  if (outcome.accounts.empty()) show_detail(screen, "accounts", "none");
  if (outcome.expires_in && outcome.expires_in->count() > 0)
    show_detail(screen, "expires", "in " + duration_text(*outcome.expires_in));
  if (outcome.requires_reauthentication) show_detail(screen, "refresh", "not possible: log in again");
}

/// The peer's words may echo what the user typed, so they go to the user's own terminal and nowhere else.
void show_reasons(Screen& screen, Outcome const& outcome) {
  auto const& about = outcome.diagnostics;
  auto const& words = about.display_text && !about.display_text->empty() ? about.display_text : about.message;
  if (words && !words->empty()) {
    auto const is_seen = screen.style().terminal;
    show_detail(screen, "broker",
                is_seen ? Shown("“") + words->reveal() + "”" : Shown("gave a reason; a terminal shows it"));
  }
  if (!about.reason.empty()) show_detail(screen, "because", about.reason);
  if (about.polls_failed != 0)
    show_detail(screen, "polls",
                std::to_string(about.polls_failed) + " got no answer, the last: " + about.poll_failure);
  if (!about.error_type.empty()) show_detail(screen, "error", about.error_type);
  if (!about.error_hash.empty()) show_detail(screen, "hash", about.error_hash);
  if (outcome.retry_after) show_detail(screen, "try again", "in " + duration_text(*outcome.retry_after));
}

}  // namespace

std::string describe(BrokerAccount const& account) {
  auto text = account.account_name.value_or(account.account_id.value_or("without a name"));
  if (account.account_id && account.account_name) text.append(" (").append(*account.account_id).append(")");
  if (account.fund) text.append(", fund ").append(money(*account.fund));
  if (account.cash) text.append(", cash ").append(money(*account.cash));
  if (account.is_reconnected.value_or(false)) text.append(", reconnected");
  return text;
}

void show_outcome(Screen& screen, Outcome const& outcome, bool show_tokens) {
  auto const& style = screen.style();
  auto const succeeded = outcome.kind == OutcomeKind::succeeded;
  screen.line();
  if (succeeded) {
    screen.line(style.green(style.utf8 ? " ✓  Succeeded" : "Succeeded"));
    show_accounts(screen, outcome, show_tokens);
    for (auto const& odd : outcome.diagnostics.odd_members) show_detail(screen, "odd", odd);
  } else {
    auto const heading = std::string(style.utf8 ? " ✗  " : "").append(name_of(outcome.kind));
    screen.line(style.red(heading));
    show_detail(screen, "meaning", meaning_of(outcome.kind));
    for (auto const& tokens : outcome.accounts) {
      if (tokens.account) show_detail(screen, "account", describe(*tokens.account));
    }
    show_reasons(screen, outcome);
  }
}

void show_summary(Screen& screen, DoorLog const& log) {
  auto const& style = screen.style();
  std::size_t name_columns = 4;
  for (auto const& door : log.doors()) name_columns = std::max(name_columns, columns_of(door.name));
  auto const with_place = style.width > name_columns + 60;
  screen.line();
  auto heading = Shown("door").append(2, ' ').append(padded("name", name_columns)).append("     time");
  if (with_place) heading.append("  status · mfaType · flow step");
  screen.line(style.dim(heading));
  std::chrono::steady_clock::duration total{};
  auto const row = [&](std::string_view number, std::string_view name, std::chrono::steady_clock::duration took) {
    auto const time = duration_text(took);
    auto text = Shown().append(number.size() < 4 ? 4 - number.size() : 0, ' ').append(number).append(2, ' ');
    text.append(padded(name, name_columns)).append(time.size() < 9 ? 9 - time.size() : 1, ' ').append(time);
    return text;
  };
  for (std::size_t index = 0; index < log.doors().size(); ++index) {
    auto const& door = log.doors()[index];
    auto const took = door.left.value_or(std::chrono::steady_clock::now()) - door.opened;
    total += took;
    auto text = row(std::to_string(index + 1), door.name, took);
    if (with_place) text.append(2, ' ').append(style.dim(door.place));
    screen.line(text);
  }
  screen.line(style.bold(row("", "all doors", total)));
}

}  // namespace sallyport::app
