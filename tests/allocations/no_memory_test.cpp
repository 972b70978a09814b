// A server whose allocations fail, each in turn: it answers, or closes the one connection that wanted the memory; it
// serves the next one, nothing leaks and no exception reaches the host.

#include "failing_new.hpp"

#include <support/loopback.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(no_memory)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

/// Whose allocations fail, of the thread that calls it.
using Source = Failing& (*)() noexcept;

constexpr std::string_view headers = "Host: x\r\nX-Client-Id: client-1\r\nX-Client-Secret: client-secret-1\r\n";

std::string post(std::string_view target, std::string_view body) {
  return "POST " + std::string(target) + " HTTP/1.1\r\n" + std::string(headers) +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

std::string login_of(std::size_t user) {
  return post("/api/v1/authenticate?userId=user-" + std::to_string(user),
              R"({"type":"robinhood","username":"Mesh","password":"Pass123","deviceInfo":"a device of some length"})");
}

/// Gives a door for the first request of a login and lets in then; in the call, or later on a thread of its own.
class Doorkeeper final : public Verifier {
public:
  explicit Doorkeeper(bool is_late) : is_late_(is_late) {}
  ~Doorkeeper() override {
    work_.reset();
    thread_.join();
  }

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return schemes_; }
  void forget(LoginId) noexcept override {}
  /// What is asked next waits until the test lets it in.
  void hold() { holds_ = true; }
  [[nodiscard]] bool is_held() const { return is_held_; }
  void let_in() { std::move (*held_)(error_code(), granted()); }

private:
  void verify(VerifyRequest request, Handler handler) override {
    auto said =
        request.act == EventType::login ? challenge(AuthStatus::challenge_issued, MfaType::phone, 60) : granted();
    if (holds_) {
      held_.emplace(std::move(handler));
      is_held_ = true;
      return;
    }
    if (!is_late_) return std::move(handler)(error_code(), std::move(said));
    asio::post(io_, [said = std::move(said), handler = std::move(handler)]() mutable {
      std::move(handler)(error_code(), std::move(said));
    });
  }

  std::vector<AuthenticationScheme> schemes_;
  bool is_late_;
  std::atomic<bool> holds_{false};
  std::atomic<bool> is_held_{false};
  std::optional<Handler> held_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::thread thread_{[this] { io_.run(); }};
};

/// A server on a thread of its own, whose allocations alone fail.
class ServerThread {
public:
  explicit ServerThread(bool is_late) : doorkeeper_(is_late) {
    ServerConfig config;
    config.identity = certificates_.identity();
    config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
    auto made = Server::create(io_.get_executor(), std::move(config), doorkeeper_);
    BOOST_TEST_REQUIRE(made.has_value());
    server_.emplace(std::move(*made));
    server_->start();
    thread_ = std::thread([this] { run(); });
  }
  ~ServerThread() {
    server_->stop();
    work_.reset();
    thread_.join();
  }
  ServerThread(ServerThread const&) = delete;
  ServerThread& operator=(ServerThread const&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] ServerCounters counters() const { return server_->counters(); }
  [[nodiscard]] unsigned exceptions() const { return exceptions_; }
  [[nodiscard]] Doorkeeper& doorkeeper() { return doorkeeper_; }
  [[nodiscard]] Server& server() { return *server_; }

  template <class Work>
  auto on_thread(Work work) {
    std::packaged_task<decltype(work())()> task(work);
    auto done = task.get_future();
    asio::post(io_, [&task] { task(); });
    return done.get();
  }
  /// The allocation of this number from now on fails.
  void fail(Source source, std::size_t number) {
    on_thread([source, number] { source().left = number; });
  }
  /// Whether it came to that; none fails any more.
  [[nodiscard]] bool has_failed(Source source) {
    return on_thread([source] { return std::exchange(source().left, 0) == 0; });
  }

private:
  void run() {
    for (;;) {
      try {
        io_.run();
        return;
      } catch (std::bad_alloc const&) {
        ++exceptions_;
      }
    }
  }

  Certificates certificates_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  Doorkeeper doorkeeper_;
  std::optional<Server> server_;
  std::atomic<unsigned> exceptions_{0};
  std::thread thread_;
};

/// A client of the test's own thread. It waits no longer than a test does.
class Caller {
public:
  explicit Caller(std::uint16_t port) : stream_(io_, context_) {
    stream_.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    finish([this](auto done) {
      stream_.async_handshake(asio::ssl::stream_base::client, [done](error_code ec) { done(ec, 0); });
    });
  }

  void write(std::string const& request) {
    finish([&](auto done) { asio::async_write(stream_, asio::buffer(request), done); });
  }
  /// What comes back; nothing where the server closes.
  [[nodiscard]] std::string ask(std::string const& request) {
    std::string text;
    if (!ec_) write(request);
    std::array<char, 4096> room;
    while (!ec_ && !is_whole(text)) {
      auto const size = finish([&](auto done) { stream_.async_read_some(asio::buffer(room), done); });
      text.append(room.data(), size);
    }
    return ec_ ? std::string() : text;
  }

private:
  template <class Start>
  std::size_t finish(Start start) {
    auto is_done = false;
    std::size_t size = 0;
    start([this, &is_done, &size](error_code ec, std::size_t some) {
      is_done = true;
      ec_ = ec;
      size = some;
    });
    io_.restart();
    io_.run_for(patience);
    BOOST_TEST_REQUIRE(is_done, "the server neither answers nor closes");
    return size;
  }
  static bool is_whole(std::string const& text) {
    auto const head = text.find("\r\n\r\n");
    auto const length = text.find("Content-Length: ");
    if (head == std::string::npos || length > head) return false;
    return text.size() >= head + 4 + std::stoul(text.substr(length + 16));
  }

  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
  error_code ec_;
};

std::size_t open_descriptors() {
  auto const all = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

template <class Condition>
void wait_until(Condition condition) {
  auto const end = std::chrono::steady_clock::now() + patience;
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  BOOST_TEST_REQUIRE(condition());
}

bool is_ok(std::string const& reply) {
  return reply.starts_with("HTTP/1.1 200 ");
}

/// A connection with two requests: the schemes, and the first post of a login.
void make_one_connection(std::uint16_t port, std::size_t user) {
  Caller caller(port);
  auto const schemes = caller.ask("GET /api/v1/authenticationSchemes HTTP/1.1\r\n" + std::string(headers) + "\r\n");
  if (!schemes.empty()) BOOST_TEST(is_ok(schemes), schemes);
  if (schemes.empty()) return;
  auto const reply = caller.ask(login_of(user));
  if (!reply.empty()) BOOST_TEST(is_ok(reply), reply);
}

/// Lets each allocation of the server fail in turn, one a connection, until a connection has none left that could.
void fail_each(Source source, bool is_late, std::size_t stride) {
  ServerThread server(is_late);
  for (auto warm = 0U; warm < 3; ++warm) make_one_connection(server.port(), warm);
  wait_until([&] { return server.counters().connections_open == 0; });
  auto const descriptors = open_descriptors();
  std::size_t number = 1;
  for (auto has_failed = true; has_failed; number += stride) {
    BOOST_TEST_CONTEXT("allocation " << number) {
      server.fail(source, number);
      make_one_connection(server.port(), 1000 + 2 * number);
      wait_until([&] { return server.counters().connections_open == 0; });
      has_failed = server.has_failed(source);
      Caller next(server.port());
      BOOST_TEST(is_ok(next.ask(login_of(1001 + 2 * number))));
    }
  }
  wait_until([&] { return server.counters().connections_open == 0; });
  BOOST_TEST_MESSAGE(number << " allocations failed");
  BOOST_TEST(number > 10U);
  BOOST_TEST(server.exceptions() == 0U);
  BOOST_TEST(open_descriptors() <= descriptors);
  BOOST_TEST(server.counters().sessions_open == server.counters().logins_kept);
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_allocation_of_a_connection_may_fail_without_harm_to_others) {
  fail_each(&failing_new, false, 1);
}

BOOST_AUTO_TEST_CASE(so_may_each_where_the_verifier_answers_later) {
  fail_each(&failing_new, true, 1);
}

// Many hundreds: some of them, and so that a second run meets others of a connection.
BOOST_AUTO_TEST_CASE(so_may_those_of_openssl) {
  BOOST_TEST_REQUIRE(openssl_can_fail);
  fail_each(&failing_openssl, false, 13);
}

// Its login is given up then, and whatever waited for it is dropped, not closed.
BOOST_AUTO_TEST_CASE(a_server_that_drains_ends_with_a_last_connection_that_finds_no_memory) {
  ServerThread server(false);
  server.doorkeeper().hold();
  Caller caller(server.port());
  caller.write(login_of(1));
  wait_until([&] { return server.doorkeeper().is_held(); });
  std::promise<error_code> end;
  server.server().async_drain(1h, [&end](error_code ec) { end.set_value(ec); });
  server.fail(&failing_new, 1);
  server.doorkeeper().let_in();
  auto ended = end.get_future();
  BOOST_TEST_REQUIRE((ended.wait_for(patience) == std::future_status::ready));
  BOOST_TEST(ended.get() == error_code());
  BOOST_TEST(server.has_failed(&failing_new));
  BOOST_TEST(server.exceptions() == 0U);
  BOOST_TEST(server.counters().connections_open == 0U);
}

BOOST_AUTO_TEST_CASE(where_there_is_no_memory_for_a_while_the_server_accepts_afterwards) {
  ServerThread server(false);
  make_one_connection(server.port(), 1);
  server.on_thread([] { failing_new().all = true; });
  asio::io_context io;
  std::vector<asio::ip::tcp::socket> callers;
  while (callers.size() < 3) {
    callers.emplace_back(io).connect({asio::ip::make_address("127.0.0.1"), server.port()});
    std::this_thread::sleep_for(10ms);
  }
  server.on_thread([] { failing_new().all = false; });
  Caller next(server.port());
  BOOST_TEST(is_ok(next.ask(login_of(2))));
  BOOST_TEST(server.exceptions() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
