#pragma once

#include "exchange.hpp"

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/codec.hpp>

#include <optional>
#include <string>
#include <utility>

namespace sallyport {

/// What the envelope would say, where a reply that is not 200 has none.
[[nodiscard]] ApiResultStatus status_of(unsigned http_status) noexcept;

/// Why a body that came encoded, although it was asked not to be, cannot be read; in our words.
[[nodiscard]] std::string words_on_coding(HttpReply const& reply);

/// The envelope of a reply. One that refuses without an envelope, by its HTTP status or with problem details, is put
/// into one; nothing where it is neither.
template <class Content>
[[nodiscard]] std::optional<ApiResult<Content>> read_envelope(HttpReply const& reply, WireBounds const& bounds) {
  constexpr unsigned http_ok = 200;
  auto envelope = decode<ApiResult<Content>>(reply.body.reveal(), bounds);
  auto const refused = reply.status != http_ok;
  // A body that says "ok" under a refusing status is not believed.
  if (envelope && !(refused && envelope->status == ApiResultStatus::ok)) return std::move(*envelope);
  if (!refused) return std::nullopt;
  ApiResult<Content> refusal;
  refusal.status = status_of(reply.status);
  if (auto problem = decode<ProblemDetails>(reply.body.reveal(), bounds); problem && problem->detail) {
    refusal.message = Secret(*problem->detail);
  }
  return refusal;
}

}  // namespace sallyport
