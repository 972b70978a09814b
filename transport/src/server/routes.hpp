#pragma once

#include "http/http_answer.hpp"
#include "http/http_reader.hpp"
#include "server/account_routes.hpp"
#include "server/desk.hpp"
#include "server/login_service.hpp"
#include "server/peer.hpp"
#include "server/server_state.hpp"

#include <sallyport/transport/config.hpp>
#include <sallyport/transport/verifier.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport {

/// Says which operation of the API a request asks for, and refuses what is none.
class Routes final : public Desk {
public:
  /// Without `accounts` there are no operations besides logins.
  Routes(std::shared_ptr<ServerState> state, Verifier const& verifier, std::weak_ptr<LoginService> logins,
         std::shared_ptr<AccountRoutes> accounts);

  /// Answers one request, exactly once unless the server is stopped.
  void answer(ServerRequest const& request, Done done, Peer peer = 0) const;
  void take(ServerRequest& request, Done done, Peer peer) const override { answer(request, std::move(done), peer); }

private:
  /// A request of a known client, taken apart.
  struct Call {
    ServerRequest const* request;
    std::string_view path;
    std::string_view query;
    ApiClient const* client;
    Peer peer;

    [[nodiscard]] std::string_view body() const noexcept { return request->body.reveal(); }
  };
  struct Operation {
    std::string_view method;
    void (Routes::*run)(Call const& call, Done done) const = nullptr;
    HttpAnswer (*bad_request)(std::string const& path, std::string const& message) = &sallyport::bad_request;
    bool is_open = false;  ///< To whoever gets here: it tells no secret and costs nothing.
  };

  [[nodiscard]] Operation operation_of(std::string_view path) const noexcept;
  /// What the method, the client or the shape of the body is refused with; nothing where the operation may run.
  [[nodiscard]] std::optional<HttpAnswer> refusal_of(Operation const& operation, Call& call) const;
  [[nodiscard]] ApiClient const* find_client(ServerRequest const& request) const;
  [[nodiscard]] static std::optional<std::string> user_of(Call const& call, Done const& done);
  void tell_alive(Call const& call, Done done) const;
  void tell_ready(Call const& call, Done done) const;
  void list_schemes(Call const& call, Done done) const;
  void authenticate(Call const& call, Done done) const;
  void link(Call const& call, Done done) const;
  void refresh(Call const& call, Done done) const;
  void remove(Call const& call, Done done) const;
  void status(Call const& call, Done done) const;

  std::shared_ptr<ServerState> state_;
  std::weak_ptr<LoginService> logins_;  ///< A request that waits there holds its connection, and that holds us.
  std::shared_ptr<AccountRoutes> accounts_;
  Secret schemes_;  ///< The reply to GET authenticationSchemes; it never changes.
};

}  // namespace sallyport
