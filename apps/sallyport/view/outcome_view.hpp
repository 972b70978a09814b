#pragma once

#include "terminal/screen.hpp"
#include "view/door_log.hpp"

#include <sallyport/transport/outcome.hpp>

#include <string>

namespace sallyport::app {

/// How a login ended, in words, with its accounts and their tokens; masked unless `show_tokens`.
void show_outcome(Screen& screen, Outcome const& outcome, bool show_tokens);

/// "Margin account (SB-0010), fund 24000.00".
[[nodiscard]] std::string describe(BrokerAccount const& account);

/// A table of the doors that were passed, and how long each took.
void show_summary(Screen& screen, DoorLog const& log);

}  // namespace sallyport::app
