#pragma once

#include "http/exchange.hpp"
#include "net/url.hpp"

#include <sallyport/protocol/secret.hpp>
#include <sallyport/transport/config.hpp>

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// POST authenticate of this user, as a request target.
[[nodiscard]] Secret authenticate_target(Secret const& user_id, Secret room = {});

/// The path with the user id as its query.
[[nodiscard]] Secret target_with_user(std::string_view path, Secret const& user_id, Secret room = {});

/// What all requests of one client have: what stands before their paths, and their headers.
struct CommonParts {
  std::string base_path;
  Secret headers;
};

[[nodiscard]] CommonParts common_parts(Endpoint const& endpoint, ClientConfig const& config);
/// Appends the whole request as it goes over the wire, in one piece: one write.
void write_request(HttpRequest const& request, CommonParts const& common, Secret& text);

/// "sallyport/" and the version.
[[nodiscard]] std::string_view user_agent() noexcept;

/// Which of the headers cannot be sent, and why ("headers[1]: ..."); "" where all can.
[[nodiscard]] std::string problem_of_headers(std::vector<ExtraHeader> const& headers);

[[nodiscard]] bool is_too_large(boost::system::error_code const& ec) noexcept;
/// Whether the bytes are not HTTP. A connection that ends in the midst is not meant: that reply is lost.
[[nodiscard]] bool is_not_http(boost::system::error_code const& ec) noexcept;

/// Whether the text may stand in a header as it is: visible ASCII, not empty, at most 256 bytes.
[[nodiscard]] bool fits_a_header(std::string_view text) noexcept;

}  // namespace sallyport
