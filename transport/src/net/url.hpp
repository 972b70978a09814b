#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace sallyport {

/// Where an API lives.
struct Endpoint {
  std::string host;       ///< A name or an address, an IPv6 one without brackets.
  std::string port;       ///< "443" where the URL names none.
  std::string authority;  ///< As the Host header wants it.
  std::string base_path;  ///< What stands before every path of the API: "" or "/some/where".
};

/// Reads `https://host[:port][/path]`; `bad_url` for anything else, also for credentials, a query, or a path that
/// somebody may read otherwise. Slashes at its end are left out.
[[nodiscard]] boost::system::result<Endpoint> parse_url(std::string_view url);

/// Reads `http://host[:port][/]` of a proxy, whose port is 80 where the URL names none; `bad_url` for anything else.
[[nodiscard]] boost::system::result<Endpoint> parse_proxy_url(std::string_view url);

/// The host without the dot at its end, which is DNS's own way of saying that nothing follows: certificates have none,
/// and a name in a handshake must not (RFC 6066, 3).
[[nodiscard]] std::string_view host_without_dot(std::string_view host) noexcept;

/// Host and port in one spelling, whichever of them a URL has chosen: for whatever is kept for each server.
[[nodiscard]] std::string server_name(Endpoint const& endpoint);

}  // namespace sallyport
