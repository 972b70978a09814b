#pragma once

#include <sallyport/protocol/secret.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::api {

inline constexpr std::string_view authentication_schemes_path = "/api/v1/authenticationSchemes";
inline constexpr std::string_view authenticate_path = "/api/v1/authenticate";
inline constexpr std::string_view token_refresh_path = "/api/v1/token/refresh";
inline constexpr std::string_view account_path = "/api/v1/account";
inline constexpr std::string_view status_path = "/api/v1/status";

inline constexpr std::string_view user_id_parameter = "userId";
inline constexpr std::string_view client_id_header = "X-Client-Id";
inline constexpr std::string_view client_secret_header = "X-Client-Secret";

/// The API's own bound of `userId`, in characters (Unicode code points).
inline constexpr std::size_t user_id_length_max = 50;

/// What a server of ours says in `errorType`, so that nobody has to read a message. The API's own list is not public;
/// these names are our inference, and a client takes them as hints alone.
namespace error_type {
inline constexpr std::string_view attempts_exhausted = "attemptsExhausted";
inline constexpr std::string_view challenge_expired = "challengeExpired";
inline constexpr std::string_view challenge_superseded = "challengeSuperseded";
inline constexpr std::string_view challenge_unknown = "challengeUnknown";
inline constexpr std::string_view request_in_flight = "requestInFlight";
}  // namespace error_type

/// How many code points the UTF-8 text has; it counts bytes that do not continue a sequence.
[[nodiscard]] std::size_t code_points(std::string_view text) noexcept;

/// Whether the text may be a `userId`: 1 to 50 characters.
[[nodiscard]] inline bool is_user_id(std::string_view text) noexcept {
  return !text.empty() && code_points(text) <= user_id_length_max;
}

/// The text as one component of a query (RFC 3986): everything but unreserved characters percent-encoded.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// The same behind what `out` holds.
void percent_encode(std::string_view text, Secret& out);

}  // namespace sallyport::api
