#include "http_reader.hpp"

#include "retry_after.hpp"

#include <sallyport/protocol/api.hpp>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <chrono>

namespace sallyport {

namespace http = boost::beast::http;

namespace {

bool same_in_any_case(std::string_view left, std::string_view right) {
  return boost::beast::iequals({left.data(), left.size()}, {right.data(), right.size()});
}

std::chrono::sys_seconds our_time() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

void ReplyReader::on_response_impl(int code, text /*reason*/, int /*version*/, error_code& /*ec*/) {
  reply_.status = static_cast<unsigned>(code);
}

void ReplyReader::on_header_field(http::field name, std::string_view /*spelling*/, std::string_view value) {
  if (name == http::field::retry_after && retry_after_.empty()) retry_after_ = value;
  if (name == http::field::date && !reply_.date) reply_.date = parse_http_date(value, our_time());
}

// The clocks of the two machines may be hours apart.
void ReplyReader::on_header_impl(error_code& /*ec*/) {
  if (!retry_after_.empty()) reply_.retry_after = parse_retry_after(retry_after_, reply_.date.value_or(our_time()));
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
