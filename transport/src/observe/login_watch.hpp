#pragma once

#include "net/driver_time.hpp"
#include "observe/event_teller.hpp"

#include <sallyport/engine/session.hpp>
#include <sallyport/transport/observer.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>

namespace sallyport {

/// Tells an observer of one login. Everything is read off the steps of its session, so that what is told cannot differ
/// from what was done. Without an observer each call is the test of a pointer.
class LoginWatch {
public:
  /// An id that no other login of this process has.
  [[nodiscard]] static std::uint64_t next_id() noexcept;

  LoginWatch() = default;
  /// The teller, where there is one, must outlive this.
  LoginWatch(EventTeller const* teller, DriverTime time, Role role, std::uint64_t login, BrokerType broker,
             bool resumed = false) noexcept
      : teller_(teller), time_(time), login_(login), role_(role), broker_(broker), resumed_(resumed) {}

  /// Whom the request comes from that is looked at from here on.
  void heard_from(std::uint64_t peer) noexcept { peer_ = peer; }

  [[nodiscard]] std::uint64_t login() const noexcept { return teller_ == nullptr ? 0 : login_; }

  /// What `stepped` wants to know of the session before its step.
  [[nodiscard]] std::optional<Session> before(Session const& session) const {
    return teller_ == nullptr ? std::nullopt : std::optional(session);
  }
  void stepped(std::optional<Session> const& before, Event const& event, boost::system::result<Action> const& decided,
               Session const& after, TimePoint now) {
    if (before) tell_step(*before, event, decided, after, now);
  }
  /// The request that the newest step asked for is about to leave.
  void posted(Session const& session) {
    if (teller_ != nullptr) tell_posted(session);
  }
  /// It could not leave, or must not, or was turned away: the session is what it was before.
  void put_back(Session const& from, Session const& to, std::optional<ActRefusal> refusal) {
    if (teller_ != nullptr) tell_put_back(from, to, refusal);
  }
  void refused(Session const& session, ActRefusal refusal) {
    if (teller_ != nullptr) tell_refused(session, refusal);
  }
  /// The door is shown; `prompt` is what a client makes of it.
  void shown(Session const& session, std::optional<PromptKind> prompt = {}) {
    if (teller_ != nullptr) tell_shown(session, prompt);
  }
  void saved(Session const& session) {
    if (teller_ != nullptr) tell_saved(session);
  }
  void ended(Session const& session, OutcomeKind outcome) {
    if (teller_ != nullptr) tell_end(session, outcome);
  }

private:
  void tell_step(Session const& before, Event const& what, boost::system::result<Action> const& decided,
                 Session const& after, TimePoint now);
  void tell_posted(Session const& session);
  void tell_put_back(Session const& from, Session const& to, std::optional<ActRefusal> refusal);
  void tell_refused(Session const& session, ActRefusal refusal);
  void tell_shown(Session const& session, std::optional<PromptKind> prompt);
  void tell_saved(Session const& session);
  void tell_end(Session const& session, OutcomeKind outcome);

  [[nodiscard]] LoginEvent event(LoginEventKind kind, Session const& session, TimePoint now) const noexcept;
  void introduce(Session const& session, TimePoint now);
  void tell_reply(Session const& before, Event const& what, bool refused, Session const& after, TimePoint now);
  void open_door(Session const& session, TimePoint now);
  void leave_door(Session const& session, TimePoint now);

  EventTeller const* teller_ = nullptr;
  DriverTime time_;
  std::uint64_t login_ = 0;
  std::uint64_t peer_ = 0;
  TimePoint began_{};
  TimePoint posted_{};
  TimePoint opened_{};
  EventType act_ = EventType::login;  ///< Of the newest request.
  Role role_ = Role::claimant;
  BrokerType broker_ = BrokerType::unknown;
  std::optional<AuthStatus> door_status_;  ///< Of the door that is open.
  std::optional<MfaType> door_factor_;
  std::optional<AuthFlowStep> door_step_;
  bool resumed_ = false;
  bool introduced_ = false;
};

/// What an engine's refusal is called in an event.
[[nodiscard]] ActRefusal refusal_of(boost::system::error_code ec) noexcept;

}  // namespace sallyport
