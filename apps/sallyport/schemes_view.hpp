#pragma once

#include "style.hpp"

#include <sallyport/protocol/scheme.hpp>

#include <string>
#include <vector>

namespace sallyport::app {

/// One line an integration: its type, the fields of a first post, its MFA schemes, how many steps it lists. On a
/// terminal lines are cut to its width.
[[nodiscard]] std::string table_of(std::vector<AuthenticationScheme const*> const& schemes, Style const& style);

/// One integration with every step and the fields that each wants.
[[nodiscard]] std::string describe(AuthenticationScheme const& scheme, Style const& style);

}  // namespace sallyport::app
