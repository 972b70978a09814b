#pragma once

#include <sallyport/engine/governor.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/secret.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace sallyport {

/// A governor with a clock, a lock and the host's key: give one to all clients of a process (`ClientConfig::governor`).
/// Every call may come from any thread; it blocks for as long as the ledger writes. Where the clock or the ledger is
/// the host's and throws, the call is refused with `callback_failed`: what cannot be counted is not done.
class SharedGovernor {
public:
  using Clock = std::function<WallTime()>;

  /// `host_key`: some 32 random bytes of the host's, the same for as long as the ledger is. Without a ledger it counts
  /// in memory; without a clock it asks the system's.
  explicit SharedGovernor(Secret host_key, GovernorPolicy policy = {}, std::shared_ptr<Ledger> ledger = nullptr,
                          Clock clock = {});

  /// The key of an account at an integration: see `account_key`.
  [[nodiscard]] AccountKey key_of(Open<BrokerType> const& broker, Secret const& account) const;

  [[nodiscard]] std::optional<Refusal> check(AccountKey const& key, Acts acts);
  [[nodiscard]] boost::system::result<Permit, Refusal> admit(AccountKey const& key, Acts acts);
  boost::system::error_code record(AccountKey const& key, Acts acts);
  boost::system::error_code give_back(AccountKey const& key, Permit const& permit);
  boost::system::error_code observe_peer(AccountKey const& key, PeerReport const& report);
  boost::system::error_code forget(AccountKey const& key);

  /// How long from now until the next safe time, rounded up; nothing where there is none.
  [[nodiscard]] std::optional<std::chrono::seconds> wait_of(Refusal const& refusal) const;

  /// The one that clients without a choice of their own ask (`GovernorChoice`): one for each `authority`, the host (in
  /// lower case, no dot at its end), a colon and the port that they speak to, for as long as the process lives. Its key
  /// is drawn at random; it keeps a million accounts. Null where OpenSSL has no randomness.
  [[nodiscard]] static std::shared_ptr<SharedGovernor> of_process(std::string const& authority);

private:
  Secret host_key_;
  Clock clock_;
  std::mutex mutex_;
  Governor governor_;
};

}  // namespace sallyport
