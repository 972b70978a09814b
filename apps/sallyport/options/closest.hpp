#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sallyport::app {

/// "; did you mean kraken?" where one of the words is near the mistyped one, else nothing.
[[nodiscard]] std::string did_you_mean(std::string_view mistyped, std::span<std::string_view const> words);

/// Whether the texts are the same but for the case of ASCII letters.
[[nodiscard]] bool same_but_for_case(std::string_view left, std::string_view right) noexcept;

}  // namespace sallyport::app
