#pragma once

// The judge: what an institution says to one act of a login. It is pure: the same scenario, progress, act, request and
// moment always give the same judgement. It reads no clock, draws no random number and knows no wire.
// It knows no life span of a challenge and counts attempts only where the scenario locks an account: the server does
// both.

#include <sallyport/engine/time.hpp>
#include <sallyport/engine/transition_table.hpp>
#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/sandbox/scenario.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sallyport {

/// Where one login stands in its scenario.
struct ScenarioProgress {
  std::size_t door = 0;
  std::size_t user = 0;     ///< Whose accounts the login opens.
  std::uint32_t polls = 0;  ///< How often this door was asked "and now?".
  std::uint32_t wrong = 0;  ///< How many wrong answers were given at this door.
  TimePoint entered{};
  bool begun = false;  ///< Whether the first post was let as far as a door.

  friend bool operator==(ScenarioProgress const&, ScenarioProgress const&) = default;
};

struct Judgement {
  AuthResponse reply;
  ScenarioProgress next;
  std::vector<DoorMessage> deliveries;
  Duration reply_after{};
  Silence silence = Silence::none;
};

/// Judges one act. The request is the user's; nothing of it gets into the judgement.
[[nodiscard]] Judgement judge(Scenario const& scenario, ScenarioProgress const& progress, EventType act,
                              AuthRequest const& request, TimePoint now);

/// The reply of an institution that ends a login, in words that say why.
[[nodiscard]] AuthResponse failed_reply(std::string_view why);

}  // namespace sallyport
