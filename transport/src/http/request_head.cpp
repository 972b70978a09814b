#include "http/request_head.hpp"

#include "http/header_text.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace sallyport {

namespace http = boost::beast::http;

namespace {

/// Whether a line may have it anywhere but at its end.
constexpr bool is_plain(char letter) noexcept {
  return letter == '\t' || (static_cast<unsigned char>(letter) >= 0x20 && letter != 0x7F);
}

constexpr std::uint64_t in_each_byte(std::uint64_t byte) noexcept {
  return byte * 0x0101'0101'0101'0101U;
}

/// The top bit of the first of eight bytes that is a control character, and of some behind it; 0 where none is.
constexpr std::uint64_t controls_among(std::uint64_t bytes) noexcept {
  auto const deletes = bytes ^ in_each_byte(0x7F);
  auto const below_blank = (bytes - in_each_byte(0x20)) & ~bytes;
  auto const is_delete = (deletes - in_each_byte(1)) & ~deletes;
  return (below_blank | is_delete) & in_each_byte(0x80);
}

/// How many letters are plain before the first that is not.
std::size_t count_plain(std::string_view text) noexcept {
  std::size_t plain = 0;
  while (std::endian::native == std::endian::little && plain + sizeof(std::uint64_t) <= text.size()) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + plain, sizeof bytes);
    auto const controls = controls_among(bytes);
    plain += static_cast<std::size_t>(std::countr_zero(controls)) / 8;  // 64 zeros are eight plain bytes.
    if (controls == 0) continue;
    if (text[plain] != '\t') return plain;
    ++plain;
  }
  while (plain < text.size() && is_plain(text[plain])) ++plain;
  return plain;
}

}  // namespace

void HeadLines::skip_plain(std::string_view text) noexcept {
  if (line_is_empty_ || before_ == '\r') return;
  auto const plain = count_plain(text.substr(seen_, bytes_max_ - seen_));
  if (plain == 0) return;
  seen_ += plain;
  before_ = text[seen_ - 1];
}

boost::system::error_code HeadLines::look_at(std::string_view text) noexcept {
  for (skip_plain(text); seen_ < text.size(); skip_plain(text)) {
    if (seen_ == bytes_max_) return http::error::header_limit;
    auto const letter = text[seen_];
    auto const ends_line = before_ == '\r';
    if (ends_line != (letter == '\n')) return http::error::bad_line_ending;
    if (ends_line && line_is_empty_) return {};  // An empty line ends the header.
    if (ends_line) {
      line_is_empty_ = true;
      is_first_line_ = false;
    } else if (letter != '\r') {
      auto const is_blank = letter == ' ' || letter == '\t';
      if (is_blank && line_is_empty_ && !is_first_line_) return http::error::bad_obs_fold;
      if (!is_plain(letter)) return http::error::bad_value;
      line_is_empty_ = false;
    }
    before_ = letter;
    ++seen_;
  }
  return http::error::need_more;
}

// Half a line end may become a whole one.
std::size_t HeadLines::skip_empty_lines(std::string_view text) noexcept {
  std::size_t skipped = 0;
  while (seen_ == 0 && empty_lines_ < empty_lines_max && text.substr(skipped).starts_with("\r\n")) {
    skipped += 2;
    ++empty_lines_;
  }
  return skipped;
}

std::string_view origin_form(std::string_view target) noexcept {
  constexpr std::string_view between = "://";
  auto const scheme_end = target.find(between);
  if (scheme_end == std::string_view::npos) return target;
  auto const scheme = target.substr(0, scheme_end);
  if (!same_in_any_case(scheme, "https") && !same_in_any_case(scheme, "http")) return target;
  auto const host = target.substr(scheme_end + between.size());
  auto const host_end = host.find_first_of("/?");
  if (host_end == 0) return target;
  return host_end == std::string_view::npos || host[host_end] == '?' ? "/" : host.substr(host_end);
}

bool lists(std::string_view header, std::string_view name) noexcept {
  for (;;) {
    auto const comma = header.find(',');
    if (same_in_any_case(trimmed(header.substr(0, comma)), name)) return true;
    if (comma == std::string_view::npos) return false;
    header.remove_prefix(comma + 1);
  }
}

void Framing::note(http::field name, std::string_view value) noexcept {
  if (name == http::field::transfer_encoding) {
    ++codings_;
    is_chunked_ = same_in_any_case(value, "chunked");
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
