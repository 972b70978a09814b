#include "http/proxy_header.hpp"

#include <algorithm>
#include <array>

namespace sallyport {

namespace ip = boost::asio::ip;

namespace {

constexpr std::string_view signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t fixed_size = 16;

// The thirteenth byte: the version, and whether the proxy speaks for a client or for itself.
constexpr unsigned local_of_version_2 = 0x20;
constexpr unsigned proxy_of_version_2 = 0x21;
// The fourteenth: TCP over one of the two, or a connection that has no address of the Internet: a socket of the proxy's
// own machine, or one of which it does not know the kind.
constexpr unsigned unspecified = 0x00;
constexpr unsigned stream_of_machine = 0x31;
constexpr unsigned tcp_over_v4 = 0x11;
constexpr unsigned tcp_over_v6 = 0x21;

template <class Address>
std::optional<ip::address> source_of(std::string_view addresses) noexcept {
  typename Address::bytes_type bytes{};
  // Both addresses and both ports have to be there.
  if (addresses.size() < 2 * (bytes.size() + 2)) return std::nullopt;
  std::ranges::transform(addresses.substr(0, bytes.size()), bytes.begin(),
                         [](char letter) { return static_cast<unsigned char>(letter); });
  return ip::address(Address(bytes));
}

}  // namespace

ProxyHeader read_proxy_header(std::string_view bytes) noexcept {
  using enum ProxyHeader::Kind;
  auto const known = std::min(bytes.size(), signature.size());
  if (bytes.substr(0, known) != signature.substr(0, known)) return {.kind = none};
  if (bytes.size() < fixed_size) return {.kind = half};
  auto const byte = [bytes](std::size_t index) -> unsigned { return static_cast<unsigned char>(bytes[index]); };
  auto const command = byte(12);
  auto const size = fixed_size + (byte(14) << 8U | byte(15));
  if ((command != local_of_version_2 && command != proxy_of_version_2) || size > proxy_header_bytes_max) {
    return {.kind = none};
  }
  if (bytes.size() < size) return {.kind = half};
  auto const family = byte(13);
  auto const has_address = family != unspecified && family != stream_of_machine;
  if (command == local_of_version_2 || !has_address) return {.kind = whole, .size = size};
  auto const addresses = bytes.substr(fixed_size, size - fixed_size);
  auto const source = family == tcp_over_v4   ? source_of<ip::address_v4>(addresses)
                      : family == tcp_over_v6 ? source_of<ip::address_v6>(addresses)
                                              : std::nullopt;
  if (!source) return {.kind = none};
  return {.kind = whole, .size = size, .source = source};
}

}  // namespace sallyport
