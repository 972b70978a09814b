#pragma once

#include "view/shown.hpp"

#include <sallyport/transport/outcome.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::app {

/// What `sallyport load` found out.
struct LoadFigures {
  std::size_t wanted = 0;
  std::size_t running = 0;
  std::size_t ended = 0;
  std::map<std::string, std::size_t, std::less<>> outcomes;  ///< How many logins ended in which way.
  std::map<std::string, std::size_t, std::less<>> errors;    ///< How many could not be carried out, and why.
  /// Of each door, how long it took from what was sent there to what came of it.
  std::map<std::string, std::vector<std::chrono::duration<float, std::milli>>, std::less<>> latencies;
  std::chrono::steady_clock::duration elapsed{};
  std::chrono::microseconds cpu{};
  std::size_t resident_bytes = 0;  ///< The most that was in memory beyond what the program began with.
  std::size_t most_running = 0;
  bool with_sandbox = false;  ///< Whether the server is in this process, and its share in `cpu` and `resident_bytes`.
  bool interrupted = false;

  [[nodiscard]] double per_second() const noexcept;
};

/// The sample below which that part of them lies, in milliseconds; they must be sorted, and there must be one.
[[nodiscard]] double percentile(std::vector<std::chrono::duration<float, std::milli>> const& sorted,
                                double part) noexcept;

/// One line that says how far the load is.
[[nodiscard]] std::string load_progress(LoadFigures const& figures);

/// The whole report: for a human, and as one JSON object. Both sort the latencies.
[[nodiscard]] Shown load_report(LoadFigures& figures);
[[nodiscard]] Shown load_json(LoadFigures& figures);

}  // namespace sallyport::app
