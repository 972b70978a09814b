#pragma once

// A client and a server of ours on loop-back in one thread, over real TLS, with a verifier that does as it is told.

#include "time_scale.hpp"

#include <sallyport/engine/error.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/server.hpp>
#include <sallyport/transport/snapshot.hpp>
#include <sallyport/transport/verifier.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace sallyport {

// How Boost.Test prints our errors; it finds these by argument-dependent look-up.
inline std::ostream& boost_test_print_type(std::ostream& out, TransportErrc code) {
  return out << make_error_code(code).message();
}
inline std::ostream& boost_test_print_type(std::ostream& out, EngineErrc code) {
  return out << make_error_code(code).message();
}

inline std::ostream& boost_test_print_type(std::ostream& out, SnapshotErrc code) {
  return out << make_error_code(code).message();
}

}  // namespace sallyport

namespace sallyport::test {

/// What nothing that works takes, on however busy a machine.
inline auto const patience = scaled(std::chrono::seconds(20));

/// A status with nothing else, and one that a user has to answer.
[[nodiscard]] AuthResponse status(AuthStatus status);
[[nodiscard]] AuthResponse challenge(AuthStatus status, MfaType factor,
                                     std::optional<std::int32_t> life_span = std::nullopt);
/// A success with one account and the tokens "access-token" and "refresh-token".
[[nodiscard]] AuthResponse granted();

/// Gives the replies in order; what it was asked, it keeps. With none left it holds the request and says nothing.
class ScriptedVerifier final : public Verifier {
public:
  std::deque<AuthResponse> replies;
  std::vector<VerifyRequest> asked;
  std::vector<Handler> held;
  std::vector<LoginId> forgotten;
  std::vector<AuthenticationScheme> list;
  std::function<void()> on_hold;  ///< Called when a request is held.

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return list; }
  void forget(LoginId login) noexcept override { forgotten.push_back(login); }

private:
  void verify(VerifyRequest request, Handler handler) override;
};

/// Does what the test says at each prompt, and keeps what it saw of them.
class ScriptedResponder final : public Responder {
public:
  struct Seen {
    PromptKind kind;
    AuthStatus status;
    std::vector<Field> fields;
    unsigned attempts_left;
    bool answer_was_wrong;
    boost::system::error_code refused;
  };

  std::deque<Answer> answers;  ///< With none left it waits until it is cancelled.
  std::vector<Seen> seen;
  std::function<void()> on_prompt;
  bool cancelled = false;

private:
  void respond(Prompt const& prompt, Handler handler) override;

  std::optional<Handler> waiting_;
};

/// A folder for one test, gone afterwards, with the CA of a throw-away certificate in it.
class Certificates {
public:
  Certificates();
  ~Certificates();
  Certificates(Certificates const&) = delete;
  Certificates& operator=(Certificates const&) = delete;

  [[nodiscard]] std::string ca_file() const { return (folder_ / "ca.pem").string(); }
  [[nodiscard]] TlsIdentity identity() const;
  /// The CA of somebody else.
  [[nodiscard]] std::string strange_ca_file() const { return (folder_ / "strange.pem").string(); }

private:
  std::filesystem::path folder_;
  TlsIdentity identity_;
};

/// Runs the context until the operation has completed; fails the test where it does not within `patience`.
template <class Result, class Start>
[[nodiscard]] std::pair<boost::system::error_code, Result> await(boost::asio::io_context& io, Start start) {
  std::optional<std::pair<boost::system::error_code, Result>> result;
  start([&result](boost::system::error_code ec, Result value) {
    BOOST_TEST_REQUIRE(!result.has_value(), "a handler was called twice");
    result.emplace(ec, std::move(value));
  });
  BOOST_TEST(!result.has_value(), "a handler was called inside the call that started the operation");
  auto const until = std::chrono::steady_clock::now() + patience;
  io.restart();
  while (!result && std::chrono::steady_clock::now() < until) io.run_one_for(std::chrono::milliseconds(100));
  BOOST_TEST_REQUIRE(result.has_value(), "an operation did not complete");
  return std::move(*result);
}

/// Lets the context work until the condition holds; fails the test where it does not within `patience`.
void run_until(boost::asio::io_context& io, std::function<bool()> const& condition);

/// The first post of a user at robinhood.
[[nodiscard]] Credentials credentials_of(std::string_view user);

class Loopback {
public:
  using Tweak = std::function<void(ServerConfig&, ClientConfig&)>;

  explicit Loopback(Tweak const& tweak = {}, AccountService* accounts = nullptr);

  [[nodiscard]] Credentials credentials(std::string_view user = "user-1") const;
  [[nodiscard]] std::pair<boost::system::error_code, Outcome> login(std::string_view user = "user-1");
  [[nodiscard]] std::pair<boost::system::error_code, Turn> begin(Login& login);
  [[nodiscard]] std::pair<boost::system::error_code, Turn> answer(Login& login, Answer what);
  /// Lets the context work until the condition holds.
  void run_until(std::function<bool()> const& condition) { test::run_until(io, condition); }
  /// Lets it work for so long, scaled, and until nothing is left to do at once.
  void run_for(std::chrono::milliseconds time);
  [[nodiscard]] Client another_client(std::function<void(ClientConfig&)> const& tweak);

  boost::asio::io_context io;
  Certificates certificates;
  ScriptedVerifier verifier;
  ScriptedResponder responder;
  std::optional<Server> server;
  std::optional<Client> client;

private:
  [[nodiscard]] ClientConfig client_config() const;
};

}  // namespace sallyport::test
