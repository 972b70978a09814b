// A server's words about a lock: the case of letters changes nothing, numbers stay within their bounds, and what has no
// words says nothing.

#include "demand.hpp"
#include "targets.hpp"

#include <sallyport/engine/lockout_hint.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

namespace sallyport::fuzz {
namespace {

/// Numbers end at six digits, and a span has three parts of which a day is the longest unit.
constexpr std::uint32_t attempts_most = 999'999;
constexpr auto wait_most = std::chrono::hours(24) * std::int64_t{3} * attempts_most;

char upper(char byte) noexcept {
  return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte;
}

bool is_word(char byte) noexcept {
  return (upper(byte) >= 'A' && upper(byte) <= 'Z');
}

void check_hint(std::string_view text) {
  auto const hint = read_lockout_hint(text);
  if (hint.attempts_left) demand(*hint.attempts_left <= attempts_most);
  if (hint.wait) demand(hint.wait->count() >= 0 && *hint.wait <= wait_most);
  demand(hint == read_lockout_hint(text.substr(0, lockout_hint_text_max)));
  std::string shouted(text);
  std::ranges::transform(shouted, shouted.begin(), upper);
  demand(hint == read_lockout_hint(shouted));
  if (std::ranges::none_of(text, is_word)) demand(hint.empty());
}

}  // namespace

void lockout_hint(std::string_view bytes) {
  check_hint(bytes);
  // Sentences that are nearly right, so that the search does not have to find the words first.
  if (bytes.size() > 256) return;
  check_hint("Wrong code. " + std::string(bytes) + " attempts left.");
  check_hint("Your account is locked, try again in " + std::string(bytes) + " minutes.");
  check_hint("Wait " + std::string(bytes) + " hours and 5 minutes");
}

}  // namespace sallyport::fuzz
