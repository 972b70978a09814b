// The members of every message: their spelling, their place and their rule, in the order of the API's description.
// This is the only place that names them; reading and writing both walk these tables.

#include <sallyport/protocol/codec.hpp>

#include "shapes.hpp"

namespace sallyport::wire {

constexpr Member country_info[] = {
    member<&CountryInfo::country_code>("countryCode"),
    member<&CountryInfo::country_number>("countryNumber"),
    member<&CountryInfo::description>("description"),
};
template <>
constexpr Shape shape<CountryInfo> = object_shape(country_info);

constexpr Member true_auth_request[] = {
    member<&TrueAuthRequest::request_headers>("requestHeaders", Rule::nullable),
    member<&TrueAuthRequest::cookies>("cookies", Rule::nullable),
    member<&TrueAuthRequest::user_agent>("userAgent", Rule::nullable),
};
template <>
constexpr Shape shape<TrueAuthRequest> = object_shape(true_auth_request);

constexpr Member auth_request[] = {
    member<&AuthRequest::type>("type", Rule::required),
    member<&AuthRequest::phone>("phone", Rule::sensitive),
    member<&AuthRequest::username>("username", Rule::sensitive),
    member<&AuthRequest::password>("password", Rule::sensitive),
    member<&AuthRequest::trade_pin>("tradePin", Rule::sensitive),
    member<&AuthRequest::country_info>("countryInfo"),
    member<&AuthRequest::challenge_id>("challengeId"),
    member<&AuthRequest::challenge_code>("challengeCode"),
    member<&AuthRequest::challenge_type>("challengeType"),
    member<&AuthRequest::challenge_answer>("challengeAnswer", Rule::sensitive),
    member<&AuthRequest::mfa_code>("mfaCode", Rule::sensitive),
    member<&AuthRequest::mfa_type>("mfaType"),
    member<&AuthRequest::device_info>("deviceInfo", Rule::sensitive),
    member<&AuthRequest::web_data>("webData"),
    member<&AuthRequest::auth_flow_step>("authFlowStep"),
    member<&AuthRequest::key>("key"),
    member<&AuthRequest::auth_token>("authToken"),
    member<&AuthRequest::redirect_link>("redirectLink"),
    member<&AuthRequest::confirmation_email>("confirmationEmail", Rule::sensitive),
    member<&AuthRequest::true_auth_auth_request>("trueAuthAuthRequest"),
    member<&AuthRequest::is_sensitive_fields_encrypted>("isSensitiveFieldsEncrypted"),
    member<&AuthRequest::is_trying_another_way>("isTryingAnotherWay"),
};
template <>
constexpr Shape shape<AuthRequest> = [] {
  Shape shape = object_shape(auth_request);
  shape.is_base64 = [](void const* request) {
    return as<AuthRequest>(request).is_sensitive_fields_encrypted.value_or(false);
  };
  return shape;
}();

constexpr Member poll_request[] = {
    member<&PollRequest::type>("type", Rule::required),
    member<&PollRequest::challenge_id>("challengeId"),
    member<&PollRequest::mfa_type>("mfaType"),
    member<&PollRequest::device_info>("deviceInfo"),
    member<&PollRequest::auth_flow_step>("authFlowStep"),
    member<&PollRequest::confirmation_email>("confirmationEmail"),
};
template <>
constexpr Shape shape<PollRequest> = object_shape(poll_request);

constexpr Member fiat_balance[] = {
    member<&FiatBalance::symbol>("symbol"),
    member<&FiatBalance::buying_power>("buyingPower"),
    member<&FiatBalance::crypto_buying_power>("cryptoBuyingPower"),
    member<&FiatBalance::cash>("cash"),
};
template <>
constexpr Shape shape<FiatBalance> = object_shape(fiat_balance);

constexpr Member broker_account[] = {
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
constexpr Shape shape<BrokerAccount> = object_shape(broker_account);

constexpr Member account_tokens[] = {
    member<&AccountTokens::account>("account"),
    member<&AccountTokens::access_token>("accessToken"),
    member<&AccountTokens::refresh_token>("refreshToken"),
    member<&AccountTokens::token_id>("tokenId"),
};
template <>
constexpr Shape shape<AccountTokens> = object_shape(account_tokens);

constexpr Member auth_response[] = {
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
    member<&AuthResponse::account_tokens>("accountTokens"),
    member<&AuthResponse::requires_reauthentication>("requiresReauthentication"),
    member<&AuthResponse::email>("email"),
    member<&AuthResponse::allocated_ip_address>("allocatedIPAddress"),
};
template <>
constexpr Shape shape<AuthResponse> = object_shape(auth_response);

constexpr Member auth_prompt_response[] = {
    member<&AuthPromptResponse::status>("status", Rule::required),
    member<&AuthPromptResponse::redirect_link>("redirectLink"),
    member<&AuthPromptResponse::link_token>("linkToken"),
    member<&AuthPromptResponse::error_message>("errorMessage"),
};
template <>
constexpr Shape shape<AuthPromptResponse> = object_shape(auth_prompt_response);

constexpr Member refresh_request[] = {
    member<&RefreshRequest::type>("type", Rule::required),
    member<&RefreshRequest::refresh_token>("refreshToken", Rule::filled),
    member<&RefreshRequest::create_new_refresh_token>("createNewRefreshToken"),
    member<&RefreshRequest::access_token>("accessToken"),
    member<&RefreshRequest::trade_token>("tradeToken"),
    member<&RefreshRequest::mfa_code>("mfaCode"),
    member<&RefreshRequest::metadata>("metadata"),
};
template <>
constexpr Shape shape<RefreshRequest> = object_shape(refresh_request);

constexpr Member refresh_response[] = {
    member<&RefreshResponse::status>("status", Rule::required),
    member<&RefreshResponse::error_message>("errorMessage"),
    member<&RefreshResponse::account>("account", Rule::deprecated),
    member<&RefreshResponse::access_token>("accessToken", Rule::deprecated),
    member<&RefreshResponse::refresh_token>("refreshToken", Rule::deprecated),
    member<&RefreshResponse::expires_in_seconds>("expiresInSeconds"),
    member<&RefreshResponse::refresh_token_expires_in_seconds>("refreshTokenExpiresInSeconds"),
    member<&RefreshResponse::broker_account_tokens>("brokerAccountTokens"),
};
template <>
constexpr Shape shape<RefreshResponse> = object_shape(refresh_response);

constexpr Member remove_account_request[] = {
    member<&RemoveAccountRequest::auth_token>("authToken", Rule::filled),
    member<&RemoveAccountRequest::type>("type", Rule::required),
};
template <>
constexpr Shape shape<RemoveAccountRequest> = object_shape(remove_account_request);

constexpr Member defi_wallet_info[] = {
    member<&DefiWalletInfo::id>("id", Rule::required),
    member<&DefiWalletInfo::name>("name"),
};
template <>
constexpr Shape shape<DefiWalletInfo> = object_shape(defi_wallet_info);

constexpr Member health_status[] = {
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
constexpr Shape shape<HealthStatus> = object_shape(health_status);

constexpr Member authentication_field[] = {
    member<&AuthenticationField::name>("name"),
    member<&AuthenticationField::description>("description"),
};
template <>
constexpr Shape shape<AuthenticationField> = object_shape(authentication_field);

constexpr Member authentication_model[] = {
    member<&AuthenticationModel::auth_response>("authResponse"),
    member<&AuthenticationModel::fields>("fields"),
};
template <>
constexpr Shape shape<AuthenticationModel> = object_shape(authentication_model);

constexpr Member true_auth_scheme[] = {
    member<&TrueAuthScheme::login_url>("loginUrl", Rule::nullable),
    member<&TrueAuthScheme::successful_login_uri>("successfulLoginUri", Rule::nullable),
    member<&TrueAuthScheme::cookie_domains>("cookieDomains", Rule::nullable),
    member<&TrueAuthScheme::required_header_names>("requiredHeaderNames"),
};
template <>
constexpr Shape shape<TrueAuthScheme> = object_shape(true_auth_scheme);

// "Authenticaion" is the API's own spelling.
constexpr Member authentication_scheme[] = {
    member<&AuthenticationScheme::broker_type>("brokerType", Rule::required),
    member<&AuthenticationScheme::authentication_scheme_type>("authenticationSchemeType", Rule::required),
    member<&AuthenticationScheme::initial_authentication_model>("initialAuthenticationModel"),
    member<&AuthenticationScheme::authentication_steps>("authenticationSteps"),
    member<&AuthenticationScheme::mfa_schemes>("mfaSchemes"),
    member<&AuthenticationScheme::instructions_url>("instructionsUrl"),
    member<&AuthenticationScheme::true_auth_authentication>("trueAuthAuthenticaion"),
};
template <>
constexpr Shape shape<AuthenticationScheme> = object_shape(authentication_scheme);

// Other servers have an extension of the same name and another shape (ASP.NET: an object).
constexpr Member field_problem[] = {
    member<&FieldProblem::path>("path", Rule::required),
    member<&FieldProblem::message>("message", Rule::required),
};
template <>
constexpr Shape shape<FieldProblem> = object_shape(field_problem);

constexpr Member problem_details[] = {
    member<&ProblemDetails::type>("type"),         member<&ProblemDetails::title>("title"),
    member<&ProblemDetails::status>("status"),     member<&ProblemDetails::detail>("detail"),
    member<&ProblemDetails::instance>("instance"), member<&ProblemDetails::errors>("errors", Rule::extension),
};
template <>
constexpr Shape shape<ProblemDetails> = object_shape(problem_details);

template <class Content>
constexpr Member api_result[] = {
    member<&ApiResult<Content>::status>("status", Rule::required),
    member<&ApiResult<Content>::message>("message"),
    member<&ApiResult<Content>::display_message>("displayMessage"),
    member<&ApiResult<Content>::error_hash>("errorHash"),
    member<&ApiResult<Content>::error_type>("errorType"),
    member<&ApiResult<Content>::content>("content"),
};
template <class Content>
constexpr Shape shape<ApiResult<Content>> = object_shape(api_result<Content>);
// Without the row of `content`, which is the last, it is an unknown member: ignored, never written.
template <>
constexpr Shape shape<NoContent> = object_shape({});
template <>
constexpr Shape shape<ApiResult<NoContent>> = object_shape(std::span(api_result<NoContent>).first<5>());

template <class Message>
Shape const& shape_of() noexcept {
  return shape<Message>;
}

template Shape const& shape_of<AuthRequest>() noexcept;
template Shape const& shape_of<PollRequest>() noexcept;
template Shape const& shape_of<AuthenticationScheme>() noexcept;
template Shape const& shape_of<RefreshRequest>() noexcept;
template Shape const& shape_of<RemoveAccountRequest>() noexcept;
template Shape const& shape_of<ProblemDetails>() noexcept;
template Shape const& shape_of<ApiResult<AuthResponse>>() noexcept;
template Shape const& shape_of<ApiResult<AuthPromptResponse>>() noexcept;
template Shape const& shape_of<ApiResult<RefreshResponse>>() noexcept;
template Shape const& shape_of<ApiResult<std::vector<AuthenticationScheme>>>() noexcept;
template Shape const& shape_of<ApiResult<std::vector<HealthStatus>>>() noexcept;
template Shape const& shape_of<ApiResult<NoContent>>() noexcept;

}  // namespace sallyport::wire
