#include <sallyport/engine/flight_record.hpp>

#include <chrono>
#include <utility>

namespace sallyport {
namespace {

std::string decision_of(FlightStep const& step) {
  if (step.undone) return "undone";
  if (step.action) return std::string(name_of(*step.action));
  return step.refusal ? "refused as " + std::string(name_of(*step.refusal)) : "refused";
}

std::string standing_of(FlightStep const& step) {
  return step.standing ? std::string(wire_name(*step.standing)) : std::string("none");
}

std::string other(std::string_view what, std::string const& recorded, std::string const& decided) {
  return std::string(what) + " was " + recorded + ", is " + decided;
}

std::string difference(FlightStep const& recorded, FlightStep const& decided) {
  if (recorded.event != decided.event) {
    return other("the event", std::string(name_of(recorded.event)), std::string(name_of(decided.event)));
  }
  if (recorded.before != decided.before) {
    return other("the state before", std::string(name_of(recorded.before)), std::string(name_of(decided.before)));
  }
  if (recorded.after != decided.after) {
    return other("the state", std::string(name_of(recorded.after)), std::string(name_of(decided.after)));
  }
  if (recorded.action != decided.action || recorded.refusal != decided.refusal) {
    return other("the decision", decision_of(recorded), decision_of(decided));
  }
  if (recorded.standing != decided.standing) return other("the status", standing_of(recorded), standing_of(decided));
  if (recorded.alarm != decided.alarm) return "the alarm is another";
  return {};
}

}  // namespace

bool replay(FlightRecord const& record, std::function<void(ReplayedStep const&)> const& show) {
  auto const begun = restore_session(record.begin, record.limits, {.steady = {}, .wall = record.begin.saved_at});
  if (!begun) return false;
  auto session = record.begin.state == State::idle ? *begun : begun->with_moments(record.moments);
  auto undo = session;
  std::size_t number = 0;
  for (auto const& recorded : record.steps) {
    auto const before = session;
    FlightStep decided;
    if (recorded.undone) {
      session = undo;
      decided = undone_step(before, session, recorded.at);
      decided.event = recorded.event;
    } else {
      auto const event = recorded.verdict ? Event(*recorded.verdict) : Event(recorded.event);
      auto const action = session.step(event, recorded.at);
      if (action && is_in_flight(session.state())) undo = before;
      decided = flight_step(before, event, action, session, recorded.at);
    }
    ReplayedStep const step{
        .number = ++number, .recorded = recorded, .decided = decided, .difference = difference(recorded, decided)};
    show(step);
    if (!step.difference.empty()) return false;
  }
  return true;
}

}  // namespace sallyport
