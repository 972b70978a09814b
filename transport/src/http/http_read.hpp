#pragma once

#include "net/tls_stream.hpp"

#include <sallyport/protocol/secret.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace sallyport {

/// What came and no parser has taken yet: half a header, or the beginning of the next message. It is empty otherwise.
using ReadBuffer = boost::beast::basic_flat_buffer<WipingAllocator<char>>;

/// Whether there is nothing to do for a while: the message is there, or its reader waits for us.
template <class Parser>
[[nodiscard]] bool rests(Parser const& parser) {
  return parser.is_done() || parser.pauses();
}

/// Whether the parser may be given so few bytes. A chunked body ends with five at least, so fewer say nothing yet; and
/// in the midst of its last chunk Beast (1.81) asserts that it gets five.
template <class Parser>
[[nodiscard]] bool says_something(Parser const& parser, std::size_t size) {
  constexpr std::size_t last_chunk_size = 5;
  return size >= last_chunk_size || !parser.is_header_done() || !parser.chunked();
}

/// Gives the parser of these bytes what it takes until it rests, and returns how many.
template <class Parser>
std::size_t feed(Parser& parser, boost::asio::const_buffer bytes, boost::system::error_code& ec) {
  std::size_t taken = 0;
  while (taken != bytes.size() && !ec && !rests(parser) && says_something(parser, bytes.size() - taken)) {
    taken += parser.put(bytes + taken, ec);
  }
  if (ec == boost::beast::http::error::need_more) ec = {};
  return taken;
}

/// The same with the bytes that stand in the buffer.
template <class Parser>
boost::system::error_code feed(Parser& parser, ReadBuffer& buffer) {
  boost::system::error_code ec;
  buffer.consume(feed(parser, buffer.data(), ec));
  if (buffer.size() == 0) buffer.shrink_to_fit();  // It may have held secrets; giving the block back wipes it.
  return ec;
}

/// The same with bytes that have come: what the parser does not take goes into the buffer.
template <class Parser>
boost::system::error_code feed(Parser& parser, ReadBuffer& buffer, boost::asio::const_buffer bytes) {
  boost::system::error_code ec;
  auto const is_first = buffer.size() == 0;
  if (is_first) bytes += feed(parser, bytes, ec);
  if (ec || bytes.size() == 0) return ec;
  if (bytes.size() > buffer.max_size() - buffer.size()) return boost::beast::http::error::buffer_overflow;
  buffer.commit(boost::asio::buffer_copy(buffer.prepare(bytes.size()), bytes));
  return is_first ? ec : feed(parser, buffer);
}

/// Feeds the parser with what stands in the buffer and then with what comes, until it rests: `handler(error_code)`,
/// inside this call where nothing has to come. The errors are those of Beast. It takes a bounded share at once: others
/// wait, and so does the deadline of this.
template <class Parser, class Handler>
void read_message(TlsStream& stream, Reactor& reactor, ReadBuffer& buffer, Parser& parser, Handler handler) {
  namespace http = boost::beast::http;
  constexpr auto reads_max = 16;
  auto reads_left = reads_max;
  auto ec = buffer.size() == 0 ? boost::system::error_code{} : feed(parser, buffer);
  while (!ec && !rests(parser)) {
    auto& room = reactor.text_room();
    auto const step =
        reads_left-- == 0 ? TlsStream::Step{.want = TlsStream::Want::turn} : stream.read(boost::asio::buffer(room));
    if (step.want != TlsStream::Want::nothing) {
      return stream.wait(step.want, [&stream, &reactor, &buffer, &parser,
                                     handler = std::move(handler)](boost::system::error_code failure) mutable {
        if (failure) return handler(failure);
        read_message(stream, reactor, buffer, parser, std::move(handler));
      });
    }
    ec = step.ec;
    if (ec == boost::asio::error::eof) {
      ec = http::error::end_of_stream;
      if (!parser.got_some()) break;
      ec = {};
      parser.put_eof(ec);
      break;
    }
    if (ec) break;
    ec = feed(parser, buffer, boost::asio::buffer(room.data(), step.size));
    wipe(room.data(), step.size);
  }
  handler(ec);
}

}  // namespace sallyport
