#include "net/url.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace sallyport {
namespace {

char lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// A scheme has no case (RFC 3986, 3.1).
bool starts_with(std::string_view url, std::string_view scheme) noexcept {
  return url.size() >= scheme.size() && std::ranges::equal(url.substr(0, scheme.size()), scheme, {}, lower);
}

bool is_host_letter(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '.' || letter == '-' || letter == '_';
}

bool is_address_letter(char letter) noexcept {
  return is_host_letter(letter) || letter == ':';
}

bool is_hex(char letter) noexcept {
  return (letter >= '0' && letter <= '9') || (lower(letter) >= 'a' && lower(letter) <= 'f');
}

/// What may stand in a path as it is (RFC 3986, 3.3).
bool is_path_letter(char letter) noexcept {
  return is_host_letter(letter) || std::string_view("~!$&'()*+,;=:@").find(letter) != std::string_view::npos;
}

/// One segment of a path. "." and ".." are somebody's to resolve, and nobody knows whose.
bool is_segment(std::string_view text) noexcept {
  if (text.empty() || text == "." || text == "..") return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_path_letter(text[at])) continue;
    if (text[at] != '%' || text.size() - at < 3 || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
    at += 2;
  }
  return true;
}

bool is_base_path(std::string_view path) noexcept {
  constexpr std::size_t length_max = 1024;
  if (path.size() > length_max) return false;
  while (!path.empty()) {
    path.remove_prefix(1);  // Its slash.
    auto const segment = path.substr(0, path.find('/'));
    if (!is_segment(segment)) return false;
    path.remove_prefix(segment.size());
  }
  return true;
}

/// 0 where the text is no port.
std::uint16_t port_number(std::string_view text) noexcept {
  std::uint16_t port = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  return ec == std::errc{} && end == text.data() + text.size() ? port : 0;
}

/// Host and port.
boost::system::result<Endpoint> parse_authority(std::string_view text, std::string_view default_port) {
  Endpoint endpoint{.host = {}, .port = std::string(default_port), .authority = std::string(text), .base_path = {}};
  auto const bracketed = text.starts_with('[');
  auto const host_end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && host_end == std::string_view::npos) return TransportErrc::bad_url;
  auto const host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  auto rest = host_end == std::string_view::npos ? std::string_view{} : text.substr(host_end + (bracketed ? 1 : 0));
  if (!rest.empty()) {
    if (!rest.starts_with(':') || port_number(rest.substr(1)) == 0) return TransportErrc::bad_url;
    endpoint.port = rest.substr(1);
  }
  auto const letters_fit = std::ranges::all_of(host, bracketed ? is_address_letter : is_host_letter);
  if (host_without_dot(host).empty() || host.starts_with('.') || host.size() > 253 || !letters_fit) {
    return TransportErrc::bad_url;
  }
  endpoint.host = host;
  return endpoint;
}

}  // namespace

boost::system::result<Endpoint> parse_url(std::string_view url) {
  if (!starts_with(url, "https://")) return TransportErrc::bad_url;
  url.remove_prefix(std::string_view("https://").size());
  auto path = url.substr(std::min(url.find('/'), url.size()));
  url.remove_suffix(path.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!is_base_path(path)) return TransportErrc::bad_url;
  auto endpoint = parse_authority(url, "443");
  if (endpoint) endpoint->base_path = path;
  return endpoint;
}

boost::system::result<Endpoint> parse_proxy_url(std::string_view url) {
  if (!starts_with(url, "http://")) return TransportErrc::bad_url;
  url.remove_prefix(std::string_view("http://").size());
  if (url.ends_with('/')) url.remove_suffix(1);
  return parse_authority(url, "80");
}

std::string_view host_without_dot(std::string_view host) noexcept {
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

// DNS knows no case. The path is left out: where one host has two APIs, what is counted at both errs on the safe side.
std::string server_name(Endpoint const& endpoint) {
  std::string name(host_without_dot(endpoint.host));
  for (auto& letter : name) letter = lower(letter);
  boost::system::error_code ec;
  auto const address = boost::asio::ip::make_address(name, ec);
  if (!ec) name = address.to_string();
  return name + ":" + std::to_string(port_number(endpoint.port));
}

}  // namespace sallyport
