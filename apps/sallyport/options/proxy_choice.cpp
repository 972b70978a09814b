#include "options/proxy_choice.hpp"

#include "options/closest.hpp"
#include "runtime/failure.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>

namespace sallyport::app {
namespace {

namespace ip = boost::asio::ip;

struct Named {
  std::string_view where;
  std::string_view value;
};

std::string_view environment(char const* name) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// The first that is set to something.
template <std::size_t count>
Named first_of(std::array<char const*, count> const& names) {
  for (auto const* const name : names) {
    if (auto const value = environment(name); !value.empty()) return {.where = name, .value = value};
  }
  return {};
}

struct HostAndPort {
  std::string_view host;
  std::string_view port;
};

/// An IPv6 address stands in brackets, or alone.
HostAndPort split(std::string_view text) {
  if (text.starts_with('[')) {
    auto const end = std::min(text.find(']'), text.size());
    auto const rest = text.substr(std::min(end + 1, text.size()));
    return {.host = text.substr(1, end - 1), .port = rest.starts_with(':') ? rest.substr(1) : std::string_view()};
  }
  auto const colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) return {text, {}};
  return {.host = text.substr(0, colon), .port = text.substr(colon + 1)};
}

HostAndPort of_url(std::string_view url) {
  url.remove_prefix(std::min(std::string_view("https://").size(), url.size()));
  auto found = split(url.substr(0, url.find_first_of("/?#")));
  if (found.port.empty()) found.port = "443";
  return found;
}

std::string_view without_dots(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(1);
  if (name.starts_with('.')) name.remove_prefix(1);
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool is_in_network(std::string_view network, ip::address const& address) {
  boost::system::error_code ec;
  std::string const text(network);
  if (address.is_v4()) {
    auto const four = ip::make_network_v4(text, ec);
    return !ec && ip::make_network_v4(address.to_v4(), four.prefix_length()).canonical() == four.canonical();
  }
  auto const six = ip::make_network_v6(text, ec);
  return !ec && ip::make_network_v6(address.to_v6(), six.prefix_length()).canonical() == six.canonical();
}

bool exempts(std::string_view entry, std::string_view host) {
  boost::system::error_code ec;
  auto const address = ip::make_address(std::string(host), ec);
  if (!ec && entry.find('/') != std::string_view::npos) return is_in_network(entry, address);
  if (!ec) {
    auto const named = ip::make_address(std::string(entry), ec);
    return !ec && named == address;
  }
  auto const name = without_dots(host);
  auto const suffix = without_dots(entry);
  if (suffix.empty() || name.size() < suffix.size()) return false;
  if (!same_but_for_case(name.substr(name.size() - suffix.size()), suffix)) return false;
  return name.size() == suffix.size() || name[name.size() - suffix.size() - 1] == '.';
}

[[noreturn]] void refuse(std::string_view where, std::string const& problem) {
  throw UsageError(std::string(where), problem);
}

constexpr auto const* no_proxy_url = "not http://host[:port], which is the one kind of proxy there is";

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

Secret percent_decoded(std::string_view text, std::string_view where) {
  Secret decoded;
  while (!text.empty()) {
    auto const is_escape = text.front() == '%';
    if (is_escape && (text.size() < 3 || digit_of(text[1]) < 0 || digit_of(text[2]) < 0)) {
      refuse(where, "its credentials have a % without two hexadecimal digits behind it; % itself is written %25");
    }
    decoded.push_back(is_escape ? static_cast<char>(digit_of(text[1]) * 16 + digit_of(text[2])) : text.front());
    text.remove_prefix(is_escape ? 3 : 1);
  }
  return decoded;
}

/// "[http://][user[:password]@]host[:port]".
HttpProxy read_proxy(Named const& named) {
  constexpr std::string_view scheme = "http://";
  auto text = named.value;
  if (same_but_for_case(text.substr(0, scheme.size()), scheme)) text.remove_prefix(scheme.size());
  if (text.find("://") != std::string_view::npos) refuse(named.where, no_proxy_url);
  HttpProxy proxy;
  if (auto const at = text.rfind('@'); at != std::string_view::npos) {
    auto const pair = text.substr(0, at);
    auto const colon = std::min(pair.find(':'), pair.size());
    proxy.user = percent_decoded(pair.substr(0, colon), named.where);
    proxy.password = percent_decoded(pair.substr(std::min(colon + 1, pair.size())), named.where);
    text.remove_prefix(at + 1);
  }
  proxy.url = std::string(scheme) + std::string(text);
  ClientConfig config;
  config.proxy = std::move(proxy);
  // It never repeats a value. What is wrong with the credentials is another matter than what is with the URL.
  auto const problem = problem_of(config);
  if (problem.starts_with("proxy.user: ") || problem.starts_with("proxy.password: ")) {
    auto const is_user = problem.starts_with("proxy.user: ");
    refuse(named.where, (is_user ? "its user name is " : "its password is ") + problem.substr(problem.find(' ') + 1));
  }
  if (!problem.empty()) refuse(named.where, no_proxy_url);
  return std::move(*config.proxy);
}

}  // namespace

bool is_exempt(std::string_view list, std::string_view host, std::string_view port) {
  while (!list.empty()) {
    auto const end = std::min(list.find_first_of(", \t"), list.size());
    auto const entry = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    if (entry.empty()) continue;
    if (entry == "*") return true;
    auto const named = split(entry);
    if ((named.port.empty() || named.port == port) && exempts(named.host, host)) return true;
  }
  return false;
}

std::optional<HttpProxy> choose_proxy(ServerChoice const& choice) {
  if (!choice.url || choice.no_proxy) return std::nullopt;
  if (choice.proxy) {
    if (choice.proxy->find('@') != std::string::npos) {
      throw UsageError("--proxy", "other users see a command line, so credentials stand in HTTPS_PROXY");
    }
    return read_proxy({.where = "--proxy", .value = *choice.proxy});
  }
  auto const named = first_of<4>({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  if (named.value.empty()) return std::nullopt;
  auto const [host, port] = of_url(*choice.url);
  if (is_exempt(first_of<2>({"no_proxy", "NO_PROXY"}).value, host, port)) return std::nullopt;
  return read_proxy(named);
}

}  // namespace sallyport::app
