#include <sallyport/ledger/sqlite_ledger.hpp>

#include "database.hpp"
#include "record_text.hpp"

#include <sallyport/engine/error.hpp>

#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

struct Found {
  AccountRecord record;
  bool is_new = true;
};

boost::system::result<Found> read(sqlite3_stmt* find, AccountKey const& key) {
  Statement statement(find);
  auto const row = statement.bind(key.broker).bind_bytes(key.digest.data(), key.digest.size()).step();
  if (!row) return row.error();
  if (!*row) return Found{};
  auto const text = statement.text(0);
  auto record = text ? from_text(*text) : std::nullopt;
  // An empty record in its place would give the account a fresh budget.
  if (!record) return LedgerErrc::corrupt;
  record->over_at = WallTime(WallDuration(statement.number(1)));
  return Found{std::move(*record), false};
}

/// What was a ledger when it was opened is one that was damaged since.
error_code while_open(error_code ec) noexcept {
  return ec == LedgerErrc::not_a_ledger ? make_error_code(LedgerErrc::corrupt) : ec;
}

}  // namespace

SqliteLedger::SqliteLedger(std::unique_ptr<Database> database) noexcept : database_(std::move(database)) {}
SqliteLedger::~SqliteLedger() = default;

boost::system::result<std::shared_ptr<SqliteLedger>> SqliteLedger::open(SqliteLedgerConfig config) {
  auto database = Database::open(std::move(config));
  if (!database) return database.error();
  return std::shared_ptr<SqliteLedger>(new SqliteLedger(std::move(*database)));
}

// IMMEDIATE takes the right to write before the record is read, so that no two processes decide upon the same count.
error_code SqliteLedger::update(AccountKey const& key, WallTime now, Change const& change) {
  if (auto const ec = database_->look()) return ec;
  if (auto const ec = database_->execute("BEGIN IMMEDIATE;")) return while_open(ec);
  auto const work = [&]() -> error_code {
    auto found = read(database_->find.get(), key);
    if (!found) return found.error();
    if (!change(found->record)) return {};
    if (found->is_new) {
      if (auto const ec = make_room(now)) return ec;
    }
    auto const text = to_text(found->record);
    Statement upsert(database_->upsert.get());
    return upsert.bind(key.broker)
        .bind_bytes(key.digest.data(), key.digest.size())
        .bind(found->record.over_at.time_since_epoch().count())
        .bind(text)
        .run();
  };
  auto ec = work();
  if (!ec) ec = database_->execute("COMMIT;");
  if (ec) static_cast<void>(database_->execute("ROLLBACK;"));
  return while_open(ec);
}

error_code SqliteLedger::make_room(WallTime now) {
  for (auto const forgets : {false, true}) {
    if (forgets) {
      Statement forget(database_->forget_over.get());
      if (auto const ec = forget.bind(now.time_since_epoch().count()).run()) return ec;
    }
    Statement count(database_->count.get());
    auto const row = count.step();
    if (!row) return row.error();
    if (static_cast<std::size_t>(count.number(0)) < database_->accounts_max()) return {};
  }
  return EngineErrc::ledger_full;
}

boost::system::result<AccountRecord> SqliteLedger::find(AccountKey const& key) {
  if (auto const ec = database_->look()) return ec;
  auto found = read(database_->find.get(), key);
  if (!found) return while_open(found.error());
  return std::move(found->record);
}

error_code SqliteLedger::erase(AccountKey const& key) {
  if (auto const ec = database_->look()) return ec;
  Statement erase(database_->erase.get());
  return while_open(erase.bind(key.broker).bind_bytes(key.digest.data(), key.digest.size()).run());
}

}  // namespace sallyport
