#pragma once

#include <sallyport/engine/flight_record.hpp>
#include <sallyport/engine/wall_time.hpp>
#include <sallyport/transport/observer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// Tells several observers, in their order; all of them, also where one throws. Of several exceptions the first goes
/// on.
class ObserverGroup final : public Observer {
public:
  explicit ObserverGroup(std::vector<std::shared_ptr<Observer>> members) : members_(std::move(members)) {}

  void on_event(LoginEvent const& event) override;
  void on_step(LoginStep const& step) override;

private:
  std::vector<std::shared_ptr<Observer>> members_;
};

/// The event as one object of JSON, without the end of the line. docs/observability.md lists its members.
[[nodiscard]] std::string json_line(LoginEvent const& event, WallTime time);

/// Writes each event as a line of JSON. Lines do not mix, whatever the threads.
class JsonLines final : public Observer {
public:
  /// Takes a whole line with its end. It must not block; what it throws is swallowed and counted.
  using Write = std::function<void(std::string_view line)>;
  /// What time it is; the system's clock where it is unset.
  using Clock = std::function<WallTime()>;

  explicit JsonLines(Write write, Clock clock = {});
  /// The stream is flushed after each line and must outlive this; a disk or a pipe may block it.
  explicit JsonLines(std::ostream& out, Clock clock = {});

  void on_event(LoginEvent const& event) noexcept override;
  /// How many lines could not be written.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

private:
  std::mutex writing_;
  Write write_;
  Clock clock_;
  std::atomic<std::uint64_t> lost_ = 0;
};

/// Keeps the newest steps of the newest logins, each in a ring of its own. What it cannot keep it counts. The clients
/// of a process may share one, with one server, whatever its shards: two servers number their logins alike.
class FlightRecorder final : public Observer {
public:
  explicit FlightRecorder(std::size_t steps_max = 256, std::size_t logins_max = 64);
  ~FlightRecorder() override;

  void on_event(LoginEvent const&) noexcept override {}
  void on_step(LoginStep const& step) noexcept override;

  /// The record of a login (`Login::id`, `Outcome::login`, `LoginEvent::login`), also while it goes on; nothing where
  /// none is kept. May be called from any thread.
  [[nodiscard]] std::optional<FlightRecord> record(Role role, std::uint64_t login) const;
  /// The record of the login that began last.
  [[nodiscard]] std::optional<FlightRecord> newest() const;
  /// How many steps found no memory.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

private:
  struct Kept;

  [[nodiscard]] Kept* find(Role role, std::uint64_t login) const noexcept;

  std::size_t steps_max_;
  std::size_t logins_max_;
  mutable std::mutex keeping_;
  std::deque<std::unique_ptr<Kept>> kept_;  ///< The newest at the back.
  std::atomic<std::uint64_t> lost_ = 0;
};

}  // namespace sallyport
