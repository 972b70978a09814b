#pragma once

#include <cstdint>
#include <string_view>

namespace sallyport {

/// What a word may mean in a sentence about a lock. Most words mean nothing there, some mean several things.
enum class Sense : std::uint8_t {
  locked,
  lock_verb,
  locking,
  placed,
  unlock,
  regain,
  unlocked,
  must,
  account,
  other,
  preposition,
  article,
  been,
  lasting,
  possible,
  condition,
  reason,
  past,
  repeated,
  general,
  whose,
  trying,
  failing,
  over,
  limit,
  login,
  naming,
  you,
  helper,
  is_after,
  is_access,
  is_had,
  is_hold,
  is_id,
  is_in,
  is_it,
  is_many,
  is_on,
  is_to,
  is_too,
  is_used,
  number,          ///< Figures, or "zero" to "ten".
  behind_break,    ///< A comma, a colon or a dash stands before it.
  after_repeated,  ///< The "many" of "after too many", the "several" of "after several".
  count,           ///< How many senses there are.
};

/// A set of senses.
class Senses {
public:
  constexpr Senses() noexcept = default;
  constexpr Senses(Sense sense) noexcept : bits_(std::uint64_t{1} << static_cast<unsigned>(sense)) {}

  /// Whether the sets share a sense.
  [[nodiscard]] constexpr bool has(Senses any) const noexcept { return (bits_ & any.bits_) != 0; }

  friend constexpr Senses operator|(Senses left, Senses right) noexcept {
    left.bits_ |= right.bits_;
    return left;
  }

private:
  std::uint64_t bits_ = 0;
};

[[nodiscard]] constexpr Senses operator|(Sense left, Sense right) noexcept {
  return Senses(left) | Senses(right);
}

static_assert(static_cast<unsigned>(Sense::count) <= 64, "a set has a bit for each sense");

/// All senses of a word of small letters; none of one that is unknown.
[[nodiscard]] Senses senses_of(std::string_view word) noexcept;

}  // namespace sallyport
