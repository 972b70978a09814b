#include "attempt_guard.hpp"

#include "random.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <utility>

namespace sallyport {
namespace {

HttpAnswer told_to_wait(Duration wait) {
  auto answer = refuse(429, ApiResultStatus::too_many_request, "Too many attempts failed. Try again later.");
  answer.retry_after = std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
  return answer;
}

}  // namespace

AttemptGuard::AttemptGuard(ServerConfig const& config)
    : accounts_(config.account_throttle), addresses_(config.address_throttle) {
  constexpr std::size_t salt_size = 16;
  // Without randomness there are no challenges either.
  if (auto salt = random_bytes(salt_size)) salt_ = std::move(*salt);
}

// With a salt that nobody knows, no two accounts can be chosen that share a key.
Throttle::Key AttemptGuard::key_of(std::string_view text) const {
  Secret salted(salt_.reveal());
  salted.append(text);
  auto const bytes = salted.reveal();
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size(), digest.data());
  Throttle::Key key = 0;
  std::memcpy(&key, digest.data(), sizeof key);
  return key;
}

Throttle::Key AttemptGuard::key_of(Peer peer) const {
  std::array<char, sizeof peer> bytes{};
  std::memcpy(bytes.data(), &peer, bytes.size());
  return key_of(std::string_view(bytes.data(), bytes.size()));
}

std::optional<HttpAnswer> AttemptGuard::hold(std::string_view account, Peer peer, TimePoint now) const {
  if (accounts_.size() != 0) {  // While nobody fails, nothing is computed.
    if (auto const until = accounts_.held_until(key_of(account), now)) return told_to_wait(*until - now);
  }
  return hold(peer, now);
}

std::optional<HttpAnswer> AttemptGuard::hold(Peer peer, TimePoint now) const {
  if (addresses_.size() == 0 || peer == 0) return std::nullopt;
  if (auto const until = addresses_.held_until(key_of(peer), now)) return told_to_wait(*until - now);
  return std::nullopt;
}

void AttemptGuard::fail(std::string_view account, Peer peer, TimePoint now) {
  if (accounts_.is_on()) accounts_.fail(key_of(account), now);
  fail(peer, now);
}

void AttemptGuard::fail(Peer peer, TimePoint now) {
  if (addresses_.is_on() && peer != 0) addresses_.fail(key_of(peer), now);
}

}  // namespace sallyport
