#include "view/words.hpp"

#include <sallyport/protocol/factor.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace sallyport::app {
namespace {

std::string_view name_of_factor(MfaType factor) noexcept {
  switch (factor) {
    case MfaType::phone: return "Code by SMS";
    case MfaType::email: return "Code by e-mail";
    case MfaType::totp: return "Code of the authenticator app";
    case MfaType::phone_and_email: return "Codes by SMS and e-mail";
    case MfaType::require_next_security_question: return "Security question";
    case MfaType::read_email: return "Link in an e-mail";
    case MfaType::face: return "Face verification";
    case MfaType::trading_pin: return "Trading PIN";
    case MfaType::qr_code: return "QR code";
    case MfaType::password: return "Password";
    case MfaType::roaming: return "Confirmation on another device";
    case MfaType::mobile: return "Confirmation in the broker's app";
    case MfaType::passkey: return "Passkey";
    case MfaType::unknown: return "Another factor";
  }
  return "Another factor";
}

std::string_view name_of_challenge(Prompt const& prompt) noexcept {
  if (prompt.mfa_type) return name_of_factor(*prompt.mfa_type);
  auto const asks = [&prompt](Field field) {
    return std::ranges::any_of(prompt.fields, [field](PromptField const& asked) { return asked.field == field; });
  };
  if (asks(Field::challenge_answer)) return "Security question";
  if (asks(Field::trade_pin)) return "Trading PIN";
  return "Code";
}

std::string_view name_of_status(Prompt const& prompt) noexcept {
  switch (prompt.status) {
    case AuthStatus::challenge_issued:
    case AuthStatus::mfa_required:
    case AuthStatus::challenge_failed: return name_of_challenge(prompt);
    case AuthStatus::device_confirmation_required:
      return prompt.mfa_type ? name_of_factor(*prompt.mfa_type) : name_of_factor(MfaType::mobile);
    case AuthStatus::email_verification: return name_of_factor(MfaType::read_email);
    case AuthStatus::email_received: return "The broker checks the e-mail's link";
    case AuthStatus::captcha_challenge: return "Captcha";
    case AuthStatus::face_verification: return name_of_factor(MfaType::face);
    case AuthStatus::bind_mfa_required: return "A second factor must be set up at the broker";
    case AuthStatus::api_key_generation_error: return "The broker made no API key";
    case AuthStatus::qr_code_required: return "QR code to scan with the broker's app";
    case AuthStatus::qr_code_expired: return "The QR code has expired";
    case AuthStatus::device_login_verified: return "This device is verified: log in again";
    case AuthStatus::delayed: return "The broker takes its time";
    case AuthStatus::open_in_broker_module: return "A module of the broker";
    case AuthStatus::succeeded:
    case AuthStatus::failed:
    case AuthStatus::unknown: break;
  }
  return "Another step";
}

}  // namespace

std::string name_of_door(Prompt const& prompt) {
  std::string name(name_of_status(prompt));
  if (prompt.flow_step == AuthFlowStep::create_api_key) name.append(", for the API key");
  return name;
}

std::string place_of_door(Prompt const& prompt) {
  std::string place(wire_name(prompt.status));
  if (prompt.mfa_type) place.append(" · ").append(wire_name(*prompt.mfa_type));
  if (prompt.flow_step) place.append(" · ").append(wire_name(*prompt.flow_step));
  return place;
}

std::string clock_text(std::chrono::steady_clock::duration left) {
  auto const seconds = std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(left).count());
  std::array<char, 32> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%lld:%02lld", static_cast<long long>(seconds / 60),
                                  static_cast<long long>(seconds % 60)));
  return text.data();
}

std::string duration_text(std::chrono::steady_clock::duration duration) {
  constexpr long long minute = 60;
  constexpr long long hour = 60 * minute;
  auto const whole = static_cast<long long>(std::chrono::round<std::chrono::seconds>(duration).count());
  if (whole < minute) {
    std::array<char, 32> text{};
    static_cast<void>(
        std::snprintf(text.data(), text.size(), "%.1f s", std::chrono::duration<double>(duration).count()));
    return text.data();
  }
  // Two units are as much as a human reads.
  auto const two = [](long long large, char const* large_unit, long long small, char const* small_unit) {
    auto text = std::to_string(large) + large_unit;
    if (small > 0) text.append(" ").append(std::to_string(small)).append(small_unit);
    return text;
  };
  if (whole < hour) return two(whole / minute, " min", whole % minute, " s");
  if (whole < 24 * hour) return two(whole / hour, " h", whole % hour / minute, " min");
  return two(whole / (24 * hour), " d", whole % (24 * hour) / hour, " h");
}

std::string masked(Secret const& token) {
  constexpr std::size_t shown = 4;
  constexpr std::size_t length_min = 16;  // A short token gives nothing away.
  auto const text = token.reveal();
  auto head = text.size() < length_min ? std::string_view{} : text.substr(0, shown);
  // A letter of several bytes must not be cut, and no token of the API begins with one.
  auto const is_plain = [](char letter) { return letter > ' ' && letter < '\x7f'; };
  if (!std::ranges::all_of(head, is_plain)) head = {};
  return std::string(head).append("… (").append(std::to_string(text.size())).append(" characters)");
}

}  // namespace sallyport::app
