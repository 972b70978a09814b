#pragma once

#include <sallyport/protocol/wire_enum.hpp>

#include <cstddef>
#include <cstdint>

namespace sallyport {

/// The kind of factor that a reply asks for, or that a request answers.
enum class MfaType : std::uint8_t {
  unknown,
  phone,
  email,
  totp,
  phone_and_email,
  require_next_security_question,
  read_email,
  face,
  trading_pin,
  qr_code,
  password,
  roaming,
  mobile,
  passkey,
};
template <>
inline constexpr std::size_t enumerator_count<MfaType> = 13;

/// Where in the login a message belongs; the API says that binanceInternationalDirect alone uses it so far.
enum class AuthFlowStep : std::uint8_t {
  unknown,
  login_password,
  mfa_flow,
  face_verification,
  create_api_key,
  login_qr_code,
};
template <>
inline constexpr std::size_t enumerator_count<AuthFlowStep> = 5;

/// The kinds of second factor that an integration supports, as its authentication scheme lists them.
enum class MfaScheme : std::uint8_t {
  unknown,
  mfa_code,
  challenge,
  device_confirmation,
  security_question,
};
template <>
inline constexpr std::size_t enumerator_count<MfaScheme> = 4;

/// How an integration logs its users in.
enum class AuthenticationSchemeType : std::uint8_t {
  unknown,
  username_password,
  oauth,
  api_key,
  blockchain_address,
  true_auth,
};
template <>
inline constexpr std::size_t enumerator_count<AuthenticationSchemeType> = 5;

}  // namespace sallyport
