#pragma once

// A login of several doors, one act of the user after the other, and a fault at one of them: what became of it, and
// what the server saw. A case is a fault and a step; all cases of a table are played, and each is one row of what is
// printed.

#include <support/loopback.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::test::faults {

/// What the user does, in this order.
enum class Step : std::uint8_t {
  password,     ///< Leads to a code by SMS.
  resend,       ///< Has the code sent again: the credentials are posted again.
  code,         ///< Leads to a security question.
  question,     ///< Leads to a push.
  another_way,  ///< Leads to a code of an authenticator.
  totp,         ///< Leads to a push.
  poll,         ///< Waits for the push to be tapped; the login asks by itself.
};
inline constexpr std::array steps{Step::password,    Step::resend, Step::code, Step::question,
                                  Step::another_way, Step::totp,   Step::poll};
/// How many of them post a secret.
inline constexpr std::uint64_t secret_steps = 5;

[[nodiscard]] std::string_view name_of(Step step) noexcept;
/// What the user does there.
[[nodiscard]] Answer answer_at(Step step);
/// What the server says where nothing goes wrong.
[[nodiscard]] AuthResponse reply_to(Step step);

/// The time that a request, a connection or a handshake is given. A machine under a sanitizer is slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline auto const deadline = scaled(std::chrono::milliseconds(1500));
#else
inline auto const deadline = scaled(std::chrono::milliseconds(400));
#endif
inline constexpr unsigned connect_attempts_max = 2;

/// What a server saw of a login.
struct Seen {
  std::uint64_t secrets = 0;  ///< Posts with a credential or an answer.
  std::uint64_t others = 0;   ///< Polls, and wishes for another way.
};

/// What all cases of a table share. It outlives what they leave behind.
struct Stage {
  Stage() = default;
  Stage(Stage const&) = delete;
  Stage& operator=(Stage const&) = delete;
  ~Stage() {  // A handler must not outlive its executor.
    for (auto const& verifier : verifiers) verifier->held.clear();
  }

  std::vector<std::unique_ptr<ScriptedVerifier>> verifiers;
  boost::asio::io_context io;
  Certificates certificates;

  [[nodiscard]] ScriptedVerifier& new_verifier();
  [[nodiscard]] Server new_server(Verifier& verifier, std::function<void(ServerConfig&)> const& tweak = {});
  /// A client that has one connection.
  [[nodiscard]] Client new_client(std::string url, std::function<void(ClientConfig&)> const& tweak = {});
};

/// The server of one case, and what may befall it.
class Scene {
public:
  Scene() = default;
  Scene(Scene const&) = delete;
  Scene& operator=(Scene const&) = delete;
  virtual ~Scene() = default;

  [[nodiscard]] virtual Client& client() = 0;
  [[nodiscard]] virtual Seen seen() const = 0;
  /// Whether somebody else logs in first, so that the client has a connection and knows the schemes.
  [[nodiscard]] virtual bool warms_up() const { return true; }
  /// Before the act, and after it.
  virtual boost::asio::awaitable<void> strike() { co_return; }
  virtual void lift() {}
  /// Whether the fault has happened indeed.
  [[nodiscard]] virtual bool has_struck() const { return true; }
  /// Of a login that has ended so.
  virtual void check(Outcome const&) const {}
};

inline constexpr std::string_view not_sent = "not sent";
inline constexpr std::string_view went_on = "went on";

struct Case {
  std::string fault;
  Step step = Step::password;
  std::string_view expected;  ///< `not_sent`, `went_on`, or an outcome.
  std::function<std::unique_ptr<Scene>()> make;
};

/// Plays the cases and prints a row of each. Fails where an act of the user has posted a secret twice, where the
/// outcome is another one, where it took longer than configured, where a login that has ended sends something, or where
/// one that could not send does not go on.
void play(Stage& stage, std::vector<Case> const& cases);

/// Starts one after the other has begun, so that none is late because of the others, and waits until all are over:
/// those that wait for a deadline wait together.
template <class All>
void play_beside(Stage& stage, All const& all) {
  auto const until = std::chrono::steady_clock::now() + patience;
  auto const work_until = [&](auto const& condition) {
    while (!condition() && std::chrono::steady_clock::now() < until) {
      stage.io.run_one_for(std::chrono::milliseconds(20));
    }
  };
  for (auto const& one : all) {
    one->start();
    work_until([&one] { return one->has_begun(); });
  }
  work_until([&all] { return std::ranges::all_of(all, [](auto const& one) { return one->is_over(); }); });
}

}  // namespace sallyport::test::faults
