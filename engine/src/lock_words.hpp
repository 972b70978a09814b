#pragma once

#include "words.hpp"

namespace sallyport {

/// Whether the word at `at` is the one by which a sentence says that the account is locked now. That it may get locked,
/// that something else is locked, or how one would unlock it, says no such thing.
[[nodiscard]] bool says_locked(std::span<Word const> words, std::size_t at) noexcept;

}  // namespace sallyport
