#pragma once

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/token.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sallyport {

/// Why a refresh brought neither tokens nor a refusal. Such a one is asked again: it is no attempt at the account.
enum class RefreshFault : std::uint8_t {
  unsent,       ///< Not a byte of it has left.
  turned_away,  ///< The API has not looked at it: it asks for patience.
  unanswered,   ///< It may have arrived, and the institution may have spent the refresh token.
};

struct RefreshFailure {
  RefreshFault fault = RefreshFault::unsent;
  boost::system::error_code why;
  std::optional<std::chrono::seconds> retry_after;
};

/// Nothing where the reply is an answer.
[[nodiscard]] std::optional<RefreshFailure> failure_of(boost::system::error_code ec,
                                                       ApiResult<RefreshResponse> const& reply);

/// The pause after one of `last`: twice as long between `least` and `most`, a millisecond at least.
[[nodiscard]] std::chrono::milliseconds next_pause(std::chrono::milliseconds last, std::chrono::milliseconds least,
                                                   std::chrono::milliseconds most);

/// How long each refresh that failed is put off, and when that has gone on for too long. It has no clock.
class RefreshRetries {
public:
  using Clock = std::chrono::steady_clock;

  RefreshRetries(std::chrono::milliseconds pause, std::chrono::milliseconds pause_max,
                 std::chrono::milliseconds outage_max) noexcept
      : pause_(pause), pause_max_(pause_max), outage_max_(outage_max) {}

  /// The moment before which it is not asked again; nothing where the outage has lasted too long. One of which nothing
  /// left is asked again for ever: it troubles nobody.
  [[nodiscard]] std::optional<Clock::time_point> after(RefreshFailure const& failure, Clock::time_point now);
  /// Whether one of those in a row may have spent the refresh token.
  [[nodiscard]] bool may_have_spent() const noexcept { return may_have_spent_; }
  void succeeded() noexcept;

private:
  std::chrono::milliseconds pause_;
  std::chrono::milliseconds pause_max_;
  std::chrono::milliseconds outage_max_;
  std::chrono::milliseconds last_{0};
  std::optional<Clock::time_point> since_;  ///< The first in a row that has left.
  bool may_have_spent_ = false;
};

}  // namespace sallyport
