#include "request_head.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace sallyport {

namespace http = boost::beast::http;

boost::system::error_code HeadLines::look_at(std::string_view text) noexcept {
  for (; seen_ < text.size(); before_ = text[seen_++]) {
    if (seen_ == bytes_max_) return http::error::header_limit;
    auto const letter = text[seen_];
    auto const ends_line = before_ == '\r';
    if (ends_line != (letter == '\n')) return http::error::bad_line_ending;
    if (ends_line && line_is_empty_) return {};  // An empty line ends the header.
    if (ends_line) {
      line_is_empty_ = true;
      is_first_line_ = false;
      continue;
    }
    if (letter == '\r') continue;
    auto const is_blank = letter == ' ' || letter == '\t';
    if (is_blank && line_is_empty_ && !is_first_line_) return http::error::bad_obs_fold;
    if (letter != '\t' && (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F)) return http::error::bad_value;
    line_is_empty_ = false;
  }
  return http::error::need_more;
}

void Framing::note(http::field name, std::string_view value) noexcept {
  if (name == http::field::transfer_encoding) {
    ++codings_;
    is_chunked_ = boost::beast::iequals({value.data(), value.size()}, "chunked");
  } else if (name == http::field::content_length) {
    ++lengths_;
    is_number_ = !value.empty() && std::ranges::all_of(value, [](char digit) { return digit >= '0' && digit <= '9'; });
  } else if (name == http::field::host) {
    ++hosts_;
  }
}

FramingProblem Framing::problem() const noexcept {
  constexpr int http_1_1 = 11;
  if (codings_ != 0 && version_ < http_1_1) return {"Transfer-Encoding", "there is none in HTTP/1.0"};
  if (codings_ > 1 || (codings_ == 1 && !is_chunked_)) return {"Transfer-Encoding", "only chunked is understood"};
  if (lengths_ > 1 || !is_number_) return {"Content-Length", "not one number"};
  if (version_ >= http_1_1 && hosts_ != 1) return {"Host", "missing, or given twice"};
  return {};
}

}  // namespace sallyport
