#pragma once

#include <openssl/types.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// SHA-256 of a SubjectPublicKeyInfo (RFC 7469, section 2.4).
using KeyHash = std::array<unsigned char, 32>;

/// Reads 44 letters of Base64 or 64 hexadecimal digits; nothing where it is neither.
[[nodiscard]] std::optional<KeyHash> read_key_hash(std::string_view text);

/// Which of the pins cannot be read, and why ("pinned_keys[1]: ..."); "" where all can.
[[nodiscard]] std::string problem_of_pins(std::vector<std::string> const& pins);

/// Whether a chain that was verified holds a key with one of these hashes: the server's own, or one of those above it.
[[nodiscard]] bool has_pinned_key(X509_STORE_CTX* verified, std::vector<KeyHash> const& pins);

}  // namespace sallyport
