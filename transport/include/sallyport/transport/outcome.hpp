#pragma once

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/protocol/status.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// How a login ended. A host never has to parse a message to tell two of them apart (law 6).
enum class OutcomeKind : std::uint8_t {
  succeeded,           ///< The accounts and their tokens are there.
  denied,              ///< The institution refused: wrong credentials, a push turned down.
  attempts_exhausted,  ///< Too many wrong answers to one challenge.
  expired,             ///< The challenge's life span was over before it was answered.
  user_absent,         ///< Nobody acted within the life span of a step or of the whole login.
  superseded,          ///< A newer login of the same user took its place.
  locked,              ///< The account is locked; `retry_after` says until when, where the server does.
  /// The server asks for fewer requests; `retry_after` as above. At a wait: it did so until the time was over, so that
  /// nobody knows whether the user acted.
  rate_limited,
  action_needed,       ///< The user must do something at the institution first: bind a factor, delete an API key.
  handed_off,          ///< The login goes on in a hosted module.
  unsupported,         ///< A status that this version does not know; `Diagnostics::status` has its spelling.
  rejected,            ///< The API refused the request itself: bad request, not permitted, unknown, legal reasons.
  unavailable,         ///< The API is out of service (503), or could not be reached until the end of a wait.
  server_failure,      ///< The API answered that it failed: the institution may have seen the attempt all the same.
  protocol_violation,  ///< A reply that is not a message of the API or may not follow; nothing more was sent.
  outcome_unknown,     ///< A request may have arrived and no reply came (law 2). Ask the user before trying again.
  cancelled,           ///< The host ended it.
  /// The governor did not let the login begin; nothing was sent. `retry_after` says when it is safe, where it ever is.
  would_risk_lockout,
};
inline constexpr std::size_t outcome_kind_count = 18;

[[nodiscard]] std::string_view name_of(OutcomeKind kind) noexcept;

/// The peer's words and ours apart. The peer's may echo what a user typed, so they are secrets.
struct Diagnostics {
  unsigned http_status = 0;            ///< 0 where no reply came.
  std::string status;                  ///< The spelling of the last login status.
  std::string api_status;              ///< The spelling of the envelope's status.
  std::string error_type;              ///< The API's strictly typed error.
  std::string error_hash;              ///< The API's grouping hash, worth quoting to its owner.
  std::optional<Secret> message;       ///< Written for the host.
  std::optional<Secret> display_text;  ///< Written for the end user.
  /// Our own words: which member was wrong, which bound ended the wait, what a function of the host's threw.
  std::string reason;
  /// What of the last reply was not as described, and so was read otherwise or left out; our own words too.
  std::vector<std::string> odd_members{};
  unsigned polls_failed = 0;  ///< How many polls of the login got no answer: it asked again each time.
  std::string poll_failure;   ///< Why the newest of them did not, in our own words.
};

/// The end of a login.
struct Outcome {
  OutcomeKind kind = OutcomeKind::outcome_unknown;
  std::vector<AccountTokens> accounts;  ///< Of a login that succeeded.
  std::optional<std::chrono::seconds> expires_in;
  std::optional<std::chrono::seconds> refresh_token_expires_in;
  bool requires_reauthentication = false;  ///< The tokens cannot be refreshed: log in again.
  std::optional<std::chrono::seconds> retry_after;
  /// An authenticator's clock was wrong: the code was reckoned by the institution's, which is so far ahead of it (below
  /// zero: behind it). Set the clock of this machine.
  std::optional<std::chrono::seconds> clock_correction{};
  bool violation_seen = false;  ///< A reply came that may not follow; the login went on, because it is not strict.
  Diagnostics diagnostics;
  std::uint64_t login = 0;  ///< What an observer's events call it; 0 where there is no observer.
};

}  // namespace sallyport
