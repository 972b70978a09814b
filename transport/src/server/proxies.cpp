#include "server/proxies.hpp"

#include "http/header_text.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <charconv>

namespace sallyport {

namespace ip = boost::asio::ip;

namespace {

constexpr std::size_t proxies_max = 64;
constexpr unsigned bits_of_v6 = 128;
constexpr unsigned bits_before_v4 = 96;

ip::address_v6::bytes_type bytes_of(ip::address const& address) {
  return (address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6()).to_bytes();
}

/// An address that is whole and names no interface.
std::optional<ip::address> read_address(std::string_view text) {
  if (text.find('%') != std::string_view::npos) return std::nullopt;
  boost::system::error_code ec;
  auto const address = ip::make_address(text, ec);
  return ec ? std::nullopt : std::optional(address);
}

}  // namespace

std::optional<TrustedProxies::Network> TrustedProxies::read(std::string_view text) {
  auto const slash = text.find('/');
  auto const address = read_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{.first = bytes_of(*address), .bits = bits_of_v6};
  if (slash == std::string_view::npos) return network;
  auto const length = text.substr(slash + 1);
  unsigned bits = 0;
  auto const [end, ec] = std::from_chars(length.data(), length.data() + length.size(), bits);
  auto const before = address->is_v4() ? bits_before_v4 : 0;
  if (ec != std::errc{} || end != length.data() + length.size() || bits > bits_of_v6 - before) return std::nullopt;
  network.bits = before + bits;
  return network;
}

// Bits behind the prefix are a slip of whoever wrote an address and meant its network, or meant the address alone.
bool TrustedProxies::has_host_bits(Network const& network) noexcept {
  for (auto bit = network.bits; bit < bits_of_v6; ++bit) {
    if ((network.first[bit / 8] & 0x80U >> bit % 8) != 0) return true;
  }
  return false;
}

TrustedProxies::TrustedProxies(std::vector<std::string> const& proxies) {
  for (auto const& text : proxies) networks_.push_back(read(text).value());
}

bool TrustedProxies::contains(ip::address const& address) const noexcept {
  auto const bytes = bytes_of(address);
  return std::ranges::any_of(networks_, [&bytes](Network const& network) {
    for (unsigned bit = 0; bit < network.bits; bit += 8) {
      auto const left = std::min(network.bits - bit, 8U);
      auto const mask = 0xFFU << (8U - left) & 0xFFU;
      if (((bytes[bit / 8] ^ network.first[bit / 8]) & mask) != 0) return false;
    }
    return true;
  });
}

ip::address TrustedProxies::client_of(ip::address const& connected, std::string_view forwarded_for) const {
  auto client = connected;
  while (!forwarded_for.empty() && contains(client)) {
    auto const comma = forwarded_for.rfind(',');
    auto const begin = comma == std::string_view::npos ? 0 : comma + 1;
    auto const said = read_forwarded(trimmed(forwarded_for.substr(begin)));
    if (!said) break;
    client = *said;
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  return client;
}

std::string problem_of_proxies(std::vector<std::string> const& proxies) {
  if (proxies.size() > proxies_max) return "proxies: above " + std::to_string(proxies_max);
  for (auto const& text : proxies) {
    auto const network = TrustedProxies::read(text);
    if (!network) return "proxies: \"" + text + "\" is neither an address nor a network";
    if (TrustedProxies::has_host_bits(*network)) return "proxies: \"" + text + "\" has bits beyond its prefix";
  }
  return {};
}

std::optional<ip::address> read_forwarded(std::string_view text) {
  if (text.starts_with('[')) {
    auto const end = text.find(']');
    return end == std::string_view::npos ? std::nullopt : read_address(text.substr(1, end - 1));
  }
  auto const colon = text.find(':');
  auto const is_v4_with_port = colon != std::string_view::npos && text.find('.') < colon && text.rfind(':') == colon;
  return read_address(is_v4_with_port ? text.substr(0, colon) : text);
}

}  // namespace sallyport
