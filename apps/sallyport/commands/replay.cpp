#include "commands/commands.hpp"
#include "files/file.hpp"
#include "runtime/failure.hpp"
#include "view/output.hpp"

#include <sallyport/engine/flight_record.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace sallyport::app {
namespace {

std::string right_aligned(std::string const& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string left_aligned(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string milliseconds(Duration span) {
  return std::to_string(std::chrono::floor<std::chrono::milliseconds>(span).count()) + " ms";
}

/// "challenge challengeIssued phone mfaFlow, 60 s"
std::string event_of(FlightStep const& step) {
  if (step.undone) return "not sent";
  std::string text(name_of(step.event));
  if (!step.verdict) return text;
  auto const& verdict = *step.verdict;
  text.append(" ").append(wire_name(verdict.status));
  if (verdict.mfa_type) text.append(" ").append(wire_name(*verdict.mfa_type));
  if (verdict.flow_step) text.append(" ").append(wire_name(*verdict.flow_step));
  if (verdict.life_span) text.append(", ").append(std::to_string(verdict.life_span->count())).append(" s");
  return text;
}

std::string decision_of(FlightStep const& step) {
  if (step.undone) return "put back";
  if (step.action) return std::string(name_of(*step.action));
  return step.refusal ? "refused: " + std::string(name_of(*step.refusal)) : "refused";
}

std::string line_of(ReplayedStep const& step) {
  auto const& decided = step.decided;
  auto line = right_aligned(std::to_string(step.number), 4) +
              right_aligned(milliseconds(decided.at.time_since_epoch()), 12) + "  " +
              left_aligned(std::string(name_of(decided.before)), 15) + left_aligned(event_of(decided), 48) + "-> " +
              left_aligned(std::string(name_of(decided.after)), 16) + decision_of(decided);
  if (decided.alarm) {
    auto const wait = decided.alarm->at - decided.at;
    line.append(", ").append(name_of(decided.alarm->event)).append(" in ").append(milliseconds(wait));
  }
  return line;
}

}  // namespace

int replay(ReplayOptions const& options) {
  auto const text = read_file("replay", options.file);
  auto const record = read_flight_record(text.reveal());
  if (!record) throw UsageError("replay", options.file + ": " + record.error().message());
  print_line(std::string(name_of(record->role)) + " at " + std::string(wire_name(record->broker)) + ", " +
             std::to_string(record->steps.size()) + " steps after " + std::to_string(record->dropped) +
             " that are gone, from the state " + std::string(name_of(record->begin.state)) + " on");
  std::string difference;
  auto const same = sallyport::replay(*record, [&difference](ReplayedStep const& step) {
    print_line(line_of(step));
    if (!step.difference.empty()) difference = "step " + std::to_string(step.number) + ": " + step.difference;
  });
  if (!same) throw Failure("replay: " + options.file + ": " + difference);
  print_line("Every step was decided as it was recorded.");
  return exit_success;
}

}  // namespace sallyport::app
