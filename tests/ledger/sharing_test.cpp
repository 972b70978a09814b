// Several handles and several processes with one file.

#include "ledger_support.hpp"

#include <support/child.hpp>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

namespace sallyport::ledger_test {

using test::Child;

namespace {

GovernorPolicy pushes(std::uint32_t count_max) {
  return policy_with(Act::push,
                     {.count_max = count_max, .window = 1h, .burst = count_max, .spacing = {}, .spacing_max = {}});
}

/// How many pushes a process of its own is admitted when it tries as often as it can; -1 where something failed.
int pushes_admitted(std::string const& file, std::uint32_t count_max, int tries) {
  auto const ledger = SqliteLedger::open({.path = file, .busy_timeout = std::chrono::seconds(30)});
  if (!ledger) return -1;
  Governor governor(pushes(count_max), *ledger);
  auto admitted = 0;
  for (auto attempt = 0; attempt < tries; ++attempt) {
    auto const permit = governor.admit(account(), Act::push, noon);
    if (permit) ++admitted;
    if (!permit && permit.error().rule == Rule::ledger) return -1;
  }
  return admitted;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ledger_sharing)

BOOST_AUTO_TEST_CASE(two_handles_cannot_both_spend_the_last_post) {
  Folder const folder;
  Governor one(pushes(3), folder.open());
  Governor other(pushes(3), folder.open());
  BOOST_TEST(one.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(other.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(one.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(other.admit(account(), Act::push, noon).has_error());
  BOOST_TEST(one.admit(account(), Act::push, noon).has_error());
}

BOOST_AUTO_TEST_CASE(processes_in_a_race_spend_a_budget_once) {
  constexpr std::uint32_t budget = 60;
  Folder const folder;
  std::vector<Child> children;
  for (auto child = 0; child < 4; ++child) {
    children.push_back(Child::start([&] { return std::to_string(pushes_admitted(folder.file(), budget, 60)); }));
  }
  auto sum = 0;
  for (auto& child : children) {
    auto const admitted = std::stoi(child.finish());
    BOOST_TEST(admitted >= 0);
    sum += admitted;
  }
  BOOST_TEST(sum == static_cast<int>(budget));
}

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_has_counted_what_it_was_admitted) {
  Folder const folder;
  auto const file = folder.file();
  static_cast<void>(folder.open());
  int ends[2];
  BOOST_TEST_REQUIRE(::pipe(ends) == 0);
  auto const pid = ::fork();
  BOOST_TEST_REQUIRE(pid >= 0);
  if (pid == 0) {
    auto const ledger = SqliteLedger::open({.path = file});
    Governor governor(pushes(1000), *ledger);
    // The byte stands for the request: it leaves after the count.
    while (governor.admit(account(), Act::push, noon) && ::write(ends[1], "x", 1) == 1) continue;
    ::_exit(0);
  }
  ::close(ends[1]);
  auto sent = 0;
  char byte = 0;
  while (sent < 20 && ::read(ends[0], &byte, 1) == 1) ++sent;
  BOOST_TEST(::kill(pid, SIGKILL) == 0);
  int status = 0;
  BOOST_TEST(::waitpid(pid, &status, 0) == pid);
  while (::read(ends[0], &byte, 1) == 1) ++sent;
  ::close(ends[0]);
  BOOST_TEST(sent >= 20);
  auto const record = folder.open()->find(account());
  BOOST_TEST_REQUIRE(record.has_value());
  std::uint32_t counted = 0;
  for (auto const& mark : record->of(Act::push).marks) counted += mark.count;
  BOOST_TEST(counted >= static_cast<std::uint32_t>(sent));
  BOOST_TEST(counted <= static_cast<std::uint32_t>(sent) + 1);
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_for_another_process_is_refused) {
  Folder const folder;
  auto const opened = SqliteLedger::open({.path = folder.file(), .busy_timeout = std::chrono::milliseconds(20)});
  BOOST_TEST_REQUIRE(opened.has_value());
  Governor governor(pushes(3), *opened);
  sqlite3* holder = nullptr;
  BOOST_TEST_REQUIRE(sqlite3_open(folder.file().c_str(), &holder) == SQLITE_OK);
  BOOST_TEST(sqlite3_exec(holder, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  auto const refused = governor.admit(account(), Act::push, noon);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().why == LedgerErrc::busy));
  BOOST_TEST(sqlite3_exec(holder, "ROLLBACK", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(holder);
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
}

BOOST_AUTO_TEST_CASE(a_ledger_that_was_open_at_a_fork_is_the_parents_alone) {
  Folder const folder;
  auto ledger = folder.open();
  Governor governor(pushes(3), ledger);
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  auto child = Child::start([&]() -> std::string {
    auto const refused = governor.admit(account(), Act::push, noon);
    if (refused || refused.error().why != LedgerErrc::forked) return "it was admitted with the parent's ledger";
    if (ledger->find(account()).has_value()) return "it read the parent's ledger";
    // SQLite would take the parent's locks for its own, and lose what it writes when the parent closes.
    if (folder.open_error() != LedgerErrc::forked) return "it opened a file that the parent has open";
    ledger.reset();
    if (folder.open_error() != LedgerErrc::forked) return "it opened it after it had let go of the parent's";
    auto const other = SqliteLedger::open({.path = folder.file() + ".other"});
    return other && (*other)->find(account()) ? "" : "it could not open a file of its own";
  });
  BOOST_TEST(child.finish() == "");
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_error());
}

BOOST_AUTO_TEST_CASE(a_ledger_that_is_opened_after_a_fork_is_shared_with_the_parent) {
  Folder const folder;
  static_cast<void>(folder.open());
  auto child = Child::start([&] { return std::to_string(pushes_admitted(folder.file(), 3, 2)); });
  BOOST_TEST(child.finish() == "2");
  Governor governor(pushes(3), folder.open());
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_error());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::ledger_test
