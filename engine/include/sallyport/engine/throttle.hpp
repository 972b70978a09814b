#pragma once

#include <sallyport/engine/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace sallyport {

/// How often somebody may fail, and how long they wait after more. Whatever they try and whenever, in any span of time
/// they fail at most `burst` times, once more for each `recovery` in it, and for each doubling of `wait` below that.
struct ThrottlePolicy {
  std::uint32_t burst = 0;  ///< So many failures cost nothing. 0 switches the throttle off.
  Duration recovery{};      ///< One failure is forgiven in so long; nothing else forgives, a success neither.
  Duration wait{};          ///< After the first failure beyond; it doubles with each further one, up to `recovery`.
  std::size_t keys_max = 65536;  ///< Of so many the failures are kept, some 50 bytes each.
};

/// Counts the failures of many and holds up those who fail too often: the verifier's side of what a governor is for a
/// claimant. Its memory is bounded: where it is full, those are forgotten who have the least to be forgiven. It has no
/// clock and no lock.
class Throttle {
public:
  /// A digest that an attacker can neither choose nor foresee.
  using Key = std::uint64_t;

  explicit Throttle(ThrottlePolicy policy) noexcept : policy_(policy) {}

  [[nodiscard]] bool is_on() const noexcept { return policy_.burst != 0; }
  /// Until when they have to wait; nothing where they need not.
  [[nodiscard]] std::optional<TimePoint> held_until(Key key, TimePoint now) const noexcept;
  /// Counts a failure. `now` may stand before an earlier one's.
  void fail(Key key, TimePoint now);
  /// Of how many failures are kept.
  [[nodiscard]] std::size_t size() const noexcept { return counts_.size(); }

private:
  struct Count {
    TimePoint forgiven_at{};  ///< From then on there is nothing to be forgiven.
    TimePoint held_until{};
  };

  void make_room(TimePoint now);

  ThrottlePolicy policy_;
  std::unordered_map<Key, Count> counts_;
};

}  // namespace sallyport
