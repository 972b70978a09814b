#pragma once

#include "tls_stream.hpp"

#include <sallyport/protocol/secret.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace sallyport {

/// What came and no parser has taken yet: half a header, or the beginning of the next message. It is empty otherwise.
using ReadBuffer = boost::beast::basic_flat_buffer<WipingAllocator<char>>;

enum class Until : std::uint8_t { header, end };

template <class Parser>
[[nodiscard]] bool is_there(Parser const& parser, Until until) {
  return until == Until::header ? parser.is_header_done() : parser.is_done();
}

/// Gives the parser of these bytes what it takes until it has the header or the whole message, and returns how many.
template <class Parser>
std::size_t feed(Parser& parser, Until until, boost::asio::const_buffer bytes, boost::system::error_code& ec) {
  std::size_t taken = 0;
  while (taken != bytes.size() && !ec && !is_there(parser, until)) taken += parser.put(bytes + taken, ec);
  if (ec == boost::beast::http::error::need_more) ec = {};
  return taken;
}

/// The same with the bytes that stand in the buffer.
template <class Parser>
boost::system::error_code feed(Parser& parser, Until until, ReadBuffer& buffer) {
  boost::system::error_code ec;
  buffer.consume(feed(parser, until, buffer.data(), ec));
  if (buffer.size() == 0) buffer.shrink_to_fit();  // It may have held secrets; giving the block back wipes it.
  return ec;
}

/// The same with bytes that have come: what the parser does not take goes into the buffer.
template <class Parser>
boost::system::error_code feed(Parser& parser, Until until, ReadBuffer& buffer, boost::asio::const_buffer bytes) {
  boost::system::error_code ec;
  auto const is_first = buffer.size() == 0;
  if (is_first) bytes += feed(parser, until, bytes, ec);
  if (ec || bytes.size() == 0) return ec;
  if (bytes.size() > buffer.max_size() - buffer.size()) return boost::beast::http::error::buffer_overflow;
  buffer.commit(boost::asio::buffer_copy(buffer.prepare(bytes.size()), bytes));
  return is_first ? ec : feed(parser, until, buffer);
}

/// Feeds the parser with what stands in the buffer and then with what comes, until it has the header or the whole
/// message: `handler(error_code)`, inside this call where nothing has to come. The errors are those of Beast.
template <class Parser, class Handler>
void read_message(TlsStream& stream, Reactor& reactor, ReadBuffer& buffer, Parser& parser, Until until,
                  Handler handler) {
  namespace http = boost::beast::http;
  parser.eager(until == Until::end);
  auto ec = buffer.size() == 0 ? boost::system::error_code{} : feed(parser, until, buffer);
  while (!ec && !is_there(parser, until)) {
    auto& room = reactor.text_room();
    auto const step = stream.read(boost::asio::buffer(room));
    if (step.want != TlsStream::Want::nothing) {
      return stream.wait(step.want, [&stream, &reactor, &buffer, &parser, until,
                                     handler = std::move(handler)](boost::system::error_code failure) mutable {
        if (failure) return handler(failure);
        read_message(stream, reactor, buffer, parser, until, std::move(handler));
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
    ec = feed(parser, until, buffer, boost::asio::buffer(room.data(), step.size));
    wipe(room.data(), step.size);
  }
  handler(ec);
}

}  // namespace sallyport
