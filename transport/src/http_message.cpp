#include "http_message.hpp"

#include <sallyport/protocol/api.hpp>

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace sallyport {
namespace {

namespace http = boost::beast::http;

std::string_view method_name(HttpRequest::Method method) noexcept {
  switch (method) {
    case HttpRequest::Method::get: return "GET ";
    case HttpRequest::Method::post: return "POST ";
    case HttpRequest::Method::remove: return "DELETE ";
  }
  return "GET ";
}

void append_header(Secret& head, std::string_view name, std::string_view value) {
  head.append(name);
  head.append(": ");
  head.append(value);
  head.append("\r\n");
}

}  // namespace

Secret authenticate_target(Secret const& user_id, Secret room) {
  return target_with_user(api::authenticate_path, user_id, std::move(room));
}

Secret target_with_user(std::string_view path, Secret const& user_id, Secret room) {
  auto target = std::move(room);
  target.reserve(path.size() + api::user_id_parameter.size() + 2 + 3 * user_id.size());
  target.append(path);
  target.push_back('?');
  target.append(api::user_id_parameter);
  target.push_back('=');
  api::percent_encode(user_id.reveal(), target);
  return target;
}

Secret common_headers(Endpoint const& endpoint, ClientConfig const& config) {
  Secret headers;
  append_header(headers, "Host", endpoint.authority);
  append_header(headers, "User-Agent", "sallyport");
  append_header(headers, "Accept", "application/json");
  append_header(headers, api::client_id_header, config.client_id);
  append_header(headers, api::client_secret_header, config.client_secret.reveal());
  return headers;
}

void write_request(HttpRequest const& request, Secret const& common_headers, Secret& text) {
  constexpr std::size_t rest_max = 128;
  text.reserve(text.size() + rest_max + common_headers.size() + request.target.size() + request.body.size());
  text.append(method_name(request.method));
  text.append(request.target.reveal());
  text.append(" HTTP/1.1\r\n");
  text.append(common_headers.reveal());
  if (request.method == HttpRequest::Method::get) {
    text.append("\r\n");
  } else {
    text.append("Content-Type: application/json\r\nContent-Length: ");
    text.append(std::to_string(request.body.size()));
    text.append("\r\n\r\n");
  }
  text.append(request.body.reveal());
}

bool is_too_large(boost::system::error_code const& ec) noexcept {
  return ec == http::error::body_limit || ec == http::error::header_limit || ec == http::error::buffer_overflow;
}

bool is_not_http(boost::system::error_code const& ec) noexcept {
  return ec && ec != http::error::end_of_stream && ec != http::error::partial_message &&
         ec.category() == http::make_error_code(http::error::end_of_stream).category();
}

bool fits_a_header(std::string_view text) noexcept {
  constexpr std::size_t length_max = 256;
  return !text.empty() && text.size() <= length_max &&
         std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter < '\x7F'; });
}

}  // namespace sallyport
