// The tables of the reader.

#include "shapes.hpp"

namespace sallyport::wire {

template <class Message>
Member const& root_of() noexcept {
  return root<Message>;
}

template Member const& root_of<AuthRequest>() noexcept;
template Member const& root_of<AuthenticationScheme>() noexcept;
template Member const& root_of<RefreshRequest>() noexcept;
template Member const& root_of<RemoveAccountRequest>() noexcept;
template Member const& root_of<ProblemDetails>() noexcept;
template Member const& root_of<ApiResult<AuthResponse>>() noexcept;
template Member const& root_of<ApiResult<AuthPromptResponse>>() noexcept;
template Member const& root_of<ApiResult<RefreshResponse>>() noexcept;
template Member const& root_of<ApiResult<std::vector<AuthenticationScheme>>>() noexcept;
template Member const& root_of<ApiResult<std::vector<HealthStatus>>>() noexcept;
template Member const& root_of<ApiResult<NoContent>>() noexcept;

}  // namespace sallyport::wire
