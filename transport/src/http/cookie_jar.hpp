#pragma once

#include <sallyport/protocol/secret.hpp>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// Whether a text may stand in a header as the cookies that go back.
[[nodiscard]] bool is_cookie_header(std::string_view text) noexcept;

/// The cookies of one login (RFC 6265). Balancers bind a client to one of several servers by a cookie, and the server
/// that began a login is the one that knows its challenge. No other login and no other request gets to see them, and
/// they end with the login, so that no server can follow a user from one to the next.
/// All that is kept is what goes back: one path of one host is spoken to, over TLS alone and without redirects, so that
/// `Domain`, `Path` and `Secure` decide nothing, and a login is over before what a balancer sets expires.
class CookieJar {
public:
  static constexpr std::size_t cookies_max = 16;
  static constexpr std::size_t bytes_max = 4096;  ///< Of all of them together, as they go back.

  CookieJar() = default;
  /// With what another jar would have sent.
  explicit CookieJar(Secret header) noexcept : header_(std::move(header)) {}

  /// Takes the value of one Set-Cookie line. What is no cookie or has no room is left out; what has expired already
  /// takes the one of its name away.
  void take(std::string_view line);
  /// "name=value; name=value"; "" where there is none.
  [[nodiscard]] Secret const& header() const noexcept { return header_; }

private:
  void remove(std::string_view name);

  Secret header_;
};

}  // namespace sallyport
