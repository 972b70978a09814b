#pragma once

#include <sallyport/protocol/wire_enum.hpp>

#include <cstddef>
#include <cstdint>

namespace sallyport {

/// What the server says of a login after one POST authenticate; docs/protocol.md tells what each one wants.
enum class AuthStatus : std::uint8_t {
  unknown,
  failed,
  challenge_failed,
  succeeded,
  challenge_issued,
  mfa_required,
  open_in_broker_module,
  delayed,
  device_confirmation_required,
  email_verification,
  email_received,
  captcha_challenge,
  face_verification,
  bind_mfa_required,
  api_key_generation_error,
  qr_code_required,
  qr_code_expired,
  device_login_verified,
};
template <>
inline constexpr std::size_t enumerator_count<AuthStatus> = 17;

/// The verdict of the envelope that wraps every reply of the API.
enum class ApiResultStatus : std::uint8_t {
  unknown,
  ok,
  server_failure,
  permission_denied,
  bad_request,
  not_found,
  conflict,
  too_many_request,
  locked,
  unavailable_for_legal_reasons,
};
template <>
inline constexpr std::size_t enumerator_count<ApiResultStatus> = 9;

/// The answer to a request for an OAuth link: GET authenticate/{brokerType}.
enum class AuthPromptStatus : std::uint8_t {
  unknown,
  failed,
  redirect,
  open_in_broker_module,
};
template <>
inline constexpr std::size_t enumerator_count<AuthPromptStatus> = 3;

/// The answer to POST token/refresh.
enum class RefreshStatus : std::uint8_t {
  unknown,
  failed,
  succeeded,
  mfa_required,
};
template <>
inline constexpr std::size_t enumerator_count<RefreshStatus> = 3;

}  // namespace sallyport
