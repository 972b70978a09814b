#pragma once

#include "http_answer.hpp"
#include "peer.hpp"

#include <sallyport/engine/throttle.hpp>
#include <sallyport/engine/time.hpp>
#include <sallyport/transport/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// What a server holds against guessing across logins: it counts the failures of each account, which is a (client,
/// user, integration), and of each address. Within a login the session counts.
class AttemptGuard {
public:
  explicit AttemptGuard(ServerConfig const& config);

  /// What an attempt on the account is refused with, whatever it carries; nothing where it may be made.
  [[nodiscard]] std::optional<HttpAnswer> hold(std::string_view account, Peer peer, TimePoint now) const;
  /// The same of a request before it is known whose it is.
  [[nodiscard]] std::optional<HttpAnswer> hold(Peer peer, TimePoint now) const;
  /// Credentials or an answer were wrong.
  void fail(std::string_view account, Peer peer, TimePoint now);
  /// The client's id or secret was wrong.
  void fail(Peer peer, TimePoint now);

private:
  [[nodiscard]] Throttle::Key key_of(std::string_view text) const;
  [[nodiscard]] Throttle::Key key_of(Peer peer) const;

  Secret salt_;
  Throttle accounts_;
  Throttle addresses_;
};

}  // namespace sallyport
