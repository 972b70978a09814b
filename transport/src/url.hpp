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
};

/// Reads `https://host[:port][/]`; `bad_url` for anything else, also for credentials, a path or a query.
[[nodiscard]] boost::system::result<Endpoint> parse_url(std::string_view url);

/// Host and port in one spelling, whichever of them a URL has chosen: for whatever is kept for each server.
[[nodiscard]] std::string server_name(Endpoint const& endpoint);

}  // namespace sallyport
