#pragma once

#include <sallyport/engine/transition_table.hpp>
#include <sallyport/engine/verdict_table.hpp>
#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/status.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sallyport {

/// What a reply says, as far as the engine needs it: no text, no secret.
struct Verdict {
  AuthStatus status = AuthStatus::unknown;
  std::optional<MfaType> mfa_type;
  std::optional<AuthFlowStep> flow_step;
  /// `challengeExpiresInSeconds`; zero and below say as little as nothing does.
  std::optional<std::chrono::seconds> life_span;
  /// Tells one challenge from another: a hash of its id, or of its text where it has none.
  std::uint64_t fingerprint = 0;
  /// Tells one security question from another by its words, without its numbers; 0 where the challenge is none.
  std::uint16_t question = 0;
  /// Whether a timer may ask for news of a wait. False where the scheme wants credentials with it: law 1 makes that
  /// an act of the user.
  bool polled = true;
  /// Whether the scheme lists something to type, which overrules a factor that is confirmed elsewhere.
  bool typed = false;
};

/// The row that this reply means.
[[nodiscard]] constexpr VerdictRow verdict_row(Verdict const& reply) noexcept {
  return reply.typed ? verdict_row(reply.status) : verdict_row(reply.status, reply.mfa_type);
}

/// Something that happens to a login. A verdict is an event too; which one, the verdict table says.
struct Event {
  EventType type = EventType::cancel;
  Verdict verdict{};

  Event(EventType what) noexcept : type(what) {}
  Event(Verdict const& reply) noexcept : type(verdict_row(reply).event), verdict(reply) {}
};

}  // namespace sallyport
