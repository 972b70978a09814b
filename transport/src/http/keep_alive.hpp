#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sallyport {

/// What a server says of the time for which it keeps a connection that rests ("timeout=5, max=100"); nothing where it
/// says none that can be read.
[[nodiscard]] std::optional<std::chrono::seconds> parse_keep_alive(std::string_view text) noexcept;

/// How long a connection to one server may rest and be used again. A server closes what has rested for too long, and a
/// post that is on its way at that moment is lost: whether it arrived, nobody knows. So a connection is left alone
/// well before, and a server that closes sooner than it was thought to is met sooner from then on.
class RestBound {
public:
  using Clock = std::chrono::steady_clock;

  explicit RestBound(Clock::duration configured) noexcept : configured_(configured) {}

  /// The server closed a connection that had rested for so long, or a request on it was lost.
  void closed_after(Clock::duration rested, Clock::time_point now) noexcept;
  /// The most that a connection may rest, of which the server announced this.
  [[nodiscard]] Clock::duration most(std::optional<std::chrono::seconds> announced,
                                     Clock::time_point now) const noexcept;

private:
  Clock::duration configured_;
  Clock::duration learned_ = Clock::duration::max();
  Clock::time_point learned_until_{};
};

}  // namespace sallyport
