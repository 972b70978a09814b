#include "process.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace sallyport::simulation {

namespace asio = boost::asio;
using boost::system::error_code;

/// An alarm rings a little late, as alarms do, and now and then very late.
class Process::DriversAlarm final : public TimeSource::Alarm {
public:
  DriversAlarm(Process& process, Strand const& strand)
      : process_(&process), strand_(strand), number_(process.next_alarm_++) {
    process.alarms_.emplace(number_, this);
  }
  ~DriversAlarm() override {
    process_->alarms_.erase(number_);
    process_->agenda_->cancel(process_->owner_, task_);
  }

  void set(TimePoint at, Handler handler) override {
    cancel();
    at_ = at;
    handler_.emplace(std::move(handler));
    plan();
  }

  void cancel() override {
    if (handler_) complete(asio::error::operation_aborted);
  }

  void plan() {
    auto& dice = *process_->dice_;
    process_->agenda_->cancel(process_->owner_, task_);
    auto late = dice.between({}, std::chrono::milliseconds(3));
    if (dice.once_in(50)) {
      late = dice.between({}, std::chrono::seconds(20));
      process_->trace_->count(Fault::alarm_late);
    }
    task_ = process_->agenda_->at(process_->when(at_) + late, process_->owner_, [this] { complete({}); });
  }

  [[nodiscard]] bool is_set() const noexcept { return handler_.has_value(); }
  [[nodiscard]] std::optional<Handler> let_go() {
    process_->agenda_->cancel(process_->owner_, task_);
    std::optional<Handler> handler;
    if (handler_) handler.emplace(std::move(*handler_));
    handler_.reset();
    return handler;
  }

private:
  void complete(error_code ec) {
    auto handler = let_go();
    asio::post(strand_, [ec, handler = std::move(*handler)]() mutable { std::move(handler)(ec); });
  }

  Process* process_;
  Strand strand_;
  std::uint64_t number_;
  std::uint64_t task_ = 0;
  TimePoint at_{};
  std::optional<Handler> handler_;
};

Process::Process(Agenda& agenda, Agenda::Owner owner, Dice& dice, Trace& trace)
    : agenda_(&agenda), dice_(&dice), trace_(&trace), owner_(owner) {}

Process::~Process() {
  if (!is_up()) return;
  begin_crash();
  finish_crash();
}

TimePoint Process::now() const noexcept {
  return TimePoint(agenda_->now() + offset_);
}

WallTime Process::wall_now() const noexcept {
  return world_begins + std::chrono::floor<WallDuration>(agenda_->now()) + wall_offset_;
}

std::unique_ptr<TimeSource::Alarm> Process::make_alarm(Strand const& strand) {
  return std::make_unique<DriversAlarm>(*this, strand);
}

std::size_t Process::alarms_set() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(alarms_, [](auto const& entry) { return entry.second->is_set(); }));
}

void Process::start() {
  offset_ = dice_->between(std::chrono::hours(1), std::chrono::hours(1000));
  wall_offset_ =
      std::chrono::floor<WallDuration>(dice_->between({}, std::chrono::seconds(4))) - std::chrono::seconds(2);
  io_.emplace(1);
  strand_.emplace(asio::make_strand(asio::any_io_executor(io_->get_executor())));
}

void Process::begin_crash() {
  agenda_->drop_all(owner_);
  // What waits for an alarm keeps the driver, and the driver keeps the alarm.
  std::vector<std::optional<TimeSource::Alarm::Handler>> waiting;
  for (auto const& [number, alarm] : alarms_) waiting.push_back(alarm->let_go());
}

void Process::finish_crash() {
  strand_.reset();
  io_.reset();
}

void Process::drain() {
  if (!io_) return;
  io_->restart();
  while (io_->poll() > 0) io_->restart();
}

void Process::post(Agenda::Task task) {
  asio::post(*strand_, std::move(task));
}

void Process::move_clock(Duration ahead) {
  offset_ += ahead;
  for (auto const& [number, alarm] : alarms_) {
    if (alarm->is_set()) alarm->plan();
  }
}

}  // namespace sallyport::simulation
