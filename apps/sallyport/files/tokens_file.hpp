#pragma once

// The file of `--tokens` and `--save-tokens`: what a login opened, for later refreshes and for the removal.
// docs/cli.md describes it.

#include "files/file.hpp"

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/transport/outcome.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::app {

/// One account, and what is known of its tokens' lives. What a server said of a life that is zero or less is nothing.
struct SavedAccount {
  AccountTokens tokens;
  std::optional<std::chrono::seconds> expires_in;     ///< The access token, from `issued_at` on.
  std::optional<std::chrono::sys_seconds> issued_at;  ///< The access token.
  std::optional<std::chrono::sys_seconds> refresh_token_expires_at;
  bool access_token_rejected = false;  ///< It got a 401.
};

/// The accounts of one login and their tokens.
struct SavedTokens {
  BrokerType broker = BrokerType::unknown;
  std::vector<SavedAccount> accounts;
  bool requires_reauthentication = false;  ///< The tokens cannot be refreshed: log in again.
};

/// The tokens out of a login that succeeded.
[[nodiscard]] SavedTokens tokens_of(BrokerType broker, Outcome const& outcome);

/// A UsageError where the file is open to others, is not JSON, or has no token in it.
[[nodiscard]] SavedTokens read_tokens(std::string const& option, std::string const& path);

/// Writes a file that only its owner can read, in one piece.
void write_tokens(std::string const& option, std::string const& path, SavedTokens const& tokens);

/// As much room as the file will need after a refresh.
[[nodiscard]] std::size_t room_for(SavedTokens const& tokens);

/// The same for tokens that exist nowhere else, into `room` where there is one: where they cannot be written there they
/// are written elsewhere, and the Failure says where.
void keep_tokens(std::string const& option, std::string const& path, SavedTokens const& tokens,
                 Replacement* room = nullptr);

/// Writes tokens of which nobody knows whose they are beside the file, for its owner alone, and says where.
[[nodiscard]] std::string keep_tokens_beside(std::string const& path, SavedTokens const& tokens);

/// Writes them elsewhere at once, and says beside the problem where.
[[nodiscard]] std::string keep_tokens_elsewhere(std::string const& problem, SavedTokens const& tokens);

[[nodiscard]] std::chrono::sys_seconds now_in_seconds();
[[nodiscard]] std::optional<std::chrono::seconds> life_of(std::optional<std::chrono::seconds> said);

}  // namespace sallyport::app
