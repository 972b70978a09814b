#pragma once

#include "login/login_reply.hpp"
#include "login/login_request.hpp"
#include "login/poll_failures.hpp"
#include "observe/login_watch.hpp"
#include "support/slab_pool.hpp"

#include <sallyport/engine/ledger.hpp>
#include <sallyport/engine/session.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/transport/prompt.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// What a login holds while it rests at a door, beside its session. Unlike a snapshot it leaves nothing out, and never
/// leaves the process.
struct RestingLogin {
  Credentials credentials;
  AuthResponse door;
  StepFields fields;
  ReplyNote note;
  PollFailures poll_failures;
  std::optional<AccountKey> account;
  std::vector<Field> withheld;
  std::string snapshot_id;
  Secret cookies{};  ///< Of a `CookieJar`.
};

/// The same, where it still is.
struct RestingView {
  Credentials const& credentials;
  AuthResponse const& door;
  StepFields const& fields;
  ReplyNote const& note;
  PollFailures const& poll_failures;
  std::optional<AccountKey> const& account;
  std::vector<Field> const& withheld;
  std::string const& snapshot_id;
  Secret const& cookies;
};

/// The same in bytes, which are wiped like a secret. What a web view collected (trueAuth) has no place in
/// it: `can_fold` says so.
[[nodiscard]] bool can_fold(AuthRequest const& request, StepFields const& fields) noexcept;
[[nodiscard]] Secret fold(RestingView const& login);
[[nodiscard]] RestingLogin unfold(std::string_view bytes);

/// A login at rest in as few bytes as it takes; performance.md says how many. Those of its `RestingLogin` lie
/// behind it, in the same block.
struct FoldedLogin {
  Session session;
  LoginWatch watch;
  SchemeList schemes;
  AuthenticationScheme const* scheme = nullptr;
  TimePoint poll_not_before{};
  std::optional<std::chrono::seconds> clock_correction{};
  std::uint64_t generation = 0;
  std::size_t size = 0;
  bool cancelled = false;
  bool resumed = false;
  bool schemes_asked = false;

  [[nodiscard]] std::string_view bytes() const noexcept { return {reinterpret_cast<char const*>(this + 1), size}; }
};

struct DropFoldedLogin {
  void operator()(FoldedLogin* login) const noexcept;
};
using FoldedLoginPointer = std::unique_ptr<FoldedLogin, DropFoldedLogin>;

/// Puts the two into one block of the pool.
[[nodiscard]] FoldedLoginPointer keep(FoldedLogin login, std::string_view bytes, SlabPool& pool);

}  // namespace sallyport
