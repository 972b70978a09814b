#pragma once

// What may follow what, written out a second time by hand.

#include "session_support.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace sallyport::engine_test {

// The columns are the statuses in the order of the enum, '+' where the status of the column may follow the one of the
// row: unknown failed challengeFailed succeeded, challengeIssued mfaRequired openInBrokerModule delayed,
// deviceConfirmationRequired emailVerification emailReceived captchaChallenge, faceVerification bindMfaRequired
// apiKeyGenerationError qrCodeRequired, qrCodeExpired deviceLoginVerified.
inline constexpr std::string_view after_a_start = "++.+ ++++ ++.+ ++++ ..";

inline constexpr std::string_view after_status[] = {
    /* unknown */ "++.+ ...+ .... .... ..",
    /* failed */ ".... .... .... .... ..",
    /* challengeFailed */ "++++ ++.+ +... +++. ..",
    /* succeeded */ ".... .... .... .... ..",
    /* challengeIssued */ "++++ ++.+ +... +++. ..",
    /* mfaRequired */ "++++ ++.+ +... +++. ..",
    /* openInBrokerModule */ ".... .... .... .... ..",
    /* delayed */ "++.+ ++++ ++.+ ++++ ..",
    /* deviceConfirmationRequired */ "++.+ ++.+ +... .... ..",
    /* emailVerification */ "++.+ ...+ .++. .... .+",
    /* emailReceived */ "++.+ ++.+ ++++ +... ..",
    /* captchaChallenge */ "++++ ++.+ ++.+ +... ..",
    /* faceVerification */ "++.+ .+.+ .... +++. ..",
    /* bindMfaRequired */ "++.+ ++++ ++.+ ++++ ..",
    /* apiKeyGenerationError */ "++.+ ++++ ++.+ ++++ ..",
    /* qrCodeRequired */ "++.+ .+.+ .... ...+ ++",
    /* qrCodeExpired */ "++.+ ...+ .... ...+ ..",
    /* deviceLoginVerified */ "++.+ ++++ ++.+ ++++ ..",
};

// unknown loginPassword mfaFlow faceVerification createAPIKey loginQrCode.
inline constexpr std::string_view after_step[] = {
    /* unknown */ "++++++",
    /* loginPassword */ "+++++.",
    /* mfaFlow */ "+.+++.",
    /* faceVerification */ "+.+++.",
    /* createAPIKey */ "+...+.",
    /* loginQrCode */ "++++++",
};

inline bool status_fits(std::optional<AuthStatus> before, AuthStatus next) {
  auto const row = before ? after_status[static_cast<std::size_t>(*before)] : after_a_start;
  auto const column = static_cast<std::size_t>(next);
  return row[column + column / 4] == '+';
}

inline bool step_fits(std::optional<AuthFlowStep> before, std::optional<AuthFlowStep> next) {
  if (!before || !next) return true;
  return after_step[static_cast<std::size_t>(*before)][static_cast<std::size_t>(*next)] == '+';
}

/// All flow steps, and none.
inline std::optional<AuthFlowStep> optional_step_at(std::size_t index) {
  if (index == 0) return std::nullopt;
  return static_cast<AuthFlowStep>(index - 1);
}
inline constexpr std::size_t optional_step_count = step_count + 1;

}  // namespace sallyport::engine_test
