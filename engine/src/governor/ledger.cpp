#include <sallyport/engine/ledger.hpp>

#include <sallyport/engine/error.hpp>

#include <algorithm>
#include <utility>

namespace sallyport {

using boost::system::error_code;

error_code MemoryLedger::update(AccountKey const& key, WallTime now, Change const& change) {
  auto const found = records_.find(key);
  auto record = found == records_.end() ? AccountRecord{} : found->second;
  if (!change(record)) return {};
  if (found == records_.end() && records_.size() >= accounts_max_ && !make_room(now)) return EngineErrc::ledger_full;
  earliest_over_ = std::min(earliest_over_, record.over_at);
  records_.insert_or_assign(key, std::move(record));
  return {};
}

boost::system::result<AccountRecord> MemoryLedger::find(AccountKey const& key) {
  auto const found = records_.find(key);
  return found == records_.end() ? AccountRecord{} : found->second;
}

error_code MemoryLedger::erase(AccountKey const& key) {
  records_.erase(key);
  return {};
}

// A flood of made-up accounts must not push out the counts of a real one.
bool MemoryLedger::make_room(WallTime now) {
  if (now < earliest_over_) return false;
  std::erase_if(records_, [now](auto const& entry) { return entry.second.over_at <= now; });
  earliest_over_ = WallTime::max();
  for (auto const& [key, record] : records_) earliest_over_ = std::min(earliest_over_, record.over_at);
  return records_.size() < accounts_max_;
}

}  // namespace sallyport
