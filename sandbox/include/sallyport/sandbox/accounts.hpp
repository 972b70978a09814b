#pragma once

#include <sallyport/protocol/scheme.hpp>
#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/transport/account_service.hpp>

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// What simulated institutions do with connected accounts; docs/scenarios.md has the rules. It takes the tokens that a
/// `Sandbox` hands out, and may be called from any thread.
class SandboxAccounts final : public AccountService {
public:
  explicit SandboxAccounts(Catalogue const& catalogue);

  [[nodiscard]] std::vector<HealthStatus> health() const override;

private:
  void link(LinkRequest request, Handler<AuthPromptResponse> handler) override;
  void refresh(std::string client_id, RefreshRequest request, Handler<RefreshResponse> handler) override;
  void remove(std::string client_id, RemoveAccountRequest request, Handler<NoContent> handler) override;

  [[nodiscard]] bool is_spent(std::string_view token) const;
  void spend(std::string_view token);

  std::vector<std::pair<BrokerType, AuthenticationSchemeType>> schemes_;
  std::mutex mutex_;
  std::deque<std::string> spent_;  ///< Published test values, so not secret; the newest stand at the back.
  std::uint64_t generation_ = 0;
};

}  // namespace sallyport
