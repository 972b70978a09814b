#include "commands/renewal.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace sallyport::app {
namespace {

bool is_there(std::optional<Secret> const& token) noexcept {
  return token && !token->empty();
}

std::optional<std::chrono::seconds> life_said(std::optional<std::int32_t> count) {
  return life_of(count ? std::optional<std::chrono::seconds>(*count) : std::nullopt);
}

AccountTokens copy_of_tokens(AccountTokens const& tokens) {
  return {.account = tokens.account,
          .access_token = copy_of(tokens.access_token),
          .refresh_token = copy_of(tokens.refresh_token),
          .token_id = tokens.token_id};
}

/// The entries of a reply, in either of its shapes.
std::vector<AccountTokens> entries_of(RefreshResponse const& response) {
  std::vector<AccountTokens> entries;
  if (response.broker_account_tokens && !response.broker_account_tokens->empty()) {
    for (auto const& entry : *response.broker_account_tokens) entries.push_back(copy_of_tokens(entry));
  } else {
    auto& single = entries.emplace_back();
    single.account = response.account;
    single.access_token = copy_of(response.access_token);
    single.refresh_token = copy_of(response.refresh_token);
  }
  return entries;
}

/// Whether an account of the file has each token that the entry has, wherever, or is whom the entry names.
bool is_claimed(AccountTokens const& entry, SavedTokens const& file) {
  auto const is_held = [&file, &entry](std::optional<Secret> AccountTokens::*member) {
    auto const& token = entry.*member;
    return !is_there(token) || std::ranges::any_of(file.accounts, [&](SavedAccount const& account) {
      auto const& own = account.tokens.*member;
      return own && equals(*own, *token);
    });
  };
  auto const is_named = std::ranges::any_of(file.accounts, [&entry](SavedAccount const& account) {
    return same_account(account.tokens, entry) == SameAccount::yes;
  });
  return is_named || (is_held(&AccountTokens::access_token) && is_held(&AccountTokens::refresh_token));
}

}  // namespace

bool has_refresh_token(SavedAccount const& account) noexcept {
  return is_there(account.tokens.refresh_token);
}

std::vector<Group> groups_of(std::vector<SavedAccount>& accounts) {
  std::vector<Group> groups;
  for (auto& account : accounts) {
    auto const group = std::ranges::find_if(groups, [&account](Group const& one) {
      return has_refresh_token(account) && has_refresh_token(*one.front()) &&
             equals(*account.tokens.refresh_token, *one.front()->tokens.refresh_token);
    });
    if (group == groups.end()) {
      groups.push_back({&account});
    } else {
      group->push_back(&account);
    }
  }
  return groups;
}

std::vector<Renewal> renew(Group const& group, RefreshResponse const& response) {
  auto const spent = group.front()->tokens.refresh_token->clone();
  std::vector<AccountTokens*> accounts;
  for (auto* const account : group) accounts.push_back(&account->tokens);
  auto renewals = take_new_tokens(response, accounts);
  auto const now = now_in_seconds();
  auto const refresh_life = life_said(response.refresh_token_expires_in_seconds);
  for (std::size_t index = 0; index < group.size(); ++index) {
    auto& account = *group[index];
    auto const is_new = !equals(*account.tokens.refresh_token, spent);
    if (is_new) account.refresh_token_expires_at.reset();
    if (refresh_life && renewals[index] != Renewal::none) account.refresh_token_expires_at = now + *refresh_life;
    if (renewals[index] != Renewal::access_token) continue;
    account.access_token_rejected = false;
    account.issued_at = now;
    account.expires_in = life_said(response.expires_in_seconds);
  }
  return renewals;
}

bool take_refresh_tokens(Group const& group, RefreshResponse const& question) {
  std::vector<AccountTokens> copies;
  for (auto const* account : group) copies.push_back(copy_of_tokens(account->tokens));
  std::vector<AccountTokens*> accounts;
  for (auto& copy : copies) accounts.push_back(&copy);
  take_new_tokens(question, accounts);
  auto const refresh_life = life_said(question.refresh_token_expires_in_seconds);
  auto is_any_new = false;
  for (std::size_t index = 0; index < group.size(); ++index) {
    auto& account = *group[index];
    if (equals(*copies[index].refresh_token, *account.tokens.refresh_token)) continue;
    account.tokens.refresh_token = std::move(copies[index].refresh_token);
    account.refresh_token_expires_at.reset();
    if (refresh_life) account.refresh_token_expires_at = now_in_seconds() + *refresh_life;
    is_any_new = true;
  }
  return is_any_new;
}

std::vector<SavedAccount> unclaimed(RefreshResponse const& response, SavedTokens const& file) {
  std::vector<SavedAccount> found;
  auto const now = now_in_seconds();
  auto const refresh_life = life_said(response.refresh_token_expires_in_seconds);
  for (auto& entry : entries_of(response)) {
    if (is_claimed(entry, file)) continue;
    auto& account = found.emplace_back();
    account.tokens = std::move(entry);
    account.issued_at = now;
    account.expires_in = life_said(response.expires_in_seconds);
    if (refresh_life && is_there(account.tokens.refresh_token)) account.refresh_token_expires_at = now + *refresh_life;
  }
  return found;
}

}  // namespace sallyport::app
