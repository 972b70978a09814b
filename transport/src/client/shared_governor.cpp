#include <sallyport/transport/shared_governor.hpp>

#include "support/random.hpp"

#include <sallyport/transport/account_key.hpp>
#include <sallyport/transport/error.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

WallTime system_time() {
  return std::chrono::time_point_cast<WallDuration>(std::chrono::system_clock::now());
}

template <class Result>
Result threw([[maybe_unused]] std::string_view words) {
  if constexpr (std::is_same_v<Result, error_code>) {
    return TransportErrc::callback_failed;
  } else {
    return Refusal{.why = TransportErrc::callback_failed,
                   .rule = Rule::ledger,
                   .next_safe = WallTime::min(),
                   .reason = "the governor's clock or ledger threw: " + std::string(words)};
  }
}

/// One call under the lock. The clock or the ledger may be the host's, and throw: what cannot be counted is not done.
template <class Work>
auto call(std::mutex& mutex, Work work) -> decltype(work()) {
  using Result = decltype(work());
  try {
    std::scoped_lock const lock(mutex);
    return work();
  } catch (std::exception const& thrown) {
    return threw<Result>(thrown.what());
  } catch (...) {
    return threw<Result>("something that is no std::exception");
  }
}

}  // namespace

SharedGovernor::SharedGovernor(Secret host_key, GovernorPolicy policy, std::shared_ptr<Ledger> ledger, Clock clock)
    : host_key_(std::move(host_key)),
      clock_(clock ? std::move(clock) : Clock(&system_time)),
      governor_(std::move(policy), std::move(ledger)) {}

std::shared_ptr<SharedGovernor> SharedGovernor::of_process(std::string const& authority) {
  // A process speaks to a few servers. One that speaks to more has the rest count together, which is the safe side.
  constexpr std::size_t authorities_max = 256;
  constexpr std::size_t accounts_max = 1'000'000;
  constexpr std::size_t key_size = 32;
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<SharedGovernor>> governors;
  std::scoped_lock const lock(mutex);
  auto const& name = governors.size() < authorities_max || governors.contains(authority) ? authority : std::string();
  auto& governor = governors[name];
  if (governor) return governor;
  auto key = random_bytes(key_size);
  if (!key) return nullptr;
  governor =
      std::make_shared<SharedGovernor>(std::move(*key), GovernorPolicy{}, std::make_shared<MemoryLedger>(accounts_max));
  return governor;
}

AccountKey SharedGovernor::key_of(Open<BrokerType> const& broker, Secret const& account) const {
  return account_key(broker, account, host_key_);
}

std::optional<Refusal> SharedGovernor::check(AccountKey const& key, Acts acts) {
  return call(mutex_, [&] { return governor_.check(key, acts, clock_()); });
}

boost::system::result<Permit, Refusal> SharedGovernor::admit(AccountKey const& key, Acts acts) {
  return call(mutex_, [&] { return governor_.admit(key, acts, clock_()); });
}

error_code SharedGovernor::record(AccountKey const& key, Acts acts) {
  return call(mutex_, [&] { return governor_.record(key, acts, clock_()); });
}

error_code SharedGovernor::give_back(AccountKey const& key, Permit const& permit) {
  return call(mutex_, [&] { return governor_.give_back(key, permit, clock_()); });
}

error_code SharedGovernor::observe_peer(AccountKey const& key, PeerReport const& report) {
  return call(mutex_, [&] { return governor_.observe_peer(key, report, clock_()); });
}

error_code SharedGovernor::forget(AccountKey const& key) {
  return call(mutex_, [&] { return governor_.forget(key); });
}

std::optional<std::chrono::seconds> SharedGovernor::wait_of(Refusal const& refusal) const {
  if (refusal.rule == Rule::ledger || refusal.next_safe == WallTime::max()) return std::nullopt;
  try {
    auto const left = refusal.next_safe - clock_();
    return std::max(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds(1));
  } catch (...) {  // The clock is the host's.
    return std::nullopt;
  }
}

}  // namespace sallyport
