#pragma once

#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/token.hpp>
#include <sallyport/transport/kept_tokens.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace sallyport {

/// No life is longer: what a server claims beyond would overflow the clocks, and nobody relies on it.
inline constexpr std::chrono::seconds token_life_max = std::chrono::hours(24 * 366);

/// Whether both are there and the same.
[[nodiscard]] bool share_refresh_token(std::optional<Secret> const& left, std::optional<Secret> const& right) noexcept;

/// The accounts that shared one refresh token at first, and what is known of their tokens' lives. A reply may give some
/// of them refresh tokens of their own, which are then spent each by itself. It decides when a refresh is due, which
/// token it spends and what a reply changes; it has no clock and sends nothing.
class TokenSet {
public:
  using Clock = std::chrono::steady_clock;
  using WallClock = std::chrono::system_clock;

  /// Lives run by the steady clock, to which the time is added that the machine slept. The wall clock tells what is
  /// left of one that was stored, and is the one by which a refresh token ends.
  struct Moment {
    Clock::time_point steady;
    WallClock::time_point wall;

    [[nodiscard]] static Moment now();
  };

  /// What a reply was good for.
  struct Taken {
    bool has_changed = false;  ///< There is something to store.
    bool is_renewed = false;   ///< At least one account has a new access token.
  };

  /// `margin`: so long before its end a token is to be refreshed, at most a tenth of its life.
  TokenSet(KeptTokens tokens, std::chrono::seconds margin, Moment now);

  /// Whether an access token ends, or may.
  [[nodiscard]] bool may_expire() const noexcept;
  /// Whether there is a refresh token that may be spent: any account's, or that account's.
  [[nodiscard]] bool can_refresh(WallClock::time_point now) const noexcept;
  [[nodiscard]] bool can_refresh(std::size_t index, WallClock::time_point now) const noexcept;
  /// The moment at which a refresh token is to be spent; none where nothing is known to end. Where none may be spent
  /// any more it is that at which one would have been.
  [[nodiscard]] std::optional<Clock::time_point> due_at(WallClock::time_point now) const noexcept;

  [[nodiscard]] std::optional<std::size_t> find(BrokerAccount const& account) const;
  /// The account's access token, as long as it lives and nobody has refused it.
  [[nodiscard]] Secret const* usable(std::size_t index, Clock::time_point now) const noexcept;
  /// The newest reply had no access token for the account.
  [[nodiscard]] bool is_left_out(std::size_t index) const noexcept { return accounts_[index].is_left_out; }

  /// Somebody got a 401 with it. A token that was replaced meanwhile is none of ours, and one that a refresh gave back
  /// as it was is not refreshed for that again.
  void reject(Secret const& access_token);

  /// Chooses whose refresh token the next requests spend: that of the account which is due first.
  void choose(WallClock::time_point now) noexcept;
  /// With `question`, the reply that wants a code, the request carries the tokens that came with it.
  [[nodiscard]] RefreshRequest request(RefreshResponse const* question) const;
  [[nodiscard]] Taken take(RefreshResponse const& reply, Moment now);
  /// The refresh token that was chosen is not due before that: a server's word for a life must not make a storm.
  void rest(Clock::time_point until);
  /// The refresh token that was chosen is good for nothing more; says whether another one may be spent.
  [[nodiscard]] bool give_up(WallClock::time_point now);
  /// A copy for the host to store.
  [[nodiscard]] KeptTokens kept() const;

private:
  struct Account {
    AccountTokens tokens;
    std::optional<std::chrono::seconds> life;
    WallClock::time_point issued_at;
    std::optional<Clock::time_point> ends_at;
    std::optional<Clock::time_point> refresh_by;
    std::optional<WallClock::time_point> refresh_token_expires_at;
    std::optional<Clock::time_point> refresh_token_by;
    Clock::time_point rests_until = Clock::time_point::min();
    bool is_rejected = false;
    bool is_rejected_in_vain = false;
    bool is_left_out = false;
    bool is_given_up = false;
  };

  void add(KeptTokens tokens, Moment now);
  void begin_life(Account& account, std::optional<std::chrono::seconds> life, WallClock::time_point issued_at,
                  Moment now) const;
  /// Of the account that is due first, among those whose refresh token may be spent where there are any.
  struct Due {
    std::size_t index = 0;
    std::optional<Clock::time_point> at;
  };
  [[nodiscard]] Due first_due(WallClock::time_point now) const noexcept;
  [[nodiscard]] static std::optional<Clock::time_point> due_at(Account const& account) noexcept;
  /// The accounts whose refresh token was chosen. Who got one of its own in an earlier reply has no part in it.
  [[nodiscard]] std::vector<Account*> named_besides(RefreshResponse const& reply, std::vector<Account*> const& others);
  [[nodiscard]] std::vector<Account*> chosen();
  void plan_by_refresh_token(Account& account, Moment now) const;
  void note_refresh_token(Account& account, Secret const& spent, RefreshResponse const& reply, Moment now) const;
  void note_access_token(Account& account, Renewal renewal, Secret const* before, RefreshResponse const& reply,
                         Moment now) const;
  [[nodiscard]] Clock::duration margin_of(Clock::duration life) const;
  [[nodiscard]] KeptTokens kept(Account const& account) const;

  Open<BrokerType> type_;
  std::chrono::seconds margin_;
  std::vector<Account> accounts_;  ///< At least one.
  std::size_t chosen_ = 0;
  bool requires_reauthentication_;
};

}  // namespace sallyport
