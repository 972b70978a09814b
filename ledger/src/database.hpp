#pragma once

#include <sallyport/ledger/sqlite_ledger.hpp>

#include "ledger_files.hpp"
#include "open_files.hpp"

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace sallyport {

struct CloseDatabase {
  void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// What a result code of SQLite means to us; nothing where it is none of failure.
[[nodiscard]] boost::system::error_code ledger_error(int code) noexcept;

/// One run of a prepared statement; its values are let go of at the end.
class Statement {
public:
  explicit Statement(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  ~Statement();
  Statement(Statement const&) = delete;
  Statement& operator=(Statement const&) = delete;

  Statement& bind(std::string_view text);
  Statement& bind_bytes(void const* bytes, std::size_t size);
  Statement& bind(std::int64_t number);

  /// Runs to the next row: whether there is one.
  [[nodiscard]] boost::system::result<bool> step();
  /// Runs a statement without rows.
  [[nodiscard]] boost::system::error_code run();
  [[nodiscard]] std::optional<std::string_view> text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;

private:
  void note(int code) noexcept;

  sqlite3_stmt* statement_;
  int next_ = 1;
  int failed_ = SQLITE_OK;
};

/// The open file, with its statements prepared.
class SqliteLedger::Database {
public:
  Database(Database const&) = delete;
  Database& operator=(Database const&) = delete;
  ~Database();

  [[nodiscard]] static boost::system::result<std::unique_ptr<Database>> open(SqliteLedgerConfig config);

  /// Whether what is open is still what the path names. To be asked before each use.
  [[nodiscard]] boost::system::error_code look() const {
    auto const ec = check_process();
    return ec ? ec : files_.look();
  }
  [[nodiscard]] boost::system::error_code execute(char const* sql);
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }
  /// `forked` in a child of the process that opened it, which must not use it.
  [[nodiscard]] boost::system::error_code check_process() const noexcept;
  [[nodiscard]] std::size_t accounts_max() const noexcept { return config_.accounts_max; }

  StatementHandle find, upsert, count, forget_over, erase;

private:
  explicit Database(SqliteLedgerConfig config) noexcept : config_(std::move(config)) {}
  [[nodiscard]] boost::system::error_code open_file();
  [[nodiscard]] boost::system::error_code set_up();
  [[nodiscard]] boost::system::error_code check_version();
  [[nodiscard]] boost::system::error_code look_at_version();
  [[nodiscard]] boost::system::result<std::int64_t> pragma(char const* sql);
  [[nodiscard]] boost::system::error_code look_at_tables();
  [[nodiscard]] boost::system::error_code check_key();
  [[nodiscard]] boost::system::error_code prepare();
  [[nodiscard]] boost::system::error_code remember_files();

  SqliteLedgerConfig config_;
  LedgerFiles files_;
  std::optional<OpenFile> file_;
  std::unique_ptr<sqlite3, CloseDatabase> handle_;
};

}  // namespace sallyport
