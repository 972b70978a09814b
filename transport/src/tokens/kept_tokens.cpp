#include <sallyport/transport/kept_tokens.hpp>

#include "tokens/token_set.hpp"

#include <algorithm>

namespace sallyport {
namespace {

using Moment = std::chrono::system_clock::time_point;

KeptTokens copy_account(Open<BrokerType> const& type, AccountTokens const& account, Outcome const& outcome,
                        Moment issued_at) {
  KeptTokens kept{.type = type,
                  .access_token = account.access_token ? account.access_token->clone() : Secret(),
                  .refresh_token = copy_of(account.refresh_token),
                  .expires_in = outcome.expires_in,
                  .requires_reauthentication = outcome.requires_reauthentication};
  kept.issued_at = issued_at;
  auto const life = outcome.refresh_token_expires_in;
  if (life && life->count() > 0) kept.refresh_token_expires_at = issued_at + std::min(*life, token_life_max);
  kept.account = account.account;
  kept.token_id = account.token_id;
  return kept;
}

}  // namespace

KeptTokens kept_tokens(Open<BrokerType> const& type, AccountTokens const& account, Outcome const& outcome,
                       Moment issued_at) {
  auto kept = copy_account(type, account, outcome, issued_at);
  for (auto const& other : outcome.accounts) {
    if (&other == &account || same_account(other, account) == SameAccount::yes) continue;
    if (share_refresh_token(other.refresh_token, account.refresh_token)) {
      kept.sharing.push_back(copy_account(type, other, outcome, issued_at));
    }
  }
  return kept;
}

std::vector<KeptTokens> kept_tokens(Open<BrokerType> const& type, Outcome const& outcome, Moment issued_at) {
  std::vector<KeptTokens> all;
  for (auto const& account : outcome.accounts) {
    auto const is_first = std::ranges::none_of(all, [&account](KeptTokens const& kept) {
      return share_refresh_token(kept.refresh_token, account.refresh_token);
    });
    if (is_first) all.push_back(kept_tokens(type, account, outcome, issued_at));
  }
  return all;
}

}  // namespace sallyport
