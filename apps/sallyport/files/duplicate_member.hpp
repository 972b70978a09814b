#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::app {

/// The first member that an object of this JSON has twice, "accounts[0].refreshToken"; nothing where none has. Of two
/// the parser keeps the last, in silence; in a file that its owner writes by hand the other one may be the one that was
/// meant. Of a text that is no JSON nothing is said.
[[nodiscard]] std::optional<std::string> duplicate_member(std::string_view json);

}  // namespace sallyport::app
