#include "login/door_renewal.hpp"

#include <optional>
#include <string>
#include <utility>

namespace sallyport {
namespace {

bool differ(std::string const& left, std::string const& right) noexcept {
  return left != right;
}

bool differ(Secret const& left, Secret const& right) noexcept {
  return left.reveal() != right.reveal();
}

template <class Text>
bool renew(std::optional<Text>& shown, std::optional<Text>& said) {
  if (!said || (shown && !differ(*shown, *said))) return false;
  shown = std::move(said);
  return true;
}

bool shows_the_door(AuthResponse const& door, AuthResponse const& said) noexcept {
  return said.status == door.status ||
         (said.status == AuthStatus::challenge_failed && door.status == AuthStatus::captcha_challenge);
}

}  // namespace

bool are_of_one_kind(AuthResponse const& left, AuthResponse const& right) noexcept {
  return left.status == right.status && left.mfa_type == right.mfa_type && left.auth_flow_step == right.auth_flow_step;
}

bool stays_at(AuthResponse const& door, AuthResponse const& said) noexcept {
  auto const is_named_otherwise = door.challenge_id && said.challenge_id && *door.challenge_id != *said.challenge_id;
  return are_of_one_kind(door, said) && !is_named_otherwise;
}

bool renew_door(AuthResponse& door, AuthResponse& said) {
  if (!shows_the_door(door, said)) return false;
  if (!door.challenge_id) door.challenge_id = said.challenge_id;
  auto has_changed = renew(door.challenge_text, said.challenge_text);
  has_changed = renew(door.email, said.email) || has_changed;
  has_changed = renew(door.allocated_ip_address, said.allocated_ip_address) || has_changed;
  has_changed = renew(door.qr_code, said.qr_code) || has_changed;
  has_changed = renew(door.qr_code_link, said.qr_code_link) || has_changed;
  return renew(door.qr_code_link_ios, said.qr_code_link_ios) || has_changed;
}

}  // namespace sallyport
