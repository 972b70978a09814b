#pragma once

#include <sallyport/engine/error.hpp>
#include <sallyport/engine/governor_policy.hpp>
#include <sallyport/engine/ledger.hpp>
#include <sallyport/engine/lockout_hint.hpp>
#include <sallyport/engine/wall_time.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// Which rule refuses an act.
enum class Rule : std::uint8_t {
  count,    ///< The budget of the window is spent.
  spacing,  ///< Too soon after the one before.
  pause,    ///< The server said it by the protocol: locked (423), too many requests (429).
  words,    ///< The server's words seem to say it: locked, wait, the last attempt. They may have been misread.
  ledger,   ///< The ledger failed or is full. What cannot be counted is not done.
};

[[nodiscard]] std::string_view name_of(Rule rule) noexcept;

/// Why the governor refuses, and until when. The texts hold no secret.
struct Refusal {
  boost::system::error_code why;  ///< `would_risk_lockout`, or the ledger's error.
  Act act = Act::credential_post;
  Rule rule = Rule::count;
  WallTime next_safe;  ///< From then on it would be admitted, as far as is known now; `WallTime::max()`: never.
  std::string reason;
};

/// Acts that were counted and may be done, once. It can be given back where nothing left this machine.
struct Permit {
  Acts acts;
  WallTime at;  ///< The moment they count for.
};

/// How a server ended a request, as far as it tells of a lock.
enum class PeerSign : std::uint8_t { none, rate_limited, locked, succeeded };

/// What a server's reply tells of the account. `hint` is of the words of a refusal or of a wrong answer: what a server
/// says at a door that opens tells nothing of a lock.
struct PeerReport {
  PeerSign sign = PeerSign::none;
  LockoutHint hint{};
  std::optional<std::chrono::seconds> retry_after{};
};

/// Law 5: above all logins, the budgets of each account. It counts first, then the request leaves: a crash loses no
/// count. A clock that jumps back widens no budget; one that jumps ahead cannot be told from time that passed.
/// It has no clock and no lock: `now` comes in, and one thread at a time may call.
class Governor {
public:
  /// Without a ledger it counts in memory.
  explicit Governor(GovernorPolicy policy = {}, std::shared_ptr<Ledger> ledger = nullptr);

  /// Whether the acts would be admitted; counts nothing.
  [[nodiscard]] std::optional<Refusal> check(AccountKey const& key, Acts acts, WallTime now);

  /// Checks and counts in one transaction of the ledger: all acts or none. Call it before any byte leaves.
  [[nodiscard]] boost::system::result<Permit, Refusal> admit(AccountKey const& key, Acts acts, WallTime now);

  /// Counts what happened unasked, even beyond the budget: a first code that came with a login.
  boost::system::error_code record(AccountKey const& key, Acts acts, WallTime now);

  /// Takes a permit back of which not one byte left this machine, or only the acts that did not happen.
  boost::system::error_code give_back(AccountKey const& key, Permit const& permit, WallTime now);

  /// Tightens the budgets by what a server said. A success clears the wrong codes, never the posts.
  boost::system::error_code observe_peer(AccountKey const& key, PeerReport const& report, WallTime now);

  /// Drops an account, counts and all. Only an operator who knows why may do that.
  boost::system::error_code forget(AccountKey const& key);

  [[nodiscard]] GovernorPolicy const& policy() const noexcept { return policy_; }

private:
  template <class Work>
  boost::system::error_code update(AccountKey const& key, Acts acts, WallTime now, Work work);
  [[nodiscard]] Acts durable_acts(AccountKey const& key) const noexcept;

  GovernorPolicy policy_;
  std::shared_ptr<Ledger> ledger_;
  MemoryLedger volatile_;
};

}  // namespace sallyport
