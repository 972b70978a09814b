#include <sallyport/transport/observer.hpp>

#include <boost/asio/ip/address.hpp>

#include <limits>

namespace sallyport {

std::string peer_text(std::uint64_t peer) {
  namespace ip = boost::asio::ip;
  constexpr std::uint64_t loop_back_of_v6 = 1;  // See peer_of().
  if (peer == 0) return {};
  if (peer == loop_back_of_v6) return "::/64";
  if (peer <= std::numeric_limits<std::uint32_t>::max()) {
    return ip::address_v4(static_cast<std::uint32_t>(peer)).to_string();
  }
  ip::address_v6::bytes_type bytes{};
  for (auto byte = 0U; byte < 8; ++byte) bytes[byte] = static_cast<std::uint8_t>(peer >> (56U - 8U * byte));
  return ip::address_v6(bytes).to_string() + "/64";
}

std::string_view name_of(LoginEventKind kind) noexcept {
  switch (kind) {
    case LoginEventKind::login_started: return "login_started";
    case LoginEventKind::login_resumed: return "login_resumed";
    case LoginEventKind::login_saved: return "login_saved";
    case LoginEventKind::login_posted: return "login_posted";
    case LoginEventKind::answer_posted: return "answer_posted";
    case LoginEventKind::another_way_posted: return "another_way_posted";
    case LoginEventKind::resend_posted: return "resend_posted";
    case LoginEventKind::poll_posted: return "poll_posted";
    case LoginEventKind::not_sent: return "not_sent";
    case LoginEventKind::reply_came: return "reply_came";
    case LoginEventKind::reply_lost: return "reply_lost";
    case LoginEventKind::door_opened: return "door_opened";
    case LoginEventKind::door_left: return "door_left";
    case LoginEventKind::prompt_raised: return "prompt_raised";
    case LoginEventKind::act_refused: return "act_refused";
    case LoginEventKind::alarm_rang: return "alarm_rang";
    case LoginEventKind::outcome: return "outcome";
  }
  return "unknown";
}

std::string_view name_of(ActRefusal refusal) noexcept {
  switch (refusal) {
    case ActRefusal::not_allowed: return "not_allowed";
    case ActRefusal::session_over: return "session_over";
    case ActRefusal::too_early: return "too_early";
    case ActRefusal::restart_required: return "restart_required";
    case ActRefusal::restarts_exhausted: return "restarts_exhausted";
    case ActRefusal::answers_exhausted: return "answers_exhausted";
    case ActRefusal::protocol_violation: return "protocol_violation";
    case ActRefusal::would_risk_lockout: return "would_risk_lockout";
    case ActRefusal::slow_down: return "slow_down";
    case ActRefusal::bad_answer: return "bad_answer";
    case ActRefusal::request_in_flight: return "request_in_flight";
    case ActRefusal::challenge_unknown: return "challenge_unknown";
    case ActRefusal::challenge_superseded: return "challenge_superseded";
    case ActRefusal::bad_request: return "bad_request";
    case ActRefusal::server_full: return "server_full";
    case ActRefusal::client_full: return "client_full";
    case ActRefusal::too_many_failures: return "too_many_failures";
    case ActRefusal::other: return "other";
  }
  return "unknown";
}

}  // namespace sallyport
