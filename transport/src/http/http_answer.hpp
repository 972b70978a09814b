#pragma once

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/secret.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// Where an answer breaks off on its way; a sandbox alone asks for it.
enum class Cut : std::uint8_t { none, in_the_body, before_the_first_byte };

/// What a server answers one request with.
struct HttpAnswer {
  unsigned status = 200;
  std::string_view content_type = "application/json";
  Secret body;
  std::optional<std::chrono::seconds> retry_after;
  std::string_view status_header;  ///< The line that this status demands, a literal without its end; "" for most.
  bool close = false;              ///< The connection cannot go on after this.
  Cut cut = Cut::none;
};

/// An envelope without content.
[[nodiscard]] HttpAnswer refuse(unsigned http_status, ApiResultStatus status, std::string_view message,
                                std::string_view error_type = {});

/// What a client hears where the institution gave no verdict.
[[nodiscard]] HttpAnswer tell_no_verdict(boost::system::error_code ec);

/// An envelope around a status of a login, in the memory of `room`.
[[nodiscard]] HttpAnswer say(ApiResult<AuthResponse> const& envelope, Secret room);

/// 400, naming the member that was wrong and what was wrong with it, as problem details.
[[nodiscard]] HttpAnswer bad_request(std::string const& path, std::string const& message);
/// The same in an envelope: what the description gives the operations on tokens and accounts.
[[nodiscard]] HttpAnswer bad_request_envelope(std::string const& path, std::string const& message);

}  // namespace sallyport
