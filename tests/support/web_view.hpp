#pragma once

#include <sallyport/protocol/auth_request.hpp>

namespace sallyport::test {

/// The address that a browser comes back to, as the scenario `redirect` wants it.
inline constexpr char const* way_back = "https://example.invalid/back?state=7&code=123456";

/// What a web view has collected that is logged in, as the scenario `true-auth` wants it.
[[nodiscard]] inline TrueAuthRequest logged_in_web_view() {
  TrueAuthRequest collected;
  collected.user_agent = "test bench";
  collected.request_headers.emplace().emplace_back("X-Device-Id", Secret("test-bench"));
  auto& cookie = collected.cookies.emplace().emplace_back();
  cookie.emplace_back("name", Secret("session"));
  cookie.emplace_back("value", Secret("Pass123"));
  return collected;
}

}  // namespace sallyport::test
