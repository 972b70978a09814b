#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/sandbox/scenario.hpp>

#include <algorithm>

namespace sallyport {

std::string_view name_of(DeliveryChannel channel) noexcept {
  switch (channel) {
    case DeliveryChannel::sms: return "sms";
    case DeliveryChannel::email: return "email";
    case DeliveryChannel::authenticator: return "authenticator";
    case DeliveryChannel::push: return "push";
    case DeliveryChannel::letter: return "letter";
  }
  return "unknown";
}

std::string_view name_of(Opening opening) noexcept {
  switch (opening) {
    case Opening::password: return "password";
    case Opening::identifier: return "identifier";
    case Opening::qr_code: return "qrCode";
    case Opening::api_key: return "apiKey";
    case Opening::address: return "address";
    case Opening::nothing: return "nothing";
    case Opening::redirect: return "redirectLink";
    case Opening::true_auth: return "trueAuth";
  }
  return "unknown";
}

std::string_view name_of(Silence silence) noexcept {
  switch (silence) {
    case Silence::none: return "none";
    case Silence::error: return "error";
    case Silence::for_ever: return "forEver";
    case Silence::rate_limited: return "rateLimited";
    case Silence::unavailable: return "unavailable";
    case Silence::lost: return "lost";
    case Silence::truncated: return "truncated";
  }
  return "unknown";
}

std::string_view name_of(Basis basis) noexcept {
  switch (basis) {
    case Basis::documented: return "documented";
    case Basis::inferred: return "inferred";
  }
  return "unknown";
}

bool plays_at(Scenario const& scenario, BrokerType broker) noexcept {
  auto const& types = scenario.broker_types;
  return types.empty() || std::ranges::find(types, broker) != types.end();
}

ScenarioUsername split_username(std::string_view text) noexcept {
  auto const plus = text.find('+');
  if (plus == std::string_view::npos) return {text, std::nullopt, {}};
  auto const at = std::min(text.find('@', plus), text.size());
  return {text.substr(0, plus), text.substr(plus + 1, at - plus - 1), text.substr(at)};
}

}  // namespace sallyport
