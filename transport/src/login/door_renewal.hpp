#pragma once

#include <sallyport/protocol/auth_response.hpp>

namespace sallyport {

/// Whether two replies are of one kind: status, factor and flow step.
[[nodiscard]] bool are_of_one_kind(AuthResponse const& left, AuthResponse const& right) noexcept;

/// Whether what a poll brought is the challenge that stands, whatever it shows now: the number to tap, the QR code, the
/// address and the text may change. Only another id makes another challenge of it.
[[nodiscard]] bool stays_at(AuthResponse const& door, AuthResponse const& said) noexcept;

/// Brings what the door shows up to what a later reply of the same challenge says; what the reply leaves out stays. A
/// captcha is renewed by the reply to a wrong answer, too. Returns whether the door shows something else now.
bool renew_door(AuthResponse& door, AuthResponse& said);

}  // namespace sallyport
