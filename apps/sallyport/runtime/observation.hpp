#pragma once

#include <sallyport/transport/observers.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sallyport::app {

/// Whether the lines of `--events` may make whoever tells them wait: a server has others to serve meanwhile.
enum class Telling : std::uint8_t { waits, goes_on };

/// Whom a command lets observe its logins: the file of `--events`, where it was given, and another observer.
class Observation {
public:
  explicit Observation(std::optional<std::string> const& events_file, std::shared_ptr<Observer> other = {},
                       Telling telling = Telling::waits);

  /// Null where nobody observes.
  [[nodiscard]] std::shared_ptr<Observer> const& observer() const noexcept { return observer_; }

private:
  std::shared_ptr<Observer> observer_;
};

/// The file of `--record`. It is written once before the login, so that a path that cannot be is known in time.
class RecordFile {
public:
  explicit RecordFile(std::optional<std::string> path);

  /// Null without the option.
  [[nodiscard]] std::shared_ptr<Observer> observer() const noexcept { return recorder_; }
  /// Writes the record of the login, as far as it got.
  void write() const;

private:
  std::optional<std::string> path_;
  std::shared_ptr<FlightRecorder> recorder_;
};

}  // namespace sallyport::app
