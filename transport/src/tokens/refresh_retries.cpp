#include "tokens/refresh_retries.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/transport/error.hpp>
#include <sallyport/transport/error_condition.hpp>

#include <algorithm>

namespace sallyport {

using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

/// What comes between a client and the API says by these that it has passed nothing on.
bool is_turned_away(unsigned http_status) noexcept {
  constexpr unsigned request_timeout = 408;
  constexpr unsigned too_early = 425;
  constexpr unsigned too_many_requests = 429;
  return http_status == request_timeout || http_status == too_early || http_status == too_many_requests;
}

}  // namespace

std::optional<RefreshFailure> failure_of(error_code ec, ApiResult<RefreshResponse> const& reply) {
  constexpr unsigned server_error = 500;
  if (ec) {
    return RefreshFailure{ec == ErrorCondition::may_have_arrived ? RefreshFault::unanswered : RefreshFault::unsent, ec,
                          std::nullopt};
  }
  // A request of ours whose reply was lost may still be under way there.
  auto const is_under_way =
      reply.status == ApiResultStatus::conflict && reply.error_type == api::error_type::request_in_flight;
  if (is_turned_away(reply.http_status) || reply.status == ApiResultStatus::too_many_request || is_under_way) {
    auto const why = is_under_way ? TransportErrc::request_in_flight : TransportErrc::api_unavailable;
    return RefreshFailure{RefreshFault::turned_away, why, reply.retry_after};
  }
  if (reply.http_status >= server_error || reply.status == ApiResultStatus::server_failure) {
    return RefreshFailure{RefreshFault::unanswered, TransportErrc::api_unavailable, reply.retry_after};
  }
  return std::nullopt;
}

milliseconds next_pause(milliseconds last, milliseconds least, milliseconds most) {
  return std::max(milliseconds(1), last.count() == 0 ? least : std::min(2 * last, most));
}

std::optional<RefreshRetries::Clock::time_point> RefreshRetries::after(RefreshFailure const& failure,
                                                                       Clock::time_point now) {
  last_ = next_pause(last_, pause_, pause_max_);
  if (failure.fault == RefreshFault::unsent) return now + last_;
  may_have_spent_ = may_have_spent_ || failure.fault == RefreshFault::unanswered;
  if (!since_) since_ = now;
  if (now - *since_ >= outage_max_) return std::nullopt;
  return now + std::max<milliseconds>(last_, failure.retry_after.value_or(std::chrono::seconds(0)));
}

void RefreshRetries::succeeded() noexcept {
  last_ = milliseconds(0);
  since_.reset();
  may_have_spent_ = false;
}

}  // namespace sallyport
