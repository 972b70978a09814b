#include <sallyport/engine/governor_policy.hpp>

#include <algorithm>

namespace sallyport {

std::string_view name_of(Act act) noexcept {
  switch (act) {
    case Act::credential_post: return "credential_post";
    case Act::wrong_code: return "wrong_code";
    case Act::code_send: return "code_send";
    case Act::push: return "push";
    case Act::poll: return "poll";
  }
  return "unknown";
}

Budget const& Budgets::of(Act act) const noexcept {
  switch (act) {
    case Act::credential_post: return credential_post;
    case Act::wrong_code: return wrong_code;
    case Act::code_send: return code_send;
    case Act::push: return push;
    case Act::poll: return poll;
  }
  return credential_post;
}

Budgets const& GovernorPolicy::budgets_of(std::string_view broker) const noexcept {
  auto const found =
      std::ranges::find_if(overrides, [broker](BudgetOverride const& one) { return one.broker.spelling() == broker; });
  return found == overrides.end() ? budgets : found->budgets;
}

}  // namespace sallyport
