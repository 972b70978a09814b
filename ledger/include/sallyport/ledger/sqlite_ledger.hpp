#pragma once

#include <sallyport/engine/ledger.hpp>
#include <sallyport/ledger/error.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace sallyport {

struct SqliteLedgerConfig {
  std::string path;  ///< Made where it is missing, for its owner alone (mode 0600). SQLite keeps two more beside it.
  std::size_t accounts_max = ledger_accounts_max;
  /// How long to wait for another process that holds the file; a transaction takes milliseconds.
  std::chrono::milliseconds busy_timeout = std::chrono::seconds(2);
  /// Whether a file that is missing or empty is made. For a service that has its ledger already, `false` makes a lost
  /// one the error `gone` where `true` would begin with fresh budgets.
  bool create = true;
  /// What tells the host's key from another one: `host_key_check(host_key)`. It is kept in the file, where there is
  /// none yet also in one that has counts already, and a file with another one is `LedgerErrc::wrong_key`: its counts
  /// would be found under no account, and each would begin with a fresh budget. Empty, nothing is kept and nothing
  /// compared.
  std::string key_check{};
};

/// A ledger in a file of SQLite. Each update is one transaction that is on the disk when it returns, and excludes
/// every other: processes that share a file cannot both spend the last post. It blocks while the disk writes.
/// Where the file or its log is deleted, emptied or replaced meanwhile, every function says `LedgerErrc::gone` and
/// counts nothing. The handle never opens the path anew: a new file is a fresh budget, and whether to have one is the
/// host's decision.
/// A process opens it after it was forked off: to a child of the one that opened it every call is `LedgerErrc::forked`,
/// and so is opening the file again.
class SqliteLedger final : public Ledger {
public:
  /// Opens or makes the file and checks that it is a ledger of this version.
  [[nodiscard]] static boost::system::result<std::shared_ptr<SqliteLedger>> open(SqliteLedgerConfig config);
  ~SqliteLedger() override;

  [[nodiscard]] boost::system::error_code update(AccountKey const& key, WallTime now, Change const& change) override;
  [[nodiscard]] boost::system::result<AccountRecord> find(AccountKey const& key) override;
  [[nodiscard]] boost::system::error_code erase(AccountKey const& key) override;

private:
  class Database;
  explicit SqliteLedger(std::unique_ptr<Database> database) noexcept;
  [[nodiscard]] boost::system::error_code make_room(WallTime now);

  std::unique_ptr<Database> database_;
};

}  // namespace sallyport
