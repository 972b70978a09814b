#pragma once

#include <sallyport/protocol/secret.hpp>

#include <optional>
#include <string_view>

namespace sallyport::wire {

/// Base64 (RFC 4648, section 4) with padding.
[[nodiscard]] Secret encode_base64(std::string_view bytes);

/// The bytes, or nothing where the text is not exactly what `encode_base64` writes for them: no other alphabet, no
/// white space, no missing padding, no stray bits, so that one value has one spelling.
[[nodiscard]] std::optional<Secret> decode_base64(std::string_view text);

}  // namespace sallyport::wire
