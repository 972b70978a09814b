#pragma once

#include "files/tokens_file.hpp"

#include <sallyport/protocol/token.hpp>

#include <vector>

namespace sallyport::app {

/// Accounts of a tokens file that share a refresh token: one refresh serves them all.
using Group = std::vector<SavedAccount*>;

[[nodiscard]] bool has_refresh_token(SavedAccount const& account) noexcept;

/// The groups in the order of their first accounts. Who has no refresh token is alone.
[[nodiscard]] std::vector<Group> groups_of(std::vector<SavedAccount>& accounts);

/// Gives the accounts of a group what the reply has for them, see `take_new_tokens`, and notes the new lives.
std::vector<Renewal> renew(Group const& group, RefreshResponse const& response);

/// Gives them the new refresh tokens of a reply that wants a code, if it has any: the old one may be spent, whether a
/// code comes or not. The access token of such a reply is for the code alone. Says whether anything is new.
[[nodiscard]] bool take_refresh_tokens(Group const& group, RefreshResponse const& question);

/// What a reply has that no account of the file holds, and that is no other account's of the file: where a reply names
/// nobody, or others, its tokens are somebody's all the same, and stand nowhere else.
[[nodiscard]] std::vector<SavedAccount> unclaimed(RefreshResponse const& response, SavedTokens const& file);

}  // namespace sallyport::app
