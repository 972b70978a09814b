#include "governor_support.hpp"

#include <vector>

namespace sallyport::engine_test {

BOOST_AUTO_TEST_SUITE(governor_budget)

BOOST_AUTO_TEST_CASE(each_act_is_refused_when_its_budget_is_spent_and_admitted_when_the_window_is_over) {
  for (auto const act : every_act) {
    BOOST_TEST_CONTEXT(name_of(act)) {
      Governor governor(policy_with(act, {.count_max = 3, .window = 1h, .burst = 3, .spacing = {}, .spacing_max = {}}));
      for (auto const at : {0min, 10min, 20min}) BOOST_TEST(governor.admit(account(), act, noon + at).has_value());
      auto const refused = governor.admit(account(), act, noon + 30min);
      BOOST_TEST_REQUIRE(refused.has_error());
      BOOST_TEST((refused.error().why == EngineErrc::would_risk_lockout));
      BOOST_TEST(refused.error().act == act);
      BOOST_TEST(refused.error().rule == Rule::count);
      BOOST_TEST(refused.error().next_safe == noon + 1h);
      BOOST_TEST(governor.admit(account(), act, noon + 1h - 1ms).has_error());
      BOOST_TEST(governor.admit(account(), act, noon + 1h).has_value());
      BOOST_TEST(governor.admit(account(), act, noon + 1h + 1ms).has_error());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_defaults_let_a_careful_user_in_and_stop_a_loop) {
  struct Case {
    Act act;
    std::vector<WallDuration> admitted;  ///< At these moments, from the start on.
    WallDuration refused;                ///< And not at this one any more.
    Rule rule;
    WallDuration next_safe;
  };
  std::vector<Case> const cases{
      {Act::credential_post, {0s, 1s, 2s}, 3s, Rule::spacing, 62s},
      {Act::credential_post, {0s, 1s, 2s, 62s}, 63s, Rule::spacing, 182s},
      {Act::credential_post, {0s, 1s, 2s, 62s, 182s}, 183s, Rule::count, 24h},
      {Act::wrong_code, {0s, 1s, 2s}, 3s, Rule::spacing, 302s},
      {Act::wrong_code, {0s, 1s, 2s, 302s, 902s}, 2h, Rule::count, 24h},
      {Act::code_send, {0s, 1s}, 2s, Rule::spacing, 61s},
      {Act::code_send, {0s, 1s, 61s, 181s, 421s}, 422s, Rule::count, 1h},
      {Act::push, {0s, 1s}, 2s, Rule::spacing, 61s},
      {Act::push, {0s, 1s, 61s, 181s}, 182s, Rule::count, 1h},
  };
  for (auto const& one : cases) {
    BOOST_TEST_CONTEXT(name_of(one.act) << " after " << one.admitted.size()) {
      Governor governor;
      for (auto const at : one.admitted) BOOST_TEST(governor.admit(account(), one.act, noon + at).has_value());
      auto const refused = governor.admit(account(), one.act, noon + one.refused);
      BOOST_TEST_REQUIRE(refused.has_error());
      BOOST_TEST(refused.error().rule == one.rule);
      BOOST_TEST(refused.error().next_safe == noon + one.next_safe);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_login_that_polls_as_it_should_for_an_hour_is_never_refused) {
  Governor governor;
  auto refused = 0;
  for (auto at = noon; at < noon + 3h; at += 5s)
    refused += governor.admit(account(), Act::poll, at).has_error() ? 1 : 0;
  // Joined polls count a little too long: a sixty-fourth of the window.
  BOOST_TEST(refused <= 3 * 720 / 64);
  auto loops = 0;
  for (auto at = noon + 10h; at < noon + 11h; at += 1s) loops += governor.admit(account(), Act::poll, at) ? 1 : 0;
  BOOST_TEST(loops == 720);
}

BOOST_AUTO_TEST_CASE(a_host_that_retries_in_a_loop_for_a_minute_posts_three_times) {
  Governor governor;
  auto posts = 0;
  for (auto at = noon; at < noon + 1min; at += 10ms) {
    if (governor.admit(account(), Act::credential_post, at)) {
      ++posts;
    } else {
      auto const refusal = governor.check(account(), Act::credential_post, at);
      BOOST_TEST_REQUIRE(refusal.has_value());
      BOOST_TEST(refusal->next_safe > at);
    }
  }
  BOOST_TEST(posts == 3);
}

BOOST_AUTO_TEST_CASE(the_gap_doubles_up_to_its_bound) {
  Governor governor(
      policy_with(Act::push, {.count_max = 10, .window = 24h, .burst = 1, .spacing = 1min, .spacing_max = 5min}));
  auto at = noon;
  for (auto const gap : {1min, 2min, 4min, 5min, 5min}) {
    BOOST_TEST(governor.admit(account(), Act::push, at).has_value());
    BOOST_TEST(governor.check(account(), Act::push, at)->next_safe == at + gap);
    at += gap;
  }
}

BOOST_AUTO_TEST_CASE(a_gap_that_shrinks_when_a_mark_is_over_is_safe_from_then_on) {
  Governor governor(
      policy_with(Act::push, {.count_max = 9, .window = 10min, .burst = 1, .spacing = 4min, .spacing_max = 1h}));
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 8min).has_value());
  // With two marks the gap is eight minutes, with one it is four; the first mark is over after ten.
  auto const refused = governor.check(account(), Act::push, noon + 9min);
  BOOST_TEST_REQUIRE(refused.has_value());
  BOOST_TEST(refused->next_safe == noon + 12min);
}

BOOST_AUTO_TEST_CASE(acts_are_admitted_together_or_not_at_all) {
  Governor governor(
      policy_with(Act::code_send, {.count_max = 1, .window = 1h, .burst = 1, .spacing = {}, .spacing_max = {}}));
  auto const both = Act::credential_post | Act::code_send;
  BOOST_TEST(governor.admit(account(), both, noon).has_value());
  auto const refused = governor.admit(account(), both, noon + 1s);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().act == Act::code_send);
  // The post that was not made is not counted.
  auto posts = 1;
  while (governor.admit(account(), Act::credential_post, noon + 2s) && posts < 2'000'000) ++posts;
  BOOST_TEST(posts == 1'000'000);
}

BOOST_AUTO_TEST_CASE(a_check_counts_nothing) {
  Governor governor;
  for (auto look = 0; look < 100; ++look) BOOST_TEST(!governor.check(account(), Act::credential_post, noon));
  BOOST_TEST(governor.admit(account(), Act::credential_post, noon).has_value());
}

BOOST_AUTO_TEST_CASE(accounts_and_integrations_have_budgets_of_their_own) {
  Governor governor(
      policy_with(Act::push, {.count_max = 1, .window = 1h, .burst = 1, .spacing = {}, .spacing_max = {}}));
  BOOST_TEST(governor.admit(account(1), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(1), Act::push, noon).has_error());
  BOOST_TEST(governor.admit(account(2), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(1, "kraken"), Act::push, noon).has_value());
}

BOOST_AUTO_TEST_CASE(an_integration_may_have_other_budgets) {
  GovernorPolicy policy;
  Budgets strict;
  strict.credential_post.count_max = 1;
  Budgets forbidden;
  forbidden.credential_post.count_max = 0;
  policy.overrides = {{BrokerType::kraken, strict}, {Open<BrokerType>::from_wire("newBroker"), forbidden}};
  Governor governor(policy);
  BOOST_TEST(governor.admit(account(1, "kraken"), Act::credential_post, noon).has_value());
  BOOST_TEST(governor.admit(account(1, "kraken"), Act::credential_post, noon).has_error());
  auto const never = governor.admit(account(1, "newBroker"), Act::credential_post, noon);
  BOOST_TEST_REQUIRE(never.has_error());
  BOOST_TEST(never.error().next_safe == WallTime::max());
  BOOST_TEST(governor.admit(account(), Act::credential_post, noon).has_value());
  BOOST_TEST(governor.admit(account(), Act::credential_post, noon).has_value());
}

BOOST_AUTO_TEST_CASE(a_window_that_is_not_positive_never_ends) {
  Governor governor(
      policy_with(Act::push, {.count_max = 1, .window = {}, .burst = 1, .spacing = {}, .spacing_max = {}}));
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 24h * 36'500).has_error());
}

BOOST_AUTO_TEST_CASE(what_did_not_leave_is_given_back_once) {
  Governor governor(
      policy_with(Act::push, {.count_max = 2, .window = 1h, .burst = 2, .spacing = {}, .spacing_max = {}}));
  auto const first = governor.admit(account(), Act::push, noon);
  BOOST_TEST(governor.admit(account(), Act::push, noon + 1s).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 2s).has_error());
  BOOST_TEST(!governor.give_back(account(), *first, noon + 3s));
  BOOST_TEST(!governor.give_back(account(), *first, noon + 3s));
  BOOST_TEST(governor.admit(account(), Act::push, noon + 4s).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 5s).has_error());
}

BOOST_AUTO_TEST_CASE(what_happened_unasked_counts_even_beyond_the_budget) {
  Governor governor(
      policy_with(Act::code_send, {.count_max = 2, .window = 1h, .burst = 2, .spacing = {}, .spacing_max = {}}));
  for (auto const at : {0min, 1min, 2min, 3min}) BOOST_TEST(!governor.record(account(), Act::code_send, noon + at));
  BOOST_TEST(governor.check(account(), Act::code_send, noon + 4min)->next_safe == noon + 1h + 2min);
}

BOOST_AUTO_TEST_CASE(an_account_stays_small_whatever_is_recorded) {
  auto const ledger = std::make_shared<MemoryLedger>();
  Governor governor({}, ledger);
  for (auto act = 0; act < 5000; ++act) {
    BOOST_TEST(!governor.record(account(), Act::credential_post, noon + act * 1s));
  }
  BOOST_TEST(ledger->find(account())->of(Act::credential_post).marks.size() <= 66U);
  BOOST_TEST(governor.check(account(), Act::credential_post, noon + 5000s + 23h).has_value());
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_back_widens_no_budget) {
  Governor governor(
      policy_with(Act::push, {.count_max = 2, .window = 1h, .burst = 2, .spacing = {}, .spacing_max = {}}));
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon - 24h).has_value());
  auto const refused = governor.admit(account(), Act::push, noon - 48h);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().next_safe == noon + 1h);
  BOOST_TEST(refused.error().reason.find("the clock stands before") != std::string::npos);
  BOOST_TEST(governor.admit(account(), Act::push, noon + 59min).has_error());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 1h).has_value());
}

BOOST_AUTO_TEST_CASE(an_operator_can_drop_an_account) {
  Governor governor(
      policy_with(Act::push, {.count_max = 1, .window = 1h, .burst = 1, .spacing = {}, .spacing_max = {}}));
  BOOST_TEST(governor.admit(account(), Act::push, noon + 24h * 365).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_error());
  BOOST_TEST(!governor.forget(account()));
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
