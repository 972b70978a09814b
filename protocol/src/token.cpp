#include <sallyport/protocol/token.hpp>

namespace sallyport {

std::string_view missing_member(RefreshRequest const& request) noexcept {
  if (request.refresh_token.empty()) return "$.refreshToken";
  auto const wants_both = request.type == BrokerType::we_bull || request.type == BrokerType::vanguard;
  if (wants_both && (!request.access_token || request.access_token->empty())) return "$.accessToken";
  return {};
}

}  // namespace sallyport
