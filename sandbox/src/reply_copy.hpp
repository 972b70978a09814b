#pragma once

#include <sallyport/protocol/auth_response.hpp>

namespace sallyport {

/// A copy of what a door says. Its QR codes are secrets to the codec, but a scenario publishes them.
[[nodiscard]] AuthResponse copy_of(AuthResponse const& reply);

}  // namespace sallyport
