#include <sallyport/transport/observers.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <ostream>
#include <stdexcept>

namespace sallyport {
namespace {

/// "2026-11-24T12:00:00.000Z"
std::string iso_time(WallTime time) {
  auto const day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const clock(time - day);
  auto const padded = [](std::int64_t number, std::size_t width) {
    auto digits = std::to_string(number);
    return std::string(width - std::min(width, digits.size()), '0') + digits;
  };
  return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(clock.hours().count(), 2) + ":" +
         padded(clock.minutes().count(), 2) + ":" + padded(clock.seconds().count(), 2) + "." +
         padded(clock.subseconds().count(), 3) + "Z";
}

/// One object of JSON. Names and values are words of ours, so nothing has to be escaped.
class Object {
public:
  Object& put(std::string_view name, std::string_view word) {
    key(name).append("\"").append(word).append("\"");
    return *this;
  }
  Object& put(std::string_view name, std::int64_t number) {
    key(name).append(std::to_string(number));
    return *this;
  }
  Object& put_flag(std::string_view name, bool flag) {
    key(name).append(flag ? "true" : "false");
    return *this;
  }
  template <class Word>
  Object& put_if(std::string_view name, std::optional<Word> const& word) {
    if (!word) return *this;
    if constexpr (WireEnum<Word>) {
      return put(name, wire_name(*word));
    } else {
      return put(name, name_of(*word));
    }
  }
  Object& put_micros_if(std::string_view name, std::optional<Duration> const& span) {
    if (span) put(name, std::int64_t{std::chrono::floor<std::chrono::microseconds>(*span).count()});
    return *this;
  }
  [[nodiscard]] std::string take() {
    text_.push_back('}');
    return std::move(text_);
  }

private:
  std::string& key(std::string_view name) {
    text_.append(text_.empty() ? "{\"" : ",\"").append(name).append("\":");
    return text_;
  }

  std::string text_;
};

template <class Tell>
void tell_each(std::vector<std::shared_ptr<Observer>> const& members, Tell tell) {
  std::exception_ptr first;
  for (auto const& member : members) {
    try {
      tell(*member);
    } catch (...) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace

void ObserverGroup::on_event(LoginEvent const& event) {
  tell_each(members_, [&event](Observer& member) { member.on_event(event); });
}

void ObserverGroup::on_step(LoginStep const& step) {
  tell_each(members_, [&step](Observer& member) { member.on_step(step); });
}

std::string json_line(LoginEvent const& event, WallTime time) {
  Object line;
  line.put("time", iso_time(time)).put("event", name_of(event.kind)).put("role", name_of(event.role));
  if (event.login != 0) line.put("login", static_cast<std::int64_t>(event.login));
  line.put("broker", wire_name(event.broker)).put("state", name_of(event.state)).put("door", event.door);
  line.put_if("status", event.status).put_if("mfaType", event.mfa_type).put_if("authFlowStep", event.flow_step);
  line.put_if("prompt", event.prompt).put_if("bound", event.bound).put_if("refusal", event.refusal);
  line.put_if("outcome", event.outcome);
  line.put_micros_if("tookMicroseconds", event.took).put_micros_if("leftMicroseconds", event.time_left);
  if (event.peer != 0) line.put("peer", peer_text(event.peer));
  if (event.kind == LoginEventKind::prompt_raised) {
    line.put("attemptsLeft", event.attempts_left).put_flag("answerWasWrong", event.answer_was_wrong);
  }
  return line.take();
}

JsonLines::JsonLines(Write write, Clock clock) : write_(std::move(write)), clock_(std::move(clock)) {
  if (!clock_) clock_ = [] { return std::chrono::floor<WallDuration>(std::chrono::system_clock::now()); };
}

JsonLines::JsonLines(std::ostream& out, Clock clock)
    : JsonLines(
          [&out](std::string_view line) {
            if (!out.write(line.data(), static_cast<std::streamsize>(line.size())).flush()) {
              throw std::runtime_error("the stream takes no more");
            }
          },
          std::move(clock)) {}

void JsonLines::on_event(LoginEvent const& event) noexcept {
  try {
    auto const line = json_line(event, clock_()) + "\n";
    std::lock_guard const guard(writing_);
    write_(line);
  } catch (...) {
    ++lost_;
  }
}

struct FlightRecorder::Kept {
  Role role;
  std::uint64_t login;
  FlightRing ring;
};

FlightRecorder::FlightRecorder(std::size_t steps_max, std::size_t logins_max)
    : steps_max_(steps_max), logins_max_(std::max<std::size_t>(logins_max, 1)) {}

FlightRecorder::~FlightRecorder() = default;

// The newest is asked for most.
FlightRecorder::Kept* FlightRecorder::find(Role role, std::uint64_t login) const noexcept {
  auto const found = std::find_if(kept_.rbegin(), kept_.rend(), [role, login](auto const& kept) {
    return kept->role == role && kept->login == login;
  });
  return found == kept_.rend() ? nullptr : found->get();
}

void FlightRecorder::on_step(LoginStep const& step) noexcept {
  try {
    std::lock_guard const guard(keeping_);
    auto const role = step.before->role();
    auto* kept = find(role, step.login);
    if (kept == nullptr) {
      kept_.push_back(std::unique_ptr<Kept>(
          new Kept{.role = role, .login = step.login, .ring = {*step.before, step.broker, steps_max_}}));
      kept = kept_.back().get();
      if (kept_.size() > logins_max_) kept_.pop_front();
    }
    kept->ring.note(step.step);
  } catch (...) {
    ++lost_;
  }
}

std::optional<FlightRecord> FlightRecorder::record(Role role, std::uint64_t login) const {
  std::lock_guard const guard(keeping_);
  auto const* const kept = find(role, login);
  return kept == nullptr ? std::nullopt : std::optional(kept->ring.record());
}

std::optional<FlightRecord> FlightRecorder::newest() const {
  std::lock_guard const guard(keeping_);
  return kept_.empty() ? std::nullopt : std::optional(kept_.back()->ring.record());
}

}  // namespace sallyport
