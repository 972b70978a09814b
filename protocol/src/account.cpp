#include <sallyport/protocol/account.hpp>

#include <initializer_list>

namespace sallyport {
namespace {

using Id = std::optional<std::string>;

/// An empty id is none.
SameAccount compare(Id const& left, Id const& right) noexcept {
  if (!left || !right || left->empty() || right->empty()) return SameAccount::unknown;
  return *left == *right ? SameAccount::yes : SameAccount::no;
}

SameAccount compare(std::optional<BrokerAccount> const& left, std::optional<BrokerAccount> const& right) noexcept {
  auto found = SameAccount::unknown;
  if (!left || !right) return found;
  for (auto const id :
       {&BrokerAccount::mesh_account_id, &BrokerAccount::front_account_id, &BrokerAccount::account_id}) {
    auto const same = compare((*left).*id, (*right).*id);
    if (same == SameAccount::no) return same;
    if (same == SameAccount::yes) found = same;
  }
  return found;
}

}  // namespace

SameAccount same_account(AccountTokens const& left, AccountTokens const& right) noexcept {
  auto const by_account = compare(left.account, right.account);
  if (by_account != SameAccount::unknown) return by_account;
  return compare(left.token_id, right.token_id) == SameAccount::yes ? SameAccount::yes : SameAccount::unknown;
}

}  // namespace sallyport
