#pragma once

#include "terminal/style.hpp"

#include <sallyport/protocol/scheme.hpp>

#include <vector>

namespace sallyport::app {

/// One line an integration: its type, the fields of a first post, its MFA schemes, how many steps it lists. On a
/// terminal lines are cut to its width.
[[nodiscard]] Shown table_of(std::vector<AuthenticationScheme const*> const& schemes, Style const& style);

/// One integration with every step and the fields that each wants.
[[nodiscard]] Shown describe(AuthenticationScheme const& scheme, Style const& style);

}  // namespace sallyport::app
