#include <sallyport/engine/flight_record.hpp>

#include "record/flight_format.hpp"

#include <algorithm>
#include <chrono>

namespace sallyport {
namespace {

std::optional<EngineErrc> engine_code(boost::system::error_code ec) noexcept {
  if (ec.category() != engine_category()) return std::nullopt;
  return static_cast<EngineErrc>(ec.value());
}

/// A reply's event is its status's; one that a driver made up carries no status.
bool has_verdict(Event const& event) noexcept {
  return is_verdict(event.type) && verdict_row(event.verdict).event == event.type;
}

/// Numbers for challenges in the order of their appearance, instead of what was hashed.
class Numbers {
public:
  std::uint64_t of(std::uint64_t fingerprint) {
    auto const found = std::ranges::find(seen_, fingerprint);
    auto const index = found - seen_.begin();
    if (found == seen_.end()) seen_.push_back(fingerprint);
    return static_cast<std::uint64_t>(index) + 1;
  }

private:
  std::vector<std::uint64_t> seen_;
};

}  // namespace

FlightStep flight_step(Session const& before, Event const& event, boost::system::result<Action> const& decided,
                       Session const& after, TimePoint at) {
  FlightStep step;
  step.at = at;
  step.event = event.type;
  if (has_verdict(event)) step.verdict = event.verdict;
  step.before = before.state();
  step.after = after.state();
  if (decided) {
    step.action = *decided;
  } else {
    step.refusal = engine_code(decided.error());
  }
  step.standing = after.status();
  step.alarm = after.alarm();
  return step;
}

FlightStep undone_step(Session const& before, Session const& after, TimePoint at) {
  FlightStep step;
  step.at = at;
  step.undone = true;
  step.before = before.state();
  step.after = after.state();
  step.standing = after.status();
  step.alarm = after.alarm();
  return step;
}

FlightRing::FlightRing(Session const& begin, BrokerType broker, std::size_t steps_max)
    : limits_(begin.limits()),
      base_(begin.with_limits(limits_)),
      undo_(base_),
      broker_(broker),
      steps_max_(std::max(steps_max, steps_min)) {}

void FlightRing::note(FlightStep const& step) {
  // A record begins where a session can stand: idle or at a door, not in the midst of a request.
  while (steps_.size() >= steps_max_) {
    do {
      drop_oldest();
    } while (is_in_flight(base_.state()) && !steps_.empty());
  }
  steps_.push_back(step);
}

void FlightRing::drop_oldest() {
  auto const step = steps_.front();
  steps_.pop_front();
  ++dropped_;
  if (step.undone) {
    base_ = undo_;
    return;
  }
  auto const before = base_;
  auto const event = step.verdict ? Event(*step.verdict) : Event(step.event);
  auto const decided = base_.step(event, step.at);
  if (decided && is_in_flight(base_.state())) undo_ = before;
}

FlightRecord FlightRing::record() const {
  FlightRecord record{.role = base_.role(),
                      .broker = broker_,
                      .limits = limits_,
                      .begin = {},
                      .moments = {},
                      .dropped = dropped_,
                      .steps = {steps_.begin(), steps_.end()}};
  auto const start = steps_.empty() ? TimePoint{} : steps_.front().at;
  auto const begin = save_session(base_, {.steady = start, .wall = flight::epoch});
  if (!begin) {  // It is over, or its limits are such that nobody can say where it stands.
    record.dropped += steps_.size();
    record.steps.clear();
    record.begin.role = record.role;
    return record;
  }
  record.begin = *begin;
  if (record.begin.state != State::idle) {
    auto const since_start = [start](TimePoint moment) { return moment - start.time_since_epoch(); };
    auto const moments = base_.moments();
    record.moments = {since_start(moments.flow_deadline), since_start(moments.step_deadline),
                      since_start(moments.restart_at), since_start(moments.poll_at)};
  }
  Numbers numbers;
  Numbers questions;
  if (record.begin.state != State::idle) record.begin.fingerprint = numbers.of(record.begin.fingerprint);
  auto& kinds = record.begin.kinds;
  for (std::size_t index = 0; index < kinds.count; ++index) {
    auto& kind = kinds.kinds.at(index);
    if ((kind & question_bit) != 0) kind = static_cast<std::uint16_t>(question_bit | questions.of(kind));
  }
  for (auto& step : record.steps) {
    step.at -= start.time_since_epoch();
    if (step.alarm) step.alarm->at -= start.time_since_epoch();
    if (!step.verdict) continue;
    step.verdict->fingerprint = numbers.of(step.verdict->fingerprint);
    auto& question = step.verdict->question;
    if (question != 0) question = static_cast<std::uint16_t>(questions.of(question_bit | question));
  }
  return record;
}

}  // namespace sallyport
