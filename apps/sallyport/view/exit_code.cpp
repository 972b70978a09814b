#include "view/exit_code.hpp"

#include <array>

namespace sallyport::app {
namespace {

// The outcomes begin at 10, so that the shell's and the program's own codes stay apart from them.
constexpr auto rows = std::to_array<ExitCodeRow>({
    {0, "succeeded", "the login succeeded, or the command did what it was asked"},
    {1, "failure",
     "it could not be carried out: no connection, a file that cannot be read, a stale graph, a replay that differs"},
    {2, "usage", "the command line is wrong; nothing was done"},
    {3, "input_missing", "a door wanted something, and there was no terminal to ask at; the login was given up"},
    {10, "denied", "the institution refused: wrong credentials, a push turned down"},
    {11, "attempts_exhausted", "too many wrong answers to one challenge"},
    {12, "expired", "the challenge's life span was over before it was answered"},
    {13, "user_absent", "nobody acted within the life span of a step or of the login"},
    {14, "superseded", "a newer login of the same user took its place"},
    {15, "locked", "the account is locked"},
    {16, "rate_limited", "the server asks for fewer requests"},
    {17, "action_needed", "the user must do something at the institution first"},
    {18, "handed_off", "the login goes on in a hosted module"},
    {19, "unsupported", "a login status that this version does not know"},
    {20, "rejected", "the API refused the request itself"},
    {21, "unavailable", "the API is out of service"},
    {22, "server_failure", "the API failed; the institution may have seen the attempt"},
    {23, "protocol_violation", "a reply that is not a message of the API, or may not follow"},
    {24, "outcome_unknown", "a request may have arrived and no reply came: look before you try again"},
    {25, "cancelled", "given up: Ctrl-C, SIGTERM, /cancel, or the end of the input"},
    {26, "would_risk_lockout", "the account could get locked; nothing was sent"},
});

}  // namespace

std::span<ExitCodeRow const> exit_code_rows() noexcept {
  return rows;
}

int exit_code_of(OutcomeKind kind) noexcept {
  switch (kind) {
    case OutcomeKind::succeeded: return exit_success;
    case OutcomeKind::denied: return 10;
    case OutcomeKind::attempts_exhausted: return 11;
    case OutcomeKind::expired: return 12;
    case OutcomeKind::user_absent: return 13;
    case OutcomeKind::superseded: return 14;
    case OutcomeKind::locked: return 15;
    case OutcomeKind::rate_limited: return 16;
    case OutcomeKind::action_needed: return 17;
    case OutcomeKind::handed_off: return 18;
    case OutcomeKind::unsupported: return 19;
    case OutcomeKind::rejected: return 20;
    case OutcomeKind::unavailable: return 21;
    case OutcomeKind::server_failure: return 22;
    case OutcomeKind::protocol_violation: return 23;
    case OutcomeKind::outcome_unknown: return 24;
    case OutcomeKind::cancelled: return 25;
    case OutcomeKind::would_risk_lockout: return 26;
  }
  return exit_failure;
}

std::string exit_code_table() {
  std::string table;
  for (auto const& row : rows) {
    auto const code = std::to_string(row.code);
    table.append(4 - code.size(), ' ').append(code).append("  ").append(row.name);
    table.append(20 - row.name.size(), ' ').append(row.meaning).append("\n");
  }
  return table;
}

}  // namespace sallyport::app
