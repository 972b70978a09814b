#pragma once

#include "http_answer.hpp"
#include "http_message.hpp"
#include "login_service.hpp"
#include "server_state.hpp"

#include <sallyport/transport/config.hpp>
#include <sallyport/transport/verifier.hpp>

#include <boost/beast/http/message.hpp>

#include <functional>
#include <memory>

namespace sallyport {

using ServerRequest = boost::beast::http::request<SecretBody, SecretFields>;

/// Says which operation of the API a request asks for, and refuses what is none.
class Routes {
public:
  using Done = std::function<void(HttpAnswer)>;

  Routes(std::shared_ptr<ServerState const> state, Verifier const& verifier, std::weak_ptr<LoginService> logins);

  /// Answers one request, exactly once unless the server is stopped.
  void answer(ServerRequest const& request, Done done) const;

private:
  [[nodiscard]] ApiClient const* find_client(ServerRequest const& request) const;
  void authenticate(ServerRequest const& request, std::string_view query, ApiClient const& client, Done done) const;

  std::shared_ptr<ServerState const> state_;
  std::weak_ptr<LoginService> logins_;  ///< A request that waits there holds its connection, and that holds us.
  Secret schemes_;                      ///< The reply to GET authenticationSchemes; it never changes.
};

}  // namespace sallyport
