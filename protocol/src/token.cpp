#include <sallyport/protocol/token.hpp>

#include <algorithm>
#include <cstddef>

namespace sallyport {
namespace {

bool is_there(std::optional<Secret> const& token) noexcept {
  return token && !token->empty();
}

bool has_ids(AccountTokens const& tokens) noexcept {
  auto const named = [](std::optional<std::string> const& id) { return id && !id->empty(); };
  if (named(tokens.token_id)) return true;
  auto const& account = tokens.account;
  return account && (named(account->mesh_account_id) || named(account->front_account_id) || named(account->account_id));
}

/// Which entry of a reply is whose.
class Entries {
public:
  Entries(RefreshResponse const& reply, std::span<AccountTokens* const> accounts) {
    if (reply.broker_account_tokens && !reply.broker_account_tokens->empty()) {
      entries_ = *reply.broker_account_tokens;
    } else {  // The deprecated shape, of one account.
      single_.account = reply.account;
      single_.access_token = copy_of(reply.access_token);
      single_.refresh_token = copy_of(reply.refresh_token);
      entries_ = std::span<AccountTokens const>(&single_, 1);
    }
    auto const claims = [this](AccountTokens const* account) {
      return same_account(*account, entries_.front()) == SameAccount::yes;
    };
    auto const may_be_anybody_s = accounts.size() == 1 || !has_ids(entries_.front());
    serves_all_ = entries_.size() == 1 && may_be_anybody_s && std::ranges::none_of(accounts, claims);
  }
  Entries(Entries const&) = delete;
  Entries& operator=(Entries const&) = delete;
  ~Entries() = default;

  [[nodiscard]] std::vector<AccountTokens const*> all() const {
    std::vector<AccountTokens const*> all;
    for (auto const& entry : entries_) all.push_back(&entry);
    return all;
  }

  [[nodiscard]] bool names_nobody() const noexcept {
    return std::ranges::none_of(entries_, [](AccountTokens const& entry) { return has_ids(entry); });
  }

  [[nodiscard]] AccountTokens const* of(AccountTokens const& account) const noexcept {
    for (auto const& entry : entries_) {
      if (same_account(account, entry) == SameAccount::yes) return &entry;
    }
    auto const alone = serves_all_ && same_account(account, entries_.front()) == SameAccount::unknown;
    return alone ? &entries_.front() : nullptr;
  }

private:
  AccountTokens single_;
  std::span<AccountTokens const> entries_;
  bool serves_all_ = false;
};

void learn_ids(AccountTokens& account, AccountTokens const& entry) {
  if (entry.token_id && !entry.token_id->empty()) account.token_id = entry.token_id;
  if (!entry.account) return;
  if (!account.account) account.account.emplace();
  for (auto const member : {&BrokerAccount::mesh_account_id, &BrokerAccount::front_account_id,
                            &BrokerAccount::account_id, &BrokerAccount::account_name}) {
    auto& known = (*account.account).*member;
    if (!known || known->empty()) known = (*entry.account).*member;
  }
}

Renewal take(AccountTokens& account, AccountTokens const& entry) {
  if (is_there(entry.refresh_token)) account.refresh_token = copy_of(entry.refresh_token);
  if (is_there(entry.access_token)) account.access_token = copy_of(entry.access_token);
  if (is_there(entry.access_token)) return Renewal::access_token;
  return is_there(entry.refresh_token) ? Renewal::refresh_token : Renewal::none;
}

/// The token in which all entries that have one agree.
std::optional<Secret> common_token(std::span<AccountTokens const* const> entries,
                                   std::optional<Secret> AccountTokens::*member) {
  std::optional<Secret> const* common = nullptr;
  for (auto const* entry : entries) {
    auto const& token = entry->*member;
    if (!is_there(token)) continue;
    if (common != nullptr && !equals(**common, *token)) return std::nullopt;
    common = &token;
  }
  return common != nullptr ? copy_of(*common) : std::nullopt;
}

/// What the reply has for one that it does not name: what those have in common who had the same access token, else the
/// refresh token that all in the reply have in common. Where each has one of its own, none of them is this one's. A
/// reply that names nobody at all is about those whose token was spent for it: each has what all in it have in common.
AccountTokens stand_in(AccountTokens const& account, std::span<AccountTokens* const> accounts,
                       std::span<AccountTokens const* const> entries, Entries const& reply) {
  std::vector<AccountTokens const*> same;
  for (std::size_t index = 0; index < accounts.size(); ++index) {
    auto const& other = *accounts[index];
    auto const share = is_there(account.access_token) && is_there(other.access_token) &&
                       equals(*account.access_token, *other.access_token);
    if (share && entries[index] != nullptr) same.push_back(entries[index]);
  }
  AccountTokens found;
  auto const is_about_them = std::ranges::any_of(entries, [](auto const* entry) { return entry != nullptr; });
  if (!same.empty()) {
    found.access_token = common_token(same, &AccountTokens::access_token);
    found.refresh_token = common_token(same, &AccountTokens::refresh_token);
  } else if (is_about_them || reply.names_nobody()) {
    found.refresh_token = common_token(reply.all(), &AccountTokens::refresh_token);
    if (reply.names_nobody()) found.access_token = common_token(reply.all(), &AccountTokens::access_token);
  }
  return found;
}

}  // namespace

std::string_view missing_member(RefreshRequest const& request) noexcept {
  if (request.refresh_token.empty()) return "$.refreshToken";
  auto const wants_both = request.type == BrokerType::we_bull || request.type == BrokerType::vanguard;
  if (wants_both && (!request.access_token || request.access_token->empty())) return "$.accessToken";
  return {};
}

std::vector<Renewal> take_new_tokens(RefreshResponse const& reply, std::span<AccountTokens* const> accounts) {
  Entries const all(reply, accounts);
  std::vector<AccountTokens const*> entries;
  for (auto const* account : accounts) entries.push_back(all.of(*account));
  std::vector<AccountTokens> stand_ins(accounts.size());  // Found before anything is changed.
  for (std::size_t index = 0; index < accounts.size(); ++index) {
    if (entries[index] == nullptr) stand_ins[index] = stand_in(*accounts[index], accounts, entries, all);
  }
  std::vector<Renewal> renewals;
  for (std::size_t index = 0; index < accounts.size(); ++index) {
    auto const* const entry = entries[index];
    if (entry != nullptr) learn_ids(*accounts[index], *entry);
    renewals.push_back(take(*accounts[index], entry != nullptr ? *entry : stand_ins[index]));
  }
  return renewals;
}

}  // namespace sallyport
