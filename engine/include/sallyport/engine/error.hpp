#pragma once

#include <sallyport/protocol/same_build.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string_view>
#include <type_traits>

namespace sallyport {

/// Why the engine refuses an event. A refused event has changed nothing.
enum class EngineErrc {
  not_allowed = 1,     ///< The table has no row for this event in this state.
  session_over,        ///< The login has ended; ends are final.
  too_early,           ///< A resend before its cool-down or a poll before its interval is over.
  restart_required,    ///< This step takes no answer: the user must start over.
  restarts_exhausted,  ///< `Limits::restarts_max` or `Limits::another_way_max` is used up.
  protocol_violation,  ///< A reply that may not follow the one before it.
  table_full,          ///< The session table has no free slot.
  stale_handle,        ///< The handle names a session that is gone.
  would_risk_lockout,  ///< The governor's budget of this account is spent, or the server asked for a pause (law 5).
  ledger_full,         ///< The ledger keeps as many live accounts as it may; none of them is forgotten.
  bad_snapshot,        ///< A saved session has a value that none can have; `problem_of` names it.
  answers_exhausted,   ///< `Limits::answers_max` or `Limits::confirmations_max` is used up; nothing more may be
                       ///< answered.
};

inline constexpr int engine_errc_count = 12;

[[nodiscard]] std::string_view name_of(EngineErrc code) noexcept;
[[nodiscard]] boost::system::error_category const& engine_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(EngineErrc code) noexcept;

}  // namespace sallyport

template <>
struct boost::system::is_error_code_enum<sallyport::EngineErrc> : std::true_type {};
