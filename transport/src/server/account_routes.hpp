#pragma once

#include "http/http_answer.hpp"
#include "server/server_state.hpp"
#include "support/siphash.hpp"
#include "support/strand.hpp"
#include "support/weak_list.hpp"

#include <sallyport/transport/account_service.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

namespace sallyport {

/// The operations besides logins: they check the shape of a request, ask the `AccountService`, and bound its time.
/// All of it runs on the server's strand.
class AccountRoutes : public std::enable_shared_from_this<AccountRoutes> {
public:
  using Done = std::function<void(HttpAnswer)>;

  AccountRoutes(Strand strand, std::shared_ptr<ServerState const> state, AccountService& service);

  void link(std::string const& client_id, std::string_view type, std::string user_id, Done done);
  void refresh(std::string const& client_id, std::string_view body, Done done);
  void remove(std::string const& client_id, std::string_view body, Done done);
  void status(Done const& done) const;
  /// Nothing that is asked already is answered any more.
  void stop();

private:
  struct Pending;
  template <class Content>
  class Question;
  struct Refreshing;

  template <class Content>
  [[nodiscard]] std::shared_ptr<Question<Content>> ask(unsigned refused, Done done);

  Strand strand_;
  std::shared_ptr<ServerState const> state_;
  AccountService* service_;
  WeakList<Pending> open_;
  std::unordered_set<std::string, SipHash> refreshing_;  ///< Digests of the refresh tokens in flight.
};

}  // namespace sallyport
