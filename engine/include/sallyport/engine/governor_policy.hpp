#pragma once

#include <sallyport/engine/wall_time.hpp>
#include <sallyport/protocol/broker.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sallyport {

/// What an institution counts against an account, and the governor counts first.
enum class Act : std::uint8_t {
  credential_post,  ///< A login that begins, or begins anew, with a password, a key or the like.
  wrong_code,       ///< An answer that the institution did not take, or that nobody knows whether it did: a code, a
                    ///< PIN, a password on a page of its own, a confirmation with which credentials go.
  code_send,        ///< A code by SMS or e-mail.
  push,             ///< A question on the user's phone.
  poll,             ///< "And now?", without a secret.
};
inline constexpr std::size_t act_count = 5;

[[nodiscard]] std::string_view name_of(Act act) noexcept;

/// A set of acts that one request means; they are admitted all or none.
class Acts {
public:
  constexpr Acts() noexcept = default;
  constexpr Acts(Act act) noexcept : bits_(1U << static_cast<unsigned>(act)) {}

  [[nodiscard]] constexpr bool has(Act act) const noexcept { return (bits_ >> static_cast<unsigned>(act) & 1U) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr Acts without(Acts other) const noexcept { return Acts(bits_ & ~other.bits_, 0); }

  friend constexpr Acts operator|(Acts left, Acts right) noexcept { return Acts(left.bits_ | right.bits_, 0); }
  friend constexpr bool operator==(Acts, Acts) noexcept = default;

private:
  constexpr Acts(unsigned bits, int) noexcept : bits_(bits) {}
  unsigned bits_ = 0;
};
[[nodiscard]] constexpr Acts operator|(Act left, Act right) noexcept {
  return Acts(left) | Acts(right);
}

/// At most `count_max` acts in any span of `window`. The first `burst` of them may follow one another at once; then
/// each must wait for the gap after the one before it: `spacing`, doubled with each further act, up to `spacing_max`.
struct Budget {
  std::uint32_t count_max = 0;  ///< 0 forbids the act for good.
  WallDuration window{};
  std::uint32_t burst = 1;  ///< At least 1; more is for requests that one login makes in a row.
  WallDuration spacing{};
  WallDuration spacing_max{};
  /// Whether the count is in the ledger before the request leaves. False: this process alone counts, in memory.
  bool durable = true;
};

/// One budget for each act. The reason of each default stands beside it; the marks tell its basis: [D] the API's
/// description, [P] practice of comparable systems, [I] our inference.
struct Budgets {
  /// Institutions commonly lock at the third to fifth failure and for a day [P], and which post they call a failure
  /// nobody tells us. Three in a row: a user who mistypes twice. After that no human is as fast as a loop [I].
  /// Credentials that go again with an answer are no login of their own: the door opened because they were right.
  Budget credential_post{.count_max = 5,
                         .window = std::chrono::hours(24),
                         .burst = 3,
                         .spacing = std::chrono::minutes(1),
                         .spacing_max = std::chrono::minutes(15)};
  /// Locks strike at the third to fifth wrong code as well [P]; three in a row are what one challenge bears
  /// (`Limits::attempts_max`). A success clears the count, as it commonly does at the institution [P]. An answer that
  /// led on costs nothing; one that brought the same kind of door again may have been wrong, and counts.
  Budget wrong_code{.count_max = 5,
                    .window = std::chrono::hours(24),
                    .burst = 3,
                    .spacing = std::chrono::minutes(5),
                    .spacing_max = std::chrono::hours(1)};
  /// Senders commonly stop at five codes to a number in ten minutes [P]; an hour leaves room for the codes that the
  /// user asks for elsewhere [I]. Two in a row: the first code, and another way at once. Then a minute, as Tr [P].
  Budget code_send{.count_max = 5,
                   .window = std::chrono::hours(1),
                   .burst = 2,
                   .spacing = std::chrono::minutes(1),
                   .spacing_max = std::chrono::minutes(10)};
  /// A user who is asked again and again taps "yes" at last: institutions take a series of pushes for that attack [P].
  Budget push{.count_max = 4,
              .window = std::chrono::hours(1),
              .burst = 2,
              .spacing = std::chrono::minutes(1),
              .spacing_max = std::chrono::minutes(10)};
  /// One login that polls all the time, every five seconds [P, RFC 8628]. A poll carries no secret and locks nothing,
  /// so it is not worth a write to the disk each [I].
  Budget poll{.count_max = 720,
              .window = std::chrono::hours(1),
              .burst = 720,
              .spacing = {},
              .spacing_max = {},
              .durable = false};

  [[nodiscard]] Budget const& of(Act act) const noexcept;
};

/// Budgets of one integration that stand in for the common ones.
struct BudgetOverride {
  Open<BrokerType> broker;
  Budgets budgets;
};

/// Everything that the governor rules by.
struct GovernorPolicy {
  Budgets budgets{};
  std::vector<BudgetOverride> overrides{};
  /// How long a locked account is left alone where the protocol says so (423, `locked`) and the server names no time
  /// [P]: locks of a day are what users of comparable tools report.
  WallDuration lock_wait = std::chrono::hours(24);
  /// How long an account is left alone after "too many requests" without a time [P]: a minute is the usual window.
  WallDuration rate_limit_wait = std::chrono::minutes(1);
  /// A longer wait than this is not believed [I]: a garbled or hostile text must not shut an account out for ever.
  WallDuration peer_wait_max = std::chrono::hours(24 * 7);
  /// How long an account is left alone where the server's words alone seem to say that it is locked [I]. Locks that end
  /// by themselves commonly last half an hour [P]. Words can be misread, and the budgets go on counting after the
  /// pause: a lock that was read into a sentence costs half an hour, one that outlasts the pause costs one more post.
  /// Attempts left are no such words but a figure of the server's, which is harder to misread, and the next post is the
  /// one that locks: "0 attempts left" pauses for `lock_wait`, and the last ones (`attempts_reserve`) for the window.
  WallDuration words_wait = std::chrono::minutes(30);
  /// A wait that stands in words, "try again in 15 minutes", is believed up to this [I]: a figure is harder to misread
  /// than an adjective, but a sentence may mean a code, a withdrawal or a delivery.
  WallDuration words_wait_max = std::chrono::hours(24);
  /// With so few attempts left, by the server's own words, none is spent [I]: the last one is the user's own, at the
  /// institution's site, for the window of the credential posts, or until the time that the words name.
  std::uint32_t attempts_reserve = 1;

  /// The budgets of an integration, by its spelling on the wire.
  [[nodiscard]] Budgets const& budgets_of(std::string_view broker) const noexcept;
};

}  // namespace sallyport
