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

/// Such ids for who needs many: it draws them in stock, because a draw costs more than its bytes. Of one thread.
class RandomIds {
public:
  [[nodiscard]] boost::system::result<std::string> next();

private:
  Secret drawn_;
  std::size_t used_ = 0;
};

}  // namespace sallyport
