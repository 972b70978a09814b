#pragma once

#include "exchange.hpp"
#include "login_request.hpp"

#include <sallyport/engine/session.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/codec.hpp>
#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/prompt.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sallyport {

/// What a reply to POST authenticate says: a status of the login, or why there is none.
struct LoginReply {
  std::optional<AuthResponse> response;
  OutcomeKind refusal = OutcomeKind::protocol_violation;  ///< Where `response` is empty.
  std::optional<std::chrono::seconds> retry_after;
  Diagnostics diagnostics;
};

[[nodiscard]] LoginReply read_login_reply(HttpReply const& reply, WireBounds const& bounds);

/// The part of a reply that the engine needs. Two replies with one fingerprint are the same challenge.
[[nodiscard]] Verdict verdict_of(AuthResponse const& response, std::uint64_t fingerprint);
[[nodiscard]] Verdict verdict_of(AuthResponse const& response, StepFields const& fields);

/// The door at which the session stands.
/// Tells one challenge from another within this build.
[[nodiscard]] std::uint64_t fingerprint_of(AuthResponse const& response);

[[nodiscard]] Prompt make_prompt(Session const& session, AuthResponse const& door, StepFields const& fields);

/// How a session that stands at an end has ended. `response` is the reply that ended it, where one did.
[[nodiscard]] Outcome make_outcome(Session const& session, AuthResponse* response, Diagnostics diagnostics);

}  // namespace sallyport
