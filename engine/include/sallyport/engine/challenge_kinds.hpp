#pragma once

#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/status.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace sallyport {

/// Set in the kind of a security question alone.
inline constexpr std::uint16_t question_bit = 1U << 15U;

/// What kind of challenge or wait this is: its status, factor and flow step. Its id, its text and its numbers do not
/// count, for a peer may choose them anew with each reply. Only security questions are told apart by their text:
/// `question` is a hash of it, 0 where the challenge is none.
[[nodiscard]] constexpr std::uint16_t kind_of_challenge(AuthStatus status, std::optional<MfaType> factor,
                                                        std::optional<AuthFlowStep> step,
                                                        std::uint16_t question) noexcept {
  static_assert(enumerator_count<AuthStatus> < 32 && enumerator_count<MfaType> < 15 &&
                enumerator_count<AuthFlowStep> < 7);
  if (question != 0) return static_cast<std::uint16_t>(question_bit | question);
  auto const factor_bits = factor ? static_cast<unsigned>(*factor) + 1U : 0U;
  auto const step_bits = step ? static_cast<unsigned>(*step) + 1U : 0U;
  return static_cast<std::uint16_t>((static_cast<unsigned>(status) << 7U) | (factor_bits << 3U) | step_bits);
}

/// The kinds of challenges at which one login has stood, and which of them it has answered. A reply that brings a kind
/// that is in here already has not led on: the answer before it may have been wrong.
struct ChallengeKinds {
  /// Three times as many as the longest login of the catalogue has [I]. What comes beyond counts as stood at and
  /// answered before: a peer that invents kinds gains nothing by it.
  static constexpr std::size_t kinds_max = 12;

  std::array<std::uint16_t, kinds_max> kinds{};
  std::uint16_t answered = 0;  ///< A bit for each kind, and one for all beyond.
  std::uint8_t count = 0;
  std::uint8_t present = 0;  ///< Where the login stands; `kinds_max`: at one beyond.

  [[nodiscard]] constexpr bool has(std::uint16_t kind) const noexcept {
    return find(kind) < count || count == kinds_max;
  }

  /// The login stands at this kind now. Whether it does for the first time.
  constexpr bool enter(std::uint16_t kind) noexcept {
    auto const seen = has(kind);
    present = find(kind);
    if (present == kinds_max) answered = static_cast<std::uint16_t>(answered | beyond);
    if (!seen) kinds[count++] = kind;
    return !seen;
  }
  /// An answer to the present kind leaves.
  constexpr void answer() noexcept { answered = static_cast<std::uint16_t>(answered | 1U << present); }
  /// Whether this login has answered a challenge of the present status, factor and flow step. All security questions
  /// are one here: what is fixed cannot be right for two of them.
  [[nodiscard]] constexpr bool answered_before() const noexcept {
    if ((answered >> present & 1U) != 0) return true;
    if (present >= count || !is_question(kinds[present])) return false;
    for (std::size_t index = 0; index < count; ++index) {
      if (is_question(kinds[index]) && (answered >> index & 1U) != 0) return true;
    }
    return false;
  }

  friend bool operator==(ChallengeKinds const&, ChallengeKinds const&) = default;

private:
  static constexpr std::uint16_t beyond = 1U << kinds_max;

  [[nodiscard]] static constexpr bool is_question(std::uint16_t kind) noexcept { return (kind & question_bit) != 0; }

  /// Where it is, or would be put.
  [[nodiscard]] constexpr std::uint8_t find(std::uint16_t kind) const noexcept {
    std::uint8_t index = 0;
    while (index < count && kinds[index] != kind) ++index;
    return index;
  }
};

}  // namespace sallyport
