#pragma once

#include "outcome_table.hpp"
#include "sandbox_net.hpp"

#include <vector>

namespace sallyport::test {

/// Walks each integration through what is no login: its health, its link, the refresh and the removal of the tokens
/// that one of these logins has opened. Checks how each ends, and gives back a row for it.
[[nodiscard]] std::vector<TableRow> play_connections(SandboxNet& net, std::vector<Played> const& logins);

}  // namespace sallyport::test
