#include "routes.hpp"

#include "clock.hpp"
#include "query.hpp"

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

HttpAnswer wrong_method(std::string_view allow) {
  auto answer = refuse(405, ApiResultStatus::bad_request, "This path takes another method.");
  answer.allow = allow;
  return answer;
}

HttpAnswer unauthorized() {
  return refuse(401, ApiResultStatus::permission_denied, "The client id or the client secret is wrong.");
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
  if (request.method != operation.method) return done(wrong_method(operation.method));
  // A held address is not even told whether its secret was right.
  auto const now = engine_now();
  if (auto held = state_->attempts.hold(peer, now)) return done(std::move(*held));
  call.client = find_client(request);
  if (call.client == nullptr) {
    state_->attempts.fail(peer, now);
    return done(unauthorized());
  }
  auto const& content_type = request.content_type;
  if (operation.method != "GET" && !content_type.empty() && !is_json(content_type)) {
    return done(operation.bad_request("Content-Type", "expected application/json"));
  }
  (this->*operation.run)(call, std::move(done));
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
  constexpr std::size_t type_length_max = 64;  // Three times the longest; a type that we do not know is kept as it is.
  if (message->type.spelling().size() > type_length_max) return done(bad_request("$.type", "longer than 64 bytes"));
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
