#pragma once

// A flight record: the newest transitions of one login, as shapes and moments. It has no value in it, neither of the
// user nor of the broker, by its types: enums, counts and durations. So it is safe to attach to a bug report, and a
// build that decides otherwise than the recorded one is told by `replay`.

#include <sallyport/engine/error.hpp>
#include <sallyport/engine/event.hpp>
#include <sallyport/engine/limits.hpp>
#include <sallyport/engine/session.hpp>
#include <sallyport/engine/session_snapshot.hpp>
#include <sallyport/engine/time.hpp>
#include <sallyport/engine/transition_table.hpp>
#include <sallyport/protocol/broker.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sallyport {

/// One event of a session and what the engine decided; or, where `undone`, that the newest act was taken back because
/// nothing of it had left.
struct FlightStep {
  TimePoint at{};
  EventType event = EventType::cancel;
  std::optional<Verdict> verdict;  ///< Of a reply that named a status.
  bool undone = false;
  State before = State::idle;
  State after = State::idle;
  std::optional<Action> action;        ///< What was to be done; nothing where the engine refused the event.
  std::optional<EngineErrc> refusal;   ///< Why it refused it.
  std::optional<AuthStatus> standing;  ///< The status that the session stands at then.
  std::optional<Alarm> alarm;          ///< When it wants to be woken then.
};
static_assert(std::is_trivially_copyable_v<FlightStep>, "a step has no room for a text or a secret");

[[nodiscard]] FlightStep flight_step(Session const& before, Event const& event,
                                     boost::system::result<Action> const& decided, Session const& after, TimePoint at);
[[nodiscard]] FlightStep undone_step(Session const& before, Session const& after, TimePoint at);

/// The newest transitions of one login. Moments count from the first of them; challenges are numbered.
struct FlightRecord {
  Role role = Role::claimant;
  BrokerType broker = BrokerType::unknown;
  Limits limits{};
  SavedSession begin{};       ///< Where the session stood before the first step; its moments are `moments`.
  SessionMoments moments{};   ///< At a door.
  std::uint64_t dropped = 0;  ///< How many steps came before the first.
  std::vector<FlightStep> steps;
};

/// Keeps the newest steps of one login. What it drops it plays itself, so that it always knows where the rest begins.
class FlightRing {
public:
  static constexpr std::size_t steps_min = 8;

  /// Keeps `steps_max` steps, `steps_min` at least, of a session that stands at `begin`.
  FlightRing(Session const& begin, BrokerType broker, std::size_t steps_max);
  FlightRing(FlightRing const&) = delete;
  FlightRing& operator=(FlightRing const&) = delete;

  void note(FlightStep const& step);
  [[nodiscard]] FlightRecord record() const;

private:
  void drop_oldest();

  Limits limits_;
  Session base_;
  Session undo_;  ///< What an undone step puts the base back to.
  BrokerType broker_;
  std::size_t steps_max_;
  std::uint64_t dropped_ = 0;
  std::deque<FlightStep> steps_;
};

/// Why a text is no flight record: the line, the field in it, and what is wrong there. It repeats no value.
struct RecordError {
  std::size_t line = 0;
  std::string field;
  std::string problem;

  /// "line 7, status: ..."
  [[nodiscard]] std::string message() const;
};

[[noreturn]] void throw_exception_from_error(RecordError const& error, boost::source_location const& location);

template <class T>
using RecordResult = boost::system::result<T, RecordError>;

/// The record as text, version 1: docs/observability.md describes it.
[[nodiscard]] std::string write_flight_record(FlightRecord const& record);
/// Reads what `write_flight_record` wrote. Lines that begin with "#" say nothing.
[[nodiscard]] RecordResult<FlightRecord> read_flight_record(std::string_view text);

/// One step of a replay: what was recorded, and what the engine of this build decides.
struct ReplayedStep {
  std::size_t number;
  FlightStep const& recorded;
  FlightStep const& decided;
  std::string difference;  ///< How they differ; "" where they do not.
};

/// Walks a session through the record and shows each step, up to the first that the engine decides otherwise. Whether
/// there was none.
[[nodiscard]] bool replay(FlightRecord const& record, std::function<void(ReplayedStep const&)> const& show);

}  // namespace sallyport
