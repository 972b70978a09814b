#pragma once

#include <sallyport/protocol/api_result.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/token.hpp>
#include <sallyport/transport/promised_handler.hpp>
#include <sallyport/transport/same_build.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>

#include <string>
#include <utility>
#include <vector>

namespace sallyport {

/// GET authenticate/{brokerType}: a user wants to log in by OAuth.
struct LinkRequest {
  std::string client_id;
  std::string user_id;
  Open<BrokerType> type;
};

/// What a server does besides logins: OAuth links, tokens, connections and the health of the institutions.
/// The server has checked the client and the shape of each request, and lets one refresh of a token run at a time. One
/// of several shards calls it from several threads at once.
class AccountService {
public:
  template <class Content>
  using Handler = boost::asio::any_completion_handler<void(boost::system::error_code, ApiResult<Content>)>;

  virtual ~AccountService() = default;

  /// Each completes with the envelope to be sent; `status` ok needs a content where the API describes one. An error
  /// means that the institution gave no reply.
  template <boost::asio::completion_token_for<void(boost::system::error_code, ApiResult<AuthPromptResponse>)> Token =
                boost::asio::deferred_t>
  auto async_link(LinkRequest request, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, ApiResult<AuthPromptResponse>)>(
        [this](auto handler, LinkRequest&& what) {
          link(std::move(what), promise<AuthPromptResponse>(std::move(handler)));
        },
        token, std::move(request));
  }
  template <boost::asio::completion_token_for<void(boost::system::error_code, ApiResult<RefreshResponse>)> Token =
                boost::asio::deferred_t>
  auto async_refresh(std::string client_id, RefreshRequest request, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, ApiResult<RefreshResponse>)>(
        [this](auto handler, std::string&& client, RefreshRequest&& what) {
          refresh(std::move(client), std::move(what), promise<RefreshResponse>(std::move(handler)));
        },
        token, std::move(client_id), std::move(request));
  }
  template <boost::asio::completion_token_for<void(boost::system::error_code, ApiResult<NoContent>)> Token =
                boost::asio::deferred_t>
  auto async_remove(std::string client_id, RemoveAccountRequest request, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, ApiResult<NoContent>)>(
        [this](auto handler, std::string&& client, RemoveAccountRequest&& what) {
          remove(std::move(client), std::move(what), promise<NoContent>(std::move(handler)));
        },
        token, std::move(client_id), std::move(request));
  }

  /// What GET status shows. Called for each request, on the strand of the shard that got it. What it throws is no reply
  /// either, and comes out of the executor.
  [[nodiscard]] virtual std::vector<HealthStatus> health() const = 0;

private:
  template <class Content, class Completion>
  [[nodiscard]] static Handler<Content> promise(Completion handler) {
    return PromisedHandler<Completion, ApiResult<Content>>(std::move(handler));
  }

  /// The handler may be called at once or later, from any thread, exactly once. Where it is let go uncalled, or this
  /// throws, the institution gave no reply; what was thrown comes out of the executor of the server.
  virtual void link(LinkRequest request, Handler<AuthPromptResponse> handler) = 0;
  virtual void refresh(std::string client_id, RefreshRequest request, Handler<RefreshResponse> handler) = 0;
  virtual void remove(std::string client_id, RemoveAccountRequest request, Handler<NoContent> handler) = 0;
};

}  // namespace sallyport
