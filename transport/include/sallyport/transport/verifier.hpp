#pragma once

#include <sallyport/engine/transition_table.hpp>
#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/scheme.hpp>
#include <sallyport/transport/promised_handler.hpp>
#include <sallyport/transport/same_build.hpp>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sallyport {

/// What a verifier can complete with beside a verdict. Any other error, too, means that the institution gave no reply:
/// the login is over and what became of it unknown. Of a poll it means nothing; the login stands where it stood, and
/// the next poll asks again.
enum class VerifyErrc {
  rate_limited = 1,  ///< The institution wants fewer requests: the client gets HTTP status 429 with Retry-After.
  unavailable,       ///< The institution is out of service: the client gets HTTP status 503.
  connection_cut,    ///< For sandboxes: the connection closes without a reply.
  reply_cut,         ///< For sandboxes: the connection closes in the midst of the reply.
};

[[nodiscard]] boost::system::error_category const& verify_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(VerifyErrc code) noexcept;

/// One login at a server, from its first post to its end.
using LoginId = std::uint64_t;

/// One question to an institution. `act` says what the user did; a poll carries no secret.
struct VerifyRequest {
  LoginId login = 0;
  EventType act = EventType::login;
  std::string client_id;
  std::string user_id;
  AuthRequest request;
};

/// The institutions behind a server: it knows the passwords and sends the codes. The server keeps the dialogue: it
/// binds challenges to their user, lets them die in time and counts attempts, whatever a verifier answers. A server of
/// several shards calls it from several threads at once; of one login it speaks on one strand alone.
class Verifier {
public:
  using Handler = boost::asio::any_completion_handler<void(boost::system::error_code, AuthResponse)>;

  virtual ~Verifier() = default;

  /// What GET authenticationSchemes shows.
  [[nodiscard]] virtual std::vector<AuthenticationScheme> const& schemes() const = 0;

  /// Completes with the verdict; the server puts `challengeId` in. An error means that the institution gave no reply;
  /// `VerifyErrc` says what the client hears then.
  template <
      boost::asio::completion_token_for<void(boost::system::error_code, AuthResponse)> Token = boost::asio::deferred_t>
  auto async_verify(VerifyRequest request, Token&& token = {}) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, AuthResponse)>(
        [this](auto handler, VerifyRequest&& what) {
          verify(std::move(what), Handler(PromisedHandler<decltype(handler), AuthResponse>(std::move(handler))));
        },
        token, std::move(request));
  }

  /// The login is over, however it ended: nothing more will be asked of it. Called on the strand that asked. In a child
  /// that is forked off it is not called for the logins of the parent, though nothing more is asked of them there.
  virtual void forget(LoginId login) noexcept = 0;

private:
  /// The handler may be called at once or later, from any thread, exactly once. Where it is let go uncalled, or this
  /// throws before it was called, the institution gave no reply. What was thrown comes out of the server's executor.
  virtual void verify(VerifyRequest request, Handler handler) = 0;
};

}  // namespace sallyport

template <>
struct boost::system::is_error_code_enum<sallyport::VerifyErrc> : std::true_type {};
