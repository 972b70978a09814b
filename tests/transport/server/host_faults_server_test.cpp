// A host whose verifier or account service throws, or never calls: what its clients hear, and that the server goes on.

#include <support/despite.hpp>

#include <sallyport/transport/responders.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(host_faults_of_a_server)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Does what a test says with the first question of each kind that it is asked, and answers the others.
class FaultyVerifier final : public Verifier {
public:
  using Fault = std::function<void(Handler)>;

  explicit FaultyVerifier(Fault fault) : fault_(std::move(fault)) {}

  std::size_t forgotten = 0;
  EventType at = EventType::login;

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return list_; }
  void forget(LoginId) noexcept override { ++forgotten; }

private:
  void verify(VerifyRequest request, Handler handler) override {
    if (request.act == at && std::exchange(is_due_, false)) return fault_(std::move(handler));
    auto const is_first = request.act == EventType::login;
    std::move(handler)(error_code(),
                       is_first ? challenge(AuthStatus::challenge_issued, MfaType::phone, 60) : granted());
  }

  Fault fault_;
  bool is_due_ = true;
  std::vector<AuthenticationScheme> list_;
};

template <class Content>
using Answering = AccountService::Handler<Content>;

/// Does what a test says with whatever it is asked, until it is mended.
class FaultyAccounts final : public AccountService {
public:
  enum class Fault : std::uint8_t { none, throws, keeps_and_throws, lets_go, lets_go_later, answers_and_throws };

  Fault fault = Fault::none;
  asio::io_context* io = nullptr;
  std::shared_ptr<void> kept;

  [[nodiscard]] std::vector<HealthStatus> health() const override {
    if (fault != Fault::none) fail();
    return {};
  }

private:
  template <class Content>
  void answer(Answering<Content> handler) {
    auto const held = std::make_shared<Answering<Content>>(std::move(handler));
    auto const say_no = [&held] { std::move (*held)(error_code(), refused<Content>()); };
    switch (fault) {
      case Fault::none: return say_no();
      case Fault::throws: fail();
      case Fault::keeps_and_throws: kept = held; fail();
      case Fault::lets_go: return;
      case Fault::lets_go_later: return asio::post(*io, [held] {});
      case Fault::answers_and_throws: say_no(); fail();
    }
  }
  template <class Content>
  static ApiResult<Content> refused() {
    ApiResult<Content> refusal;
    refusal.status = ApiResultStatus::not_found;
    return refusal;
  }
  void link(LinkRequest, Handler<AuthPromptResponse> handler) override { answer(std::move(handler)); }
  void refresh(std::string, RefreshRequest, Handler<RefreshResponse> handler) override { answer(std::move(handler)); }
  void remove(std::string, RemoveAccountRequest, Handler<NoContent> handler) override { answer(std::move(handler)); }
};

/// A server with that verifier, beside the one of the net, and a client of it.
struct Net {
  explicit Net(Verifier& verifier, AccountService* accounts = nullptr) {
    ServerConfig serving;
    serving.identity = loopback.certificates.identity();
    serving.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
    serving.limits.request_life_span = std::chrono::minutes(5);  // Who waited for that would be given up by the client.
    auto made = Server::create(loopback.io.get_executor(), std::move(serving), verifier, accounts);
    BOOST_TEST_REQUIRE(made.has_value());
    server.emplace(std::move(*made));
    server->start();
    client = loopback.another_client(
        [this](ClientConfig& config) { config.url = "https://127.0.0.1:" + std::to_string(server->port()); });
  }

  std::pair<error_code, Outcome> log_in(std::string_view user, std::vector<std::string>& thrown) {
    CallbackResponder responder([](Prompt const&) { return Answer::text(Secret("123456")); });
    std::optional<std::pair<error_code, Outcome>> result;
    client->async_login(credentials_of(user), responder, [&result](error_code ec, Outcome outcome) {
      BOOST_TEST(!result.has_value());
      result.emplace(ec, std::move(outcome));
    });
    thrown = run_despite(loopback.io, [&result] { return result.has_value(); });
    for (auto& out : drain_despite(loopback.io)) thrown.push_back(std::move(out));
    return std::move(*result);
  }

  Loopback loopback;
  std::optional<Server> server;
  std::optional<Client> client;
};

struct Case {
  std::string_view name;
  FaultyVerifier::Fault fault;
  bool gave_a_verdict = false;
  std::size_t thrown = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_verifier_that_throws_or_lets_go_gives_no_verdict_at_once_and_the_server_goes_on) {
  asio::io_context* io = nullptr;
  std::vector<std::thread> threads;
  std::shared_ptr<Verifier::Handler> kept;
  auto const hold = [](Verifier::Handler handler) { return std::make_shared<Verifier::Handler>(std::move(handler)); };
  auto const grant = [](auto const& held) { std::move (*held)(error_code(), granted()); };
  std::vector<Case> const cases{
      {"it throws", [](auto) { fail(); }, false, 1},
      {"it throws what is no exception", [](auto) { throw 7; }, false, 1},
      {"it keeps the handler and throws", [&](auto handler) { kept = hold(std::move(handler)), fail(); }, false, 1},
      {"it throws later",
       [&io](auto handler) {
         asio::post(*io, [held = std::move(handler)]() mutable {
           auto const gone = std::move(held);
           fail();
         });
       },
       false, 1},
      {"it lets go", [](auto) {}},
      {"it lets go later", [&](auto handler) { asio::post(*io, [held = hold(std::move(handler))] {}); }},
      {"it lets go on another thread",
       [&](auto handler) {
         threads.emplace_back([held = std::move(handler)]() mutable { auto const gone = std::move(held); });
       }},
      {"it says its verdict and throws", [&](auto handler) { grant(hold(std::move(handler))), fail(); }, true, 1},
      {"it says two verdicts",
       [&](auto handler) {
         auto const held = hold(std::move(handler));
         grant(held);
         grant(held);
       },
       true, 1},
  };
  for (auto const& one : cases) {
    for (auto const at : {EventType::login, EventType::answer}) {
      BOOST_TEST_CONTEXT(one.name << " at " << name_of(at)) {
        FaultyVerifier verifier(one.fault);
        verifier.at = at;
        Net net(verifier);
        io = &net.loopback.io;
        std::vector<std::string> thrown;
        auto const [ec, outcome] = net.log_in("user-1", thrown);
        BOOST_TEST(!ec, ec.message());
        BOOST_TEST(name_of(outcome.kind) == (one.gave_a_verdict ? "succeeded" : "server_failure"));
        BOOST_TEST(thrown.size() == one.thrown);
        BOOST_TEST(verifier.forgotten == 1U);
        BOOST_TEST(net.server->counters().sessions_open == 0U);
        for (auto& thread : std::exchange(threads, {})) thread.join();
        if (kept) grant(std::exchange(kept, nullptr));  // It comes too late.
        for (auto const* const user : {"user-1", "user-2"}) {
          auto const next = net.log_in(user, thrown);
          BOOST_TEST(name_of(next.second.kind) == "succeeded");
          BOOST_TEST(thrown.empty());
        }
      }
    }
  }
}

namespace {

/// Each operation besides logins, once: what the client hears.
std::vector<ApiResultStatus> ask_for_everything(Net& net, std::size_t& thrown) {
  std::vector<ApiResultStatus> heard;
  auto const note = [&heard](error_code ec, auto const& reply) {
    BOOST_TEST(!ec, ec.message());
    heard.push_back(reply.status.value());
  };
  RefreshRequest refresh;
  refresh.type = BrokerType::robinhood;
  refresh.refresh_token = Secret("token");
  RemoveAccountRequest removal;
  removal.type = BrokerType::robinhood;
  removal.auth_token = Secret("token");
  net.client->async_link(BrokerType::robinhood, Secret("user-1"), note);
  net.client->async_refresh(std::move(refresh), note);
  net.client->async_remove_account(std::move(removal), note);
  net.client->async_status(note);
  thrown = run_despite(net.loopback.io, [&heard] { return heard.size() == 4U; }).size();
  thrown += drain_despite(net.loopback.io).size();
  return heard;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_account_service_that_throws_or_lets_go_has_no_reply_at_once_and_the_server_goes_on) {
  FaultyAccounts accounts;
  FaultyVerifier verifier([](auto) {});
  Net net(verifier, &accounts);
  accounts.io = &net.loopback.io;
  using enum FaultyAccounts::Fault;
  struct Case {
    FaultyAccounts::Fault fault;
    std::ptrdiff_t failures;  ///< The rest is what it said before it threw: that counts.
    std::size_t thrown;
  };
  for (auto const& one : {Case{throws, 4, 4}, Case{keeps_and_throws, 4, 4}, Case{lets_go, 4, 1},
                          Case{lets_go_later, 4, 1}, Case{answers_and_throws, 1, 4}}) {
    BOOST_TEST_CONTEXT("fault " << static_cast<int>(one.fault)) {
      accounts.fault = one.fault;
      std::size_t thrown = 0;
      auto heard = ask_for_everything(net, thrown);
      BOOST_TEST(thrown == one.thrown);
      BOOST_TEST(std::ranges::count(heard, ApiResultStatus::server_failure) == one.failures);
      BOOST_TEST(std::ranges::count(heard, ApiResultStatus::not_found) == 4 - one.failures);
      accounts.fault = none;
      accounts.kept.reset();
      heard = ask_for_everything(net, thrown);
      BOOST_TEST(thrown == 0U);
      BOOST_TEST(std::ranges::count(heard, ApiResultStatus::not_found) == 3);
      BOOST_TEST(std::ranges::count(heard, ApiResultStatus::ok) == 1);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
