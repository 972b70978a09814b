#pragma once

// What the writer and the reader of flight records agree on. A line is a word and its fields, "name=value", with one
// space between them; durations are whole nanoseconds, moments count from the first step.

#include <sallyport/engine/limits.hpp>
#include <sallyport/engine/session.hpp>
#include <sallyport/engine/session_snapshot.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sallyport::flight {

inline constexpr std::string_view title = "sallyport-flight-record";
inline constexpr unsigned version = 2;

/// Records have no date: where one begins, the calendar shows the first day of 2000.
inline constexpr WallTime epoch{std::chrono::hours(24 * 10'957)};

/// No moment and no duration is longer, so that no sum of two overflows.
inline constexpr Duration longest = std::chrono::hours(24 * 366 * 100);
inline constexpr std::size_t steps_max = 10'000;

template <class Holder, class Value>
struct Named {
  std::string_view name;
  Value Holder::*value;
};

inline constexpr std::array<Named<Limits, Duration>, 9> limit_durations{{
    {"challenge_life_span", &Limits::challenge_life_span},
    {"challenge_life_span_max", &Limits::challenge_life_span_max},
    {"step_life_span", &Limits::step_life_span},
    {"flow_life_span", &Limits::flow_life_span},
    {"request_life_span", &Limits::request_life_span},
    {"resend_cool_down", &Limits::resend_cool_down},
    {"poll_interval", &Limits::poll_interval},
    {"poll_interval_max", &Limits::poll_interval_max},
    {"expiry_margin", &Limits::expiry_margin},
}};
inline constexpr std::array<Named<Limits, std::uint8_t>, 5> limit_counts{{
    {"attempts_max", &Limits::attempts_max},
    {"answers_without_progress_max", &Limits::answers_without_progress_max},
    {"answers_max", &Limits::answers_max},
    {"restarts_max", &Limits::restarts_max},
    {"another_way_max", &Limits::another_way_max},
}};

inline constexpr std::array<Named<Limits, std::uint16_t>, 3> limit_large_counts{{
    {"confirmations_max", &Limits::confirmations_max},
    {"polls_max", &Limits::polls_max},
    {"challenges_max", &Limits::challenges_max},
}};

inline constexpr std::array<Named<SessionMoments, TimePoint>, 4> door_moments{{
    {"flow_deadline", &SessionMoments::flow_deadline},
    {"step_deadline", &SessionMoments::step_deadline},
    {"restart_at", &SessionMoments::restart_at},
    {"poll_at", &SessionMoments::poll_at},
}};
inline constexpr std::array<Named<SavedSession, std::uint16_t>, 3> door_counts{{
    {"polls", &SavedSession::polls},
    {"doors", &SavedSession::doors},
    {"confirmations", &SavedSession::confirmations},
}};
inline constexpr std::array<Named<SavedSession, std::uint8_t>, 5> door_small_counts{{
    {"attempts_left", &SavedSession::attempts_left},
    {"restarts", &SavedSession::restarts},
    {"switches", &SavedSession::switches},
    {"answers", &SavedSession::answers},
    {"unproductive", &SavedSession::unproductive},
}};
inline constexpr std::array<Named<SavedSession, bool>, 3> door_flags{{
    {"polled", &SavedSession::polled},
    {"answer_was_wrong", &SavedSession::answer_was_wrong},
    {"violation_seen", &SavedSession::violation_seen},
}};

}  // namespace sallyport::flight
