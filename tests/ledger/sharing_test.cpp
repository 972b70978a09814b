// Several handles and several processes with one file.

#include "ledger_support.hpp"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

namespace sallyport::ledger_test {
namespace {

GovernorPolicy pushes(std::uint32_t count_max) {
  return policy_with(Act::push,
                     {.count_max = count_max, .window = 1h, .burst = count_max, .spacing = {}, .spacing_max = {}});
}

/// How many pushes a process of its own is admitted when it tries as often as it can; -1 where something failed.
/// It must not return to the test: it leaves with `_exit`.
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

/// Runs it in a child and has it report through a pipe.
struct Child {
  pid_t pid = -1;
  int pipe_end = -1;
};

template <class Work>
Child start(Work work) {
  int ends[2];
  BOOST_TEST_REQUIRE(::pipe(ends) == 0);
  auto const pid = ::fork();
  BOOST_TEST_REQUIRE(pid >= 0);
  if (pid == 0) {
    ::close(ends[0]);
    auto const result = work();
    auto const written = ::write(ends[1], &result, sizeof result);
    ::_exit(written == sizeof result ? 0 : 1);
  }
  ::close(ends[1]);
  return {pid, ends[0]};
}

int finish(Child const& child) {
  auto result = -2;
  BOOST_TEST(::read(child.pipe_end, &result, sizeof result) == static_cast<ssize_t>(sizeof result));
  ::close(child.pipe_end);
  int status = 0;
  BOOST_TEST(::waitpid(child.pid, &status, 0) == child.pid);
  return result;
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
    children.push_back(start([&] { return pushes_admitted(folder.file(), budget, 60); }));
  }
  auto sum = 0;
  for (auto const& child : children) {
    auto const admitted = finish(child);
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::ledger_test
