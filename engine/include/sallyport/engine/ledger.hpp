#pragma once

#include <sallyport/engine/governor_policy.hpp>
#include <sallyport/engine/wall_time.hpp>
#include <sallyport/protocol/same_build.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace sallyport {

/// An account as the governor knows it: where it is, and a keyed hash of its name. Who reads a ledger learns neither
/// the name nor, without the key, whether a name is in it. The engine never sees the name.
struct AccountKey {
  std::string broker;  ///< The spelling of the broker type.
  std::array<std::uint8_t, 32> digest{};

  friend auto operator<=>(AccountKey const&, AccountKey const&) = default;
};

/// So many acts at this moment, or at earlier ones: where marks are joined, the newest moment counts for all.
struct Mark {
  WallTime at;
  std::uint32_t count = 0;

  friend bool operator==(Mark const&, Mark const&) = default;
};

struct ActRecord {
  std::vector<Mark> marks;                  ///< Oldest first.
  WallTime not_before = WallTime::min();    ///< A pause that the server asked for by the protocol.
  WallTime words_before = WallTime::min();  ///< A pause that was read out of the server's words.
  WallTime cleared_at = WallTime::min();    ///< When a success cleared the marks: what was counted until then is gone.

  friend bool operator==(ActRecord const&, ActRecord const&) = default;
};

/// What is kept of one account.
struct AccountRecord {
  std::array<ActRecord, act_count> acts;
  WallTime latest = WallTime::min();   ///< The newest moment counted. A clock that goes back is not followed below it.
  WallTime over_at = WallTime::min();  ///< From then on nothing in here matters: the record may be forgotten.

  [[nodiscard]] ActRecord& of(Act act) noexcept { return acts[static_cast<std::size_t>(act)]; }
  [[nodiscard]] ActRecord const& of(Act act) const noexcept { return acts[static_cast<std::size_t>(act)]; }

  friend bool operator==(AccountRecord const&, AccountRecord const&) = default;
};

/// Where the counts are kept. One object serves one thread at a time; several processes may share what is behind it.
class Ledger {
public:
  /// Works on a record; returns whether it has changed and must be kept.
  using Change = std::function<bool(AccountRecord&)>;

  Ledger() = default;
  Ledger(Ledger const&) = delete;
  Ledger& operator=(Ledger const&) = delete;
  virtual ~Ledger() = default;

  /// Reads the record, empty where there is none, lets `change` work on it and keeps it, as one transaction: nobody
  /// else reads or writes it between. Without an error a change is durable when this returns. A full ledger
  /// forgets records that are over at `now`, else it refuses with `ledger_full`: it never forgets a live one.
  [[nodiscard]] virtual boost::system::error_code update(AccountKey const& key, WallTime now, Change const& change) = 0;

  /// The record, empty where there is none.
  [[nodiscard]] virtual boost::system::result<AccountRecord> find(AccountKey const& key) = 0;

  /// Drops a record, counts and all: an operator's remedy, for example after a clock ran ahead.
  [[nodiscard]] virtual boost::system::error_code erase(AccountKey const& key) = 0;
};

/// How many accounts a ledger keeps where nobody says otherwise: some hundred bytes each.
inline constexpr std::size_t ledger_accounts_max = 100'000;

/// A ledger that ends with the process.
class MemoryLedger final : public Ledger {
public:
  explicit MemoryLedger(std::size_t accounts_max = ledger_accounts_max) : accounts_max_(accounts_max) {}

  [[nodiscard]] boost::system::error_code update(AccountKey const& key, WallTime now, Change const& change) override;
  [[nodiscard]] boost::system::result<AccountRecord> find(AccountKey const& key) override;
  [[nodiscard]] boost::system::error_code erase(AccountKey const& key) override;

  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }

private:
  [[nodiscard]] bool make_room(WallTime now);

  std::map<AccountKey, AccountRecord> records_;
  std::size_t accounts_max_;
  WallTime earliest_over_ = WallTime::max();  ///< No record is over before; saves looking through a full ledger.
};

}  // namespace sallyport
