#pragma once

// What a client and a server tell of their logins. By their types the events carry enums, counts, durations, opaque ids
// and, at a server, the network that a request came from: they have no room for a secret, a user's name or a broker's
// words.

#include <sallyport/engine/flight_record.hpp>
#include <sallyport/engine/session.hpp>
#include <sallyport/engine/time.hpp>
#include <sallyport/engine/transition_table.hpp>
#include <sallyport/engine/verdict_table.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/factor.hpp>
#include <sallyport/protocol/status.hpp>
#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/prompt.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace sallyport {

/// What happened to a login. A server posts to its institution what a client posts to the server.
enum class LoginEventKind : std::uint8_t {
  login_started,
  login_resumed,       ///< From a snapshot; `LoginEvent::door` and its like say where it stands.
  login_saved,         ///< Into a snapshot: it goes on elsewhere, and nothing more is told of it here.
  login_posted,        ///< The first post leaves.
  answer_posted,       ///< An answer leaves, or a confirmation.
  another_way_posted,  ///< The user asks for another way.
  resend_posted,       ///< The user starts over or has the code sent again.
  poll_posted,
  not_sent,       ///< Not one byte of what was posted has left: it did not happen.
  reply_came,     ///< `took` is the latency; `status` and its like are the reply's.
  reply_lost,     ///< No reply, or none that says what became of the login. `took` as above.
  door_opened,    ///< A new challenge or wait.
  door_left,      ///< It ended, or another one opened. `took` is the time at the door.
  prompt_raised,  ///< The door was shown: `attempts_left`, `answer_was_wrong`, `time_left`, and at a client `prompt`.
  act_refused,    ///< What a user or a client wanted was not done; `refusal` says why.
  alarm_rang,     ///< The time of a wait or of a request is over; `bound` says which bound of a wait.
  outcome,        ///< The login is over. `took` is its whole time.
};
inline constexpr std::size_t login_event_kind_count = 17;

/// Why an act was not done.
enum class ActRefusal : std::uint8_t {
  not_allowed,
  session_over,
  too_early,
  restart_required,
  restarts_exhausted,
  answers_exhausted,
  protocol_violation,    ///< Of a reply: it may not follow.
  would_risk_lockout,    ///< The governor's.
  slow_down,             ///< Of a poll: the server asks for patience.
  bad_answer,            ///< It does not fit what the door asks for.
  request_in_flight,     ///< From here on a server's: the request before is still being answered.
  challenge_unknown,     ///< No such challenge, or it was used.
  challenge_superseded,  ///< A newer one took its place.
  bad_request,
  server_full,
  client_full,        ///< The client has its share of the logins of the server.
  too_many_failures,  ///< The account, or the address, has failed too often across logins.
  other,
};
inline constexpr std::size_t act_refusal_count = 16;

/// One event of a login. What does not belong to its kind is unset.
struct LoginEvent {
  LoginEventKind kind = LoginEventKind::login_started;
  Role role = Role::claimant;  ///< A client tells as the claimant, a server as the verifier.
  /// Tells the logins of one process (client) or of one server apart; 0 where a request met no login.
  std::uint64_t login = 0;
  BrokerType broker = BrokerType::unknown;
  TimePoint at{};  ///< Of the monotonic clock.
  State state = State::idle;
  std::uint16_t door = 0;  ///< How many doors there were so far.
  std::optional<AuthStatus> status;
  std::optional<MfaType> mfa_type;
  std::optional<AuthFlowStep> flow_step;
  std::optional<PromptKind> prompt;
  std::optional<Bound> bound;
  std::optional<ActRefusal> refusal;
  std::optional<OutcomeKind> outcome;
  std::optional<Duration> took;
  std::optional<Duration> time_left;
  /// At a server: whom the newest request of the login came from, behind trusted proxies too, as throttles tell peers
  /// apart: an IPv4 address, or the first 64 bits of an IPv6 address. 0 at a client. Where an address is a person's, a
  /// host that must not keep it drops it here. `peer_text` makes a text of it.
  std::uint64_t peer = 0;
  std::uint8_t attempts_left = 0;
  bool answer_was_wrong = false;
};
static_assert(std::is_trivially_copyable_v<LoginEvent>, "an event has no room for a text or a secret");

/// One step of a login's session, a refused one too: what a flight recorder keeps.
struct LoginStep {
  std::uint64_t login = 0;
  BrokerType broker = BrokerType::unknown;
  Session const* before = nullptr;  ///< Valid during the call.
  FlightStep step;
};
static_assert(std::is_trivially_copyable_v<LoginStep>, "a step has no room for a text or a secret");

/// Is told of every login of a client or a server that has it in its configuration. It is called on the strand of
/// that client, or of the login's shard of that server, so one that serves several is called from several threads at
/// once. It must not block: the logins wait for it. What it throws changes no login: it comes out of the executor.
class Observer {
public:
  Observer() = default;
  Observer(Observer const&) = delete;
  Observer& operator=(Observer const&) = delete;
  virtual ~Observer() = default;

  virtual void on_event(LoginEvent const& event) = 0;
  virtual void on_step(LoginStep const&) {}
};

[[nodiscard]] std::string_view name_of(LoginEventKind kind) noexcept;
[[nodiscard]] std::string_view name_of(ActRefusal refusal) noexcept;
/// `LoginEvent::peer` as "192.0.2.7" or "2001:db8:0:1::/64"; "" of 0.
[[nodiscard]] std::string peer_text(std::uint64_t peer);

}  // namespace sallyport
