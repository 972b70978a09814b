#include "sharded_net.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace sallyport::test {

namespace asio = boost::asio;

namespace {

AuthResponse verdict_on(VerifyRequest const& request) {
  auto const& said = request.request;
  if (said.password && equals(said.password->reveal(), "Pass123")) {
    return challenge(AuthStatus::challenge_issued, MfaType::phone, 120);
  }
  if (said.challenge_code && equals(said.challenge_code->reveal(), "123456")) return granted();
  return status(request.act == EventType::login ? AuthStatus::failed : AuthStatus::challenge_failed);
}

}  // namespace

void ThreadedVerifier::verify(VerifyRequest request, Handler handler) {
  auto reply = verdict_on(request);
  {
    std::lock_guard const lock(mutex_);
    asked_[request.user_id].push_back({request.login, request.act, std::this_thread::get_id()});
    if (holds_) {
      held_.emplace_back(std::move(handler), std::move(reply));
      return;
    }
  }
  std::move(handler)(boost::system::error_code(), std::move(reply));
}

void ThreadedVerifier::release() {
  std::vector<std::pair<Handler, AuthResponse>> all;
  {
    std::lock_guard const lock(mutex_);
    all.swap(held_);
  }
  for (auto& [handler, reply] : all) std::move(handler)(boost::system::error_code(), std::move(reply));
}

void ThreadedAccounts::release() {
  std::vector<Handler<RefreshResponse>> all;
  {
    std::lock_guard const lock(mutex_);
    all.swap(held_);
  }
  for (auto& handler : all) std::move(handler)(boost::system::error_code(), refreshed("access", "refresh", 3600));
}

ShardedNet::ShardedNet(std::size_t shards, std::function<void(ServerConfig&)> const& tweak) {
  for (std::size_t shard = 0; shard < shards; ++shard) {
    contexts_.push_back(std::make_unique<asio::io_context>(1));
    work_.emplace_back(contexts_.back()->get_executor());
  }
  auto config = server_config();
  if (tweak) tweak(config);
  auto made = Server::create(executors(), std::move(config), verifier, &accounts);
  BOOST_TEST_REQUIRE(made.has_value());
  server.emplace(std::move(*made));
  server->start();
  for (auto const& context : contexts_) threads_.emplace_back([&context = *context] { context.run(); });
}

// The shards run out of work by themselves, or this never returns.
ShardedNet::~ShardedNet() {
  server.reset();
  work_.clear();
  for (auto& thread : threads_) thread.join();
  verifier.clear();  // A handler must not outlive its executor.
  accounts.clear();
}

std::vector<asio::any_io_executor> ShardedNet::executors() const {
  std::vector<asio::any_io_executor> all;
  for (auto const& context : contexts_) all.emplace_back(context->get_executor());
  return all;
}

ServerConfig ShardedNet::server_config() const {
  ServerConfig config;
  config.identity = certificates.identity();
  config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  return config;
}

Client ShardedNet::make_client(std::size_t connections) {
  ClientConfig config;
  config.url = "https://127.0.0.1:" + std::to_string(server->port());
  config.client_id = "client-1";
  config.client_secret = Secret("client-secret-1");
  config.ca_file = certificates.ca_file();
  config.governor = no_governor;  // Tests log the same accounts in all the time.
  config.connections_max = connections;
  auto made = Client::create(io.get_executor(), std::move(config));
  BOOST_TEST_REQUIRE(made.has_value());
  return std::move(*made);
}

std::unique_ptr<RawClient> ShardedNet::connect(std::string const& from) {
  return std::make_unique<RawClient>(io, certificates.ca_file(), server->port(), from);
}

std::thread::id ShardedNet::thread_of(RawClient& client) {
  BOOST_TEST_REQUIRE(status_of(client.send(http_get("/api/v1/status"))) == 200U);
  return accounts.asked_on();
}

std::map<std::thread::id, std::unique_ptr<RawClient>> ShardedNet::connect_to_each() {
  std::map<std::thread::id, std::unique_ptr<RawClient>> all;
  for (auto tries = 0; all.size() < contexts_.size(); ++tries) {
    BOOST_TEST_REQUIRE(tries < 200, "a shard gets no connection");
    auto client = connect();
    auto const thread = thread_of(*client);
    all.emplace(thread, std::move(client));
  }
  return all;
}

std::thread::id ShardedNet::begin(RawClient& client, std::string const& user) {
  auto const reply = client.send(login_post(user));
  BOOST_TEST_REQUIRE(body_of(reply).find("challengeIssued") != std::string::npos);
  return verifier.asked().at(user).front().thread;
}

std::string login_post(std::string const& user) {
  return http_post("/api/v1/authenticate?userId=" + user,
                   R"({"type":"robinhood","username":"Mesh","password":"Pass123"})");
}

std::string answer_post(std::string const& user, std::string const& challenge, std::string const& code) {
  constexpr std::string_view name = R"("challengeId":")";
  auto const at = challenge.find(name);
  BOOST_TEST_REQUIRE(at != std::string::npos);
  auto const id = challenge.substr(at + name.size(), 32);
  return http_post("/api/v1/authenticate?userId=" + user,
                   R"({"type":"robinhood","challengeId":")" + id + R"(","challengeCode":")" + code + R"("})");
}

}  // namespace sallyport::test
