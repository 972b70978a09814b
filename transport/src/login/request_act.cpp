#include "login/request_act.hpp"

#include <sallyport/protocol/field.hpp>

namespace sallyport {
namespace {

/// A post that starts a login without a credential: by a QR code, or afresh on a device that was verified.
bool starts_by_itself(AuthRequest const& request) noexcept {
  auto const step = value_of(request.auth_flow_step);
  auto const starts = step == AuthFlowStep::login_qr_code || step == AuthFlowStep::login_password;
  return starts && !request.challenge_id && !request.mfa_type;
}

/// Whether a credential is the answer at this door: the password on a page of its own, or what a web view collected.
bool is_answered_by_credentials(Session const& session, AuthRequest const& request) noexcept {
  auto const wants_password = session.status() == AuthStatus::mfa_required && session.mfa_type() == MfaType::password;
  return (wants_password && request.password) || request.web_data;
}

}  // namespace

EventType act_of(AuthRequest const& request, Session const* standing) noexcept {
  auto const echoes = request.challenge_id.has_value();
  if (standing == nullptr) {
    auto const starts = !echoes && (carries_credentials(request) || starts_by_itself(request));
    return starts ? EventType::login : EventType::poll;
  }
  if (request.is_trying_another_way.value_or(false)) return EventType::another_way;
  if (carries_answer(request)) return EventType::answer;
  if (carries_credentials(request)) {
    auto const answers = is_answered_by_credentials(*standing, request) && (echoes || request.mfa_type);
    auto const confirms = echoes && standing->state() == State::waiting;
    return answers || confirms ? EventType::answer : EventType::restart;
  }
  return starts_by_itself(request) ? EventType::restart : EventType::poll;
}

bool carries_a_secret(AuthRequest const& request) noexcept {
  return carries_credentials(request) || carries_answer(request);
}

}  // namespace sallyport
