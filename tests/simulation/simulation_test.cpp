#include <simulation/report.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(simulation)

using namespace sallyport;
using namespace sallyport::simulation;

BOOST_AUTO_TEST_CASE(the_same_seed_is_the_same_world_and_another_seed_is_another_one) {
  Plan const plan{.seed = 7, .logins = 300, .hours = 0.5};
  auto const first = simulate(plan);
  auto const second = simulate(plan);
  BOOST_TEST(first.complaint() == "");
  BOOST_TEST(first.hash == second.hash);
  BOOST_TEST(first.events == second.events);
  auto const other = simulate({.seed = 8, .logins = 300, .hours = 0.5});
  BOOST_TEST(other.complaint() == "");
  BOOST_TEST(other.hash != first.hash);
}

BOOST_AUTO_TEST_CASE(ten_thousand_logins_break_no_law_and_meet_every_fault_and_every_outcome) {
  auto const report = simulate({.seed = 1, .logins = 10'000, .hours = 6});
  BOOST_TEST(report.complaint() == "");
  std::uint64_t ended = report.gave_up + report.lost;
  for (std::size_t kind = 0; kind < outcome_kind_count; ++kind) {
    BOOST_TEST(report.outcomes[kind] > 0U, name_of(static_cast<OutcomeKind>(kind)) << " was never reached");
    ended += report.outcomes[kind];
  }
  BOOST_TEST(ended == 10'000U);
  for (std::size_t fault = 0; fault < fault_count; ++fault) {
    BOOST_TEST(report.faults[fault] > 0U, name_of(static_cast<Fault>(fault)) << " never happened");
  }
}

BOOST_AUTO_TEST_SUITE_END()
