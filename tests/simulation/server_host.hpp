#pragma once

#include <server/login_service.hpp>
#include <server/routes.hpp>
#include <server/server_state.hpp>
#include "institution.hpp"
#include "process.hpp"

#include <sallyport/sandbox/catalogue.hpp>

#include <functional>
#include <memory>

namespace sallyport::simulation {

/// The process of the server: the production `Routes` and `LoginService`, without sockets, in front of institutions.
class ServerHost {
public:
  ServerHost(Catalogue const& catalogue, Agenda& agenda, Agenda::Owner owner, Dice& dice, Trace& trace, Laws& laws);
  ~ServerHost();

  void start();
  /// Its memory is lost; the institutions' is, too.
  void crash();
  /// It stops in good order: every login is forgotten.
  void stop();

  /// Answers once, unless the server dies before.
  void answer(HttpRequest const& request, std::function<void(HttpAnswer)> done);

  [[nodiscard]] Process& process() noexcept { return process_; }
  [[nodiscard]] Institution& institution() noexcept { return institution_; }
  [[nodiscard]] std::uint64_t sessions_open() const;
  [[nodiscard]] std::size_t logins_kept() const;

private:
  Process process_;
  Institution institution_;
  Dice* dice_;
  std::shared_ptr<ServerState> state_;
  std::shared_ptr<LoginService> logins_;
  std::shared_ptr<Routes const> routes_;
};

}  // namespace sallyport::simulation
