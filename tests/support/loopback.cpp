#include "loopback.hpp"

#include <sallyport/sandbox/throwaway_ca.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/error.hpp>

#include <unistd.h>

#include <fstream>

namespace sallyport::test {

AuthResponse status(AuthStatus status) {
  AuthResponse response;
  response.status = status;
  return response;
}

AuthResponse challenge(AuthStatus what, MfaType factor, std::optional<std::int32_t> life_span) {
  auto response = status(what);
  response.mfa_type = factor;
  response.challenge_expires_in_seconds = life_span;
  return response;
}

AuthResponse granted() {
  auto response = status(AuthStatus::succeeded);
  response.expires_in_seconds = 7200;
  AccountTokens tokens;
  tokens.account.emplace().account_name = "Main";
  tokens.access_token = Secret("access-token");
  tokens.refresh_token = Secret("refresh-token");
  response.account_tokens.emplace().push_back(std::move(tokens));
  return response;
}

void ScriptedVerifier::verify(VerifyRequest request, Handler handler) {
  asked.push_back(std::move(request));
  if (replies.empty()) {
    held.push_back(std::move(handler));
    if (on_hold) on_hold();
    return;
  }
  auto reply = std::move(replies.front());
  replies.pop_front();
  std::move(handler)(boost::system::error_code{}, std::move(reply));
}

void ScriptedResponder::respond(Prompt const& prompt, Handler handler) {
  std::vector<Field> fields;
  for (auto const& field : prompt.fields) fields.push_back(field.field);
  seen.push_back({prompt.kind, prompt.status, fields, prompt.attempts_left, prompt.answer_was_wrong, prompt.refused});
  if (on_prompt) on_prompt();
  if (!answers.empty()) {
    auto answer = std::move(answers.front());
    answers.pop_front();
    return std::move(handler)(boost::system::error_code{}, std::move(answer));
  }
  auto slot = boost::asio::get_associated_cancellation_slot(handler);
  waiting_.emplace(std::move(handler));
  slot.assign([this](boost::asio::cancellation_type) {
    cancelled = true;
    Handler waiting(std::move(*waiting_));
    waiting_.reset();
    std::move(waiting)(boost::asio::error::operation_aborted, Answer{});
  });
}

Certificates::Certificates() {
  auto pattern = (std::filesystem::temp_directory_path() / "sallyport-test-XXXXXX").string();
  BOOST_TEST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  auto ca = make_throwaway_ca();
  auto const strange = make_throwaway_ca();
  BOOST_TEST_REQUIRE((ca.has_value() && strange.has_value()));
  std::ofstream(folder_ / "ca.pem") << ca->certificate;
  std::ofstream(folder_ / "strange.pem") << strange->certificate;
  identity_ = std::move(ca->identity);
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TlsIdentity Certificates::identity() const {
  return {.certificate_chain = identity_.certificate_chain, .private_key = identity_.private_key.clone()};
}

ClientConfig Loopback::client_config() const {
  ClientConfig config;
  config.url = "https://127.0.0.1:" + std::to_string(server->port());
  config.client_id = "client-1";
  config.client_secret = Secret("client-secret-1");
  config.ca_file = certificates.ca_file();
  config.governor = no_governor;  // Tests log the same accounts in all the time.
  return config;
}

Loopback::Loopback(Tweak const& tweak, AccountService* accounts) {
  ServerConfig serving;
  serving.identity = certificates.identity();
  serving.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  serving.clients.push_back({.id = "client-2", .secret = Secret("client-secret-2")});
  ClientConfig tweaked;
  if (tweak) tweak(serving, tweaked);
  auto made = Server::create(io.get_executor(), std::move(serving), verifier, accounts);
  BOOST_TEST_REQUIRE(made.has_value());
  server.emplace(std::move(*made));
  server->start();
  client = another_client([&tweak](ClientConfig& config) {
    ServerConfig unused;
    if (tweak) tweak(unused, config);
  });
}

Client Loopback::another_client(std::function<void(ClientConfig&)> const& tweak) {
  auto config = client_config();
  tweak(config);
  auto made = Client::create(io.get_executor(), std::move(config));
  BOOST_TEST_REQUIRE(made.has_value());
  return std::move(*made);
}

Credentials credentials_of(std::string_view user) {
  Credentials who;
  who.user_id = Secret(user);
  who.request.type = BrokerType::robinhood;
  who.request.username = Secret("Mesh");
  who.request.password = Secret("Pass123");
  who.request.device_info = "device-1";
  return who;
}

Credentials Loopback::credentials(std::string_view user) const {
  return credentials_of(user);
}

std::pair<boost::system::error_code, Outcome> Loopback::login(std::string_view user) {
  return await<Outcome>(io,
                        [&](auto handler) { client->async_login(credentials(user), responder, std::move(handler)); });
}

std::pair<boost::system::error_code, Turn> Loopback::begin(Login& login) {
  return await<Turn>(io, [&](auto handler) { login.async_begin(std::move(handler)); });
}

std::pair<boost::system::error_code, Turn> Loopback::answer(Login& login, Answer what) {
  return await<Turn>(io, [&](auto handler) { login.async_answer(std::move(what), std::move(handler)); });
}

void run_until(boost::asio::io_context& io, std::function<bool()> const& condition) {
  auto const until = std::chrono::steady_clock::now() + patience;
  io.restart();
  while (!condition() && std::chrono::steady_clock::now() < until) io.run_one_for(std::chrono::milliseconds(20));
  BOOST_TEST_REQUIRE(condition());
}

void Loopback::run_for(std::chrono::milliseconds time) {
  io.restart();
  io.run_for(scaled(time));
  // Where this process got no processor meanwhile, the time is over and nothing has run.
  for (auto turn = 0; turn < 1000 && io.poll() != 0; ++turn) io.restart();
}

}  // namespace sallyport::test
