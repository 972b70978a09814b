#include <sallyport/protocol/codec.hpp>

#include "messages.hpp"
#include "reader.hpp"

#include <utility>

namespace sallyport {

// The message is read where it stays: a large one takes longer to move than to read.
template <class Message>
CodecResult<Message> decode(std::string_view text, WireBounds const& bounds) {
  CodecResult<Message> message(boost::system::in_place_value, wire::Fresh<Message>());
  if (auto error = wire::Reader(text, bounds).read(wire::root_of<Message>(), &*message)) message = *std::move(error);
  return message;
}

template <class Message>
CodecResult<Message> decode_tolerantly(std::string_view text, WireBounds const& bounds, std::vector<OddMember>& odd) {
  CodecResult<Message> message(boost::system::in_place_value, wire::Fresh<Message>());
  if (auto error = wire::Reader(text, bounds, &odd).read(wire::root_of<Message>(), &*message)) {
    message = *std::move(error);
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
