// A catalogue of schemes, or one of them, as a client reads it: it is written as it was read, and whatever a step asks
// of the user can be answered.

#include "round_trip.hpp"
#include "targets.hpp"

#include <login/login_request.hpp>

#include <sallyport/sandbox/catalogue.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::fuzz {
namespace {

AuthRequest some_login(Open<BrokerType> type) {
  AuthRequest login;
  login.type = std::move(type);
  login.username = Secret("Mesh");
  login.password = Secret("Pass123");
  login.device_info = "a device";
  return login;
}

/// An answer with a value for each field that is asked.
Answer answer_all(std::vector<PromptField> const& asked) {
  auto answer = Answer::field(asked.front().field, Secret("1"));
  for (std::size_t index = 1; index < asked.size(); ++index) {
    auto next = std::move(answer).and_field(asked[index].field, Secret("1"));
    answer = std::move(next);
  }
  return answer;
}

void check_step(AuthenticationScheme const& scheme, AuthResponse const& reply) {
  auto const login = some_login(scheme.broker_type);
  auto const fields = step_fields(&scheme, reply, login);
  for (auto const field : fields.resent) demand(has_field(login, field));
  for (auto const& field : fields.asked) demand(is_asked_of_the_user(field.field) && !field.description.empty());
  if (fields.asked.empty()) return;
  auto const answer = answer_all(fields.asked);
  demand(fits(answer, fields.asked));
  auto const request = decode<AuthRequest>(encode(answer_request(login, reply, fields, answer)).reveal());
  demand(request.has_value());
  for (auto const& field : fields.asked) demand(has_field(*request, field.field));
}

void check_scheme(AuthenticationScheme const& scheme) {
  auto const openings = openings_of(scheme);
  for (auto const opening : openings) demand(std::ranges::count(openings, opening) == 1);
  if (!scheme.authentication_steps) return;
  for (auto const& step : *scheme.authentication_steps) {
    if (step.auth_response) check_step(scheme, *step.auth_response);
  }
}

}  // namespace

void schemes(std::string_view bytes) {
  check_round_trip<AuthenticationScheme>(bytes);
  if (auto const scheme = decode<AuthenticationScheme>(bytes)) check_scheme(*scheme);
  using Schemes = std::vector<AuthenticationScheme>;
  auto const envelope = R"({"status":"ok","content":)" + std::string(bytes) + "}";
  check_round_trip<ApiResult<Schemes>>(envelope);
  auto const catalogue = decode<ApiResult<Schemes>>(envelope);
  if (!catalogue || !catalogue->content) return;
  for (auto const& scheme : *catalogue->content) check_scheme(scheme);
}

}  // namespace sallyport::fuzz
