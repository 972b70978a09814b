#include <sallyport/protocol/codec.hpp>

#include "messages.hpp"
#include "reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace sallyport {

// The message is read where it stays: a large one takes longer to move than to read.
template <class Message>
CodecResult<Message> decode(std::string_view text, WireBounds const& bounds) {
  CodecResult<Message> message(boost::system::in_place_value, wire::Fresh<Message>());
  if (auto error = wire::Reader(text, bounds).read(wire::root_of<Message>(), &*message)) message = *std::move(error);
  return message;
}

namespace {

/// An account of which no token could be read is none. One of which one could keeps that.
void drop_hollow(std::optional<std::vector<AccountTokens>>& accounts, std::vector<OddMember> const& odd) {
  auto const is_of_token = [](OddMember const& one) {
    return one.is_left_out && (one.path.ends_with("].accessToken") || one.path.ends_with("].refreshToken"));
  };
  if (!accounts || std::ranges::none_of(odd, is_of_token)) return;
  std::erase_if(*accounts, [](AccountTokens const& one) { return !one.access_token && !one.refresh_token; });
}

template <class Message>
void drop_hollow_accounts(Message& /*message*/, std::vector<OddMember> const& /*odd*/) {}

void drop_hollow_accounts(ApiResult<AuthResponse>& reply, std::vector<OddMember> const& odd) {
  if (reply.content) drop_hollow(reply.content->account_tokens, odd);
}

void drop_hollow_accounts(ApiResult<RefreshResponse>& reply, std::vector<OddMember> const& odd) {
  if (reply.content) drop_hollow(reply.content->broker_account_tokens, odd);
}

}  // namespace

template <class Message>
CodecResult<Message> decode_tolerantly(std::string_view text, WireBounds const& bounds, std::vector<OddMember>& odd) {
  CodecResult<Message> message(boost::system::in_place_value, wire::Fresh<Message>());
  if (auto error = wire::Reader(text, bounds, &odd).read(wire::root_of<Message>(), &*message)) {
    message = *std::move(error);
  } else {
    drop_hollow_accounts(*message, odd);
  }
  return message;
}

#define SALLYPORT_INSTANTIATE(...)                                                                     \
  template CodecResult<__VA_ARGS__> decode(std::string_view text, WireBounds const& bounds);           \
  template CodecResult<__VA_ARGS__> decode_tolerantly(std::string_view text, WireBounds const& bounds, \
                                                      std::vector<OddMember>& odd);
SALLYPORT_INSTANTIATE(AuthRequest)
SALLYPORT_INSTANTIATE(AuthenticationScheme)
SALLYPORT_INSTANTIATE(RefreshRequest)
SALLYPORT_INSTANTIATE(RemoveAccountRequest)
SALLYPORT_INSTANTIATE(ProblemDetails)
SALLYPORT_INSTANTIATE(ApiResult<AuthResponse>)
SALLYPORT_INSTANTIATE(ApiResult<AuthPromptResponse>)
SALLYPORT_INSTANTIATE(ApiResult<RefreshResponse>)
SALLYPORT_INSTANTIATE(ApiResult<std::vector<AuthenticationScheme>>)
SALLYPORT_INSTANTIATE(ApiResult<std::vector<HealthStatus>>)
SALLYPORT_INSTANTIATE(ApiResult<NoContent>)
#undef SALLYPORT_INSTANTIATE

}  // namespace sallyport
