#pragma once

#include <sallyport/protocol/secret.hpp>

#include <boost/system/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// Bytes that nobody can guess; `SnapshotErrc::crypto_failed` where OpenSSL has no randomness.
[[nodiscard]] boost::system::result<Secret> random_bytes(std::size_t size);
/// 128 of its bits in hexadecimal.
[[nodiscard]] boost::system::result<std::string> random_id();

/// The same bits in as many bytes.
struct RandomId {
  static constexpr std::size_t size = 16;

  std::array<unsigned char, size> bytes{};

  [[nodiscard]] std::string hex() const;
  [[nodiscard]] bool is_spelt(std::string_view text) const noexcept;

  friend bool operator==(RandomId const&, RandomId const&) = default;
};

/// Such ids for who needs many: it draws them in stock, because a draw costs more than its bytes. Of one thread.
class RandomIds {
public:
  /// Nothing where OpenSSL has no randomness.
  [[nodiscard]] std::optional<RandomId> next();

private:
  std::uint64_t process_ = 0;  ///< Whose stock it is: a child would give out the ids that its parent gives out.
  Secret drawn_;
  std::size_t used_ = 0;
};

}  // namespace sallyport
