#include "institution_process.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <poll.h>

namespace sallyport::test {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

void say(int into, std::string const& line) {
  static_cast<void>(::write(into, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
}

class TellingVerifier final : public Verifier {
public:
  explicit TellingVerifier(int news) noexcept : news_(news) {}

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return list_; }
  void forget(LoginId) noexcept override {}

  void release() {
    for (auto& handler : std::exchange(held_, {})) std::move(handler)(error_code(), granted());
  }

private:
  void verify(VerifyRequest request, Handler handler) override {
    say(news_, "asked " + request.user_id + "\n");
    if (request.user_id.starts_with("held")) return held_.push_back(std::move(handler));
    auto const at_door = request.user_id.starts_with("door") && request.act == EventType::login;
    auto reply = at_door ? challenge(AuthStatus::challenge_issued, MfaType::phone, 120) : granted();
    std::move(handler)(error_code(), std::move(reply));
  }

  int news_;
  std::vector<Handler> held_;
  std::vector<AuthenticationScheme> list_;
};

/// Serves until nobody is left who could give an order.
void serve(ServerConfig config, int orders, int news) {
  asio::io_context io;
  TellingVerifier verifier(news);
  auto server = Server::create(io.get_executor(), std::move(config), verifier);
  if (!server) return;
  server->start();
  say(news, "port " + std::to_string(server->port()) + "\n");
  asio::posix::stream_descriptor from_test(io, orders);
  char order = 0;
  std::function<void()> const listen = [&] {
    from_test.async_read_some(asio::buffer(&order, 1), [&](error_code ec, std::size_t) {
      if (ec) return io.stop();
      verifier.release();
      listen();
    });
  };
  listen();
  io.run();
  say(news, "connections " + std::to_string(server->counters().connections) + "\n");
}

}  // namespace

InstitutionProcess::InstitutionProcess() {
  ServerConfig config;
  config.identity = certificates_.identity();
  config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  std::array<int, 2> orders{};
  std::array<int, 2> news{};
  BOOST_TEST_REQUIRE((::pipe(orders.data()) == 0 && ::pipe(news.data()) == 0));
  pid_ = ::fork();
  BOOST_TEST_REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    ::alarm(300);
    ::close(orders[1]);
    ::close(news[0]);
    serve(std::move(config), orders[0], news[1]);
    ::_exit(0);
  }
  ::close(orders[0]);
  ::close(news[1]);
  orders_ = orders[1];
  news_ = news[0];
  while (heard_.find('\n') == std::string::npos && ::waitpid(pid_, nullptr, WNOHANG) == 0) hear();
  BOOST_TEST_REQUIRE(heard_.starts_with("port "));
  port_ = static_cast<std::uint16_t>(std::stoi(heard_.substr(5)));
}

InstitutionProcess::~InstitutionProcess() {
  if (orders_ >= 0) static_cast<void>(connections());
  ::close(news_);
}

Client InstitutionProcess::make_client(asio::io_context& io) const {
  ClientConfig config;
  config.url = "https://127.0.0.1:" + std::to_string(port_);
  config.client_id = "client-1";
  config.client_secret = Secret("client-secret-1");
  config.ca_file = certificates_.ca_file();
  config.governor = no_governor;
  return Client::create(io.get_executor(), std::move(config)).value();
}

void InstitutionProcess::release() {
  say(orders_, "r");
}

void InstitutionProcess::hear() {
  pollfd waiting{.fd = news_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, 10) != 1) return;
  std::array<char, 512> some{};
  if (auto const got = ::read(news_, some.data(), some.size()); got > 0) {
    heard_.append(some.data(), static_cast<std::size_t>(got));
  }
}

std::size_t InstitutionProcess::times_asked(std::string_view user) {
  hear();
  auto const line = "asked " + std::string(user) + "\n";
  std::size_t times = 0;
  for (auto at = heard_.find(line); at != std::string::npos; at = heard_.find(line, at + 1)) ++times;
  return times;
}

bool InstitutionProcess::was_asked(std::string_view user, std::size_t times) {
  return times_asked(user) >= times;
}

std::size_t InstitutionProcess::connections() {
  ::close(std::exchange(orders_, -1));
  ::waitpid(pid_, nullptr, 0);
  constexpr std::string_view word = "connections ";
  while (heard_.find(word) == std::string::npos) hear();
  return std::stoul(heard_.substr(heard_.find(word) + word.size()));
}

}  // namespace sallyport::test
