#pragma once

#include <sallyport/engine/limits.hpp>
#include <sallyport/engine/session.hpp>
#include <sallyport/transport/outcome.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace sallyport {

/// The polls of a login that brought no answer: how many there were, why, and what they leave open.
struct PollFailures {
  enum class Open : std::uint8_t {
    nothing,       ///< The newest poll was answered.
    not_asked,     ///< It never left this machine.
    rate_limited,  ///< The server asked for fewer requests.
    unavailable,   ///< The server is out of service.
    unknown,       ///< Since the newest answer a poll may have arrived whose reply did not.
  };
  static constexpr std::size_t open_count = 5;

  std::uint32_t count = 0;     ///< In the whole login.
  std::uint16_t in_a_row = 0;  ///< Since the newest answer.
  Open open = Open::nothing;
  std::string why;  ///< Of the newest, in our own words.

  void answered() noexcept {
    in_a_row = 0;
    open = Open::nothing;
  }
  /// Whether the next poll waits although no server has asked for it.
  [[nodiscard]] bool backs_off_by_itself() const noexcept { return open == Open::not_asked || open == Open::unknown; }
  void failed(Open left_open, std::string reason);

  /// How long the next poll waits: twice the interval after the first, and twice as long after each more.
  [[nodiscard]] Duration back_off(Limits const& limits) const noexcept;
  /// Puts what they were and what they mean into an outcome that no reply decided.
  void tell(Session const& session, Outcome& outcome) const;
  /// The same into the diagnostics alone.
  void tell(Diagnostics& diagnostics) const;
};

}  // namespace sallyport
