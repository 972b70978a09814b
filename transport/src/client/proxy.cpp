#include "client/proxy.hpp"

#include "http/http_message.hpp"
#include "net/url.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <vector>

namespace sallyport {
namespace {

Secret base64_of(Secret const& bytes) {
  std::vector<unsigned char, WipingAllocator<unsigned char>> text((bytes.size() + 2) / 3 * 4 + 1);
  auto const* const from = reinterpret_cast<unsigned char const*>(bytes.reveal().data());
  auto const size = EVP_EncodeBlock(text.data(), from, static_cast<int>(bytes.size()));
  return Secret(std::string_view(reinterpret_cast<char const*>(text.data()), static_cast<std::size_t>(size)));
}

/// Basic credentials are octets; a control character is nobody's to type.
bool is_credential(std::string_view text) noexcept {
  constexpr std::size_t length_max = 1024;
  return text.size() <= length_max && std::ranges::none_of(text, [](char letter) {
           return static_cast<unsigned char>(letter) < 0x20 || letter == '\x7F';
         });
}

}  // namespace

std::string problem_of(HttpProxy const& proxy) {
  if (!parse_proxy_url(proxy.url)) return "proxy.url: not http://host[:port]";
  auto const user = proxy.user.reveal();
  if (!is_credential(user) || user.find(':') != std::string_view::npos) {
    return "proxy.user: too long, or with a colon or a control character";
  }
  if (!is_credential(proxy.password.reveal())) return "proxy.password: too long, or with a control character";
  if (user.empty() && !proxy.password.empty()) return "proxy.user: empty beside a password";
  return {};
}

ProxyRoute route_over(HttpProxy const& proxy, Endpoint const& api) {
  auto const at = parse_proxy_url(proxy.url).value();
  auto const is_v6 = api.host.find(':') != std::string::npos;
  auto const target = (is_v6 ? "[" + api.host + "]" : api.host) + ":" + api.port;
  Secret request;
  for (auto const part :
       {std::string_view("CONNECT "), std::string_view(target), std::string_view(" HTTP/1.1\r\nHost: "),
        std::string_view(target), std::string_view("\r\nUser-Agent: "), user_agent()}) {
    request.append(part);
  }
  if (!proxy.user.empty()) {
    Secret pair(proxy.user.reveal());
    pair.push_back(':');
    pair.append(proxy.password.reveal());
    request.append("\r\nProxy-Authorization: Basic ");
    request.append(base64_of(pair).reveal());
  }
  request.append("\r\n\r\n");
  return {.host = at.host, .port = at.port, .request = std::move(request)};
}

// Line by line, where a line may end without its return, as some small proxies have it.
ProxyReply::Says ProxyReply::take(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const letter = bytes.front();
    bytes.remove_prefix(1);
    if (bytes_left_-- == 0) return Says::nonsense;
    if (after_return_ && letter != '\n') return Says::nonsense;
    after_return_ = letter == '\r';
    if (after_return_) continue;
    if (letter != '\n') {
      ++line_size_;
      if (in_first_line_) first_line_.push_back(letter);
      if (first_line_.size() > first_line_max) return Says::nonsense;
      continue;
    }
    if (in_first_line_ && !read_status()) return Says::nonsense;
    in_first_line_ = false;
    if (line_size_ != 0) {
      line_size_ = 0;
      continue;
    }
    is_over_ = true;
    auto const is_success = status_ >= 200 && status_ < 300;
    if (!is_success) return Says::refused;
    return bytes.empty() ? Says::opened : Says::nonsense;
  }
  return Says::nothing_yet;
}

bool ProxyReply::read_status() noexcept {
  constexpr std::string_view version = "HTTP/1.";
  constexpr std::size_t status_at = 9;  // "HTTP/1.1 200"
  constexpr std::size_t status_end = 12;
  std::string_view const line = first_line_;
  auto const is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (line.size() < status_end || !line.starts_with(version) || !is_digit(line[7]) || line[8] != ' ') return false;
  if (line.size() > status_end && line[status_end] != ' ') return false;
  unsigned status = 0;
  for (auto const digit : line.substr(status_at, 3)) {
    if (!is_digit(digit)) return false;
    status = status * 10 + static_cast<unsigned>(digit - '0');
  }
  if (status < 100) return false;
  status_ = status;
  return true;
}

std::string ProxyReply::words() const {
  constexpr unsigned wants_credentials = 407;
  if (status_ == 0) return "answered CONNECT with something that is not HTTP";
  if (status_ >= 200 && status_ < 300)
    return is_over_ ? "answered CONNECT and went on talking" : "answered CONNECT by half";
  auto words = "answered CONNECT with " + std::to_string(status_);
  if (status_ == wants_credentials) words += ": it wants credentials, or other ones";
  return words;
}

}  // namespace sallyport
