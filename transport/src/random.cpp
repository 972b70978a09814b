#include "random.hpp"

#include <sallyport/transport/snapshot.hpp>

#include <openssl/rand.h>

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

constexpr std::size_t id_size = 16;

std::string id_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id;
  id.reserve(2 * bytes.size());
  for (auto const byte : bytes) {
    auto const value = static_cast<unsigned char>(byte);
    id.push_back(digits[value >> 4U]);
    id.push_back(digits[value & 15U]);
  }
  return id;
}

}  // namespace

result<std::string> random_id() {
  auto const bytes = random_bytes(id_size);
  if (!bytes) return bytes.error();
  return id_of(bytes->reveal());
}

result<std::string> RandomIds::next() {
  constexpr std::size_t drawn_at_once = 32;
  if (used_ == drawn_.size()) {
    auto bytes = random_bytes(drawn_at_once * id_size);
    if (!bytes) return bytes.error();
    drawn_ = std::move(*bytes);
    used_ = 0;
  }
  auto const bytes = drawn_.reveal().substr(used_, id_size);
  used_ += id_size;
  return id_of(bytes);
}

}  // namespace sallyport
