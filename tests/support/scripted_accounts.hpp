#pragma once

#include "loopback.hpp"

#include <sallyport/transport/account_service.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::test {

/// Answers refreshes in order, and keeps what it was asked. With no answer left it holds the request.
class ScriptedAccounts final : public AccountService {
public:
  std::deque<ApiResult<RefreshResponse>> replies;
  std::vector<RefreshRequest> refreshes;
  std::vector<RemoveAccountRequest> removals;
  std::vector<LinkRequest> links;
  std::vector<Handler<RefreshResponse>> held;
  std::function<void()> on_refresh;
  ApiResult<NoContent> removed;
  ApiResult<AuthPromptResponse> linked;

  [[nodiscard]] std::vector<HealthStatus> health() const override {
    std::vector<HealthStatus> all(1);
    all.front().type = BrokerType::kraken;
    all.front().is_up = false;
    all.front().supported_products.emplace();
    return all;
  }

private:
  void link(LinkRequest request, Handler<AuthPromptResponse> handler) override {
    links.push_back(std::move(request));
    std::move(handler)(boost::system::error_code(), std::move(linked));
  }
  void refresh(std::string, RefreshRequest request, Handler<RefreshResponse> handler) override {
    refreshes.push_back(std::move(request));
    if (on_refresh) on_refresh();
    if (replies.empty()) {
      held.push_back(std::move(handler));
      return;
    }
    auto reply = std::move(replies.front());
    replies.pop_front();
    std::move(handler)(boost::system::error_code(), std::move(reply));
  }
  void remove(std::string, RemoveAccountRequest request, Handler<NoContent> handler) override {
    removals.push_back(std::move(request));
    std::move(handler)(boost::system::error_code(), std::move(removed));
  }
};

/// A client and a server with that service.
struct AccountNet {
  ScriptedAccounts accounts;
  Loopback loopback;

  explicit AccountNet(Loopback::Tweak const& tweak = {}) : loopback(tweak, &accounts) {}
  ~AccountNet() { accounts.held.clear(); }  // A handler must not outlive its executor.
};

template <class Content>
[[nodiscard]] ApiResult<Content> envelope(ApiResultStatus status, std::optional<Content> content = std::nullopt) {
  ApiResult<Content> made;
  made.status = status;
  made.content = std::move(content);
  return made;
}

/// The tokens "<name>-access-<generation>" and "<name>-refresh-<generation>" of the account with that id.
[[nodiscard]] inline AccountTokens account_tokens(std::string const& name, unsigned generation) {
  AccountTokens tokens;
  tokens.account.emplace().account_id = name;
  tokens.access_token = Secret(name + "-access-" + std::to_string(generation));
  tokens.refresh_token = Secret(name + "-refresh-" + std::to_string(generation));
  return tokens;
}

/// A refresh that succeeded.
[[nodiscard]] inline ApiResult<RefreshResponse> refreshed(std::string_view access, std::string_view refresh,
                                                          std::optional<std::int32_t> life) {
  RefreshResponse response;
  response.status = RefreshStatus::succeeded;
  response.expires_in_seconds = life;
  auto& tokens = response.broker_account_tokens.emplace().emplace_back();
  tokens.access_token = Secret(access);
  tokens.refresh_token = Secret(refresh);
  return envelope<RefreshResponse>(ApiResultStatus::ok, std::move(response));
}

}  // namespace sallyport::test
