#include <sallyport/engine/flight_record.hpp>

#include "record/flight_format.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace sallyport {
namespace {

/// One line, written field by field.
class LineWriter {
public:
  LineWriter(std::string& text, std::string_view word) : text_(&text) { text_->append(word); }
  LineWriter(LineWriter const&) = delete;
  LineWriter& operator=(LineWriter const&) = delete;
  ~LineWriter() { text_->push_back('\n'); }

  LineWriter& put(std::string_view name, std::string_view value) {
    text_->append(" ").append(name).append("=").append(value);
    return *this;
  }
  LineWriter& put(std::string_view name, std::int64_t value) {
    return put(name, std::string_view(std::to_string(value)));
  }
  LineWriter& put(std::string_view name, Duration value) { return put(name, std::int64_t{value.count()}); }
  LineWriter& put_flag(std::string_view name, bool value) { return put(name, value ? "1" : "0"); }

  /// The part of a reply or of a door that says what it is.
  LineWriter& put_status(std::optional<AuthStatus> status, std::optional<MfaType> factor,
                         std::optional<AuthFlowStep> step) {
    if (status) put("status", wire_name(*status));
    if (factor) put("mfa", wire_name(*factor));
    if (step) put("flow", wire_name(*step));
    return *this;
  }

private:
  std::string* text_;
};

void write_limits(std::string& text, Limits const& limits) {
  LineWriter line(text, "limits");
  for (auto const& [name, member] : flight::limit_durations) line.put(name, limits.*member);
  for (auto const& [name, member] : flight::limit_counts) line.put(name, std::int64_t{limits.*member});
  for (auto const& [name, member] : flight::limit_large_counts) line.put(name, std::int64_t{limits.*member});
  line.put_flag("strict", limits.strict);
}

/// The kinds at which the login has stood, one after the other.
std::string text_of(ChallengeKinds const& kinds) {
  std::string text;
  for (std::size_t index = 0; index < kinds.count; ++index) {
    if (index > 0) text.push_back(',');
    text.append(std::to_string(kinds.kinds[index]));
  }
  return text;
}

void write_begin(std::string& text, FlightRecord const& record) {
  auto const& begin = record.begin;
  LineWriter line(text, "begin");
  line.put("state", name_of(begin.state));
  if (begin.state == State::idle) return;
  line.put_status(begin.status, begin.mfa_type, begin.flow_step);
  line.put("challenge", static_cast<std::int64_t>(begin.fingerprint));
  for (auto const& [name, member] : flight::door_moments) line.put(name, (record.moments.*member).time_since_epoch());
  line.put("poll_interval", begin.poll_interval);
  for (auto const& [name, member] : flight::door_counts) line.put(name, std::int64_t{begin.*member});
  for (auto const& [name, member] : flight::door_small_counts) line.put(name, std::int64_t{begin.*member});
  for (auto const& [name, member] : flight::door_flags) line.put_flag(name, begin.*member);
  line.put("kinds", text_of(begin.kinds));
  line.put("answered", std::int64_t{begin.kinds.answered}).put("kind", std::int64_t{begin.kinds.present});
}

void write_step(std::string& text, FlightStep const& step) {
  LineWriter line(text, step.undone ? "undo" : "step");
  line.put("at", step.at.time_since_epoch());
  if (!step.undone) line.put("event", name_of(step.event));
  if (step.verdict) {
    auto const& verdict = *step.verdict;
    line.put_status(verdict.status, verdict.mfa_type, verdict.flow_step);
    if (verdict.life_span) line.put("life", std::int64_t{verdict.life_span->count()});
    line.put("challenge", static_cast<std::int64_t>(verdict.fingerprint)).put_flag("polled", verdict.polled);
    if (verdict.typed) line.put_flag("typed", true);
    if (verdict.question != 0) line.put("question", std::int64_t{verdict.question});
  }
  line.put("was", name_of(step.before)).put("now", name_of(step.after));
  if (step.action) line.put("does", name_of(*step.action));
  if (step.refusal) line.put("refused", name_of(*step.refusal));
  if (step.standing) line.put("stands", wire_name(*step.standing));
  if (step.alarm) line.put("alarm", name_of(step.alarm->event)).put("rings", step.alarm->at.time_since_epoch());
}

}  // namespace

std::string write_flight_record(FlightRecord const& record) {
  std::string text;
  text.append(flight::title).append(" ").append(std::to_string(flight::version)).append("\n");
  LineWriter(text, "login")
      .put("role", name_of(record.role))
      .put("broker", wire_name(record.broker))
      .put("dropped", static_cast<std::int64_t>(record.dropped));
  write_limits(text, record.limits);
  write_begin(text, record);
  for (auto const& step : record.steps) write_step(text, step);
  return text;
}

}  // namespace sallyport
