// The governor and what it keeps its counts in.

#include "governor_support.hpp"

#include <memory>

namespace sallyport::engine_test {
namespace {

/// A ledger whose disk is full.
class BrokenLedger final : public Ledger {
public:
  boost::system::error_code update(AccountKey const&, WallTime, Change const& change) override {
    AccountRecord record;
    static_cast<void>(change(record));
    return make_error_code(boost::system::errc::no_space_on_device);
  }
  boost::system::result<AccountRecord> find(AccountKey const&) override {
    return make_error_code(boost::system::errc::io_error);
  }
  boost::system::error_code erase(AccountKey const&) override { return make_error_code(boost::system::errc::io_error); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(governor_ledger)

BOOST_AUTO_TEST_CASE(what_cannot_be_counted_is_not_done) {
  Governor governor({}, std::make_shared<BrokenLedger>());
  auto const refused = governor.admit(account(), Act::credential_post, noon);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().rule == Rule::ledger);
  BOOST_TEST((refused.error().why == boost::system::errc::no_space_on_device));
  BOOST_TEST(governor.check(account(), Act::credential_post, noon)->rule == Rule::ledger);
  BOOST_TEST((governor.record(account(), Act::push, noon) == boost::system::errc::no_space_on_device));
}

BOOST_AUTO_TEST_CASE(budgets_survive_the_governor_where_the_ledger_does) {
  auto const ledger = std::make_shared<MemoryLedger>();
  for (auto const at : {0s, 1s, 2s}) {
    Governor governor({}, ledger);
    BOOST_TEST(governor.admit(account(), Act::credential_post, noon + at).has_value());
  }
  Governor governor({}, ledger);
  BOOST_TEST(governor.admit(account(), Act::credential_post, noon + 3s).has_error());
}

BOOST_AUTO_TEST_CASE(polls_are_counted_in_memory_alone_unless_the_budget_says_otherwise) {
  auto const ledger = std::make_shared<MemoryLedger>();
  GovernorPolicy policy;
  BOOST_TEST(Governor(policy, ledger).admit(account(), Act::poll, noon).has_value());
  BOOST_TEST(ledger->size() == 0U);
  policy.budgets.poll.durable = true;
  BOOST_TEST(Governor(policy, ledger).admit(account(), Act::poll, noon).has_value());
  BOOST_TEST(ledger->size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_full_ledger_refuses_and_forgets_only_what_is_over) {
  auto const ledger = std::make_shared<MemoryLedger>(2);
  auto const push =
      policy_with(Act::push, {.count_max = 1, .window = 1h, .burst = 1, .spacing = {}, .spacing_max = {}});
  Governor governor(push, ledger);
  BOOST_TEST(governor.admit(account(1), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(2), Act::push, noon + 10min).has_value());
  auto const full = governor.admit(account(3), Act::push, noon + 30min);
  BOOST_TEST_REQUIRE(full.has_error());
  BOOST_TEST((full.error().why == EngineErrc::ledger_full));
  BOOST_TEST(full.error().rule == Rule::ledger);
  // The accounts that are in it keep their counts.
  BOOST_TEST(governor.admit(account(1), Act::push, noon + 30min).has_error());
  BOOST_TEST(governor.admit(account(2), Act::push, noon + 30min).has_error());
  BOOST_TEST(governor.admit(account(3), Act::push, noon + 1h).has_value());
  BOOST_TEST(ledger->size() == 2U);
  BOOST_TEST(governor.admit(account(2), Act::push, noon + 1h).has_error());
}

BOOST_AUTO_TEST_CASE(a_pause_keeps_an_account_in_a_full_ledger) {
  auto const ledger = std::make_shared<MemoryLedger>(1);
  Governor governor({}, ledger);
  BOOST_TEST(!governor.observe_peer(account(1), {PeerSign::locked, {}, 48h}, noon));
  BOOST_TEST(governor.admit(account(2), Act::push, noon + 47h).has_error());
  BOOST_TEST(governor.admit(account(1), Act::push, noon + 47h).has_error());
  BOOST_TEST(governor.admit(account(2), Act::push, noon + 48h).has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_writes_nothing) {
  auto const ledger = std::make_shared<MemoryLedger>();
  Governor governor(
      policy_with(Act::push, {.count_max = 1, .window = 1h, .burst = 1, .spacing = {}, .spacing_max = {}}), ledger);
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  auto const before = *ledger->find(account());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 1s).has_error());
  BOOST_TEST((*ledger->find(account()) == before));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
