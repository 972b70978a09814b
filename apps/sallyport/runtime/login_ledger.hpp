#pragma once

#include "options/options.hpp"

#include <sallyport/transport/config.hpp>

#include <boost/system/error_code.hpp>

#include <string>

namespace sallyport::app {

/// Who counts the attempts of `login --url`, so that a loop in a shell locks nobody out: a ledger in the file of
/// `--ledger`, else in the user's state folder (`$XDG_STATE_HOME/sallyport`, by default `~/.local/state/sallyport`).
/// Its key lies beside it, in FILE.key. With `--no-ledger` this process alone counts. A Failure where the ledger cannot
/// be had: without it nothing is sent.
[[nodiscard]] GovernorChoice open_governor(LoginOptions const& options);

/// Whether it is the ledger that could not be read or written, and what to call it then.
[[nodiscard]] bool is_of_ledger(boost::system::error_code const& ec) noexcept;
[[nodiscard]] std::string name_of_ledger(LoginOptions const& options);

}  // namespace sallyport::app
