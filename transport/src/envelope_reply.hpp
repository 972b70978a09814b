#pragma once

#include "exchange.hpp"

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/codec.hpp>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// What the envelope would say, where a reply that is not 200 has none.
[[nodiscard]] ApiResultStatus status_of(unsigned http_status) noexcept;

/// Reads an envelope tolerantly unless `strict`; what was not as described stands in it then.
template <class Content>
[[nodiscard]] CodecResult<ApiResult<Content>> decode_reply(std::string_view body, WireBounds const& bounds,
                                                           bool strict) {
  if (strict) return decode<ApiResult<Content>>(body, bounds);
  std::vector<OddMember> odd;
  auto envelope = decode_tolerantly<ApiResult<Content>>(body, bounds, odd);
  if (envelope) envelope->odd_members = std::move(odd);
  return envelope;
}

/// Why a body that came encoded, although it was asked not to be, cannot be read; in our words.
[[nodiscard]] std::string words_on_coding(HttpReply const& reply);

/// The envelope of a reply. One that refuses without an envelope, by its HTTP status or with problem details, is put
/// into one; nothing where it is neither.
template <class Content>
[[nodiscard]] std::optional<ApiResult<Content>> read_envelope(HttpReply const& reply, WireBounds const& bounds,
                                                              bool strict) {
  constexpr unsigned http_ok = 200;
  auto envelope = decode_reply<Content>(reply.body.reveal(), bounds, strict);
  auto const refused = reply.status != http_ok;
  // A body that says "ok" under a refusing status is not believed.
  if (envelope && !(refused && envelope->status == ApiResultStatus::ok)) {
    envelope->http_status = reply.status;
    envelope->retry_after = reply.retry_after;
    return std::move(*envelope);
  }
  if (!refused) return std::nullopt;
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
