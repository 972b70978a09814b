#pragma once

// The file of `--tokens` and `--save-tokens`: what a login opened, for later refreshes and for the removal.
// docs/cli.md describes it.

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/transport/outcome.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::app {

/// The accounts of one login and their tokens.
struct SavedTokens {
  BrokerType broker = BrokerType::unknown;
  std::vector<AccountTokens> accounts;
  std::optional<std::chrono::seconds> expires_in;
  bool requires_reauthentication = false;  ///< The tokens cannot be refreshed: log in again.
};

/// The tokens out of a login that succeeded.
[[nodiscard]] SavedTokens tokens_of(BrokerType broker, Outcome const& outcome);

/// A UsageError where the file is open to others, is not JSON, or has no token in it.
[[nodiscard]] SavedTokens read_tokens(std::string const& option, std::string const& path);

/// Writes a file that only its owner can read, in one piece.
void write_tokens(std::string const& option, std::string const& path, SavedTokens const& tokens);

}  // namespace sallyport::app
