#pragma once

// The members of every message: their spelling, their place and their rule, in the order of the API's description.
// They are named here; the reader's tables and the writer's code are made of these lists.

#include <sallyport/protocol/codec.hpp>

#include "shape.hpp"

#include <optional>
#include <string_view>
#include <tuple>

namespace sallyport::wire {

/// The description of the member that `Pointer` points to.
template <auto Pointer>
struct Described {
  std::string_view name;
  Rule rule;
};

template <auto Pointer>
consteval Described<Pointer> member(std::string_view name, Rule rule = Rule::optional) {
  return {name, rule};
}

/// Converts to a message whose members are as they begin. `Message()` and `Message{}` clear a kilobyte before.
template <class Message>
struct Fresh {
  operator Message() const {
    Message message;
    return message;
  }
};

/// The members of a message; of any other type none are known.
template <class T>
inline constexpr auto members = nullptr;

/// Whether a message of which a part is missing would mislead: a step of a scheme without its fields asks for others.
template <class T>
inline constexpr bool is_whole = false;

/// The member that says whether the sensitive ones travel as Base64.
template <class Message>
inline constexpr std::optional<bool> Message::*base64_flag = nullptr;

template <>
inline constexpr auto members<CountryInfo> = std::tuple{
    member<&CountryInfo::country_code>("countryCode"),
    member<&CountryInfo::country_number>("countryNumber"),
    member<&CountryInfo::description>("description"),
};

template <>
inline constexpr auto members<TrueAuthRequest> = std::tuple{
    member<&TrueAuthRequest::request_headers>("requestHeaders", Rule::nullable),
    member<&TrueAuthRequest::cookies>("cookies", Rule::nullable),
    member<&TrueAuthRequest::user_agent>("userAgent", Rule::nullable),
};

template <class Request>
inline constexpr auto auth_request = std::tuple{
    member<&Request::type>("type", Rule::required),
    member<&Request::phone>("phone", Rule::sensitive),
    member<&Request::username>("username", Rule::sensitive),
    member<&Request::password>("password", Rule::sensitive),
    member<&Request::trade_pin>("tradePin", Rule::sensitive),
    member<&Request::country_info>("countryInfo"),
    member<&Request::challenge_id>("challengeId"),
    member<&Request::challenge_code>("challengeCode"),
    member<&Request::challenge_type>("challengeType"),
    member<&Request::challenge_answer>("challengeAnswer", Rule::sensitive),
    member<&Request::mfa_code>("mfaCode", Rule::sensitive),
    member<&Request::mfa_type>("mfaType"),
    member<&Request::device_info>("deviceInfo", Rule::sensitive),
    member<&Request::web_data>("webData"),
    member<&Request::auth_flow_step>("authFlowStep"),
    member<&Request::key>("key"),
    member<&Request::auth_token>("authToken"),
    member<&Request::redirect_link>("redirectLink"),
    member<&Request::confirmation_email>("confirmationEmail", Rule::sensitive),
    member<&Request::true_auth_auth_request>("trueAuthAuthRequest"),
    member<&Request::is_sensitive_fields_encrypted>("isSensitiveFieldsEncrypted"),
    member<&Request::is_trying_another_way>("isTryingAnotherWay"),
};
template <>
inline constexpr auto members<AuthRequest> = auth_request<AuthRequest>;
template <>
inline constexpr auto members<AuthRequestView> = auth_request<AuthRequestView>;
template <>
inline constexpr std::optional<bool> AuthRequest::*base64_flag<AuthRequest> =
    &AuthRequest::is_sensitive_fields_encrypted;
template <>
inline constexpr std::optional<bool> AuthRequestView::*base64_flag<AuthRequestView> =
    &AuthRequestView::is_sensitive_fields_encrypted;

template <>
inline constexpr auto members<PollRequest> = std::tuple{
    member<&PollRequest::type>("type", Rule::required),
    member<&PollRequest::challenge_id>("challengeId"),
    member<&PollRequest::mfa_type>("mfaType"),
    member<&PollRequest::device_info>("deviceInfo"),
    member<&PollRequest::auth_flow_step>("authFlowStep"),
    member<&PollRequest::confirmation_email>("confirmationEmail"),
};

template <>
inline constexpr auto members<FiatBalance> = std::tuple{
    member<&FiatBalance::symbol>("symbol"),
    member<&FiatBalance::buying_power>("buyingPower"),
    member<&FiatBalance::crypto_buying_power>("cryptoBuyingPower"),
    member<&FiatBalance::cash>("cash"),
};

template <>
inline constexpr auto members<BrokerAccount> = std::tuple{
    member<&BrokerAccount::mesh_account_id>("meshAccountId"),
    member<&BrokerAccount::front_account_id>("frontAccountId"),
    member<&BrokerAccount::account_id>("accountId"),
    member<&BrokerAccount::account_name>("accountName"),
    member<&BrokerAccount::fund>("fund"),
    member<&BrokerAccount::cash>("cash"),
    member<&BrokerAccount::is_reconnected>("isReconnected"),
    member<&BrokerAccount::balances>("balances"),
};

template <>
inline constexpr auto members<AccountTokens> = std::tuple{
    member<&AccountTokens::account>("account"),
    member<&AccountTokens::access_token>("accessToken"),
    member<&AccountTokens::refresh_token>("refreshToken"),
    member<&AccountTokens::token_id>("tokenId"),
};

template <>
inline constexpr auto members<AuthResponse> = std::tuple{
    member<&AuthResponse::status>("status", Rule::required),
    member<&AuthResponse::mfa_type>("mfaType"),
    member<&AuthResponse::auth_flow_step>("authFlowStep"),
    member<&AuthResponse::qr_code>("qrCode"),
    member<&AuthResponse::qr_code_link>("qrCodeLink"),
    member<&AuthResponse::qr_code_link_ios>("qrCodeLinkIOS"),
    member<&AuthResponse::challenge_id>("challengeId"),
    member<&AuthResponse::challenge_text>("challengeText"),
    member<&AuthResponse::challenge_expires_in_seconds>("challengeExpiresInSeconds"),
    member<&AuthResponse::error_message>("errorMessage"),
    member<&AuthResponse::access_token>("accessToken", Rule::deprecated),
    member<&AuthResponse::refresh_token>("refreshToken", Rule::deprecated),
    member<&AuthResponse::expires_in_seconds>("expiresInSeconds"),
    member<&AuthResponse::refresh_token_expires_in_seconds>("refreshTokenExpiresInSeconds"),
    member<&AuthResponse::account>("account", Rule::deprecated),
    member<&AuthResponse::account_tokens>("accountTokens", Rule::vital),
    member<&AuthResponse::requires_reauthentication>("requiresReauthentication"),
    member<&AuthResponse::email>("email"),
    member<&AuthResponse::allocated_ip_address>("allocatedIPAddress"),
};

template <>
inline constexpr auto members<AuthPromptResponse> = std::tuple{
    member<&AuthPromptResponse::status>("status", Rule::required),
    member<&AuthPromptResponse::redirect_link>("redirectLink"),
    member<&AuthPromptResponse::link_token>("linkToken"),
    member<&AuthPromptResponse::error_message>("errorMessage"),
};

template <>
inline constexpr auto members<RefreshRequest> = std::tuple{
    member<&RefreshRequest::type>("type", Rule::required),
    member<&RefreshRequest::refresh_token>("refreshToken", Rule::filled),
    member<&RefreshRequest::create_new_refresh_token>("createNewRefreshToken"),
    member<&RefreshRequest::access_token>("accessToken"),
    member<&RefreshRequest::trade_token>("tradeToken"),
    member<&RefreshRequest::mfa_code>("mfaCode"),
    member<&RefreshRequest::metadata>("metadata"),
};

template <>
inline constexpr auto members<RefreshResponse> = std::tuple{
    member<&RefreshResponse::status>("status", Rule::required),
    member<&RefreshResponse::error_message>("errorMessage"),
    member<&RefreshResponse::account>("account", Rule::deprecated),
    member<&RefreshResponse::access_token>("accessToken", Rule::deprecated),
    member<&RefreshResponse::refresh_token>("refreshToken", Rule::deprecated),
    member<&RefreshResponse::expires_in_seconds>("expiresInSeconds"),
    member<&RefreshResponse::refresh_token_expires_in_seconds>("refreshTokenExpiresInSeconds"),
    member<&RefreshResponse::broker_account_tokens>("brokerAccountTokens", Rule::vital),
};

template <>
inline constexpr auto members<RemoveAccountRequest> = std::tuple{
    member<&RemoveAccountRequest::auth_token>("authToken", Rule::filled),
    member<&RemoveAccountRequest::type>("type", Rule::required),
};

template <>
inline constexpr auto members<DefiWalletInfo> = std::tuple{
    member<&DefiWalletInfo::id>("id", Rule::required),
    member<&DefiWalletInfo::name>("name"),
};

template <>
inline constexpr auto members<HealthStatus> = std::tuple{
    member<&HealthStatus::type>("type", Rule::required),
    member<&HealthStatus::name>("name"),
    member<&HealthStatus::is_up>("isUp"),
    member<&HealthStatus::description>("description"),
    member<&HealthStatus::down_time_start>("downTimeStart"),
    member<&HealthStatus::down_time_end>("downTimeEnd"),
    member<&HealthStatus::supported_products>("supportedProducts"),
    member<&HealthStatus::defi_wallet_data>("deFiWalletData"),
};

template <>
inline constexpr auto members<AuthenticationField> = std::tuple{
    member<&AuthenticationField::name>("name"),
    member<&AuthenticationField::description>("description"),
};

template <>
inline constexpr auto members<AuthenticationModel> = std::tuple{
    member<&AuthenticationModel::auth_response>("authResponse"),
    member<&AuthenticationModel::fields>("fields"),
};

template <>
inline constexpr auto members<TrueAuthScheme> = std::tuple{
    member<&TrueAuthScheme::login_url>("loginUrl", Rule::nullable),
    member<&TrueAuthScheme::successful_login_uri>("successfulLoginUri", Rule::nullable),
    member<&TrueAuthScheme::cookie_domains>("cookieDomains", Rule::nullable),
    member<&TrueAuthScheme::required_header_names>("requiredHeaderNames"),
};

// "Authenticaion" is the API's own spelling.
template <>
inline constexpr bool is_whole<AuthenticationScheme> = true;
template <>
inline constexpr auto members<AuthenticationScheme> = std::tuple{
    member<&AuthenticationScheme::broker_type>("brokerType", Rule::required),
    member<&AuthenticationScheme::authentication_scheme_type>("authenticationSchemeType", Rule::required),
    member<&AuthenticationScheme::initial_authentication_model>("initialAuthenticationModel"),
    member<&AuthenticationScheme::authentication_steps>("authenticationSteps"),
    member<&AuthenticationScheme::mfa_schemes>("mfaSchemes"),
    member<&AuthenticationScheme::instructions_url>("instructionsUrl"),
    member<&AuthenticationScheme::true_auth_authentication>("trueAuthAuthenticaion"),
};

// Other servers have an extension of the same name and another shape (ASP.NET: an object).
template <>
inline constexpr auto members<FieldProblem> = std::tuple{
    member<&FieldProblem::path>("path", Rule::required),
    member<&FieldProblem::message>("message", Rule::required),
};

template <>
inline constexpr auto members<ProblemDetails> = std::tuple{
    member<&ProblemDetails::type>("type"),         member<&ProblemDetails::title>("title"),
    member<&ProblemDetails::status>("status"),     member<&ProblemDetails::detail>("detail"),
    member<&ProblemDetails::instance>("instance"), member<&ProblemDetails::errors>("errors", Rule::extension),
};

template <class Content>
inline constexpr auto envelope = std::tuple{
    member<&ApiResult<Content>::status>("status", Rule::required),
    member<&ApiResult<Content>::message>("message"),
    member<&ApiResult<Content>::display_message>("displayMessage"),
    member<&ApiResult<Content>::error_hash>("errorHash"),
    member<&ApiResult<Content>::error_type>("errorType"),
};
template <class Content>
inline constexpr auto members<ApiResult<Content>> =
    std::tuple_cat(envelope<Content>, std::tuple{member<&ApiResult<Content>::content>("content", Rule::vital)});
// There `content` is an unknown member: ignored, never written.
template <>
inline constexpr auto members<ApiResult<NoContent>> = envelope<NoContent>;

}  // namespace sallyport::wire
