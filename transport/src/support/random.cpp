#include "support/random.hpp"

#include "support/process_descriptor.hpp"

#include <sallyport/transport/snapshot.hpp>

#include <openssl/rand.h>

#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

using boost::system::result;

result<Secret> random_bytes(std::size_t size) {
  std::vector<unsigned char, WipingAllocator<unsigned char>> bytes(size);
  if (RAND_bytes(bytes.data(), static_cast<int>(size)) != 1) return SnapshotErrc::crypto_failed;
  return Secret(std::string_view(reinterpret_cast<char const*>(bytes.data()), bytes.size()));
}

namespace {

constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

bool RandomId::is_spelt(std::string_view text) const noexcept {
  if (text.size() != 2 * bytes.size()) return false;
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    if (text[2 * index] != digits[bytes[index] >> 4U] || text[2 * index + 1] != digits[bytes[index] & 15U])
      return false;
  }
  return true;
}

std::string RandomId::hex() const {
  std::string text(2 * bytes.size(), '\0');
  auto* to = text.data();
  for (auto const byte : bytes) {
    *to++ = digits[byte >> 4U];
    *to++ = digits[byte & 15U];
  }
  return text;
}

result<std::string> random_id() {
  auto const id = RandomIds().next();
  if (!id) return SnapshotErrc::crypto_failed;
  return id->hex();
}

std::optional<RandomId> RandomIds::next() {
  constexpr std::size_t drawn_at_once = 32;
  if (used_ == drawn_.size() || process_ != process_number()) {
    auto bytes = random_bytes(drawn_at_once * RandomId::size);
    if (!bytes) return std::nullopt;
    drawn_ = std::move(*bytes);
    process_ = process_number();
    used_ = 0;
  }
  RandomId id;
  std::memcpy(id.bytes.data(), drawn_.reveal().data() + used_, id.bytes.size());
  used_ += id.bytes.size();
  return id;
}

}  // namespace sallyport
