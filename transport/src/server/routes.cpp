#include "server/routes.hpp"

#include "http/query.hpp"
#include "support/clock.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sallyport {
namespace {

bool is_json(std::string_view content_type) {
  auto const essence = content_type.substr(0, content_type.find(';'));
  std::string lower(essence);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  while (lower.ends_with(' ')) lower.pop_back();
  return lower == "application/json" || lower == "text/json" ||
         (lower.starts_with("application/") && lower.ends_with("+json"));
}

HttpAnswer wrong_method(std::string_view method) {
  auto answer = refuse(405, ApiResultStatus::bad_request, "This path takes another method.");
  answer.status_header = method == "GET" ? "Allow: GET, HEAD" : method == "POST" ? "Allow: POST" : "Allow: DELETE";
  return answer;
}

// HTTP demands a challenge (RFC 9110, 11.6.1), and some clients take a 401 without one for a broken reply. Ours names
// the two headers.
HttpAnswer unauthorized() {
  auto answer = refuse(401, ApiResultStatus::permission_denied, "The client id or the client secret is wrong.");
  answer.status_header = R"(WWW-Authenticate: ApiKey realm="X-Client-Id, X-Client-Secret")";
  return answer;
}

HttpAnswer coded() {
  auto answer = refuse(415, ApiResultStatus::bad_request, "The body has a Content-Encoding; send it as it is.");
  answer.status_header = "Accept-Encoding: identity";
  return answer;
}

HttpAnswer plain(unsigned status, std::string_view text) {
  HttpAnswer answer;
  answer.status = status;
  answer.content_type = "text/plain";
  answer.body = Secret(text);
  return answer;
}

}  // namespace

Routes::Routes(std::shared_ptr<ServerState> state, Verifier const& verifier, std::weak_ptr<LoginService> logins,
               std::shared_ptr<AccountRoutes> accounts)
    : state_(std::move(state)), logins_(std::move(logins)), accounts_(std::move(accounts)) {
  schemes_.append(R"({"content":[)");
  auto separator = std::string_view{};
  for (auto const& scheme : verifier.schemes()) {
    schemes_.append(separator);
    schemes_.append(encode(scheme).reveal());
    separator = ",";
  }
  schemes_.append(R"(],"status":"ok","message":"","errorType":""})");
}

// Every client is compared, and both members of each, so that the time does not tell which id exists.
ApiClient const* Routes::find_client(ServerRequest const& request) const {
  ApiClient const* found = nullptr;
  for (auto const& client : state_->config.clients) {
    auto const id_fits = equals(client.id, request.client_id);
    auto const secret_fits = equals(client.secret, request.client_secret);
    if (static_cast<int>(id_fits) + static_cast<int>(secret_fits) == 2) found = &client;
  }
  return found;
}

// What a path takes, and what is done with it.
Routes::Operation Routes::operation_of(std::string_view path) const noexcept {
  if (path == api::authentication_schemes_path) return {"GET", &Routes::list_schemes};
  if (path == api::authenticate_path) return {"POST", &Routes::authenticate};
  if (path == "/livez") return {.method = "GET", .run = &Routes::tell_alive, .is_open = true};
  if (path == "/readyz") return {.method = "GET", .run = &Routes::tell_ready, .is_open = true};
  if (!accounts_) return {};
  if (path == api::token_refresh_path) return {"POST", &Routes::refresh, &bad_request_envelope};
  if (path == api::account_path) return {"DELETE", &Routes::remove, &bad_request_envelope};
  if (path == api::status_path) return {"GET", &Routes::status};
  auto const is_link = path.starts_with(api::authenticate_path) && path[api::authenticate_path.size()] == '/';
  return is_link ? Operation{"GET", &Routes::link} : Operation{};
}

void Routes::answer(ServerRequest const& request, Done done, Peer peer) const {
  Call call{.request = &request, .path = {}, .query = {}, .client = nullptr, .peer = peer};
  auto const target = request.target.reveal();
  auto const mark = target.find('?');
  call.path = target.substr(0, mark);
  call.query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  auto const operation = operation_of(call.path);
  if (operation.run == nullptr) return done(refuse(404, ApiResultStatus::not_found, "There is no such operation."));
  if (auto refused = refusal_of(operation, call)) return done(std::move(*refused));
  (this->*operation.run)(call, std::move(done));
}

std::optional<HttpAnswer> Routes::refusal_of(Operation const& operation, Call& call) const {
  auto const& request = *call.request;
  auto const is_head_of_get = request.method == "HEAD" && operation.method == "GET";
  if (request.method != operation.method && !is_head_of_get) return wrong_method(operation.method);
  if (operation.is_open) return std::nullopt;
  // A held address is not even told whether its secret was right.
  auto const now = engine_now();
  if (auto held = state_->attempts.hold(call.peer, now)) return held;
  call.client = find_client(request);
  if (call.client == nullptr) {
    state_->attempts.fail(call.peer, now);
    return unauthorized();
  }
  if (operation.method == "GET") return std::nullopt;
  if (request.is_coded) return coded();
  if (!request.content_type.empty() && !is_json(request.content_type)) {
    return operation.bad_request("Content-Type", "expected application/json");
  }
  return std::nullopt;
}

void Routes::tell_alive(Call const&, Done done) const {
  done(plain(200, "ok\n"));
}

void Routes::tell_ready(Call const&, Done done) const {
  done(state_->draining ? plain(503, "draining\n") : plain(200, "ok\n"));
}

void Routes::list_schemes(Call const&, Done done) const {
  HttpAnswer schemes;
  schemes.body = schemes_.clone();
  done(std::move(schemes));
}

// The user id of the query; where it is not there as it should be, the request is answered.
std::optional<std::string> Routes::user_of(Call const& call, Done const& done) {
  auto user_id = query_parameter(call.query, api::user_id_parameter);
  auto refuse_with = [&done](std::string_view why) {
    done(bad_request("userId", std::string(why)));
    return std::nullopt;
  };
  if (!user_id || user_id->empty()) return refuse_with("missing, given twice, or badly encoded");
  // Characters can be counted in UTF-8 alone.
  if (auto const problem = problem_of_text(*user_id); !problem.empty()) return refuse_with(problem);
  if (api::code_points(*user_id) > api::user_id_length_max) return refuse_with("longer than 50 characters");
  return user_id;
}

void Routes::authenticate(Call const& call, Done done) const {
  auto const user_id = user_of(call, done);
  if (!user_id) return;
  auto message = decode<AuthRequest>(call.body(), state_->config.bounds);
  if (!message) return done(bad_request(message.error().path, message.error().detail));
  recognise(message->type);
  if (message->auth_flow_step) recognise(*message->auth_flow_step);
  if (message->mfa_type) recognise(*message->mfa_type);
  if (message->type == BrokerType::unknown) return done(bad_request("$.type", "no such integration"));
  auto const logins = logins_.lock();
  if (!logins) return;
  logins->authenticate(call.client->id, *user_id, std::move(*message), std::move(done), call.peer);
}

void Routes::link(Call const& call, Done done) const {
  auto user_id = user_of(call, done);
  if (!user_id) return;
  accounts_->link(call.client->id, call.path.substr(api::authenticate_path.size() + 1), std::move(*user_id),
                  std::move(done));
}

void Routes::refresh(Call const& call, Done done) const {
  accounts_->refresh(call.client->id, call.body(), std::move(done));
}

void Routes::remove(Call const& call, Done done) const {
  accounts_->remove(call.client->id, call.body(), std::move(done));
}

void Routes::status(Call const&, Done done) const {
  accounts_->status(done);
}

}  // namespace sallyport
