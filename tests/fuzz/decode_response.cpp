#include "round_trip.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

using namespace sallyport;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  fuzz::check_round_trip<ApiResult<AuthResponse>>(text);
  fuzz::check_round_trip<ApiResult<AuthPromptResponse>>(text);
  fuzz::check_round_trip<ApiResult<RefreshResponse>>(text);
  fuzz::check_round_trip<ApiResult<std::vector<AuthenticationScheme>>>(text);
  fuzz::check_round_trip<ApiResult<std::vector<HealthStatus>>>(text);
  fuzz::check_round_trip<ApiResult<NoContent>>(text);
  fuzz::check_round_trip<AuthenticationScheme>(text);
  fuzz::check_round_trip<ProblemDetails>(text);
  return 0;
}
