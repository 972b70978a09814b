#include "support/siphash.hpp"

#include "support/random.hpp"

#include <cstring>

namespace sallyport {

boost::system::result<SipHash> SipHash::with_fresh_key() {
  std::array<std::uint64_t, 2> key{};
  auto const bytes = random_bytes(sizeof key);
  if (!bytes) return bytes.error();
  std::memcpy(key.data(), bytes->reveal().data(), sizeof key);
  return SipHash(key[0], key[1]);
}

}  // namespace sallyport
