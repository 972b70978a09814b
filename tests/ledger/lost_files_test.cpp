// What is seen of a ledger whose files are deleted, emptied or replaced, while it is open and between two openings.

#include "ledger_support.hpp"

#include <support/child.hpp>

#include <sqlite3.h>
#include <unistd.h>

#include <fstream>
#include <functional>

namespace sallyport::ledger_test {
namespace {

namespace fs = std::filesystem;

GovernorPolicy three_pushes() {
  return policy_with(Act::push, {.count_max = 3, .window = 1h, .burst = 3, .spacing = {}, .spacing_max = {}});
}

/// A ledger in which one push is counted, open.
struct Counted {
  Counted() { BOOST_TEST(governor.admit(account(), Act::push, noon).has_value()); }

  [[nodiscard]] std::string log() const { return folder.file() + "-wal"; }
  [[nodiscard]] std::string index() const { return folder.file() + "-shm"; }

  Folder folder;
  std::shared_ptr<SqliteLedger> ledger = folder.open();
  Governor governor{three_pushes(), ledger};
};

void empty(std::string const& file) {
  std::ofstream(file, std::ios::trunc).close();
}

/// Puts a copy in the place of the file: the same bytes in another file.
void replace(std::string const& file) {
  fs::copy_file(file, file + ".copy");
  fs::rename(file + ".copy", file);
}

/// What a process leaves that is killed: the files as they are, in a folder of their own.
void leave_behind(Counted const& counted, Folder const& there) {
  for (auto const& entry : fs::directory_iterator(counted.folder.path())) {
    fs::copy_file(entry.path(), there.path() / entry.path().filename());
  }
}

/// Ends the process that makes a ledger, as a kill would, before a statement of its making.
struct EndAtStatement {
  static inline int left = 0;

  static int watch(sqlite3* database, char**, sqlite3_api_routines const*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &end_at_last, nullptr);
  }

private:
  static int end_at_last(unsigned, void*, void*, void*) {
    if (--left == 0) ::_exit(0);
    return 0;
  }
};

/// What opening a new ledger leaves that ends before its nth statement; false where it has not that many.
bool leave_half_made(std::string const& file, int statement) {
  auto child = test::Child::start([&]() -> std::string {
    EndAtStatement::left = statement;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&EndAtStatement::watch));
    return SqliteLedger::open({.path = file}) ? "made" : "failed";
  });
  auto const report = child.finish();
  BOOST_TEST(report != "failed");
  return report.empty();
}

boost::system::error_code error_of_opening(std::string const& file, bool create = true) {
  auto const opened =
      SqliteLedger::open({.path = file, .busy_timeout = std::chrono::milliseconds(50), .create = create});
  return opened ? boost::system::error_code{} : opened.error();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lost_files)

BOOST_AUTO_TEST_CASE(a_log_that_is_overwritten_while_it_is_open_was_a_ledgers_and_is_damaged) {
  Counted const counted;
  // Another one writes, so that this one has to look into the log.
  auto const other = counted.folder.open();
  BOOST_TEST(Governor(three_pushes(), other).admit(account(2), Act::push, noon).has_value());
  auto const size = static_cast<std::size_t>(fs::file_size(counted.log()));
  std::ofstream(counted.log(), std::ios::in | std::ios::binary) << std::string(size, 'x');
  auto const found = counted.ledger->find(account());
  BOOST_TEST_REQUIRE(found.has_error());
  BOOST_TEST((found.error() == LedgerErrc::corrupt), found.error().message());
  auto const ec = counted.ledger->update(account(), noon, [](AccountRecord&) { return true; });
  BOOST_TEST((ec == LedgerErrc::corrupt), ec.message());
}

BOOST_AUTO_TEST_CASE(a_ledger_that_is_lost_while_open_counts_nothing_and_says_so) {
  struct Case {
    std::string_view name;
    std::function<void(Counted&)> lose;
  };
  Case const cases[] = {
      {"deleted", [](Counted& it) { fs::remove(it.folder.file()); }},
      {"deleted, with all that is beside it",
       [](Counted& it) {
         for (auto const& file : {it.folder.file(), it.log(), it.index()}) fs::remove(file);
       }},
      {"renamed", [](Counted& it) { fs::rename(it.folder.file(), it.folder.file() + ".old"); }},
      {"emptied", [](Counted& it) { empty(it.folder.file()); }},
      {"replaced by a copy", [](Counted& it) { replace(it.folder.file()); }},
      {"its log deleted", [](Counted& it) { fs::remove(it.log()); }},
      {"its log replaced", [](Counted& it) { replace(it.log()); }},
      {"the index of its log deleted", [](Counted& it) { fs::remove(it.index()); }},
      {"its folder deleted", [](Counted& it) { fs::remove_all(it.folder.path()); }},
  };
  for (auto const& [name, lose] : cases) {
    BOOST_TEST_CONTEXT(name) {
      Counted counted;
      lose(counted);
      auto const there = fs::exists(counted.folder.file());
      for (auto const who : {1, 2}) {
        auto const refused = counted.governor.admit(account(static_cast<std::uint8_t>(who)), Act::push, noon);
        BOOST_TEST_REQUIRE(refused.has_error());
        BOOST_TEST((refused.error().rule == Rule::ledger));
        BOOST_TEST((refused.error().why == LedgerErrc::gone));
      }
      BOOST_TEST((counted.ledger->find(account()).error() == LedgerErrc::gone));
      BOOST_TEST((counted.ledger->erase(account()) == LedgerErrc::gone));
      BOOST_TEST(fs::exists(counted.folder.file()) == there);  // Nothing is made anew.
    }
  }
}

BOOST_AUTO_TEST_CASE(a_handle_of_a_deleted_ledger_does_not_take_a_new_one_for_it) {
  Counted counted;
  for (auto const& file : {counted.folder.file(), counted.log(), counted.index()}) fs::remove(file);
  auto const anew = counted.folder.open();
  BOOST_TEST(Governor(three_pushes(), anew).admit(account(), Act::push, noon).has_value());
  BOOST_TEST((counted.governor.admit(account(), Act::push, noon).error().why == LedgerErrc::gone));
}

BOOST_AUTO_TEST_CASE(a_ledger_that_is_put_back_goes_on_with_its_counts) {
  Counted counted;
  auto const aside = counted.folder.file() + ".aside";
  fs::rename(counted.folder.file(), aside);
  BOOST_TEST((counted.governor.admit(account(), Act::push, noon).error().why == LedgerErrc::gone));
  fs::rename(aside, counted.folder.file());
  BOOST_TEST(counted.governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(counted.governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST((counted.governor.admit(account(), Act::push, noon).error().rule == Rule::count));
}

BOOST_AUTO_TEST_CASE(what_is_opened_after_a_kill_has_its_counts_or_says_that_they_are_gone) {
  struct Case {
    std::string_view name;
    std::function<void(std::string const&)> lose;
    boost::system::error_code expected;
  };
  Case const cases[] = {
      {"nothing is lost", [](std::string const&) {}, {}},
      {"the index is deleted, which is made of the log", [](auto const& file) { fs::remove(file + "-shm"); }, {}},
      {"emptied beside its log", [](auto const& file) { empty(file); }, LedgerErrc::gone},
      {"deleted beside its log", [](auto const& file) { fs::remove(file); }, LedgerErrc::gone},
      {"emptied, and its log too",
       [](auto const& file) {
         empty(file);
         empty(file + "-wal");
       },
       LedgerErrc::gone},
      {"the log that holds all is deleted",
       [](auto const& file) {
         fs::remove(file + "-wal");
         fs::remove(file + "-shm");
       },
       LedgerErrc::gone},
      {"the log that holds all is emptied", [](auto const& file) { empty(file + "-wal"); }, LedgerErrc::gone},
  };
  for (auto const& [name, lose, expected] : cases) {
    BOOST_TEST_CONTEXT(name) {
      Counted const counted;
      Folder const folder;
      leave_behind(counted, folder);
      lose(folder.file());
      BOOST_TEST((error_of_opening(folder.file()) == expected));
      // Asked again, it is no other: an error must not mend what it is about.
      BOOST_TEST((error_of_opening(folder.file()) == expected));
      if (!expected) BOOST_TEST(folder.open()->find(account())->of(Act::push).marks.size() == 1U);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_ledger_whose_maker_was_killed_is_made_by_the_next_and_then_missed_when_it_is_lost) {
  auto statement = 1;
  for (;; ++statement) {
    BOOST_TEST_CONTEXT("before statement " << statement) {
      Folder const folder;
      if (!leave_half_made(folder.file(), statement)) break;
      BOOST_TEST((error_of_opening(folder.file(), false) == LedgerErrc::gone));
      Governor governor(three_pushes(), folder.open());
      BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
      Folder const there;
      fs::copy_file(folder.file(), there.file());
      BOOST_TEST((error_of_opening(there.file()) == LedgerErrc::gone));
    }
  }
  BOOST_TEST(statement > 10);
}

BOOST_AUTO_TEST_CASE(who_has_a_ledger_already_can_have_a_lost_one_refused) {
  Folder const folder;
  BOOST_TEST((error_of_opening(folder.file(), false) == LedgerErrc::gone));
  BOOST_TEST(!fs::exists(folder.file()));
  empty(folder.file());
  BOOST_TEST((error_of_opening(folder.file(), false) == LedgerErrc::gone));
  fs::remove(folder.file());
  BOOST_TEST(!error_of_opening(folder.file()));
  BOOST_TEST(!error_of_opening(folder.file(), false));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::ledger_test
