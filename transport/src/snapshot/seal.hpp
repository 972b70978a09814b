#pragma once

#include <sallyport/transport/snapshot.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport {

/// The format of what `pack` writes. It grows with every change; what is sealed by another version is refused.
inline constexpr std::uint8_t snapshot_version = 3;
inline constexpr std::size_t snapshot_id_bytes_max = 64;
/// More than the largest QR code and the longest credentials; sixteen bits would be too few.
inline constexpr std::size_t snapshot_bytes_max = 4 * 1024 * 1024;

struct Unsealed {
  std::uint64_t generation = 0;
  Secret clear;
};

/// AES-256-GCM under a fresh random nonce. Version, key id, generation and login id stand in the clear in front and are
/// authenticated with the rest, so that each way of not fitting has an error of its own.
[[nodiscard]] boost::system::result<Secret> seal(std::string_view clear, SnapshotKey const& key, std::string_view id,
                                                 std::uint64_t generation);
[[nodiscard]] boost::system::result<Unsealed> unseal(std::string_view sealed, SnapshotKey const& key,
                                                     std::string_view expected_id);

}  // namespace sallyport
