#pragma once

#include <sallyport/engine/governor.hpp>

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

namespace sallyport {

inline std::ostream& boost_test_print_type(std::ostream& out, Rule rule) {
  return out << name_of(rule);
}
inline std::ostream& boost_test_print_type(std::ostream& out, Act act) {
  return out << name_of(act);
}

}  // namespace sallyport

// A moment is a type of std, where nothing of ours may be added, so Boost.Test is told here.
template <>
struct boost::test_tools::tt_detail::print_log_value<sallyport::WallTime> {
  void operator()(std::ostream& out, sallyport::WallTime at) const { out << at.time_since_epoch().count() << " ms"; }
};

namespace sallyport::engine_test {

using namespace std::chrono_literals;

/// Some day in 2026.
inline constexpr WallTime noon{std::chrono::milliseconds(1'772'000'000'000)};

inline AccountKey account(std::uint8_t number = 1, std::string broker = "robinhood") {
  AccountKey key;
  key.broker = std::move(broker);
  key.digest.fill(number);
  return key;
}

/// A policy in which one act has this budget and nothing else stands in the way.
inline GovernorPolicy policy_with(Act act, Budget const& budget) {
  Budget const free{.count_max = 1'000'000, .window = 1h, .burst = 1'000'000, .spacing = {}, .spacing_max = {}};
  GovernorPolicy policy;
  policy.budgets = {free, free, free, free, free};
  switch (act) {
    case Act::credential_post: policy.budgets.credential_post = budget; break;
    case Act::wrong_code: policy.budgets.wrong_code = budget; break;
    case Act::code_send: policy.budgets.code_send = budget; break;
    case Act::push: policy.budgets.push = budget; break;
    case Act::poll: policy.budgets.poll = budget; break;
  }
  return policy;
}

inline constexpr Act every_act[] = {Act::credential_post, Act::wrong_code, Act::code_send, Act::push, Act::poll};

}  // namespace sallyport::engine_test
