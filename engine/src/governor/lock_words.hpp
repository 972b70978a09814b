#pragma once

#include "dialogue/words.hpp"

namespace sallyport {

/// Whether the words say that the account is locked now. That it may get locked, that something else is locked, or how
/// one would unlock it, says no such thing. Takes a time that grows with the count of words and no faster.
[[nodiscard]] bool says_locked(std::span<Word const> words) noexcept;

}  // namespace sallyport
