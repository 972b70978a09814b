// What does a request cost the verifier? A server with an institution that answers at once, to be put under load.
//   bench_verifier --port N --certificate FILE --key FILE [--sessions N] [--shards N]
// SIGUSR1 gives back to the system what malloc holds in stock.

#include "dialogue.hpp"
#include "meter.hpp"

#include <sallyport/transport/server.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <malloc.h>

#include <csignal>
#include <deque>
#include <functional>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

using namespace sallyport::bench;
using namespace sallyport;

namespace {

/// Checks the password and both codes; it keeps nothing, for the server keeps the dialogue.
class Institution final : public Verifier {
public:
  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return schemes_; }
  void forget(LoginId) noexcept override {}

private:
  void verify(VerifyRequest request, Handler handler) override {
    std::move(handler)(boost::system::error_code(), judge(request.request));
  }

  static bool is(std::optional<Secret> const& said, std::string_view right) {
    return said && equals(said->reveal(), right);
  }

  static AuthResponse judge(AuthRequest const& request) {
    if (is(request.password, password)) {
      return door(AuthStatus::challenge_issued, MfaType::phone, 120,
                  "We sent a code of six digits to the phone number that ends in 42. Enter it here, or ask for another "
                  "way to confirm that it is you.");
    }
    if (is(request.challenge_code, sms_code)) {
      return door(AuthStatus::mfa_required, MfaType::totp, 600,
                  "Open your authenticator and enter the six digits that it shows for this account. They change every "
                  "thirty seconds.");
    }
    AuthResponse reply;
    reply.status = is(request.mfa_code, authenticator_code) ? AuthStatus::succeeded : AuthStatus::failed;
    if (reply.status == AuthStatus::failed) return reply;
    reply.expires_in_seconds = 7200;
    auto& tokens = reply.account_tokens.emplace().emplace_back();
    tokens.account.emplace().account_id = "8031-4477";
    tokens.account->account_name = "Main";
    tokens.access_token = Secret("mfT2wVbYq8hLr0sXkPzD5uNcJ7eGaHi1");
    tokens.refresh_token = Secret("Zr9KpL3xWc6VbN8mQs2DfGhJ5tYu1oEa");
    return reply;
  }

  static AuthResponse door(AuthStatus status, MfaType factor, std::int32_t seconds, std::string_view text) {
    AuthResponse reply;
    reply.status = status;
    reply.mfa_type = factor;
    reply.auth_flow_step = AuthFlowStep::mfa_flow;
    reply.challenge_text = std::string(text);
    reply.challenge_expires_in_seconds = seconds;
    return reply;
  }

  std::vector<AuthenticationScheme> schemes_;
};

std::string read(std::string const& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int count, char** values) {
  Arguments const arguments(count, values);
  ServerConfig config;
  config.port = static_cast<std::uint16_t>(arguments.number("port", 0));
  config.identity.certificate_chain = read(arguments.text("certificate"));
  config.identity.private_key = Secret(read(arguments.text("key")));
  config.clients.push_back({.id = std::string(client_id), .secret = Secret(client_secret)});
  config.sessions_max = arguments.number("sessions", config.sessions_max);
  std::deque<boost::asio::io_context> contexts;
  std::vector<boost::asio::any_io_executor> executors;
  for (std::size_t shard = 0; shard < arguments.number("shards", 1); ++shard) {
    executors.emplace_back(contexts.emplace_back(1).get_executor());
  }
  auto& context = contexts.front();
  Institution institution;
  auto server = Server::create(executors, std::move(config), institution);
  if (!server) fail(server.error().message());
  server->start();
  // What was freed is no connection's: malloc gives it back when it is told to.
  boost::asio::signal_set told(context, SIGUSR1);
  std::function<void(boost::system::error_code, int)> const trim = [&](boost::system::error_code, int) {
    malloc_trim(0);
    told.async_wait(trim);
  };
  told.async_wait(trim);
  std::vector<std::jthread> threads;
  for (auto shard = std::next(contexts.begin()); shard != contexts.end(); ++shard) {
    threads.emplace_back([&shard = *shard] { shard.run(); });
  }
  context.run();
}
