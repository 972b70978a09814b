#pragma once

#include "http/http_answer.hpp"
#include "server/peer.hpp"
#include "support/siphash.hpp"

#include <sallyport/engine/throttle.hpp>
#include <sallyport/engine/time.hpp>
#include <sallyport/transport/config.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// Counts the failures of each address, where that is switched on. One for all shards of a server, under a lock: to
/// each of them an address would else be a fresh one. The hash makes keys of a throttle that nobody can choose: no two
/// addresses, nor two accounts, can be picked that share one.
class AddressGuard {
public:
  AddressGuard(ThrottlePolicy const& policy, SipHash key_of) : key_of_(key_of), throttle_(policy) {}

  /// What whatever comes from there is refused with; nothing where it may come.
  [[nodiscard]] std::optional<HttpAnswer> hold(Peer peer, TimePoint now) const;
  void fail(Peer peer, TimePoint now);

private:
  SipHash key_of_;
  mutable std::mutex counting_;
  Throttle throttle_;
};

/// What a server holds against guessing across logins: it counts the failures of each account, which is a (client,
/// user, integration), and of each address. Within a login the session counts. An account belongs to one shard.
class AttemptGuard {
public:
  AttemptGuard(ServerConfig const& config, AddressGuard& addresses, SipHash key_of);

  /// What an attempt on the account is refused with, whatever it carries; nothing where it may be made.
  [[nodiscard]] std::optional<HttpAnswer> hold(std::string_view account, Peer peer, TimePoint now) const;
  /// The same of a request before it is known whose it is.
  [[nodiscard]] std::optional<HttpAnswer> hold(Peer peer, TimePoint now) const { return addresses_->hold(peer, now); }
  /// Credentials or an answer were wrong.
  void fail(std::string_view account, Peer peer, TimePoint now);
  /// The client's id or secret was wrong.
  void fail(Peer peer, TimePoint now) { addresses_->fail(peer, now); }

private:
  SipHash key_of_;
  Throttle accounts_;
  AddressGuard* addresses_;
};

}  // namespace sallyport
