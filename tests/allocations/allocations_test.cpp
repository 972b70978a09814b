// What allocates when it is warm: nothing that a round trip does over and over, and a round trip as a whole no more
// often than it is known to.

#include "../../bench/counted_new.hpp"

#include <support/loopback.hpp>

#include <sallyport/engine/session_table.hpp>
#include <sallyport/protocol/codec.hpp>

#include <boost/asio/post.hpp>

#include <future>
#include <thread>

BOOST_AUTO_TEST_SUITE(allocations_when_warm)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

constexpr std::size_t posts = 2;
constexpr std::size_t logins_to_warm = 50;
constexpr std::size_t logins_to_count = 100;

/// A login of two posts, again and again, turn by turn as a web backend holds it.
class Repeated {
public:
  explicit Repeated(Client& client) : client_(&client) {}

  /// Calls `done` inside the turn that ends the last of them.
  void run(std::size_t logins, std::function<void()> done) {
    left_ = logins;
    done_ = std::move(done);
    begin();
  }

private:
  void begin() {
    login_.emplace(client_->login(credentials_of("user-1")));
    login_->async_begin([this](error_code ec, Turn turn) { turned(ec, turn); });
  }

  void turned(error_code ec, Turn const& turn) {
    if (ec) throw boost::system::system_error(ec);
    if (std::holds_alternative<Prompt>(turn)) {
      return login_->async_answer(Answer::text(Secret("123456")),
                                  [this](error_code failure, Turn next) { turned(failure, next); });
    }
    if (std::get<Outcome>(turn).kind != OutcomeKind::succeeded) throw std::runtime_error("a login failed");
    login_.reset();
    if (--left_ == 0) return done_();
    begin();
  }

  Client* client_;
  std::optional<Login> login_;
  std::size_t left_ = 0;
  std::function<void()> done_;
};

/// Asks for a code, and lets in.
class Doorkeeper final : public Verifier {
public:
  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return schemes_; }
  void forget(LoginId) noexcept override {}

private:
  void verify(VerifyRequest request, Handler handler) override {
    auto const lets_in = request.act == EventType::answer;
    std::move(handler)(error_code(), lets_in ? granted() : challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  }

  std::vector<AuthenticationScheme> schemes_;
};

/// A server on a thread of its own, so that each side has its own count.
class ServerThread {
public:
  explicit ServerThread(TlsIdentity identity) {
    ServerConfig config;
    config.identity = std::move(identity);
    config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
    auto made = Server::create(io_.get_executor(), std::move(config), doorkeeper_);
    BOOST_TEST_REQUIRE(made.has_value());
    server_.emplace(std::move(*made));
    server_->start();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~ServerThread() {
    server_->stop();
    thread_.join();
  }
  ServerThread(ServerThread const&) = delete;
  ServerThread& operator=(ServerThread const&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] std::size_t count() {
    std::promise<std::size_t> counted;
    boost::asio::post(io_, [&counted] { counted.set_value(allocations); });
    return counted.get_future().get();
  }

private:
  boost::asio::io_context io_{1};
  Doorkeeper doorkeeper_;
  std::optional<Server> server_;
  std::thread thread_;
};

template <class Work>
std::size_t allocations_of(Work work) {
  auto const before = allocations;
  work();
  return allocations - before;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_count_counts) {
  BOOST_TEST(allocations_of([] { delete new int(1); }) == 1U);
}

BOOST_AUTO_TEST_CASE(a_login_in_a_table_of_sessions_allocates_nothing) {
  TimePoint const start{};
  SessionTable table(1000, start);
  Limits const limits;
  std::size_t rung = 0;
  auto const count = allocations_of([&] {
    for (auto round = 0; round < 1000; ++round) {
      auto const now = start + round * 1s;
      auto const handle = table.open(Role::claimant, limits).value();
      BOOST_TEST_REQUIRE(table.step(handle, Event(EventType::login), now).has_value());
      Verdict verdict;
      verdict.status = AuthStatus::challenge_issued;
      verdict.mfa_type = MfaType::phone;
      verdict.life_span = 60s;
      BOOST_TEST_REQUIRE(table.step(handle, Event(verdict), now).has_value());
      BOOST_TEST_REQUIRE(table.step(handle, Event(EventType::answer), now).has_value());
      if (round % 2 == 0) table.close(handle);
      table.advance(now, [&rung](SessionHandle, EventType) { ++rung; });
    }
  });
  BOOST_TEST(count == 0U);
  BOOST_TEST(rung > 0U);
}

BOOST_AUTO_TEST_CASE(a_message_takes_a_block_for_each_long_text_and_one_for_what_is_written) {
  auto const reply = envelope_of(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  BOOST_TEST(allocations_of([&] { static_cast<void>(encode(reply)); }) == 1U);
  auto const text = encode(reply);
  BOOST_TEST(allocations_of([&] { BOOST_TEST_REQUIRE(decode<ApiResult<AuthResponse>>(text.reveal()).has_value()); }) ==
             0U);
}

BOOST_AUTO_TEST_CASE(a_round_trip_allocates_no_more_than_it_is_known_to_on_either_side) {
  Certificates certificates;
  ServerThread server(certificates.identity());
  boost::asio::io_context io(1);
  ClientConfig config;
  config.url = "https://127.0.0.1:" + std::to_string(server.port());
  config.client_id = "client-1";
  config.client_secret = Secret("client-secret-1");
  config.ca_file = certificates.ca_file();
  config.governor = no_governor;  // What it allocates is not what is counted here.
  auto client = Client::create(io.get_executor(), std::move(config)).value();
  Repeated logins(client);
  std::size_t of_client = 0;
  std::size_t of_server = 0;
  logins.run(logins_to_warm, [&] {
    of_server = server.count();
    auto const before = allocations;
    logins.run(logins_to_count, [&, before] {
      of_client = allocations - before;
      of_server = server.count() - of_server;
    });
  });
  io.run();
  constexpr auto round_trips = static_cast<double>(posts * logins_to_count);
  auto const a_client = static_cast<double>(of_client) / round_trips;
  auto const a_server = static_cast<double>(of_server) / round_trips;
  BOOST_TEST_MESSAGE("allocations a round trip: claimant " << a_client << ", verifier " << a_server);
  BOOST_TEST(a_client > 0);
  BOOST_TEST(a_client < 9);
  BOOST_TEST(a_server > 0);
  BOOST_TEST(a_server < 13);
}

BOOST_AUTO_TEST_SUITE_END()
