#pragma once

#include "http/exchange.hpp"
#include "login/login_request.hpp"

#include <sallyport/engine/session.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/codec.hpp>
#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/prompt.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sallyport {

/// What a reply to POST authenticate says: a status of the login, or why there is none. The envelope stays where it was
/// read: it is large.
struct LoginReply {
  CodecResult<ApiResult<AuthResponse>> envelope;
  unsigned http_status = 0;
  OutcomeKind refusal = OutcomeKind::protocol_violation;  ///< Where there is no response.
  std::optional<std::chrono::seconds> retry_after;
  std::optional<PeerClock> peer_clock;
  std::optional<Secret> detail;  ///< The peer's words where there is no envelope.
  std::string reason;            ///< Ours, where there is no response.

  [[nodiscard]] AuthResponse* response() noexcept;
};

/// Tolerant unless `strict`.
[[nodiscard]] LoginReply read_login_reply(HttpReply const& reply, WireBounds const& bounds, bool strict = false);

/// What a reply says beside its door, as it came: of few replies somebody asks for the diagnostics.
struct ReplyNote {
  unsigned http_status = 0;
  std::optional<Open<AuthStatus>> status;
  std::optional<Open<ApiResultStatus>> api_status;
  std::optional<std::string> error_type;
  std::optional<std::string> error_hash;
  std::optional<Secret> message;
  std::optional<Secret> display_text;
  std::string reason;
  std::vector<OddMember> odd_members;
  std::optional<PeerClock> peer_clock;
};

/// Leaves the response in the reply.
[[nodiscard]] ReplyNote take_note(LoginReply& reply);
[[nodiscard]] Diagnostics diagnostics_of(ReplyNote note);

/// The part of a reply that the engine needs. Two replies with one fingerprint are the same challenge.
[[nodiscard]] Verdict verdict_of(AuthResponse const& response, std::uint64_t fingerprint);
[[nodiscard]] Verdict verdict_of(AuthResponse const& response, StepFields const& fields);

/// Tells one challenge from another within this build.
[[nodiscard]] std::uint64_t fingerprint_of(AuthResponse const& response);

/// The door at which the session stands.
[[nodiscard]] Prompt make_prompt(Session const& session, AuthResponse const& door, StepFields const& fields);

/// How a session that stands at an end has ended. `response` is the reply that ended it, where one did.
[[nodiscard]] Outcome make_outcome(Session const& session, AuthResponse* response, Diagnostics diagnostics);

}  // namespace sallyport
