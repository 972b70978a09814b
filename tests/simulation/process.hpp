#pragma once

#include <net/driver_time.hpp>
#include "agenda.hpp"
#include "dice.hpp"
#include "trace.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <optional>

namespace sallyport::simulation {

/// One process on a machine of its own: it has its clocks, its executor, and whatever it has planned. It can crash, be
/// stalled, and find its clocks moved.
class Process final : public TimeSource {
public:
  Process(Agenda& agenda, Agenda::Owner owner, Dice& dice, Trace& trace);
  Process(Process const&) = delete;
  Process& operator=(Process const&) = delete;
  ~Process() override;

  [[nodiscard]] TimePoint now() const noexcept override;
  [[nodiscard]] WallTime wall_now() const noexcept override;
  [[nodiscard]] std::unique_ptr<Alarm> make_alarm(Strand const& strand) override;

  [[nodiscard]] Duration world_now() const noexcept { return agenda_->now(); }
  [[nodiscard]] bool is_up() const noexcept { return io_.has_value(); }
  [[nodiscard]] Agenda::Owner owner() const noexcept { return owner_; }
  [[nodiscard]] Strand const& strand() const noexcept { return *strand_; }
  /// How many drivers exist, each of which has one alarm; and how many alarms are set.
  [[nodiscard]] std::size_t drivers() const noexcept { return alarms_.size(); }
  [[nodiscard]] std::size_t alarms_set() const noexcept;

  void start();
  /// Forgets all that was planned and lets go of what waits. Whatever still refers to the executor has to be gone
  /// before `finish_crash`.
  void begin_crash();
  void finish_crash();

  /// Runs what is posted until nothing is left.
  void drain();
  void after(Duration wait, Agenda::Task task) { agenda_->after(wait, owner_, std::move(task)); }
  void post(Agenda::Task task);

  void move_clock(Duration ahead);
  void move_wall_clock(WallDuration by) { wall_offset_ += by; }

private:
  class DriversAlarm;

  [[nodiscard]] Duration when(TimePoint at) const noexcept { return at.time_since_epoch() - offset_; }

  Agenda* agenda_;
  Dice* dice_;
  Trace* trace_;
  Agenda::Owner owner_;
  Duration offset_{};  ///< Every machine counts from another moment.
  WallDuration wall_offset_{};
  std::optional<boost::asio::io_context> io_;
  std::optional<Strand> strand_;
  std::map<std::uint64_t, DriversAlarm*> alarms_;
  std::uint64_t next_alarm_ = 1;
};

/// The calendar on which the world begins.
inline constexpr WallTime world_begins{std::chrono::sys_days(std::chrono::year(2027) / 3 / 1)};

}  // namespace sallyport::simulation
