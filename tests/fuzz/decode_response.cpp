// Every message that a client reads.

#include "round_trip.hpp"
#include "targets.hpp"

#include <vector>

void sallyport::fuzz::decode_response(std::string_view bytes) {
  check_round_trip<ApiResult<AuthResponse>>(bytes);
  check_round_trip<ApiResult<AuthPromptResponse>>(bytes);
  check_round_trip<ApiResult<RefreshResponse>>(bytes);
  check_round_trip<ApiResult<std::vector<AuthenticationScheme>>>(bytes);
  check_round_trip<ApiResult<std::vector<HealthStatus>>>(bytes);
  check_round_trip<ApiResult<NoContent>>(bytes);
  check_round_trip<AuthenticationScheme>(bytes);
  check_round_trip<ProblemDetails>(bytes);
}
