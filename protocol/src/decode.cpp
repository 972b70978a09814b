#include <sallyport/protocol/codec.hpp>

#include "reader.hpp"
#include "utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <array>
#include <string>
#include <utility>

namespace sallyport {
namespace wire {
namespace {

/// The parser gathers a string with escapes in a buffer on its stack, which is dead but not gone when it returns.
/// This covers the buffer and 32 levels of recursion above it.
[[gnu::noinline]] void wipe_dead_stack() noexcept {
  std::array<char, 8 * BOOST_JSON_STACK_BUFFER_SIZE> over;
  wipe(over.data(), over.size());
}

/// Why the parser stopped at that byte. It calls bad UTF-8 a syntax error; a second look tells them apart.
CodecError explain(Reader const& reader, boost::system::error_code const& why, std::string_view text,
                   std::size_t stop) {
  auto const refusal = [&reader](CodecErrc code, std::string_view detail, std::size_t byte) {
    return reader.refusal_here(code, std::string(detail) + " at byte " + std::to_string(byte));
  };
  if (why == boost::json::error::too_deep) return refusal(CodecErrc::too_deep, "the text nests too deep", stop);
  if (why == boost::json::error::exponent_overflow) {
    return refusal(CodecErrc::number_out_of_range, "the exponent is too large", stop);
  }
  auto const prefix = utf8_prefix(text);
  if (prefix <= stop && prefix < text.size()) return refusal(CodecErrc::bad_utf8, "the text is not UTF-8", prefix);
  if (why == boost::json::error::incomplete) return refusal(CodecErrc::syntax, "the text ends too early", stop);
  return refusal(CodecErrc::syntax, "the text is not JSON", stop);
}

}  // namespace

std::optional<CodecError> read(std::string_view text, WireBounds const& bounds, Shape const& shape, void* message) {
  if (text.size() > bounds.text_bytes_max) {
    return CodecError{CodecErrc::too_large, "$", "the text is too long"};
  }
  boost::json::parse_options options;
  options.max_depth = bounds.depth_max;
  boost::json::basic_parser<Reader> parser(options, shape, message, bounds);
  boost::system::error_code ec;
  auto const consumed = parser.write_some(false, text.data(), text.size(), ec);

  auto& reader = parser.handler();
  if (text.find('\\') != std::string_view::npos) wipe_dead_stack();
  if (reader.refusal()) return std::move(reader.refusal());
  if (ec) return explain(reader, ec, text, consumed);
  if (consumed < text.size()) return explain(reader, boost::json::error::extra_data, text, consumed);
  return std::nullopt;
}

}  // namespace wire

template <class Message>
CodecResult<Message> decode(std::string_view text, WireBounds const& bounds) {
  Message message;
  if (auto error = wire::read(text, bounds, wire::shape_of<Message>(), &message)) return *std::move(error);
  return CodecResult<Message>(std::move(message));
}

#define SALLYPORT_INSTANTIATE(...) \
  template CodecResult<__VA_ARGS__> decode(std::string_view text, WireBounds const& bounds);
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
