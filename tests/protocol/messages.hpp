#pragma once

#include <sallyport/protocol/codec.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::test {

/// What a codec makes of a text: the text written anew, or why not.
struct Echo {
  std::string text;
  std::optional<CodecError> error;

  [[nodiscard]] std::string why_not() const { return error ? error->message() : "no error"; }
};

using EchoFunction = Echo (*)(std::string_view text, WireBounds const& bounds);

template <class Message>
Echo echo(std::string_view text, WireBounds const& bounds) {
  auto const message = decode<Message>(text, bounds);
  if (!message) return {{}, message.error()};
  return {std::string(encode(*message).reveal()), std::nullopt};
}

/// Every message that can be read; the tests of all are loops over this.
struct Format {
  std::string_view name;
  EchoFunction echo;
};

inline std::vector<Format> formats() {
  return {
      {"AuthRequest", echo<AuthRequest>},
      {"AuthenticationScheme", echo<AuthenticationScheme>},
      {"RefreshRequest", echo<RefreshRequest>},
      {"RemoveAccountRequest", echo<RemoveAccountRequest>},
      {"ProblemDetails", echo<ProblemDetails>},
      {"ApiResult<AuthResponse>", echo<ApiResult<AuthResponse>>},
      {"ApiResult<AuthPromptResponse>", echo<ApiResult<AuthPromptResponse>>},
      {"ApiResult<RefreshResponse>", echo<ApiResult<RefreshResponse>>},
      {"ApiResult<vector<AuthenticationScheme>>", echo<ApiResult<std::vector<AuthenticationScheme>>>},
      {"ApiResult<vector<HealthStatus>>", echo<ApiResult<std::vector<HealthStatus>>>},
      {"ApiResult<NoContent>", echo<ApiResult<NoContent>>},
  };
}

/// A message in a file: those of the API's description are under examples/, ours are under made_up/.
struct Example {
  std::string_view file;
  EchoFunction echo;
};

inline std::vector<Example> examples() {
  return {
      {"examples/account_removal_request.json", echo<RemoveAccountRequest>},
      {"examples/account_removal_reply.json", echo<ApiResult<NoContent>>},
      {"examples/account_removal_reply_400.json", echo<ApiResult<NoContent>>},
      {"examples/authenticate_request.json", echo<AuthRequest>},
      {"examples/authenticate_reply.json", echo<ApiResult<AuthResponse>>},
      {"examples/authenticate_link_reply.json", echo<ApiResult<AuthPromptResponse>>},
      {"examples/authentication_schemes_reply.json", echo<ApiResult<std::vector<AuthenticationScheme>>>},
      {"examples/status_reply.json", echo<ApiResult<std::vector<HealthStatus>>>},
      {"examples/token_refresh_request.json", echo<RefreshRequest>},
      {"examples/token_refresh_reply.json", echo<ApiResult<RefreshResponse>>},
      {"examples/token_refresh_reply_400.json", echo<ApiResult<RefreshResponse>>},
      {"made_up/auth_request_full.json", echo<AuthRequest>},
      {"made_up/auth_request_base64.json", echo<AuthRequest>},
      {"made_up/authenticate_reply_challenge.json", echo<ApiResult<AuthResponse>>},
      {"made_up/authenticate_reply_accounts.json", echo<ApiResult<AuthResponse>>},
      {"made_up/authentication_schemes_reply.json", echo<ApiResult<std::vector<AuthenticationScheme>>>},
      {"made_up/token_refresh_request_full.json", echo<RefreshRequest>},
      {"made_up/problem_details.json", echo<ProblemDetails>},
  };
}

inline std::string text_of_file(std::string_view file) {
  std::ifstream stream(std::string(SALLYPORT_SOURCE_DIR "/tests/protocol/").append(file), std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// Null members say the same as absent ones.
inline boost::json::value without_nulls(boost::json::value value) {
  if (auto* array = value.if_array()) {
    for (auto& element : *array) element = without_nulls(std::move(element));
  } else if (auto* object = value.if_object()) {
    boost::json::object kept;
    for (auto& member : *object) {
      if (!member.value().is_null()) kept.emplace(member.key(), without_nulls(std::move(member.value())));
    }
    *object = std::move(kept);
  }
  return value;
}

inline boost::json::value json_of(std::string_view text) {
  return without_nulls(boost::json::parse(text));
}

}  // namespace sallyport::test
