#pragma once

#include <cstddef>
#include <string_view>

namespace sallyport::wire {

/// The length of the UTF-8 sequence that the text begins with: 1 to 4, or 0 where it begins with none.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text) noexcept;

/// How many bytes of the text are UTF-8: all, or those before the first that is not.
[[nodiscard]] std::size_t utf8_prefix(std::string_view text) noexcept;

}  // namespace sallyport::wire
