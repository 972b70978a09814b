#pragma once

#include <sallyport/protocol/secret.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>

namespace sallyport {

/// Bytes that nobody can guess; `SnapshotErrc::crypto_failed` where OpenSSL has no randomness.
[[nodiscard]] boost::system::result<Secret> random_bytes(std::size_t size);
/// 128 of its bits in hexadecimal.
[[nodiscard]] boost::system::result<std::string> random_id();

}  // namespace sallyport
