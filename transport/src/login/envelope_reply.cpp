#include "login/envelope_reply.hpp"

#include <string>

namespace sallyport {
namespace {

template <class E>
void recognise(Open<E>& value, std::string_view path, std::vector<OddMember>& odd) {
  if (recognise(value)) odd.push_back({std::string(path), "in another case than the API's", false});
}

template <class E>
void recognise(std::optional<Open<E>>& value, std::string_view path, std::vector<OddMember>& odd) {
  if (value) recognise(*value, path, odd);
}

void recognise_pattern(AuthenticationModel& model, std::string const& path, std::vector<OddMember>& odd) {
  if (!model.auth_response) return;
  recognise(model.auth_response->status, path + ".status", odd);
  recognise(model.auth_response->mfa_type, path + ".mfaType", odd);
  recognise(model.auth_response->auth_flow_step, path + ".authFlowStep", odd);
}

}  // namespace

void recognise_status(Open<ApiResultStatus>& status, std::vector<OddMember>& odd) {
  recognise(status, "$.status", odd);
}

void recognise_members(AuthResponse& response, std::vector<OddMember>& odd) {
  recognise(response.status, "$.content.status", odd);
  recognise(response.mfa_type, "$.content.mfaType", odd);
  recognise(response.auth_flow_step, "$.content.authFlowStep", odd);
}

void recognise_members(RefreshResponse& response, std::vector<OddMember>& odd) {
  recognise(response.status, "$.content.status", odd);
}

// What a reply means is compared with these: both in the same case, or neither.
void recognise_members(std::vector<AuthenticationScheme>& schemes, std::vector<OddMember>& odd) {
  for (std::size_t index = 0; index < schemes.size(); ++index) {
    auto& scheme = schemes[index];
    auto const path = "$.content[" + std::to_string(index) + "]";
    recognise(scheme.broker_type, path + ".brokerType", odd);
    recognise(scheme.authentication_scheme_type, path + ".authenticationSchemeType", odd);
    if (!scheme.authentication_steps) continue;
    for (std::size_t step = 0; step < scheme.authentication_steps->size(); ++step) {
      auto const pattern = path + ".authenticationSteps[" + std::to_string(step) + "].authResponse";
      recognise_pattern((*scheme.authentication_steps)[step], pattern, odd);
    }
  }
}

ApiResultStatus status_of(unsigned http_status) noexcept {
  switch (http_status) {
    case 401:
    case 403: return ApiResultStatus::permission_denied;
    case 404: return ApiResultStatus::not_found;
    case 409: return ApiResultStatus::conflict;
    case 423: return ApiResultStatus::locked;
    case 429: return ApiResultStatus::too_many_request;
    case 451: return ApiResultStatus::unavailable_for_legal_reasons;
    default: break;
  }
  return http_status >= 400 && http_status < 500 ? ApiResultStatus::bad_request : ApiResultStatus::server_failure;
}

// The coding is the peer's word, so letters alone are shown of it.
std::string words_on_coding(HttpReply const& reply) {
  std::string coding;
  for (auto const letter : reply.coding) {
    auto const is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '-';
    coding.push_back(is_plain ? letter : '?');
  }
  return "the body is encoded (Content-Encoding: " + coding + "), although \"identity\" was asked for";
}

}  // namespace sallyport
