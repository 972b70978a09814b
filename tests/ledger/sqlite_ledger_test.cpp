#include "ledger_support.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace sallyport::ledger_test {
namespace {

GovernorPolicy three_pushes() {
  return policy_with(Act::push, {.count_max = 3, .window = 1h, .burst = 3, .spacing = {}, .spacing_max = {}});
}

/// What another program does to the file.
void alter(std::string const& file, char const* sql) {
  sqlite3* database = nullptr;
  BOOST_TEST_REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  BOOST_TEST(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

std::string bytes_of(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Keeps the connection that is opened next: how far it syncs is its own secret, no other connection can tell.
struct Watched {
  static inline sqlite3* opened = nullptr;

  Watched() {
    opened = nullptr;
    sqlite3_auto_extension(entry());
  }
  ~Watched() { sqlite3_cancel_auto_extension(entry()); }
  Watched(Watched const&) = delete;
  Watched& operator=(Watched const&) = delete;

private:
  static int keep(sqlite3* database, char**, sqlite3_api_routines const*) {
    opened = database;
    return SQLITE_OK;
  }
  static void (*entry())() { return reinterpret_cast<void (*)()>(&keep); }
};

/// The first value that a statement gives on this connection.
std::string answer_of(sqlite3* database, char const* sql) {
  std::string answer;
  auto const keep = [](void* out, int, char** values, char**) {
    *static_cast<std::string*>(out) = values[0];
    return 0;
  };
  BOOST_TEST(sqlite3_exec(database, sql, keep, &answer, nullptr) == SQLITE_OK);
  return answer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sqlite_ledger)

BOOST_AUTO_TEST_CASE(what_is_counted_is_there_when_the_file_is_opened_again) {
  Folder const folder;
  for (auto const at : {0s, 1s, 2s}) {
    Governor governor(three_pushes(), folder.open());
    BOOST_TEST(governor.admit(account(), Act::push, noon + at).has_value());
  }
  Governor governor(three_pushes(), folder.open());
  auto const refused = governor.admit(account(), Act::push, noon + 3s);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().next_safe == noon + 1h);
  BOOST_TEST(governor.admit(account(2), Act::push, noon + 3s).has_value());
  BOOST_TEST(governor.admit(account(1, "kraken"), Act::push, noon + 3s).has_value());
}

BOOST_AUTO_TEST_CASE(a_ledger_that_was_written_with_another_key_is_refused) {
  Folder const folder;
  auto const open = [&folder](std::string check) {
    auto const opened = SqliteLedger::open({.path = folder.file(), .key_check = std::move(check)});
    return opened ? boost::system::error_code() : opened.error();
  };
  // Who names no key notes none and is let in; the first that is named is noted, also where there are counts already.
  { BOOST_TEST(Governor(three_pushes(), folder.open()).admit(account(), Act::push, noon).has_value()); }
  BOOST_TEST(!open("ours"));
  BOOST_TEST(!open("ours"));
  BOOST_TEST((open("another") == LedgerErrc::wrong_key));
  BOOST_TEST(!open(""));
  BOOST_TEST(!open("ours"));
  // Nothing of it is forgotten on the way.
  Governor governor(three_pushes(), folder.open());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 1s).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 2s).has_value());
  BOOST_TEST(governor.admit(account(), Act::push, noon + 3s).has_error());
}

BOOST_AUTO_TEST_CASE(an_account_that_is_not_there_has_an_empty_record) {
  Folder const folder;
  auto const found = folder.open()->find(account());
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST((*found == AccountRecord{}));
}

BOOST_AUTO_TEST_CASE(a_change_that_says_no_is_not_kept) {
  Folder const folder;
  auto const ledger = folder.open();
  BOOST_TEST(!ledger->update(account(), noon, [](AccountRecord& record) {
    record.latest = noon;
    return false;
  }));
  BOOST_TEST((*ledger->find(account()) == AccountRecord{}));
}

BOOST_AUTO_TEST_CASE(an_account_can_be_erased) {
  Folder const folder;
  Governor governor(three_pushes(), folder.open());
  BOOST_TEST(!governor.record(account(), Act::push, noon));
  BOOST_TEST(!governor.forget(account()));
  BOOST_TEST((*folder.open()->find(account()) == AccountRecord{}));
}

BOOST_AUTO_TEST_CASE(a_full_file_refuses_and_forgets_only_what_is_over) {
  Folder const folder;
  Governor governor(three_pushes(), folder.open(2));
  BOOST_TEST(governor.admit(account(1), Act::push, noon).has_value());
  BOOST_TEST(governor.admit(account(2), Act::push, noon + 10min).has_value());
  auto const full = governor.admit(account(3), Act::push, noon + 59min);
  BOOST_TEST_REQUIRE(full.has_error());
  BOOST_TEST((full.error().why == EngineErrc::ledger_full));
  BOOST_TEST(governor.admit(account(3), Act::push, noon + 1h).has_value());
  auto const ledger = folder.open();
  BOOST_TEST((*ledger->find(account(1)) == AccountRecord{}));
  BOOST_TEST(ledger->find(account(2))->of(Act::push).marks.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_files_are_for_their_owner_alone) {
  Folder const folder;
  std::ofstream(folder.file()).close();
  BOOST_TEST(::chmod(folder.file().c_str(), 0644) == 0);
  Governor governor(three_pushes(), folder.open());
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  auto files = 0;
  for (auto const& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat found {};
    BOOST_TEST(::stat(entry.path().c_str(), &found) == 0);
    BOOST_TEST((found.st_mode & 07777) == 0600U, entry.path());
    ++files;
  }
  BOOST_TEST(files == 3);  // The file, its log and the index of that.
}

BOOST_AUTO_TEST_CASE(each_commit_is_synced_and_logged_ahead) {
  Folder const folder;
  Watched const watched;
  auto const ledger = folder.open();
  BOOST_TEST_REQUIRE(Watched::opened != nullptr);
  BOOST_TEST(answer_of(Watched::opened, "PRAGMA journal_mode") == "wal");
  BOOST_TEST(answer_of(Watched::opened, "PRAGMA synchronous") == "2");  // FULL: the log is synced at each commit.
  // It stays so once it has written.
  Governor governor(three_pushes(), ledger);
  BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
  BOOST_TEST(answer_of(Watched::opened, "PRAGMA synchronous") == "2");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_ledger_is_refused_and_left_alone) {
  struct Case {
    std::string_view name;
    std::string bytes;
  };
  for (auto const& [name, bytes] :
       {Case{"text", std::string(5000, 'x')}, Case{"short", "hello, this is no database"}}) {
    BOOST_TEST_CONTEXT(name) {
      Folder const folder;
      std::ofstream(folder.file()) << bytes;
      BOOST_TEST((folder.open_error() == LedgerErrc::not_a_ledger));
      BOOST_TEST(bytes_of(folder.file()) == bytes);
    }
  }
  Folder const folder;
  alter(folder.file(), "CREATE TABLE songs (title)");
  auto const before = bytes_of(folder.file());
  BOOST_TEST((folder.open_error() == LedgerErrc::not_a_ledger));
  BOOST_TEST(bytes_of(folder.file()) == before);
}

BOOST_AUTO_TEST_CASE(a_file_of_a_newer_version_is_refused) {
  Folder const folder;
  static_cast<void>(folder.open());
  alter(folder.file(), "PRAGMA user_version = 2");
  BOOST_TEST((folder.open_error() == LedgerErrc::newer_version));
}

BOOST_AUTO_TEST_CASE(a_ledger_without_its_table_is_corrupt) {
  Folder const folder;
  static_cast<void>(folder.open());
  alter(folder.file(), "DROP TABLE accounts");
  BOOST_TEST((folder.open_error() == LedgerErrc::corrupt));
}

BOOST_AUTO_TEST_CASE(a_damaged_record_is_an_error_and_never_a_fresh_budget) {
  for (auto const* const damage : {"UPDATE accounts SET record = 'latest'", "UPDATE accounts SET record = x'00'",
                                   "UPDATE accounts SET record = ''"}) {
    BOOST_TEST_CONTEXT(damage) {
      Folder const folder;
      Governor governor(three_pushes(), folder.open());
      BOOST_TEST(governor.admit(account(), Act::push, noon).has_value());
      alter(folder.file(), damage);
      auto const refused = governor.admit(account(), Act::push, noon);
      BOOST_TEST_REQUIRE(refused.has_error());
      BOOST_TEST((refused.error().why == LedgerErrc::corrupt));
      BOOST_TEST((governor.check(account(), Act::push, noon)->why == LedgerErrc::corrupt));
      BOOST_TEST(governor.admit(account(2), Act::push, noon).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(damaged_pages_are_an_error) {
  Folder const folder;
  {
    Governor governor(three_pushes(), folder.open());
    for (std::uint8_t who = 0; who < 200; ++who) {
      BOOST_TEST(governor.admit(account(who), Act::push, noon).has_value());
    }
  }
  auto const size = std::filesystem::file_size(folder.file());
  BOOST_TEST_REQUIRE(size > 3U * 4096U);
  {
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(size - 4096U, '\x5A');
  }
  auto const opened = SqliteLedger::open({.path = folder.file()});
  auto const ec =
      opened ? Governor(three_pushes(), *opened).admit(account(), Act::push, noon).error().why : opened.error();
  BOOST_TEST((ec == LedgerErrc::corrupt));
}

BOOST_AUTO_TEST_CASE(a_path_that_cannot_be_opened_says_so) {
  Folder const folder;
  for (auto const& path : {std::string(), std::string(":memory:"), folder.path().string(),
                           (folder.path() / "nowhere" / "ledger").string()}) {
    BOOST_TEST_CONTEXT(path) {
      auto const opened = SqliteLedger::open({.path = path});
      BOOST_TEST_REQUIRE(opened.has_error());
      BOOST_TEST((opened.error() == LedgerErrc::cannot_open));
    }
  }
  std::filesystem::create_symlink("/tmp/elsewhere", folder.file());
  BOOST_TEST((folder.open_error() == LedgerErrc::cannot_open));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::ledger_test
