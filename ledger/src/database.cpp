#include "database.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

/// "SLYP": tells a ledger from the databases of other programs.
constexpr std::int64_t application_id = 0x534C5950;
constexpr std::int64_t version = 1;

constexpr char const* schema =
    "CREATE TABLE accounts (broker TEXT NOT NULL, digest BLOB NOT NULL, over_at INTEGER NOT NULL, record TEXT NOT NULL,"
    " PRIMARY KEY (broker, digest)) WITHOUT ROWID;"
    "CREATE INDEX accounts_over_at ON accounts (over_at);"
    "PRAGMA application_id = 1397512528;"  // 0x534C5950
    "PRAGMA user_version = 1;";

/// Makes the file for its owner alone, and closes one to others that was left open: it tells who logs in when.
/// It is never opened here: to close it again would take this process's locks from the connections it has.
bool close_to_others(char const* path) noexcept {
  constexpr mode_t mode = S_IRUSR | S_IWUSR;
  if (::mknod(path, S_IFREG | mode, 0) != 0 && errno != EEXIST) return false;
  struct stat found {};
  if (::lstat(path, &found) != 0 || !S_ISREG(found.st_mode)) return false;
  return (found.st_mode & 07777) == mode || ::chmod(path, mode) == 0;
}

}  // namespace

error_code ledger_error(int code) noexcept {
  switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return {};
    case SQLITE_READONLY: return code == SQLITE_READONLY_DBMOVED ? LedgerErrc::gone : LedgerErrc::cannot_open;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return LedgerErrc::busy;
    case SQLITE_CORRUPT: return LedgerErrc::corrupt;
    case SQLITE_NOTADB: return LedgerErrc::not_a_ledger;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return LedgerErrc::cannot_open;
    default: return LedgerErrc::io_failure;
  }
}

Statement::~Statement() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Statement::note(int code) noexcept {
  if (failed_ == SQLITE_OK) failed_ = code;
}

// What is bound outlives the run, so SQLite need not copy it.
Statement& Statement::bind(std::string_view text) {
  note(sqlite3_bind_text(statement_, next_++, text.data(), static_cast<int>(text.size()), nullptr));
  return *this;
}
Statement& Statement::bind_bytes(void const* bytes, std::size_t size) {
  note(sqlite3_bind_blob(statement_, next_++, bytes, static_cast<int>(size), nullptr));
  return *this;
}
Statement& Statement::bind(std::int64_t number) {
  note(sqlite3_bind_int64(statement_, next_++, number));
  return *this;
}

boost::system::result<bool> Statement::step() {
  // An error code converts to bool as well, so it is said which is meant.
  auto const code = failed_ != SQLITE_OK ? failed_ : sqlite3_step(statement_);
  if (auto const ec = ledger_error(code)) return boost::system::result<bool>(boost::system::in_place_error, ec);
  return code == SQLITE_ROW;
}

error_code Statement::run() {
  auto const row = step();
  return row ? error_code{} : row.error();
}

std::optional<std::string_view> Statement::text(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_TEXT) return std::nullopt;
  auto const* const bytes = static_cast<char const*>(static_cast<void const*>(sqlite3_column_text(statement_, column)));
  if (bytes == nullptr) return std::nullopt;
  return std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

boost::system::result<std::unique_ptr<SqliteLedger::Database>> SqliteLedger::Database::open(SqliteLedgerConfig config) {
  std::unique_ptr<Database> database(new Database(std::move(config)));
  if (auto const ec = database->open_file()) return ec;
  // SQLite does not wait where several processes make a file or turn to WAL at one moment, so it is done here. What
  // looks lost may be half made.
  auto ec = database->set_up();
  constexpr int pause = 10;
  auto const may_pass = [&ec] { return ec == LedgerErrc::busy || ec == LedgerErrc::gone; };
  for (auto left = database->config_.busy_timeout.count() / pause; may_pass() && left > 0; --left) {
    sqlite3_sleep(pause);
    ec = database->set_up();
  }
  if (ec) return ec;
  if (ec = database->prepare(); ec) return ec;
  if (ec = database->remember_files(); ec) return ec;
  if (ec = LedgerFiles::end_making(database->config_.path); ec) return ec;
  return database;
}

error_code SqliteLedger::Database::open_file() {
  auto const& path = config_.path;
  // SQLite takes an empty name and ":memory:" for a database that ends with the process.
  if (path.empty() || path.front() == ':' || path.find('\0') != std::string::npos) return LedgerErrc::cannot_open;
  auto const is_new = LedgerFiles::is_new(path);
  if (!is_new) return is_new.error();
  if (*is_new && !config_.create) return LedgerErrc::gone;
  if (*is_new) {
    if (auto const ec = LedgerFiles::begin_making(path)) return ec;
  }
  if (!close_to_others(path.c_str())) return LedgerErrc::cannot_open;
  file_.emplace(path.c_str());
  if (file_->was_open_at_fork()) return LedgerErrc::forked;
  sqlite3* opened = nullptr;
  auto const code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, nullptr);
  handle_.reset(opened);
  if (auto const ec = ledger_error(code)) return ec;
  sqlite3_extended_result_codes(opened, 1);
  return ledger_error(sqlite3_busy_timeout(opened, static_cast<int>(config_.busy_timeout.count())));
}

// A child must not even close what its parent opened: to SQLite the locks would look like its own.
SqliteLedger::Database::~Database() {
  if (!check_process()) return;
  for (auto* const statement : {&find, &upsert, &count, &forget_over, &erase}) static_cast<void>(statement->release());
  static_cast<void>(handle_.release());
}

error_code SqliteLedger::Database::check_process() const noexcept {
  return file_ && file_->is_of_parent() ? error_code(LedgerErrc::forked) : error_code();
}

error_code SqliteLedger::Database::execute(char const* sql) {
  return ledger_error(sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr));
}

boost::system::result<std::int64_t> SqliteLedger::Database::pragma(char const* sql) {
  sqlite3_stmt* made = nullptr;
  auto const code = sqlite3_prepare_v2(handle(), sql, -1, &made, nullptr);
  StatementHandle const statement(made);
  if (auto const ec = ledger_error(code)) return ec;
  Statement run(made);
  auto const row = run.step();
  if (!row) return row.error();
  return *row ? run.number(0) : 0;
}

// WAL first: it cannot be changed within a transaction. Each commit is synced (FULL), since a count that a power cut
// takes back is a post too many.
error_code SqliteLedger::Database::set_up() {
  if (auto const ec = execute("PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON;")) return ec;
  if (auto const ec = check_version()) return ec;
  if (auto const ec = execute("PRAGMA journal_mode = WAL;")) return ec;
  if (auto const ec = execute("PRAGMA synchronous = FULL;")) return ec;
  if (auto const ec = execute("BEGIN IMMEDIATE;")) return ec;
  auto const found = pragma("PRAGMA user_version;");
  auto ec = found ? error_code{} : found.error();
  if (!ec && *found == 0) ec = execute(schema);
  if (!ec && !config_.key_check.empty()) ec = check_key();
  if (!ec) ec = execute("COMMIT;");
  if (ec) static_cast<void>(execute("ROLLBACK;"));
  return ec;
}

/// In the transaction that holds the right to write, so that of two who come first with two keys one is refused. The
/// table is no other version of the ledger: who does not know it counts as before.
error_code SqliteLedger::Database::check_key() {
  if (auto const ec = execute("CREATE TABLE IF NOT EXISTS key_check (id INTEGER PRIMARY KEY CHECK (id = 0),"
                              " value TEXT NOT NULL);")) {
    return ec;
  }
  auto const run = [this](char const* sql) -> boost::system::result<bool> {
    sqlite3_stmt* made = nullptr;
    auto const code = sqlite3_prepare_v2(handle(), sql, -1, &made, nullptr);
    StatementHandle const statement(made);
    if (auto const ec = ledger_error(code)) return boost::system::result<bool>(boost::system::in_place_error, ec);
    return Statement(made).bind(config_.key_check).step();
  };
  auto const noted = run("INSERT OR IGNORE INTO key_check (id, value) VALUES (0, ?1);");
  if (!noted) return noted.error();
  auto const is_ours = run("SELECT 1 FROM key_check WHERE value = ?1;");
  if (!is_ours) return is_ours.error();
  return *is_ours ? error_code{} : LedgerErrc::wrong_key;
}

/// Looks before anything is written: the database of another program is left as it is. One transaction, or a file
/// that another process makes meanwhile would look half made.
error_code SqliteLedger::Database::check_version() {
  if (auto const ec = execute("BEGIN;")) return ec;
  auto const ec = look_at_version();
  static_cast<void>(execute("ROLLBACK;"));
  return ec;
}

error_code SqliteLedger::Database::look_at_version() {
  auto const id = pragma("PRAGMA application_id;");
  if (!id) return id.error();
  auto const found = pragma("PRAGMA user_version;");
  if (!found) return found.error();
  if (*id == 0 && *found == 0) return look_at_tables();
  if (*id != application_id) return LedgerErrc::not_a_ledger;
  if (*found > version) return LedgerErrc::newer_version;
  return {};
}

/// A file that is no ledger yet may become one only if it is empty. One that has turned to WAL and holds nothing was a
/// ledger all of which stood in its log, and that was lost; unless it is still being made, by another process or by one
/// that was killed. The schema could stand in the file before it turns to WAL, but then a file whose log is lost would
/// look like a ledger in which nothing was counted.
error_code SqliteLedger::Database::look_at_tables() {
  auto const tables = pragma("SELECT count(*) FROM sqlite_schema;");
  if (!tables) return tables.error();
  if (*tables != 0) return LedgerErrc::not_a_ledger;
  if (!config_.create) return LedgerErrc::gone;
  auto const has_log = pragma("SELECT journal_mode = 'wal' FROM pragma_journal_mode;");
  if (!has_log) return has_log.error();
  return *has_log != 0 && !LedgerFiles::is_being_made(config_.path) ? LedgerErrc::gone : error_code{};
}

error_code SqliteLedger::Database::prepare() {
  struct Wanted {
    StatementHandle& handle;
    char const* sql;
  };
  Wanted const wanted[] = {
      {find, "SELECT record, over_at FROM accounts WHERE broker = ?1 AND digest = ?2"},
      {upsert,
       "INSERT INTO accounts (broker, digest, over_at, record) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (broker, digest)"
       " DO UPDATE SET over_at = excluded.over_at, record = excluded.record"},
      {count, "SELECT count(*) FROM accounts"},
      {forget_over, "DELETE FROM accounts WHERE over_at <= ?1"},
      {erase, "DELETE FROM accounts WHERE broker = ?1 AND digest = ?2"},
  };
  for (auto const& [statement, sql] : wanted) {
    sqlite3_stmt* made = nullptr;
    auto const code = sqlite3_prepare_v3(handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    statement.reset(made);
    // The version is ours and the tables are not there: somebody dropped them.
    if (code == SQLITE_ERROR) return LedgerErrc::corrupt;
    if (auto const ec = ledger_error(code)) return ec;
  }
  return {};
}

/// Asks SQLite as well, which compares the path with its descriptor: the file may have been replaced between the two
/// moments at which it was opened and at which its numbers are taken.
error_code SqliteLedger::Database::remember_files() {
  if (auto const ec = files_.remember(sqlite3_db_filename(handle(), "main"))) return ec;
  auto moved = 0;
  auto const code = sqlite3_file_control(handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (auto const ec = ledger_error(code)) return ec;
  return moved == 0 ? error_code{} : LedgerErrc::gone;
}

}  // namespace sallyport
