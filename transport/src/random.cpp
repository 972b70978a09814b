#include "random.hpp"

#include <sallyport/transport/snapshot.hpp>

#include <openssl/rand.h>

#include <string_view>
#include <vector>

namespace sallyport {

using boost::system::result;

result<Secret> random_bytes(std::size_t size) {
  std::vector<unsigned char, WipingAllocator<unsigned char>> bytes(size);
  if (RAND_bytes(bytes.data(), static_cast<int>(size)) != 1) return SnapshotErrc::crypto_failed;
  return Secret(std::string_view(reinterpret_cast<char const*>(bytes.data()), bytes.size()));
}

result<std::string> random_id() {
  constexpr std::size_t id_size = 16;
  constexpr std::string_view digits = "0123456789abcdef";
  auto const bytes = random_bytes(id_size);
  if (!bytes) return bytes.error();
  std::string id;
  for (auto const byte : bytes->reveal()) {
    auto const value = static_cast<unsigned char>(byte);
    id.append({digits[value >> 4U], digits[value & 15U]});
  }
  return id;
}

}  // namespace sallyport
