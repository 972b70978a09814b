#include "http/http_reader.hpp"

#include "http/cookie_jar.hpp"
#include "http/header_text.hpp"
#include "http/keep_alive.hpp"
#include "http/retry_after.hpp"

#include <sallyport/protocol/api.hpp>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <chrono>

namespace sallyport {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t coding_max = 32;

std::chrono::sys_seconds our_time() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

bool may_begin_a_reply(std::string_view text) noexcept {
  constexpr std::string_view beginning = "HTTP/1.";
  return text.substr(0, beginning.size()) == beginning.substr(0, text.size());
}

}  // namespace

std::size_t ReplyReader::put(boost::asio::const_buffer bytes, error_code& ec) {
  if (is_header_done()) return Base::put(bytes, ec);
  constexpr std::string_view end = "\r\n\r\n";
  std::string_view const head(static_cast<char const*>(bytes.data()), bytes.size());
  if (!may_begin_a_reply(head)) return Base::put(bytes, ec);  // Beast says what is wrong.
  auto const found = head.find(end, seen_ - std::min(seen_, end.size() - 1));
  seen_ = head.size();
  auto const size = found == std::string_view::npos ? head.size() : found + end.size();
  if (size > header_bytes_max_) {
    ec = http::error::header_limit;
  } else if (found == std::string_view::npos) {
    ec = http::error::need_more;
  } else {
    return Base::put(bytes, ec);
  }
  return 0;
}

void ReplyReader::on_response_impl(int code, text /*reason*/, int /*version*/, error_code& /*ec*/) {
  reply_.status = static_cast<unsigned>(code);
}

void ReplyReader::on_header_field(http::field name, std::string_view /*spelling*/, std::string_view value) {
  if (name == http::field::retry_after) {
    if (!retry_after_.empty()) retry_after_ += ", ";
    retry_after_ += value;
  } else if (name == http::field::date && !reply_.date) {
    reply_.date = parse_http_date(value, our_time());
  } else if (name == http::field::keep_alive && !reply_.keep_alive) {
    reply_.keep_alive = parse_keep_alive(value);
  } else if (name == http::field::content_encoding && !same_in_any_case(value, "identity")) {
    reply_.coding = value.substr(0, coding_max);
  } else if (name == http::field::set_cookie && reply_.cookies.size() < CookieJar::cookies_max) {
    reply_.cookies.emplace_back(value);
  }
}

// The clocks of the two machines may be hours apart.
void ReplyReader::on_header_impl(error_code& /*ec*/) {
  if (!retry_after_.empty()) reply_.retry_after = longest_retry_after(retry_after_, reply_.date.value_or(our_time()));
}

void RequestReader::on_request_impl(http::verb /*verb*/, text method, text target, int version, error_code& /*ec*/) {
  framing_.note_version(version);
  request_.method = view(method);
  request_.target = room();
  request_.target.append(origin_form(view(target)));
}

void RequestReader::on_header_field(http::field name, std::string_view spelling, std::string_view value) {
  framing_.note(name, value);
  if (name == http::field::content_type) {
    if (request_.content_type.empty()) request_.content_type = value;
  } else if (name == http::field::expect) {
    // Java's client writes it with a capital. In HTTP/1.0 there is none (RFC 9110, 10.1.1).
    expects_continue_ = !framing_.is_http_1_0() && lists(value, "100-continue");
  } else if (name == http::field::content_encoding) {
    if (!value.empty() && !same_in_any_case(value, "identity")) request_.is_coded = true;
  } else if (request_.client_id.empty() && same_in_any_case(spelling, api::client_id_header)) {
    request_.client_id = value;
  } else if (same_in_any_case(spelling, "X-Forwarded-For")) {
    if (!request_.forwarded_for.empty()) request_.forwarded_for += ',';
    request_.forwarded_for += value;
  } else if (request_.client_secret.empty() && same_in_any_case(spelling, api::client_secret_header)) {
    request_.client_secret = Secret(value);
  }
}

void RequestReader::on_header_impl(error_code& ec) {
  problem_ = framing_.problem();
  // A body counts with all that it may become, before the first byte of it is kept.
  auto const length = content_length();
  auto const most = chunked() ? body_bytes_max_ : length ? static_cast<std::size_t>(*length) : 0;
  lacks_room_ = problem_.field.empty() && !claim_.take(most);
  if (lacks_room_ || !problem_.field.empty()) ec = http::error::bad_value;
}

}  // namespace sallyport
