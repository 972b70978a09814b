#pragma once

#include <sallyport/engine/session.hpp>
#include <sallyport/protocol/auth_request.hpp>

namespace sallyport {

/// What a POST authenticate is, seen from the session that it meets: the contract has no word for it, so it is read
/// off what the request carries. `standing` is null where the user has no open login at this integration.
[[nodiscard]] EventType act_of(AuthRequest const& request, Session const* standing) noexcept;

/// Whether the request carries anything that an institution may count as an attempt.
[[nodiscard]] bool carries_a_secret(AuthRequest const& request) noexcept;

}  // namespace sallyport
