#pragma once

#include "http/exchange.hpp"

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/codec.hpp>
#include <sallyport/protocol/scheme.hpp>
#include <sallyport/protocol/token.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sallyport {

/// What the envelope would say, where a reply that is not 200 has none.
[[nodiscard]] ApiResultStatus status_of(unsigned http_status) noexcept;

/// Statuses, factors and flow steps in another case than the API's are what they mean, and odd.
template <class Content>
void recognise_members(Content&, std::vector<OddMember>&) {}
void recognise_members(AuthResponse& response, std::vector<OddMember>& odd);
void recognise_members(RefreshResponse& response, std::vector<OddMember>& odd);
void recognise_members(std::vector<AuthenticationScheme>& schemes, std::vector<OddMember>& odd);
void recognise_status(Open<ApiResultStatus>& status, std::vector<OddMember>& odd);

/// Reads an envelope tolerantly unless `strict`; what was not as described stands in it then.
template <class Content>
[[nodiscard]] CodecResult<ApiResult<Content>> decode_reply(std::string_view body, WireBounds const& bounds,
                                                           bool strict) {
  if (strict) return decode<ApiResult<Content>>(body, bounds);
  std::vector<OddMember> odd;
  auto envelope = decode_tolerantly<ApiResult<Content>>(body, bounds, odd);
  if (!envelope) return envelope;
  recognise_status(envelope->status, odd);
  if (envelope->content) recognise_members(*envelope->content, odd);
  envelope->odd_members = std::move(odd);
  return envelope;
}

/// Whether a reply is no refusal: some servers answer a post with 201 or 202, and a removal with 204. 206 has a part of
/// what was said. Strictly it is the 200 of the API alone.
[[nodiscard]] constexpr bool is_success(unsigned http_status, bool strict) noexcept {
  return strict ? http_status == 200 : http_status >= 200 && http_status <= 204;
}

/// Why a body that came encoded, although it was asked not to be, cannot be read; in our words.
[[nodiscard]] std::string words_on_coding(HttpReply const& reply);

/// The envelope of a reply. One that refuses without an envelope, by its HTTP status or with problem details, is put
/// into one; where it is neither, what is wrong with it and where.
template <class Content>
[[nodiscard]] CodecResult<ApiResult<Content>> read_envelope(HttpReply const& reply, WireBounds const& bounds,
                                                            bool strict) {
  auto const refused = !is_success(reply.status, strict);
  if constexpr (std::is_same_v<Content, NoContent>) {
    // Nothing to say is what many servers answer a removal with (204).
    if (!refused && !strict && reply.body.empty()) {
      auto done = envelope_of(std::optional<NoContent>());
      done.http_status = reply.status;
      return done;
    }
  }
  auto envelope = decode_reply<Content>(reply.body.reveal(), bounds, strict);
  // A body that says "ok" under a refusing status is not believed.
  if (envelope && !(refused && envelope->status == ApiResultStatus::ok)) {
    envelope->http_status = reply.status;
    envelope->retry_after = reply.retry_after;
    return std::move(*envelope);
  }
  if (!refused) return envelope.error();
  ApiResult<Content> refusal;
  refusal.status = status_of(reply.status);
  refusal.http_status = reply.status;
  refusal.retry_after = reply.retry_after;
  if (auto problem = decode<ProblemDetails>(reply.body.reveal(), bounds); problem && problem->detail) {
    refusal.message = Secret(*problem->detail);
  }
  return refusal;
}

}  // namespace sallyport
