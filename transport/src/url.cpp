#include "url.hpp"

#include <sallyport/transport/error.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace sallyport {
namespace {

constexpr std::string_view scheme = "https://";

bool is_host_letter(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '.' || letter == '-' || letter == '_';
}

bool is_address_letter(char letter) noexcept {
  return is_host_letter(letter) || letter == ':';
}

/// 0 where the text is no port.
std::uint16_t port_number(std::string_view text) noexcept {
  std::uint16_t port = 0;
  auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  return ec == std::errc{} && end == text.data() + text.size() ? port : 0;
}

}  // namespace

boost::system::result<Endpoint> parse_url(std::string_view url) {
  if (!url.starts_with(scheme)) return TransportErrc::bad_url;
  url.remove_prefix(scheme.size());
  if (url.ends_with('/')) url.remove_suffix(1);

  Endpoint endpoint{.host = {}, .port = "443", .authority = std::string(url)};
  auto const bracketed = url.starts_with('[');
  auto const host_end = bracketed ? url.find(']') : url.find(':');
  if (bracketed && host_end == std::string_view::npos) return TransportErrc::bad_url;
  auto const host = bracketed ? url.substr(1, host_end - 1) : url.substr(0, host_end);
  auto rest = host_end == std::string_view::npos ? std::string_view{} : url.substr(host_end + (bracketed ? 1 : 0));
  if (!rest.empty()) {
    if (!rest.starts_with(':') || port_number(rest.substr(1)) == 0) return TransportErrc::bad_url;
    endpoint.port = rest.substr(1);
  }
  auto const letters_fit = std::ranges::all_of(host, bracketed ? is_address_letter : is_host_letter);
  if (host.empty() || host.starts_with('.') || host.size() > 253 || !letters_fit) return TransportErrc::bad_url;
  endpoint.host = host;
  return endpoint;
}

// DNS knows no case, and the dot at the end only says that nothing follows.
std::string server_name(Endpoint const& endpoint) {
  auto name = endpoint.host;
  if (name.ends_with('.')) name.pop_back();
  for (auto& letter : name) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  boost::system::error_code ec;
  auto const address = boost::asio::ip::make_address(name, ec);
  if (!ec) name = address.to_string();
  return name + ":" + std::to_string(port_number(endpoint.port));
}

}  // namespace sallyport
