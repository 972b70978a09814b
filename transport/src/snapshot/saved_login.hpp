#pragma once

// What a login needs to stand at its door again, and its bytes before they are sealed.

#include "login/login_reply.hpp"
#include "login/login_request.hpp"
#include "login/poll_failures.hpp"

#include <sallyport/engine/ledger.hpp>
#include <sallyport/engine/session_snapshot.hpp>
#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/transport/snapshot.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

struct SavedLogin {
  SavedSession session;
  WallTime poll_not_before{};         ///< The server asked for patience until then.
  std::optional<AccountKey> account;  ///< Who the governor counts: without credentials nobody could tell any more.
  Secret user_id;
  AuthRequest request;      ///< The first post, with what it keeps secret or without.
  std::vector<Field> held;  ///< What the login held of it, saved or not: a later step may want it again.
  AuthResponse door;        ///< What a prompt shows of it, and what an answer echoes.
  StepFields fields;
  ReplyNote note;  ///< Without the peer's words.
  PollFailures poll_failures;
  Secret cookies;  ///< Of a `CookieJar`: another process has to reach the same server behind a balancer.
};

/// A login that was opened and stands at its door on this process's clock.
struct ResumedLogin {
  SavedLogin saved;
  Session session;
  TimePoint poll_not_before{};
  std::string id;
  std::uint64_t generation = 0;
};

/// The bytes of a login; `too_large` where `unpack` would not take them back. The same login has the same bytes.
[[nodiscard]] boost::system::result<Secret> pack(SavedLogin const& saved);
/// Refuses as `malformed` whatever `pack` does not write; what the session's numbers mean, `restore_session` checks.
[[nodiscard]] boost::system::result<SavedLogin> unpack(std::string_view bytes);

/// Which fields a first post carries that `SnapshotSecrets::without` leaves out.
[[nodiscard]] std::vector<Field> held_fields(AuthRequest const& request);

/// What is saved of each. Of a door what a prompt shows and an answer echoes; neither it nor the note keeps the
/// peer's words, which may echo what the user typed.
[[nodiscard]] AuthRequest copy_to_save(AuthRequest const& request, SnapshotSecrets secrets);
[[nodiscard]] AuthResponse copy_to_save(AuthResponse const& door);
[[nodiscard]] ReplyNote copy_to_save(ReplyNote const& note);

}  // namespace sallyport
