#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

/// What a server's words to a user tell about a lock.
struct LockoutHint {
  std::optional<std::uint32_t> attempts_left;  ///< "2 attempts remaining".
  std::optional<std::chrono::seconds> wait;    ///< "Try again in 15 minutes", "locked for 24 hours".
  bool locked = false;                         ///< "Your account has been locked", not "will be locked".

  [[nodiscard]] bool empty() const noexcept { return !attempts_left && !wait && !locked; }
  friend bool operator==(LockoutHint const&, LockoutHint const&) = default;
};

/// Only so many bytes of a text are read; the rest is ignored.
inline constexpr std::size_t lockout_hint_text_max = 2048;

/// Reads English words for attempts left, waits and locks out of any bytes. What it does not understand it leaves
/// out; it keeps nothing of the text, which may echo what a user typed.
[[nodiscard]] LockoutHint read_lockout_hint(std::string_view text) noexcept;

}  // namespace sallyport
