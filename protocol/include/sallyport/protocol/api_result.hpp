#pragma once

#include <sallyport/protocol/error.hpp>
#include <sallyport/protocol/secret.hpp>
#include <sallyport/protocol/status.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// The content of an envelope that has none.
struct NoContent {
  friend bool operator==(NoContent const&, NoContent const&) = default;
};

/// The envelope around every reply of the API. `status` is required; the two messages are the peer's words and may
/// echo input, so they are secrets. `errorData` is ignored: its shape is not described.
template <class Content>
struct ApiResult {
  Open<ApiResultStatus> status;
  std::optional<Secret> message;
  std::optional<Secret> display_message;
  std::optional<std::string> error_hash;
  std::optional<std::string> error_type;
  std::optional<Content> content;
  /// What stood around the envelope, where a client read it: never written into one. 0 elsewhere.
  unsigned http_status = 0;
  std::optional<std::chrono::seconds> retry_after{};  ///< Of the header `Retry-After`, at most a day.
  std::vector<OddMember> odd_members{};               ///< What a tolerant client read otherwise or left out.
};

/// The envelope of a reply that says yes.
template <class Content>
[[nodiscard]] ApiResult<Content> envelope_of(std::optional<Content> content) {
  ApiResult<Content> envelope;
  envelope.status = ApiResultStatus::ok;
  envelope.message = Secret("");
  envelope.error_type = "";
  envelope.content = std::move(content);
  return envelope;
}
template <class Content>
[[nodiscard]] ApiResult<Content> envelope_of(Content content) {
  auto envelope = envelope_of(std::optional<Content>());
  envelope.content.emplace(std::move(content));
  return envelope;
}

/// The envelope of a reply that says no; `errorType` is the spelling of the status.
template <class Content>
[[nodiscard]] ApiResult<Content> refusal_envelope(ApiResultStatus status, std::string_view message) {
  ApiResult<Content> envelope;
  envelope.status = status;
  envelope.message = Secret(message);
  envelope.display_message = Secret(message);
  envelope.error_type = std::string(wire_name(status));
  return envelope;
}

/// One member of a request that was refused, and why, in words that never repeat its value.
struct FieldProblem {
  std::string path;
  std::string message;

  friend bool operator==(FieldProblem const&, FieldProblem const&) = default;
};

/// The body of a 400 (RFC 9457), with the refused members in our extension `errors`.
struct ProblemDetails {
  std::optional<std::string> type;
  std::optional<std::string> title;
  std::optional<std::int32_t> status;
  std::optional<std::string> detail;
  std::optional<std::string> instance;
  std::optional<std::vector<FieldProblem>> errors;

  friend bool operator==(ProblemDetails const&, ProblemDetails const&) = default;
};

}  // namespace sallyport
