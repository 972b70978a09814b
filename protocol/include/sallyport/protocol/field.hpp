#pragma once

#include <sallyport/protocol/auth_request.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sallyport {

/// A member of an AuthRequest, as an authentication scheme names it: in PascalCase ("Username").
enum class Field : std::uint8_t {
  unknown,
  type,
  phone,
  username,
  password,
  trade_pin,
  country_info,
  challenge_id,
  challenge_code,
  challenge_type,
  challenge_answer,
  mfa_code,
  mfa_type,
  device_info,
  web_data,
  auth_flow_step,
  key,
  auth_token,
  redirect_link,
  confirmation_email,
  true_auth_auth_request,
  is_trying_another_way,
};
template <>
inline constexpr std::size_t enumerator_count<Field> = 21;

template <>
[[nodiscard]] std::string_view wire_name<Field>(Field value) noexcept;

/// The field with that name; names are compared without regard to case, because the API mixes both.
[[nodiscard]] Field field_named(std::string_view name) noexcept;

/// The fields that hold what a user or an institution keeps secret, so that a host can ask for them: a login holds
/// them until it ends. Not among them: what the engine echoes by itself.
[[nodiscard]] bool is_asked_of_the_user(Field field) noexcept;

/// The fields that say who the user is, and that stay the same from step to step: sent again only where the scheme
/// says so.
[[nodiscard]] bool is_credential(Field field) noexcept;

/// Sets a field of text; false where the field has another shape.
bool set_field(AuthRequest& request, Field field, std::string_view text);
bool set_field(AuthRequestView& request, Field field, std::string_view text) noexcept;

/// The text of a field in the clear; nothing where it is unset or has another shape.
[[nodiscard]] std::optional<std::string_view> text_of(AuthRequest const& request, Field field) noexcept;

/// Whether a field is set, whatever its shape.
[[nodiscard]] bool has_field(AuthRequest const& request, Field field) noexcept;

/// Whether any credential is set (`is_credential`): what an institution may take for an attempt to log in.
[[nodiscard]] bool carries_credentials(AuthRequest const& request) noexcept;

/// Whether any answer to a challenge is set: a code, an answer to a question, a trading PIN.
[[nodiscard]] bool carries_answer(AuthRequest const& request) noexcept;

/// Copies one field, whatever its shape, where it is set; into a view without its text.
void copy_field(AuthRequest const& from, AuthRequest& to, Field field);
void copy_field(AuthRequest const& from, AuthRequestView& to, Field field);

}  // namespace sallyport
