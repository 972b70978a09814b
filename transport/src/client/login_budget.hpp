#pragma once

#include "login/login_reply.hpp"
#include "login/login_request.hpp"

#include <sallyport/engine/governor.hpp>
#include <sallyport/engine/session.hpp>
#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/shared_governor.hpp>

#include <memory>
#include <optional>

namespace sallyport {

/// The account by the name that the institution knows; nothing where only the host's name for the user is known.
[[nodiscard]] std::optional<AccountKey> named_account_of(SharedGovernor const& governor, Credentials const& who);

/// What the first post, or a fresh one after `door`, costs the account. A code that the first post brings along is a
/// code like any other; a fresh post leaves it out.
[[nodiscard]] Acts acts_of_login(AuthRequest const& login, AuthResponse const* door);
/// What the answer at the `door`-th door costs. It counts as a wrong code until a reply says that it was right, and so
/// does a confirmation with which credentials go. Credentials beside them were accepted before: they are no attempt of
/// their own, up to a number of doors that no login has.
[[nodiscard]] Acts acts_of_answer(StepFields const& fields, Answer const& answer, unsigned door);
[[nodiscard]] Acts acts_of_another_way() noexcept;

/// One login as the governor sees it: it asks before each request, and tells what became of it. Without a governor
/// everything is admitted. What it tells afterwards is best effort: a ledger that fails then refuses the next request.
class LoginBudget {
public:
  /// `account` is who was counted before the login came here: its credentials may have stayed behind.
  explicit LoginBudget(std::shared_ptr<SharedGovernor> governor, std::optional<AccountKey> account = {}) noexcept
      : governor_(std::move(governor)), key_(std::move(account)) {}

  [[nodiscard]] std::optional<AccountKey> const& account() const noexcept { return key_; }

  /// Counts the acts of the request that is about to leave, or says why it must not.
  [[nodiscard]] std::optional<Refusal> admit(Credentials const& who, Acts acts);
  [[nodiscard]] std::optional<std::chrono::seconds> wait_of(Refusal const& refusal) const;

  /// Not one byte of the request has left.
  void not_sent();
  /// The reply to a confirmation is the same door: the institution took the credentials, and the user has not acted
  /// yet.
  void not_yet();
  /// A reply that the session took. `new_door`: it began a challenge or a wait. `before`: the door until then.
  void replied(Session const& session, AuthResponse const& response, ReplyNote const& note, AuthResponse const& before,
               bool new_door);
  /// A reply that ends the login because the server refused the request.
  void refused(LoginReply const& reply, ReplyNote const& note);

private:
  std::shared_ptr<SharedGovernor> governor_;
  std::optional<AccountKey> key_;  ///< Of the newest request: the credentials are wiped before the end is told.
  std::optional<Permit> permit_;
};

}  // namespace sallyport
