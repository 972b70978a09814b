#include "routes.hpp"

#include "query.hpp"

#include <sallyport/protocol/api.hpp>
#include <sallyport/protocol/codec.hpp>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sallyport {
namespace {

namespace http = boost::beast::http;

std::string_view header(ServerRequest const& request, std::string_view name) {
  auto const value = request[boost::beast::string_view(name.data(), name.size())];
  return {value.data(), value.size()};
}

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

/// Whether text that came from outside has no control characters: it is going to be a part of a key.
bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char letter) {
    auto const byte = static_cast<unsigned char>(letter);
    return byte < 0x20 || byte == 0x7F;
  });
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

Routes::Routes(std::shared_ptr<ServerState const> state, Verifier const& verifier, std::weak_ptr<LoginService> logins)
    : state_(std::move(state)), logins_(std::move(logins)) {
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
  auto const id = header(request, api::client_id_header);
  auto const secret = header(request, api::client_secret_header);
  ApiClient const* found = nullptr;
  for (auto const& client : state_->config.clients) {
    auto const id_fits = equals(client.id, id);
    auto const secret_fits = equals(client.secret.reveal(), secret);
    if (static_cast<int>(id_fits) + static_cast<int>(secret_fits) == 2) found = &client;
  }
  return found;
}

void Routes::answer(ServerRequest const& request, Done done) const {
  auto const target = std::string_view(request.target().data(), request.target().size());
  auto const mark = target.find('?');
  auto const path = target.substr(0, mark);
  auto const query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  auto const lists = path == api::authentication_schemes_path;
  if (!lists && path != api::authenticate_path) {
    return done(refuse(404, ApiResultStatus::not_found, "There is no such operation."));
  }
  if (lists && request.method() != http::verb::get) return done(wrong_method("GET"));
  if (!lists && request.method() != http::verb::post) return done(wrong_method("POST"));
  auto const* const client = find_client(request);
  if (client == nullptr) return done(unauthorized());
  if (!lists) return authenticate(request, query, *client, std::move(done));
  HttpAnswer schemes;
  schemes.body = schemes_.clone();
  done(std::move(schemes));
}

void Routes::authenticate(ServerRequest const& request, std::string_view query, ApiClient const& client,
                          Done done) const {
  auto const user_id = query_parameter(query, api::user_id_parameter);
  if (!user_id || user_id->empty()) return done(bad_request("userId", "missing, given twice, or badly encoded"));
  if (api::code_points(*user_id) > api::user_id_length_max) {
    return done(bad_request("userId", "longer than 50 characters"));
  }
  if (!is_clean(*user_id)) return done(bad_request("userId", "holds control characters"));
  auto const content_type = header(request, "Content-Type");
  if (!content_type.empty() && !is_json(content_type)) {
    return done(bad_request("Content-Type", "expected application/json"));
  }
  auto const& body = request.body();
  auto message = decode<AuthRequest>(std::string_view(body.data(), body.size()), state_->config.bounds);
  if (!message) return done(bad_request(message.error().path, message.error().detail));
  constexpr std::size_t type_length_max = 64;  // Three times the longest; a type that we do not know is kept as it is.
  if (message->type.spelling().size() > type_length_max) return done(bad_request("$.type", "longer than 64 bytes"));
  auto const logins = logins_.lock();
  if (!logins) return;
  logins->authenticate(client.id, *user_id, std::move(*message), std::move(done));
}

}  // namespace sallyport
