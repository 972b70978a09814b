#pragma once

#include <sallyport/engine/governor.hpp>

#include <optional>

namespace sallyport::budget {

/// What keeps an act from being done at a moment, and when that changes next: not yet the next safe time.
struct Hold {
  Rule rule;
  WallTime until;
};

[[nodiscard]] std::optional<Hold> hold_at(Budget const& budget, ActRecord const& record, WallTime at);

/// The first moment from `now` on at which nothing holds the act.
[[nodiscard]] WallTime next_safe(Budget const& budget, ActRecord const& record, WallTime now);

/// Counts one act. `at` is not before the newest mark.
void add(Budget const& budget, ActRecord& record, WallTime at);

/// Takes back one act that was counted at exactly this moment; where it was joined with later ones, it stays counted.
void take_back(ActRecord& record, WallTime at);

/// Drops the marks that no window reaches any more.
void prune(Budget const& budget, ActRecord& record, WallTime at);

/// From when on nothing in the record matters.
[[nodiscard]] WallTime over_at(Budget const& budget, ActRecord const& record);

}  // namespace sallyport::budget
