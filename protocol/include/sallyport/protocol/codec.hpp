#pragma once

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/error.hpp>
#include <sallyport/protocol/scheme.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/protocol/token.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace sallyport {

/// The bounds of a text that we agree to read. Each is far above what the API sends and far below what hurts.
struct WireBounds {
  std::size_t text_bytes_max = 1024 * 1024;   ///< A reply with all 57 schemes is about 60 KiB.
  std::size_t string_bytes_max = 256 * 1024;  ///< Tokens of 100 KiB were seen; a QR code as a data URL has 20.
  std::size_t array_length_max = 4096;        ///< Also the members of an object; four times as much in all.
  std::size_t depth_max = 32;                 ///< The deepest message of the API has 8 levels.
};

/// Reads one message. Unknown members are ignored and unknown enum values keep their spelling; anything else that is
/// not as described is an error that names the JSON path. Nothing of a refused text survives.
/// For: AuthRequest, AuthenticationScheme, RefreshRequest, RemoveAccountRequest, ProblemDetails, and ApiResult of
/// AuthResponse, AuthPromptResponse, RefreshResponse, vector<AuthenticationScheme>, vector<HealthStatus>, NoContent.
template <class Message>
[[nodiscard]] CodecResult<Message> decode(std::string_view text, WireBounds const& bounds = {});

/// The same, but what nothing depends on refuses no message: a member that need not be there, or an element of a list,
/// which is not as described is read as what it plainly stands for (a number as text, a text as number), else left out;
/// `odd` gets it, up to 32 of them. A byte order mark is passed over. What makes a message what it is (its status, the
/// content of an envelope) stays as strict as above. A scheme is read whole or left out whole, and an account of which
/// no token could be read is left out.
template <class Message>
[[nodiscard]] CodecResult<Message> decode_tolerantly(std::string_view text, WireBounds const& bounds,
                                                     std::vector<OddMember>& odd);

/// Writes one message, compact, members in the order of the API's description, unset members left out.
/// For the types that `decode` reads, for AuthRequestView and PollRequest. It stands in the memory of `room`, an empty
/// text, where that is enough.
template <class Message>
[[nodiscard]] Secret encode(Message const& message, Secret room = {});

}  // namespace sallyport
