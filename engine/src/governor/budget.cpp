#include "governor/budget.hpp"

#include <algorithm>
#include <cstddef>

namespace sallyport::budget {
namespace {

/// A budget of more acts than this joins its marks, so that an account stays small. Joined marks count until the
/// newest of them is over: a little too long, never too short.
constexpr std::size_t marks_max = 64;

/// A window that is not positive would limit nothing; a mistake in a policy must not.
WallDuration window_of(Budget const& budget) noexcept {
  return budget.window > WallDuration::zero() ? budget.window : WallDuration::max();
}

WallDuration gap_after(Budget const& budget, std::uint64_t acts) noexcept {
  auto const burst = std::max<std::uint64_t>(budget.burst, 1);
  if (acts < burst) return WallDuration::zero();
  auto const most = std::max(budget.spacing, budget.spacing_max);
  auto gap = std::max(budget.spacing, WallDuration::zero());
  for (auto beyond = acts - burst; beyond > 0 && gap > WallDuration::zero() && gap < most; --beyond) {
    gap = gap > most / 2 ? most : gap * 2;
  }
  return gap;
}

}  // namespace

std::optional<Hold> hold_at(Budget const& budget, ActRecord const& record, WallTime at) {
  if (budget.count_max == 0) return Hold{Rule::count, WallTime::max()};
  if (at < record.not_before && record.not_before >= record.words_before) return Hold{Rule::pause, record.not_before};
  if (at < record.words_before) return Hold{Rule::words, record.words_before};
  std::uint64_t acts = 0;
  auto first_over = WallTime::max();
  for (auto const& mark : record.marks) {
    auto const over = later(mark.at, window_of(budget));
    if (over <= at) continue;
    acts += mark.count;
    first_over = std::min(first_over, over);
  }
  if (acts == 0) return std::nullopt;
  if (acts >= budget.count_max) return Hold{Rule::count, first_over};
  auto const due = later(record.marks.back().at, gap_after(budget, acts));
  if (at < due) return Hold{Rule::spacing, std::min(due, first_over)};
  return std::nullopt;
}

WallTime next_safe(Budget const& budget, ActRecord const& record, WallTime now) {
  auto at = now;
  // Each hold ends at a moment of its own: of a pause, of a mark, or of a gap, which shrinks when a mark is over.
  auto const holds_max = 2 * record.marks.size() + 2;
  for (std::size_t hold = 0; hold <= holds_max && at < WallTime::max(); ++hold) {
    auto const held = hold_at(budget, record, at);
    if (!held) return at;
    at = held->until;
  }
  return at;
}

void add(Budget const& budget, ActRecord& record, WallTime at) {
  auto& marks = record.marks;
  if (!marks.empty()) {
    auto& newest = marks.back();
    auto const granule = window_of(budget) / static_cast<WallDuration::rep>(marks_max);
    auto const together = budget.count_max > marks_max && granule > WallDuration::zero() &&
                          at.time_since_epoch() / granule == newest.at.time_since_epoch() / granule;
    if (newest.at == at || together || marks.size() >= marks_max + 2) {
      newest.at = at;
      ++newest.count;
      return;
    }
  }
  marks.push_back({.at = at, .count = 1});
}

void take_back(ActRecord& record, WallTime at) {
  if (at <= record.cleared_at) return;
  auto const mark = std::ranges::find(record.marks, at, &Mark::at);
  if (mark != record.marks.end() && --mark->count == 0) record.marks.erase(mark);
}

void prune(Budget const& budget, ActRecord& record, WallTime at) {
  std::erase_if(record.marks, [&](Mark const& mark) { return later(mark.at, window_of(budget)) <= at; });
}

WallTime over_at(Budget const& budget, ActRecord const& record) {
  auto const paused = std::max(record.not_before, record.words_before);
  if (record.marks.empty()) return paused;
  return std::max(paused, later(record.marks.back().at, window_of(budget)));
}

}  // namespace sallyport::budget
