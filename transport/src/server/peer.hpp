#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstdint>

namespace sallyport {

/// Whom a connection comes from, as far as one machine is told from another: an IPv4 address, or of an IPv6 address the
/// first 64 bits, because whoever has one address of a network has them all. 0 is nobody.
using Peer = std::uint64_t;

[[nodiscard]] inline Peer peer_of(boost::asio::ip::address const& address) {
  if (address.is_v4()) return address.to_v4().to_uint();
  auto const six = address.to_v6();
  if (six.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, six).to_uint();
  Peer network = 0;
  auto const bytes = six.to_bytes();
  for (auto byte = 0U; byte < 8; ++byte) network = network << 8U | bytes[byte];
  return network == 0 ? 1 : network;  // The loop-back address is somebody; no IPv4 address of a peer is 1.
}

}  // namespace sallyport
