#pragma once

#include "tls_stream.hpp"

#include <sallyport/protocol/secret.hpp>

#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace sallyport {

using ReadBuffer = boost::beast::basic_flat_buffer<WipingAllocator<char>>;

enum class Until : std::uint8_t { header, end };

/// Feeds the parser with what stands in the buffer and then with what comes, until it has the header or the whole
/// message: `handler(error_code)`, inside this call where nothing has to come. The errors are those of Beast.
template <class Parser, class Handler>
void read_message(TlsStream& stream, ReadBuffer& buffer, Parser& parser, Until until, Handler handler) {
  constexpr std::size_t read_size = 4096;
  namespace http = boost::beast::http;
  boost::system::error_code ec;
  auto const is_there = [&] { return until == Until::header ? parser.is_header_done() : parser.is_done(); };
  parser.eager(until == Until::end);
  while (!is_there() && buffer.size() != 0) {
    buffer.consume(parser.put(buffer.data(), ec));
    if (ec == http::error::need_more) {
      ec = {};
      break;
    }
    if (ec) return handler(ec);
  }
  if (is_there()) return handler(ec);
  auto const room = std::min(read_size, buffer.max_size() - buffer.size());
  if (room == 0) return handler(http::error::buffer_overflow);
  stream.async_read_some(buffer.prepare(room), [&stream, &buffer, &parser, until, handler = std::move(handler)](
                                                   boost::system::error_code failure, std::size_t size) mutable {
    buffer.commit(size);
    if (failure == boost::asio::error::eof) {
      failure = http::error::end_of_stream;
      if (parser.got_some()) {
        failure = {};
        parser.put_eof(failure);
      }
      return handler(failure);
    }
    if (failure) return handler(failure);
    read_message(stream, buffer, parser, until, std::move(handler));
  });
}

}  // namespace sallyport
