#include "http/http_message.hpp"

#include "http/header_text.hpp"

#include <sallyport/protocol/api.hpp>

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
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

/// A letter of a token (RFC 9110, 5.6.2).
bool is_name_letter(char letter) noexcept {
  auto const is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  return is_letter || (letter >= '0' && letter <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(letter) != std::string_view::npos;
}

/// Headers that this client sets, or that say how a message is framed and what becomes of the connection: two of them,
/// or another one, and a server may read the request otherwise than it was meant.
bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 16> ours{"Accept",
                                                         "Accept-Encoding",
                                                         "Connection",
                                                         "Content-Encoding",
                                                         "Content-Length",
                                                         "Content-Type",
                                                         "Cookie",
                                                         "Expect",
                                                         "Host",
                                                         "Keep-Alive",
                                                         "Proxy-Authorization",
                                                         "TE",
                                                         "Trailer",
                                                         "Transfer-Encoding",
                                                         "Upgrade",
                                                         "HTTP2-Settings"};
  auto const is_this = [name](std::string_view other) { return same_in_any_case(name, other); };
  return std::ranges::any_of(ours, is_this) || is_this(api::client_id_header) || is_this(api::client_secret_header);
}

/// Visible ASCII with blanks inside.
bool is_header_value(std::string_view text) noexcept {
  constexpr std::size_t length_max = 8192;
  return !text.empty() && text.size() <= length_max && text.front() != ' ' && text.back() != ' ' &&
         std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter < '\x7F'; });
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

// A balancer that compresses although nobody asked would make every reply unreadable, so it is told not to.
CommonParts common_parts(Endpoint const& endpoint, ClientConfig const& config) {
  Secret headers;
  append_header(headers, "Host", endpoint.authority);
  auto const names_itself = std::ranges::any_of(
      config.headers, [](ExtraHeader const& one) { return same_in_any_case(one.name, "User-Agent"); });
  if (!names_itself) append_header(headers, "User-Agent", user_agent());
  append_header(headers, "Accept", "application/json");
  append_header(headers, "Accept-Encoding", "identity");
  append_header(headers, api::client_id_header, config.client_id);
  append_header(headers, api::client_secret_header, config.client_secret.reveal());
  for (auto const& [name, value] : config.headers) append_header(headers, name, value.reveal());
  return {.base_path = endpoint.base_path, .headers = std::move(headers)};
}

std::string_view user_agent() noexcept {
  return "sallyport/" SALLYPORT_VERSION;
}

std::string problem_of_headers(std::vector<ExtraHeader> const& headers) {
  for (std::size_t at = 0; at < headers.size(); ++at) {
    auto const& [name, value] = headers[at];
    std::string_view problem;
    if (name.empty() || !std::ranges::all_of(name, is_name_letter)) problem = "the name is none that a header may have";
    if (problem.empty() && is_ours(name)) problem = "this client sets it, or it would say where a request ends";
    if (problem.empty() && !is_header_value(value.reveal())) problem = "the value cannot stand in a header";
    if (!problem.empty()) return "headers[" + std::to_string(at) + "]: " + std::string(problem);
  }
  return {};
}

void write_request(HttpRequest const& request, CommonParts const& common, Secret& text) {
  constexpr std::size_t rest_max = 128;
  text.reserve(text.size() + rest_max + common.base_path.size() + common.headers.size() + request.cookies.size() +
               request.target.size() + request.body.size());
  text.append(method_name(request.method));
  text.append(common.base_path);
  text.append(request.target.reveal());
  text.append(" HTTP/1.1\r\n");
  text.append(common.headers.reveal());
  if (!request.cookies.empty()) append_header(text, "Cookie", request.cookies.reveal());
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
