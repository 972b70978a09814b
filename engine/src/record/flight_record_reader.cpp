#include <sallyport/engine/flight_record.hpp>

#include "record/flight_format.hpp"

#include <boost/throw_exception.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <utility>

namespace sallyport {
namespace {

/// A line whose fields are taken one by one. The first that is missing or wrong is the one that is told.
class LineReader {
public:
  static constexpr std::size_t fields_max = 64;  ///< Far more than any line has.

  LineReader(std::size_t number, std::string_view text) : number_(number), word_(cut(text)) {
    while (!text.empty() && !problem_) {
      auto const field = cut(text);
      auto const equals = field.find('=');
      auto const name = field.substr(0, equals);
      if (fields_.size() == fields_max) {
        fail({}, "one field too many for any line");
      } else if (equals == std::string_view::npos) {
        fail(name, "no field of the form name=value");
      } else if (std::ranges::find(fields_, name, &Field::first) != fields_.end()) {
        fail(name, "given twice");
      } else {
        fields_.emplace_back(name, field.substr(equals + 1));
      }
    }
  }

  [[nodiscard]] std::string_view word() const noexcept { return word_; }
  [[nodiscard]] std::optional<RecordError> const& problem() const noexcept { return problem_; }

  void fail(std::string_view field, std::string_view problem) {
    // What is no name of a field may be anything, so it is not repeated.
    auto const is_name = !field.empty() && field.size() <= 32 && std::ranges::all_of(field, [](char letter) {
      return (letter >= 'a' && letter <= 'z') || letter == '_';
    });
    if (!problem_) problem_ = RecordError{number_, is_name ? std::string(field) : "a field", std::string(problem)};
  }

  /// The value of a field; nothing where it is not there.
  std::optional<std::string_view> find(std::string_view name) {
    auto const found = std::ranges::find(fields_, name, &Field::first);
    if (found == fields_.end()) return std::nullopt;
    auto const value = found->second;
    fields_.erase(found);
    return value;
  }
  std::string_view need(std::string_view name) {
    auto const value = find(name);
    if (!value) fail(name, "missing");
    return value.value_or("");
  }

  template <class Number>
  Number number(std::string_view name, std::string_view text, Number least, Number most) {
    Number value{};
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec == std::errc::invalid_argument || end != text.data() + text.size()) {
      fail(name, "not a whole number");
    } else if (ec != std::errc{} || value < least || value > most) {
      fail(name, "out of range");
    } else {
      return value;
    }
    return least;
  }
  template <class Number>
  Number need_number(std::string_view name, Number least = 0, Number most = std::numeric_limits<Number>::max()) {
    auto const text = find(name);
    if (!text) fail(name, "missing");
    return text ? number(name, *text, least, most) : least;
  }
  Duration need_duration(std::string_view name, Duration least = {}) {
    return Duration(need_number<std::int64_t>(name, least.count(), flight::longest.count()));
  }
  bool need_flag(std::string_view name) { return need_number<unsigned>(name, 0, 1) == 1; }

  /// An enumerator of the API by its spelling on the wire; nothing where the field is not there.
  template <WireEnum E>
  std::optional<E> find_wire(std::string_view name) {
    auto const text = find(name);
    if (!text) return std::nullopt;
    auto const value = enumerator_of<E>(*text);
    if (value == E::unknown && *text != wire_name(E::unknown)) fail(name, "a value that this build does not know");
    return value;
  }
  /// One of our own enumerators, of which there are `count` from `first` on.
  template <class E>
  std::optional<E> find_named(std::string_view name, int count, int first = 0) {
    auto const text = find(name);
    if (!text) return std::nullopt;
    for (auto index = first; index < first + count; ++index) {
      if (name_of(static_cast<E>(index)) == *text) return static_cast<E>(index);
    }
    fail(name, "a value that this build does not know");
    return std::nullopt;
  }
  template <class E>
  E need_named(std::string_view name, std::size_t count) {
    auto const value = find_named<E>(name, static_cast<int>(count));
    if (!value) fail(name, "missing");
    return value.value_or(E{});
  }

  /// Complains about a field that nobody took.
  void finish() {
    if (!fields_.empty()) fail(fields_.front().first, "not a field of this line");
  }

private:
  using Field = std::pair<std::string_view, std::string_view>;

  static std::string_view cut(std::string_view& text) {
    auto const space = text.find(' ');
    auto const first = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    return first;
  }

  std::size_t number_;
  std::string_view word_;
  std::vector<Field> fields_;
  std::optional<RecordError> problem_;
};

void read_login(LineReader& line, FlightRecord& record) {
  record.role = line.need_named<Role>("role", 2);
  auto const broker = line.find_wire<BrokerType>("broker");
  if (!broker) line.fail("broker", "missing");
  record.broker = broker.value_or(BrokerType::unknown);
  record.dropped = static_cast<std::uint64_t>(line.need_number<std::int64_t>("dropped"));
}

void read_limits(LineReader& line, Limits& limits) {
  for (auto const& [name, member] : flight::limit_durations) limits.*member = line.need_duration(name);
  for (auto const& [name, member] : flight::limit_counts) limits.*member = line.need_number<std::uint8_t>(name);
  for (auto const& [name, member] : flight::limit_large_counts) limits.*member = line.need_number<std::uint16_t>(name);
  limits.strict = line.need_flag("strict");
}

void read_kinds(LineReader& line, ChallengeKinds& kinds) {
  auto rest = line.find("kinds").value_or("");
  while (!rest.empty() && kinds.count < ChallengeKinds::kinds_max) {
    auto const comma = rest.find(',');
    kinds.kinds.at(kinds.count++) =
        line.number<std::uint16_t>("kinds", rest.substr(0, comma), 0, std::numeric_limits<std::uint16_t>::max());
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  if (!rest.empty()) line.fail("kinds", "too many of them");
  kinds.answered = line.need_number<std::uint16_t>("answered");
  kinds.present = line.need_number<std::uint8_t>("kind");
}

void read_begin(LineReader& line, FlightRecord& record) {
  auto& begin = record.begin;
  begin.saved_at = flight::epoch;
  begin.role = record.role;
  begin.state = line.need_named<State>("state", state_count);
  if (begin.state != State::idle) {
    begin.status = line.find_wire<AuthStatus>("status");
    begin.mfa_type = line.find_wire<MfaType>("mfa");
    begin.flow_step = line.find_wire<AuthFlowStep>("flow");
    begin.fingerprint = static_cast<std::uint64_t>(line.need_number<std::int64_t>("challenge"));
    for (auto const& [name, member] : flight::door_moments) {
      record.moments.*member = TimePoint(line.need_duration(name, -flight::longest));
    }
    ClockReading const start{.steady = {}, .wall = flight::epoch};
    begin.flow_deadline = wall_time_of(record.moments.flow_deadline, start);
    begin.step_deadline = wall_time_of(record.moments.step_deadline, start);
    begin.restart_at = wall_time_of(record.moments.restart_at, start);
    begin.poll_at = wall_time_of(record.moments.poll_at, start);
    begin.poll_interval = line.need_duration("poll_interval");
    for (auto const& [name, member] : flight::door_counts) begin.*member = line.need_number<std::uint16_t>(name);
    for (auto const& [name, member] : flight::door_small_counts) begin.*member = line.need_number<std::uint8_t>(name);
    for (auto const& [name, member] : flight::door_flags) begin.*member = line.need_flag(name);
    read_kinds(line, begin.kinds);
  }
  if (line.problem()) return;
  auto const problem = problem_of(begin, record.limits);
  auto const colon = problem.find(": ");
  if (!problem.empty()) line.fail(problem.substr(0, colon), problem.substr(std::min(problem.size(), colon + 2)));
}

void read_verdict(LineReader& line, FlightStep& step) {
  auto const status = line.find_wire<AuthStatus>("status");
  if (!status) return;
  if (!is_verdict(step.event)) line.fail("status", "only a reply has one");
  auto& verdict = step.verdict.emplace();
  verdict.status = *status;
  verdict.mfa_type = line.find_wire<MfaType>("mfa");
  verdict.flow_step = line.find_wire<AuthFlowStep>("flow");
  using Seconds = std::int32_t;
  if (auto const life = line.find("life")) {
    auto const least = std::numeric_limits<Seconds>::min();
    verdict.life_span =
        std::chrono::seconds(line.number<Seconds>("life", *life, least, std::numeric_limits<Seconds>::max()));
  }
  verdict.fingerprint = static_cast<std::uint64_t>(line.need_number<std::int64_t>("challenge"));
  verdict.polled = line.need_flag("polled");
  if (auto const typed = line.find("typed")) verdict.typed = line.number<unsigned>("typed", *typed, 0, 1) == 1;
  if (auto const question = line.find("question")) {
    verdict.question = line.number<std::uint16_t>("question", *question, 1, std::numeric_limits<std::uint16_t>::max());
  }
}

FlightStep read_step(LineReader& line, Duration not_before) {
  FlightStep step;
  step.undone = line.word() == "undo";
  step.at = TimePoint(line.need_duration("at"));
  if (step.at.time_since_epoch() < not_before) line.fail("at", "earlier than the step before");
  if (!step.undone) {
    step.event = line.need_named<EventType>("event", event_type_count);
    read_verdict(line, step);
  }
  step.before = line.need_named<State>("was", state_count);
  step.after = line.need_named<State>("now", state_count);
  step.action = line.find_named<Action>("does", action_count);
  step.refusal = line.find_named<EngineErrc>("refused", engine_errc_count, 1);
  step.standing = line.find_wire<AuthStatus>("stands");
  if (auto const alarm = line.find_named<EventType>("alarm", event_type_count)) {
    // An alarm may lie as far ahead of the last moment as the longest wait.
    auto const most = 2 * flight::longest.count();
    step.alarm =
        Alarm{.at = TimePoint(Duration(line.need_number<std::int64_t>("rings", -most / 2, most))), .event = *alarm};
  }
  return step;
}

/// The lines of the text that say something.
class TextLines {
public:
  explicit TextLines(std::string_view text) noexcept : text_(text) {}

  std::optional<std::string_view> next() {
    while (!text_.empty()) {
      auto const end = text_.find('\n');
      auto const line = text_.substr(0, end);
      text_ = end == std::string_view::npos ? std::string_view{} : text_.substr(end + 1);
      ++number_;
      if (!line.empty() && !line.starts_with('#')) return line;
    }
    return std::nullopt;
  }
  /// Of the newest line.
  [[nodiscard]] std::size_t number() const noexcept { return number_; }

private:
  std::string_view text_;
  std::size_t number_ = 0;
};

std::optional<RecordError> read_title(TextLines& lines) {
  auto const first = lines.next().value_or("");
  if (!first.starts_with(flight::title)) {
    return RecordError{std::max<std::size_t>(lines.number(), 1), "title", "this is no flight record"};
  }
  if (first.substr(flight::title.size()) != " " + std::to_string(flight::version)) {
    return RecordError{lines.number(), "version", "only version " + std::to_string(flight::version) + " can be read"};
  }
  return std::nullopt;
}

}  // namespace

std::string RecordError::message() const {
  return "line " + std::to_string(line) + ", " + field + ": " + problem;
}

void throw_exception_from_error(RecordError const& error, boost::source_location const& location) {
  boost::throw_exception(std::runtime_error(error.message()), location);
}

RecordResult<FlightRecord> read_flight_record(std::string_view text) {
  TextLines lines(text);
  if (auto const problem = read_title(lines)) return *problem;
  FlightRecord record;
  constexpr std::string_view head[] = {"login", "limits", "begin"};
  for (auto const word : head) {
    auto const words = lines.next();
    LineReader line(lines.number(), words.value_or(""));
    if (line.word() != word)
      return RecordError{lines.number() + (words ? 0 : 1), std::string(word), "this line is missing"};
    if (word == "login") read_login(line, record);
    if (word == "limits") read_limits(line, record.limits);
    if (word == "begin") read_begin(line, record);
    line.finish();
    if (line.problem()) return *line.problem();
  }
  Duration last{};
  while (auto const words = lines.next()) {
    LineReader line(lines.number(), *words);
    if (line.word() != "step" && line.word() != "undo") line.fail("step", "neither a step nor an undo");
    if (record.steps.size() == flight::steps_max) line.fail("step", "more than 10000 of them");
    if (!line.problem()) record.steps.push_back(read_step(line, last));
    line.finish();
    if (line.problem()) return *line.problem();
    last = record.steps.back().at.time_since_epoch();
  }
  return record;
}

}  // namespace sallyport
