#include "http/keep_alive.hpp"

#include "http/header_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace sallyport {
namespace {

/// Half of what a server keeps: the request has to arrive within the rest.
constexpr RestBound::Clock::duration half(RestBound::Clock::duration kept) noexcept {
  return kept / 2;
}

/// A server that was restarted closes too, so what was learned from one close is not believed for ever.
constexpr auto believed_for = std::chrono::minutes(10);

}  // namespace

std::optional<std::chrono::seconds> parse_keep_alive(std::string_view text) noexcept {
  while (!text.empty()) {
    auto const end = std::min(text.find(','), text.size());
    auto const parameter = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto const equals = std::min(parameter.find('='), parameter.size());
    auto const spelling = trimmed(parameter.substr(0, equals));
    if (!same_in_any_case(spelling, "timeout")) continue;
    auto const number = trimmed(parameter.substr(std::min(equals + 1, parameter.size())));
    std::uint32_t count = 0;
    auto const [rest, ec] = std::from_chars(number.data(), number.data() + number.size(), count);
    if (ec != std::errc{} || rest != number.data() + number.size()) return std::nullopt;
    return std::chrono::seconds(count);
  }
  return std::nullopt;
}

void RestBound::closed_after(Clock::duration rested, Clock::time_point now) noexcept {
  auto const before = now < learned_until_ ? learned_ : Clock::duration::max();
  learned_ = std::min(before, half(rested));
  learned_until_ = now + believed_for;
}

RestBound::Clock::duration RestBound::most(std::optional<std::chrono::seconds> announced,
                                           Clock::time_point now) const noexcept {
  auto most = configured_;
  if (announced) most = std::min<Clock::duration>(most, half(*announced));
  if (now < learned_until_) most = std::min(most, learned_);
  return most;
}

}  // namespace sallyport
