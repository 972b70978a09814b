#pragma once

// The dialogue: the whole state machine of a login, for both sides of the wire. The claimant (client) and the verifier
// (server) see every message, so both hold the same state at the same point; the role only picks a column.
// A rule about what may happen when is a row here and nowhere else. transition_proofs.hpp has the compiler prove it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

enum class Role : std::uint8_t { claimant, verifier };

/// Where a login stands. The states from `succeeded` on are ends.
enum class State : std::uint8_t {
  idle,            ///< Nothing was sent.
  authenticating,  ///< The first post, or a restart, is in flight.
  challenged,      ///< The user's input is awaited.
  waiting,         ///< Something elsewhere is awaited: a tap on a phone, an e-mail, a slow institution.
  verifying,       ///< An answer is in flight.
  polling,  ///< A question "and now?" is in flight; it carries no secret, so one that got no answer is asked again.
  succeeded,
  failed,
  handed_off,  ///< It goes on where this engine cannot: a hosted module, or a status that we do not know.
  expired,
  cancelled,
  outcome_unknown,  ///< A request may have arrived and no reply came: nobody here knows (law 2).
};
inline constexpr std::size_t state_count = 12;

enum class EventType : std::uint8_t {
  // Acts of the user, or of a responder standing in for them.
  login,
  answer,
  another_way,
  restart,
  // An act of a timer.
  poll,
  // What the reply says.
  granted,
  denied,
  challenge,
  wrong_answer,
  wait,
  hand_off,
  // What happens to the login from outside.
  deadline,
  cancel,
  reply_lost,
};
inline constexpr std::size_t event_type_count = 14;

/// What the driver of one side has to do after a step.
enum class Action : std::uint8_t {
  none,
  // The claimant's.
  send_login,
  send_answer,
  send_another_way,
  send_poll,
  prompt,    ///< Ask the user.
  watch,     ///< Show what is awaited, and poll when the alarm rings.
  complete,  ///< The login is over: say how it ended.
  // The verifier's.
  verify,   ///< Ask the institution.
  reply,    ///< Answer the pending request with the state of the session.
  release,  ///< No request is pending: forget the session.
};
inline constexpr std::size_t action_count = 11;

struct Transition {
  State from;
  EventType event;
  State to;
  Action claimant;
  Action verifier;
};

namespace dialogue {
using enum State;
using enum Action;
using E = EventType;

// clang-format off
inline constexpr auto transitions = std::to_array<Transition>({
  // from            event             to               claimant          verifier
  { idle,            E::login,         authenticating,  send_login,       verify  },
  { idle,            E::cancel,        cancelled,       complete,         release },

  { authenticating,  E::granted,       succeeded,       complete,         reply   },
  { authenticating,  E::denied,        failed,          complete,         reply   },
  { authenticating,  E::challenge,     challenged,      prompt,           reply   },
  { authenticating,  E::wait,          waiting,         watch,            reply   },
  { authenticating,  E::hand_off,      handed_off,      complete,         reply   },
  { authenticating,  E::reply_lost,    outcome_unknown, complete,         reply   },
  { authenticating,  E::deadline,      outcome_unknown, complete,         reply   },
  { authenticating,  E::cancel,        outcome_unknown, complete,         release },

  { challenged,      E::answer,        verifying,       send_answer,      verify  },
  { challenged,      E::another_way,   verifying,       send_another_way, verify  },
  { challenged,      E::restart,       authenticating,  send_login,       verify  },
  { challenged,      E::deadline,      expired,         complete,         release },
  { challenged,      E::cancel,        cancelled,       complete,         release },

  { waiting,         E::poll,          polling,         send_poll,        verify  },
  { waiting,         E::answer,        verifying,       send_answer,      verify  },
  { waiting,         E::another_way,   verifying,       send_another_way, verify  },
  { waiting,         E::restart,       authenticating,  send_login,       verify  },
  { waiting,         E::deadline,      expired,         complete,         release },
  { waiting,         E::cancel,        cancelled,       complete,         release },

  { verifying,       E::granted,       succeeded,       complete,         reply   },
  { verifying,       E::denied,        failed,          complete,         reply   },
  { verifying,       E::challenge,     challenged,      prompt,           reply   },
  { verifying,       E::wrong_answer,  challenged,      prompt,           reply   },
  { verifying,       E::wait,          waiting,         watch,            reply   },
  { verifying,       E::hand_off,      handed_off,      complete,         reply   },
  { verifying,       E::reply_lost,    outcome_unknown, complete,         reply   },
  { verifying,       E::deadline,      outcome_unknown, complete,         reply   },
  { verifying,       E::cancel,        outcome_unknown, complete,         release },

  { polling,         E::granted,       succeeded,       complete,         reply   },
  { polling,         E::denied,        failed,          complete,         reply   },
  { polling,         E::challenge,     challenged,      prompt,           reply   },
  { polling,         E::wait,          waiting,         watch,            reply   },
  { polling,         E::hand_off,      handed_off,      complete,         reply   },
  { polling,         E::reply_lost,    waiting,         watch,            reply   },
  { polling,         E::deadline,      outcome_unknown, complete,         reply   },
  { polling,         E::cancel,        outcome_unknown, complete,         release },
});
// clang-format on

/// Which row speaks of a state and an event, counted from 1; 0 where none does.
inline constexpr auto row_numbers = []() {
  std::array<std::uint8_t, state_count * event_type_count> numbers{};
  for (std::size_t row = 0; row < transitions.size(); ++row) {
    auto const from = static_cast<std::size_t>(transitions[row].from);
    numbers[from * event_type_count + static_cast<std::size_t>(transitions[row].event)] =
        static_cast<std::uint8_t>(row + 1);
  }
  return numbers;
}();
}  // namespace dialogue

using dialogue::transitions;

[[nodiscard]] constexpr bool is_end(State state) noexcept {
  return state >= State::succeeded;
}

/// A request is on its way, or an institution is being asked: nothing else may be sent (law 4).
[[nodiscard]] constexpr bool is_in_flight(State state) noexcept {
  return state == State::authenticating || state == State::verifying || state == State::polling;
}

/// What only the user may do, or a responder standing in for them (law 1).
[[nodiscard]] constexpr bool is_user_act(EventType event) noexcept {
  return event <= EventType::restart;
}

/// What a reply may say.
[[nodiscard]] constexpr bool is_verdict(EventType event) noexcept {
  return event >= EventType::granted && event <= EventType::hand_off;
}

/// The row for this event in this state; nothing where the table refuses it.
[[nodiscard]] constexpr std::optional<Transition> find_transition(State from, EventType event) noexcept {
  auto const cell = static_cast<std::size_t>(from) * event_type_count + static_cast<std::size_t>(event);
  auto const number = dialogue::row_numbers[cell];
  if (number == 0) return std::nullopt;
  return transitions[number - 1U];
}

[[nodiscard]] std::string_view name_of(Role role) noexcept;
[[nodiscard]] std::string_view name_of(State state) noexcept;
[[nodiscard]] std::string_view name_of(EventType event) noexcept;
[[nodiscard]] std::string_view name_of(Action action) noexcept;

}  // namespace sallyport
