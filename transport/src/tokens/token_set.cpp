#include "tokens/token_set.hpp"

#include "support/clock.hpp"

#include <algorithm>
#include <utility>

namespace sallyport {

using std::chrono::seconds;

namespace {

AccountTokens copy_of(AccountTokens const& tokens) {
  return {.account = tokens.account,
          .access_token = copy_of(tokens.access_token),
          .refresh_token = copy_of(tokens.refresh_token),
          .token_id = tokens.token_id};
}

}  // namespace

bool share_refresh_token(std::optional<Secret> const& left, std::optional<Secret> const& right) noexcept {
  return left && right && !left->empty() && equals(*left, *right);
}

TokenSet::TokenSet(KeptTokens tokens, seconds margin, Moment now)
    : type_(tokens.type),
      margin_(std::max(margin, seconds(0))),
      requires_reauthentication_(tokens.requires_reauthentication) {
  auto sharing = std::exchange(tokens.sharing, {});
  add(std::move(tokens), now);
  for (auto& other : sharing) add(std::move(other), now);
  // What is known of a token's end is known of it wherever it stands.
  for (auto& account : accounts_) {
    auto const knows = [&account](Account const& one) {
      return one.refresh_token_expires_at &&
             share_refresh_token(one.tokens.refresh_token, account.tokens.refresh_token);
    };
    auto const found = std::ranges::find_if(accounts_, knows);
    if (!account.refresh_token_expires_at && found != accounts_.end()) {
      account.refresh_token_expires_at = found->refresh_token_expires_at;
    }
    plan_by_refresh_token(account, now);
  }
}

TokenSet::Moment TokenSet::Moment::now() {
  return {Clock::now() + std::chrono::duration_cast<Clock::duration>(slept()), WallClock::now()};
}

void TokenSet::add(KeptTokens tokens, Moment now) {
  auto& account = accounts_.emplace_back();
  account.tokens.account = std::move(tokens.account);
  account.tokens.access_token = std::move(tokens.access_token);
  account.tokens.refresh_token = std::move(tokens.refresh_token);
  account.tokens.token_id = std::move(tokens.token_id);
  account.refresh_token_expires_at = tokens.refresh_token_expires_at;
  account.is_rejected = tokens.access_token_rejected;
  begin_life(account, tokens.expires_in, tokens.issued_at.value_or(now.wall), now);
}

// A wall clock that was set back gives no more time than the token had.
void TokenSet::begin_life(Account& account, std::optional<seconds> life, WallClock::time_point issued_at,
                          Moment now) const {
  account.life = life;
  account.issued_at = issued_at;
  account.ends_at.reset();
  account.refresh_by.reset();
  if (!life || life->count() <= 0) return;
  auto const whole = std::min(*life, token_life_max);
  auto const passed = issued_at < now.wall - whole ? whole : std::max(now.wall - issued_at, WallClock::duration(0));
  account.ends_at = now.steady + whole - std::chrono::duration_cast<Clock::duration>(passed);
  account.refresh_by = *account.ends_at - margin_of(whole);
}

TokenSet::Clock::duration TokenSet::margin_of(Clock::duration life) const {
  return std::min(Clock::duration(margin_), life / 10);
}

void TokenSet::plan_by_refresh_token(Account& account, Moment now) const {
  account.refresh_token_by.reset();
  auto const& expires_at = account.refresh_token_expires_at;
  if (!expires_at || *expires_at <= now.wall || !may_expire()) return;
  auto const left =
      std::chrono::duration_cast<Clock::duration>(std::min(*expires_at, now.wall + token_life_max) - now.wall);
  account.refresh_token_by = now.steady + left - margin_of(left);
}

bool TokenSet::may_expire() const noexcept {
  return std::ranges::any_of(accounts_, [](Account const& account) { return account.life.has_value(); });
}

bool TokenSet::can_refresh(WallClock::time_point now) const noexcept {
  for (std::size_t index = 0; index < accounts_.size(); ++index) {
    if (can_refresh(index, now)) return true;
  }
  return false;
}

bool TokenSet::can_refresh(std::size_t index, WallClock::time_point now) const noexcept {
  auto const& account = accounts_[index];
  auto const& token = account.tokens.refresh_token;
  auto const is_over = account.refresh_token_expires_at && *account.refresh_token_expires_at <= now;
  return !requires_reauthentication_ && token && !token->empty() && !is_over && !account.is_given_up;
}

std::optional<TokenSet::Clock::time_point> TokenSet::due_at(WallClock::time_point now) const noexcept {
  return first_due(now).at;
}

void TokenSet::choose(WallClock::time_point now) noexcept {
  chosen_ = first_due(now).index;
}

std::optional<TokenSet::Clock::time_point> TokenSet::due_at(Account const& account) noexcept {
  if (account.is_left_out) return std::nullopt;
  if (account.is_rejected || account.tokens.access_token->empty()) return account.rests_until;
  auto const& by = account.refresh_by;
  auto const& token_by = account.refresh_token_by;
  auto const first = by && token_by ? std::min(*by, *token_by) : by ? by : token_by;
  return first ? std::optional(std::max(*first, account.rests_until)) : std::nullopt;
}

// An account that is due but whose token cannot be spent must not hide the others.
TokenSet::Due TokenSet::first_due(WallClock::time_point now) const noexcept {
  Due first;
  auto first_can = false;
  for (std::size_t index = 0; index < accounts_.size(); ++index) {
    auto const at = due_at(accounts_[index]);
    if (!at) continue;
    auto const can = can_refresh(index, now);
    auto const is_sooner = can != first_can ? can : !first.at || *at < *first.at;
    if (!is_sooner) continue;
    first = {index, at};
    first_can = can;
  }
  return first;
}

std::optional<std::size_t> TokenSet::find(BrokerAccount const& account) const {
  AccountTokens wanted;
  wanted.account = account;
  auto const found = std::ranges::find_if(
      accounts_, [&wanted](Account const& one) { return same_account(one.tokens, wanted) == SameAccount::yes; });
  if (found == accounts_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - accounts_.begin());
}

Secret const* TokenSet::usable(std::size_t index, Clock::time_point now) const noexcept {
  auto const& account = accounts_[index];
  auto const& token = *account.tokens.access_token;
  auto const is_over = account.ends_at && now >= *account.ends_at;
  return token.empty() || is_over || account.is_rejected ? nullptr : &token;
}

void TokenSet::reject(Secret const& access_token) {
  for (auto& account : accounts_) {
    if (equals(*account.tokens.access_token, access_token) && !account.is_rejected_in_vain) account.is_rejected = true;
  }
}

RefreshRequest TokenSet::request(RefreshResponse const* question) const {
  auto tokens = copy_of(accounts_[chosen_].tokens);
  auto* const asked = &tokens;
  if (question != nullptr) take_new_tokens(*question, {&asked, 1});
  if (tokens.access_token && tokens.access_token->empty()) tokens.access_token.reset();
  return {.type = type_,
          .refresh_token = std::move(tokens.refresh_token).value_or(Secret()),
          .create_new_refresh_token = std::nullopt,
          .access_token = std::move(tokens.access_token),
          .trade_token = std::nullopt,
          .mfa_code = std::nullopt,
          .metadata = std::nullopt};
}

// A reply may name accounts whose token was not the one that was spent: an institution that once gave all of them one
// may list all of them for each.
std::vector<TokenSet::Account*> TokenSet::named_besides(RefreshResponse const& reply,
                                                        std::vector<Account*> const& others) {
  std::vector<Account*> named;
  if (!reply.broker_account_tokens) return named;
  for (auto& account : accounts_) {
    if (std::ranges::find(others, &account) != others.end()) continue;
    auto const is_this = [&account](AccountTokens const& entry) {
      return same_account(account.tokens, entry) == SameAccount::yes;
    };
    if (std::ranges::any_of(*reply.broker_account_tokens, is_this)) named.push_back(&account);
  }
  return named;
}

std::vector<TokenSet::Account*> TokenSet::chosen() {
  std::vector<Account*> chosen;
  auto const& token = accounts_[chosen_].tokens.refresh_token;
  for (auto& account : accounts_) {
    auto const is_it = &account == &accounts_[chosen_];
    if (is_it || share_refresh_token(account.tokens.refresh_token, token)) chosen.push_back(&account);
  }
  return chosen;
}

// Where a reply gives others new refresh tokens and an account none, the one that it still has was spent, unless the
// institution still gives that one to somebody.
TokenSet::Taken TokenSet::take(RefreshResponse const& reply, Moment now) {
  auto const spent = copy_of(accounts_[chosen_].tokens.refresh_token).value_or(Secret());
  auto accounts = chosen();
  auto const chosen_count = accounts.size();
  auto const named = named_besides(reply, accounts);
  accounts.insert(accounts.end(), named.begin(), named.end());
  std::vector<AccountTokens*> tokens;
  std::vector<Secret> before;
  for (auto* const account : accounts) {
    tokens.push_back(&account->tokens);
    before.push_back(account->tokens.access_token->clone());
  }
  auto const renewals = take_new_tokens(reply, tokens);
  Taken taken;
  for (std::size_t index = 0; index < accounts.size(); ++index) {
    if (index >= chosen_count && renewals[index] == Renewal::none) continue;
    note_access_token(*accounts[index], renewals[index], &before[index], reply, now);
    taken.has_changed = taken.has_changed || renewals[index] != Renewal::none;
    taken.is_renewed = taken.is_renewed || renewals[index] == Renewal::access_token;
  }
  if (!taken.has_changed) return taken;
  auto still_serves = false;
  for (std::size_t index = 0; index < chosen_count; ++index) {
    auto const& token = accounts[index]->tokens.refresh_token;
    still_serves = still_serves || (renewals[index] == Renewal::access_token && token && equals(*token, spent));
  }
  for (std::size_t index = 0; index < accounts.size(); ++index) {
    if (index >= chosen_count && renewals[index] == Renewal::none) continue;
    if (renewals[index] == Renewal::none && !still_serves) accounts[index]->tokens.refresh_token.reset();
    note_refresh_token(*accounts[index], spent, reply, now);
  }
  return taken;
}

void TokenSet::rest(Clock::time_point until) {
  for (auto* const account : chosen()) account->rests_until = until;
}

bool TokenSet::give_up(WallClock::time_point now) {
  for (auto* const account : chosen()) account->is_given_up = true;
  return can_refresh(now);
}

void TokenSet::note_access_token(Account& account, Renewal renewal, Secret const* before, RefreshResponse const& reply,
                                 Moment now) const {
  account.is_left_out = renewal != Renewal::access_token;
  if (account.is_left_out) return;
  auto const is_the_same = equals(*account.tokens.access_token, *before);
  account.is_rejected_in_vain = is_the_same && (account.is_rejected || account.is_rejected_in_vain);
  account.is_rejected = false;
  begin_life(account, seconds_of(reply.expires_in_seconds), now.wall, now);
}

// The end of a refresh token that stays is planned for once: were it planned for again, every refresh before that end
// would be followed by another one.
void TokenSet::note_refresh_token(Account& account, Secret const& spent, RefreshResponse const& reply,
                                  Moment now) const {
  auto const& token = account.tokens.refresh_token;
  auto const is_new = !token || !equals(*token, spent);
  auto& expires_at = account.refresh_token_expires_at;
  auto const before = expires_at;
  auto const life = seconds_of(reply.refresh_token_expires_in_seconds);
  if (token && life && life->count() > 0) {
    expires_at = now.wall + std::min(*life, token_life_max);
  } else if (is_new) {
    expires_at.reset();
  }
  if (is_new || expires_at > before) return plan_by_refresh_token(account, now);
  account.refresh_token_by.reset();
}

KeptTokens TokenSet::kept() const {
  auto all = kept(accounts_.front());
  for (auto account = accounts_.begin() + 1; account != accounts_.end(); ++account) {
    all.sharing.push_back(kept(*account));
  }
  return all;
}

KeptTokens TokenSet::kept(Account const& account) const {
  KeptTokens tokens{.type = type_,
                    .access_token = account.tokens.access_token->clone(),
                    .refresh_token = copy_of(account.tokens.refresh_token),
                    .expires_in = account.life,
                    .requires_reauthentication = requires_reauthentication_};
  tokens.issued_at = account.issued_at;
  tokens.refresh_token_expires_at = account.refresh_token_expires_at;
  tokens.account = account.tokens.account;
  tokens.token_id = account.tokens.token_id;
  tokens.access_token_rejected = account.is_rejected;
  return tokens;
}

}  // namespace sallyport
