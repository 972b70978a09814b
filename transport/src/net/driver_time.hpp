#pragma once

#include "net/deadlines.hpp"
#include "support/clock.hpp"
#include "support/strand.hpp"

#include <sallyport/engine/session_snapshot.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace sallyport {

/// Time that is not this machine's: what the simulation puts under the drivers of logins. Nothing else has one.
class TimeSource {
public:
  class Alarm {
  public:
    using Handler = boost::asio::any_completion_handler<void(boost::system::error_code)>;

    virtual ~Alarm() = default;
    /// Calls the handler on the strand, not before that moment, or with `operation_aborted` when another moment is set
    /// or the alarm is cancelled.
    virtual void set(TimePoint at, Handler handler) = 0;
    virtual void cancel() = 0;
  };

  virtual ~TimeSource() = default;
  [[nodiscard]] virtual TimePoint now() const noexcept = 0;
  [[nodiscard]] virtual WallTime wall_now() const noexcept = 0;
  [[nodiscard]] virtual std::unique_ptr<Alarm> make_alarm(Strand const& strand) = 0;
};

/// What time it is for a driver: the clocks of this machine, unless there is a source. It costs the test of a pointer.
class DriverTime {
public:
  DriverTime() = default;
  explicit DriverTime(TimeSource& source) noexcept : source_(&source) {}

  [[nodiscard]] TimePoint now() const noexcept { return source_ == nullptr ? engine_now() : source_->now(); }
  [[nodiscard]] ClockReading both_clocks() const noexcept {
    if (source_ != nullptr) return {source_->now(), source_->wall_now()};
    return {engine_now(), std::chrono::floor<WallDuration>(std::chrono::system_clock::now())};
  }
  [[nodiscard]] TimeSource* source() const noexcept { return source_; }

private:
  TimeSource* source_ = nullptr;
};

/// The one timer of a driver. Without a source it is a timer of Asio, which rings within `sleep_check_interval` after a
/// sleep of the machine that was longer than the wait. Whoever is called keeps it alive until then.
class DriverAlarm {
public:
  DriverAlarm(Strand const& strand, DriverTime time)
      : timer_(strand), simulated_(time.source() == nullptr ? nullptr : time.source()->make_alarm(strand)) {}

  /// Rings once; what was set before is taken back.
  template <class Handler>
  void set(TimePoint at, Handler handler) {
    if (simulated_) return simulated_->set(at, std::move(handler));
    ++newest_;
    wait(at, std::move(handler));
  }

  void cancel() {
    if (simulated_) return simulated_->cancel();
    ++newest_;
    timer_.cancel();
  }

private:
  using Clock = std::chrono::steady_clock;

  // A look on the way is nobody's ring: where another moment was set meanwhile it must not take that one's place.
  template <class Handler>
  void wait(TimePoint at, Handler handler) {
    auto const rings_at = from_engine(at);
    timer_.expires_at(std::min(rings_at, Clock::now() + sleep_check_interval));
    timer_.async_wait([this, at, which = newest_, handler = std::move(handler)](boost::system::error_code ec) mutable {
      if (ec || engine_now() >= at) return handler(ec);
      if (which != newest_) return handler(boost::asio::error::operation_aborted);
      wait(at, std::move(handler));
    });
  }

  std::uint64_t newest_ = 0;
  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Strand> timer_;
  std::unique_ptr<TimeSource::Alarm> simulated_;
};

/// The same for a driver that lives beside a reactor. Without a source it is one of the reactor's deadlines, so that it
/// rings also where there is no memory. All of it is called on the reactor's strand.
class DeadlineAlarm {
public:
  explicit DeadlineAlarm(Deadlines& deadlines) { deadline_.emplace(deadlines); }
  DeadlineAlarm(Strand const& strand, TimeSource& source) : simulated_(source.make_alarm(strand)) {}
  DeadlineAlarm(DeadlineAlarm const&) = delete;
  DeadlineAlarm& operator=(DeadlineAlarm const&) = delete;
  ~DeadlineAlarm() = default;

  /// Rings once; what was set before is taken back and dropped.
  void set(TimePoint at, Deadline::Ring ring) {
    if (deadline_) return deadline_->set_at(from_engine(at), std::move(ring));
    simulated_->set(at, [ring = std::move(ring)](boost::system::error_code ec) mutable {
      if (!ec) ring();
    });
  }

  void cancel() { deadline_ ? deadline_->clear() : simulated_->cancel(); }

private:
  std::optional<Deadline> deadline_;
  std::unique_ptr<TimeSource::Alarm> simulated_;
};

}  // namespace sallyport
