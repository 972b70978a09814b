#include "round_trip.hpp"

#include <sallyport/engine/lockout_hint.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace sallyport;
using fuzz::demand;

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

void check(std::string_view text) {
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

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  check(text);
  // Sentences that are nearly right, so that the search does not have to find the words first.
  if (text.size() > 256) return 0;
  check("Wrong code. " + std::string(text) + " attempts left.");
  check("Your account is locked, try again in " + std::string(text) + " minutes.");
  check("Wait " + std::string(text) + " hours and 5 minutes");
  return 0;
}
