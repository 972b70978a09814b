#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

/// How a connection begins that comes over a proxy which does not end TLS: the PROXY protocol, version 2, tells in
/// bytes where it came from.
struct ProxyHeader {
  enum class Kind : std::uint8_t { half, whole, none };

  Kind kind = Kind::none;
  std::size_t size = 0;  ///< Of a whole one: what stands behind is TLS.
  /// Where the client connects from; nothing where the proxy speaks for itself, to see whether we are alive.
  std::optional<boost::asio::ip::address> source{};
};

/// More than any proxy sends: addresses and a few words about TLS.
inline constexpr std::size_t proxy_header_bytes_max = 4096;

/// Reads the beginning of a connection, of which so much has come.
[[nodiscard]] ProxyHeader read_proxy_header(std::string_view bytes) noexcept;

}  // namespace sallyport
