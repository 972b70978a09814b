#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/prompt.hpp>

namespace sallyport {

std::string_view name_of(PromptKind kind) noexcept {
  switch (kind) {
    case PromptKind::input: return "input";
    case PromptKind::act_elsewhere: return "act_elsewhere";
    case PromptKind::confirm: return "confirm";
    case PromptKind::wait: return "wait";
    case PromptKind::restart: return "restart";
    case PromptKind::another_way: return "another_way";
  }
  return "unknown";
}

std::string_view name_of(OutcomeKind kind) noexcept {
  switch (kind) {
    case OutcomeKind::succeeded: return "succeeded";
    case OutcomeKind::denied: return "denied";
    case OutcomeKind::attempts_exhausted: return "attempts_exhausted";
    case OutcomeKind::expired: return "expired";
    case OutcomeKind::user_absent: return "user_absent";
    case OutcomeKind::superseded: return "superseded";
    case OutcomeKind::locked: return "locked";
    case OutcomeKind::rate_limited: return "rate_limited";
    case OutcomeKind::action_needed: return "action_needed";
    case OutcomeKind::handed_off: return "handed_off";
    case OutcomeKind::unsupported: return "unsupported";
    case OutcomeKind::rejected: return "rejected";
    case OutcomeKind::unavailable: return "unavailable";
    case OutcomeKind::server_failure: return "server_failure";
    case OutcomeKind::protocol_violation: return "protocol_violation";
    case OutcomeKind::outcome_unknown: return "outcome_unknown";
    case OutcomeKind::cancelled: return "cancelled";
    case OutcomeKind::would_risk_lockout: return "would_risk_lockout";
  }
  return "unknown";
}

}  // namespace sallyport
