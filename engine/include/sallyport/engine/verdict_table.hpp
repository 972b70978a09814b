#pragma once

// The verdicts: what each status of the API means to the dialogue, what it wants, and what may come after it.
// A new status of the API is a row here. [D], [U], [P], [I] as in docs/protocol.md.

#include <sallyport/engine/transition_table.hpp>
#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/status.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

/// What a status wants from whom.
enum class Want : std::uint8_t {
  nothing,
  input,          ///< The user types something.
  act_elsewhere,  ///< The user does something on another device; we poll.
  restart,        ///< The user starts over; no answer is taken.
  hand_off,       ///< The host goes on elsewhere.
};

/// Which life span ends the wait that a status begins.
enum class Bound : std::uint8_t {
  none,       ///< The login is over.
  kept,       ///< The one that runs: a wrong answer does not prolong a challenge.
  challenge,  ///< `challengeExpiresInSeconds`, else `Limits::challenge_life_span`.
  step,       ///< `challengeExpiresInSeconds`, else `Limits::step_life_span`.
  flow,       ///< `Limits::flow_life_span` alone.
};

struct VerdictRow {
  AuthStatus status;
  EventType event;
  Want want;
  Bound bound;
};

namespace verdicts {
using enum AuthStatus;
using E = EventType;
using W = Want;
using B = Bound;

// clang-format off
inline constexpr auto rows = std::to_array<VerdictRow>({
  { unknown,                      E::hand_off,     W::hand_off,      B::none      },
  { failed,                       E::denied,       W::nothing,       B::none      },
  { challenge_failed,             E::wrong_answer, W::input,         B::kept      },
  { succeeded,                    E::granted,      W::nothing,       B::none      },
  { challenge_issued,             E::challenge,    W::input,         B::challenge },
  { mfa_required,                 E::challenge,    W::input,         B::step      },
  { open_in_broker_module,        E::hand_off,     W::hand_off,      B::none      },
  { delayed,                      E::wait,         W::nothing,       B::flow      },
  { device_confirmation_required, E::wait,         W::act_elsewhere, B::step      },
  { email_verification,           E::wait,         W::act_elsewhere, B::step      },
  { email_received,               E::wait,         W::nothing,       B::step      },
  { captcha_challenge,            E::challenge,    W::input,         B::step      },
  { face_verification,            E::wait,         W::act_elsewhere, B::step      },
  { bind_mfa_required,            E::challenge,    W::restart,       B::step      },
  { api_key_generation_error,     E::challenge,    W::restart,       B::step      },
  { qr_code_required,             E::wait,         W::act_elsewhere, B::challenge },
  { qr_code_expired,              E::challenge,    W::restart,       B::step      },
  { device_login_verified,        E::challenge,    W::restart,       B::step      },
});
// clang-format on

using StatusSet = std::uint32_t;

template <class... Status>
[[nodiscard]] constexpr StatusSet set_of(Status... status) noexcept {
  return (StatusSet{0} | ... | (StatusSet{1} << static_cast<unsigned>(status)));
}

// Any reply may grant, deny, put off, or use a status that we do not know yet.
inline constexpr StatusSet always = set_of(succeeded, failed, delayed, unknown);
// "Any challenge": what a first post may meet.
inline constexpr StatusSet challenges = set_of(challenge_issued, mfa_required, device_confirmation_required,
                                               email_verification, captcha_challenge, face_verification);
inline constexpr StatusSet key_creation = set_of(bind_mfa_required, api_key_generation_error);
inline constexpr StatusSet after_start =
    always | challenges | key_creation | set_of(open_in_broker_module, qr_code_required);
inline constexpr StatusSet after_code =
    always | key_creation |
    set_of(challenge_failed, challenge_issued, mfa_required, device_confirmation_required, face_verification);

/// What may follow each status, in the order of the enum; whatever wants a restart is followed by a start.
// clang-format off
inline constexpr auto followers = std::to_array<StatusSet>({
  /* unknown */                      always,
  /* failed */                       0,
  /* challenge_failed */             after_code,
  /* succeeded */                    0,
  /* challenge_issued */             after_code,
  /* mfa_required */                 after_code,
  /* open_in_broker_module */        0,
  /* delayed */                      after_start,
  /* device_confirmation_required */ always | set_of(device_confirmation_required, mfa_required, challenge_issued),
  /* email_verification */           always | set_of(email_verification, email_received, device_login_verified),
  /* email_received */               always | challenges | set_of(email_received),
  /* captcha_challenge */            always | challenges | set_of(challenge_failed),
  /* face_verification */            always | key_creation | set_of(face_verification, mfa_required),
  /* bind_mfa_required */            after_start,
  /* api_key_generation_error */     after_start,
  /* qr_code_required */             always | set_of(qr_code_required, qr_code_expired, mfa_required,
                                                     device_login_verified),
  /* qr_code_expired */              always | set_of(qr_code_required),
  /* device_login_verified */        after_start,
});

using StepSet = std::uint8_t;
using S = AuthFlowStep;

template <class... Step>
[[nodiscard]] constexpr StepSet steps_of(Step... step) noexcept {
  return static_cast<StepSet>((0U | ... | (1U << static_cast<unsigned>(step))));
}

/// loginPassword -> mfaFlow -> faceVerification -> createAPIKey, and loginQrCode -> any of them.
inline constexpr auto step_followers = std::to_array<StepSet>({
  /* unknown */           0xFF,
  /* login_password */    steps_of(S::unknown, S::login_password, S::mfa_flow, S::face_verification, S::create_api_key),
  /* mfa_flow */          steps_of(S::unknown, S::mfa_flow, S::face_verification, S::create_api_key),
  /* face_verification */ steps_of(S::unknown, S::face_verification, S::mfa_flow, S::create_api_key),
  /* create_api_key */    steps_of(S::unknown, S::create_api_key),
  /* login_qr_code */     0xFF,
});
// clang-format on
}  // namespace verdicts

inline constexpr auto& verdict_rows = verdicts::rows;

/// The row of a status; every status has one.
[[nodiscard]] constexpr VerdictRow verdict_row(AuthStatus status) noexcept {
  return verdicts::rows[static_cast<std::size_t>(status)];
}

/// A factor that the user confirms on another device [P]: nothing is typed here.
[[nodiscard]] constexpr bool is_decoupled(std::optional<MfaType> factor) noexcept {
  return factor == MfaType::mobile || factor == MfaType::roaming || factor == MfaType::read_email ||
         factor == MfaType::face || factor == MfaType::qr_code;
}

/// The same, where nothing is known to be typed: under the statuses for codes the factor decides what is wanted [I].
[[nodiscard]] constexpr VerdictRow verdict_row(AuthStatus status, std::optional<MfaType> factor) noexcept {
  auto row = verdict_row(status);
  auto const is_for_codes = status == AuthStatus::challenge_issued || status == AuthStatus::mfa_required;
  if (!is_for_codes || !is_decoupled(factor)) return row;
  row.event = EventType::wait;
  row.want = Want::act_elsewhere;
  return row;
}

/// Whether a reply `next` may follow the reply `status`; nothing stands for a first post or a restart. A reply without
/// a flow step fits any.
[[nodiscard]] constexpr bool may_follow(std::optional<AuthStatus> status, std::optional<AuthFlowStep> step,
                                        AuthStatus next, std::optional<AuthFlowStep> next_step) noexcept {
  auto const allowed = status ? verdicts::followers[static_cast<std::size_t>(*status)] : verdicts::after_start;
  if ((allowed >> static_cast<unsigned>(next) & 1U) == 0) return false;
  if (!step || !next_step) return true;
  auto const steps = verdicts::step_followers[static_cast<std::size_t>(*step)];
  return (static_cast<unsigned>(steps) >> static_cast<unsigned>(*next_step) & 1U) != 0;
}

[[nodiscard]] std::string_view name_of(Want want) noexcept;
[[nodiscard]] std::string_view name_of(Bound bound) noexcept;

}  // namespace sallyport
