#pragma once

#include <optional>
#include <string_view>

namespace sallyport {

/// The code point at the front, which is taken off the text; nothing where it is no UTF-8 (RFC 3629). The text is not
/// empty.
[[nodiscard]] std::optional<char32_t> take_code_point(std::string_view& text) noexcept;

}  // namespace sallyport
