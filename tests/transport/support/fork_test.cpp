// A process that forks while it has clients and servers: what was begun stays with the parent, and the child begins
// with no connection. In the child nothing of Boost.Test is used; it reports what was wrong.

#include <support/random.hpp>

#include <support/fork_told.hpp>
#include <support/institution_process.hpp>
#include <support/loopback.hpp>

#include <sallyport/transport/token_keeper.hpp>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(forking)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using asio::execution_context;
using boost::system::error_code;

namespace {

std::string const forked = make_error_code(TransportErrc::forked).message();
std::string const not_told = make_error_code(TransportErrc::context_not_told).message();

/// Which sockets of this process are connected, by their inodes.
std::set<ino_t> connected_sockets() {
  std::set<ino_t> found;
  for (auto const& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    auto const descriptor = std::stoi(entry.path().filename().string());
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    struct stat what {};
    auto const is_connected = ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
    if (is_connected && ::fstat(descriptor, &what) == 0) found.insert(what.st_ino);
  }
  return found;
}

/// A client, and what became of its logins.
struct Host {
  explicit Host(InstitutionProcess const& institution) : client(institution.make_client(*io)) {}

  void log_in(std::string const& user) {
    ended[user].clear();
    client->async_login(credentials_of(user), responder, [this, user](error_code ec, Outcome const& outcome) {
      ended[user] = ec ? ec.message() : std::string(name_of(outcome.kind));
    });
  }
  [[nodiscard]] std::string end_of(std::string const& user) {
    return runs_until(*io, [&] { return !ended[user].empty(); }) ? ended[user] : "nothing";
  }
  [[nodiscard]] std::string log_in_to_the_end(std::string const& user) {
    log_in(user);
    return end_of(user);
  }
  [[nodiscard]] std::string turn(std::function<void(std::function<void(error_code, Turn)>)> const& start) {
    std::string said;
    start([&said](error_code ec, Turn const& turn) {
      auto const* const outcome = std::get_if<Outcome>(&turn);
      said = ec ? ec.message() : outcome == nullptr ? "prompt" : std::string(name_of(outcome->kind));
    });
    runs_until(*io, [&said] { return !said.empty(); });
    return said;
  }
  [[nodiscard]] std::string begin(Login& login) {
    return turn([&login](auto handler) { login.async_begin(std::move(handler)); });
  }
  [[nodiscard]] std::string answer(Login& login) {
    return turn([&login](auto handler) { login.async_answer(Answer::text(Secret("123456")), std::move(handler)); });
  }

  std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>();
  ScriptedResponder responder;
  std::optional<Client> client;
  std::map<std::string, std::string> ended;
};

}  // namespace

BOOST_AUTO_TEST_CASE(parent_and_child_go_on_with_connections_of_their_own) {
  InstitutionProcess institution;
  Host host(institution);
  auto login = host.client->login(credentials_of("door"));
  BOOST_TEST_REQUIRE(host.begin(login) == "prompt");
  host.log_in("held");
  BOOST_TEST_REQUIRE(runs_until(*host.io, [&] { return institution.was_asked("held"); }));
  auto const of_parent = connected_sockets();
  BOOST_TEST(of_parent.size() == host.client->pool_state().open);

  auto child = fork_told(*host.io, [&]() -> std::string {
    if (!connected_sockets().empty()) return "it was born with a connection";
    if (auto const end = host.end_of("held"); end != "outcome_unknown") return "in flight: " + end;
    if (auto const end = host.answer(login); end != forked) return "at a door: " + end;
    if (auto const end = host.log_in_to_the_end("child"); end != "succeeded") return "its own: " + end;
    if (host.client->pool_state().open != 1) return "it has not one connection";
    for (auto const socket : connected_sockets()) {
      if (of_parent.contains(socket)) return "it speaks on a connection of its parent";
    }
    return "";
  });
  BOOST_TEST(child.finish() == "");
  institution.release();
  BOOST_TEST(host.end_of("held") == "succeeded");
  BOOST_TEST(host.answer(login) == "succeeded");
  BOOST_TEST(host.log_in_to_the_end("parent") == "succeeded");
  BOOST_TEST((connected_sockets() == of_parent));
  for (auto const* const user : {"held", "child", "parent"}) BOOST_TEST(institution.times_asked(user) == 1);
  BOOST_TEST(institution.times_asked("door") == 2);
  BOOST_TEST(institution.connections() == of_parent.size() + 1);
}

BOOST_AUTO_TEST_CASE(wherever_a_login_stands_at_a_fork_it_is_posted_once) {
  InstitutionProcess institution;
  for (auto const handlers : {0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25}) {
    BOOST_TEST_CONTEXT("after " << handlers << " handlers") {
      Host host(institution);
      auto const user = "after-" + std::to_string(handlers);
      host.log_in(user);
      for (auto left = handlers; left > 0; --left) host.io->run_one_for(std::chrono::milliseconds(20));
      auto child = fork_told(*host.io, [&]() -> std::string {
        auto const end = host.end_of(user);
        // What had come before the fork has come in both.
        if (end != forked && end != "outcome_unknown" && end != "succeeded") return "begun before: " + end;
        auto const own = host.log_in_to_the_end("child-" + user);
        return own == "succeeded" ? "" : "its own: " + own;
      });
      BOOST_TEST(host.end_of(user) == "succeeded");
      BOOST_TEST(child.finish() == "");
      BOOST_TEST(institution.times_asked(user) == 1);
      BOOST_TEST(institution.times_asked("child-" + user) == 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_fork_within_a_handler_is_as_good_as_any) {
  InstitutionProcess institution;
  Host host(institution);
  host.log_in("held");
  BOOST_TEST_REQUIRE(runs_until(*host.io, [&] { return institution.was_asked("held"); }));
  std::array<int, 2> ends{};
  BOOST_TEST_REQUIRE(::pipe(ends.data()) == 0);
  pid_t pid = -1;
  auto const process = ::getpid();
  host.client->async_login(credentials_of("first"), host.responder, [&](error_code, Outcome const&) {
    host.io->notify_fork(execution_context::fork_prepare);
    pid = ::fork();
    host.io->notify_fork(pid == 0 ? execution_context::fork_child : execution_context::fork_parent);
    // In the turn in which the reply was read, the connection counts as just heard of.
    host.log_in(pid == 0 ? "child" : "parent");
  });
  BOOST_TEST_REQUIRE(runs_until(*host.io, [&pid] { return pid >= 0; }));
  if (::getpid() != process) {
    Child::report_and_leave(ends[1], [&]() -> std::string {
      if (auto const end = host.end_of("child"); end != "succeeded") return "its own: " + end;
      if (auto const end = host.end_of("held"); end != "outcome_unknown") return "in flight: " + end;
      return "";
    });
  }
  ::close(ends[1]);
  Child child(pid, ends[0]);
  BOOST_TEST(child.finish() == "");
  institution.release();
  BOOST_TEST(host.end_of("held") == "succeeded");
  BOOST_TEST(host.end_of("parent") == "succeeded");
  for (auto const* const user : {"held", "first", "child", "parent"}) BOOST_TEST(institution.times_asked(user) == 1);
}

#ifndef __SANITIZE_THREAD__  // It lets nobody start a thread in the child of a process that has several.
BOOST_AUTO_TEST_CASE(a_child_that_is_not_told_is_refused_and_leaves_its_parent_alone) {
  InstitutionProcess institution;
  Host host(institution);
  BOOST_TEST_REQUIRE(host.log_in_to_the_end("first") == "succeeded");
  host.log_in("held");
  BOOST_TEST_REQUIRE(runs_until(*host.io, [&] { return institution.was_asked("held"); }));
  auto const of_parent = connected_sockets();

  auto child = Child::start([&]() -> std::string {
    if (!connected_sockets().empty()) return "it was born with a connection";
    Host own(institution);
    if (auto const end = own.log_in_to_the_end("child"); end != "succeeded") return "on a context of its own: " + end;
    ClientConfig config;
    config.url = "https://127.0.0.1:1";
    config.client_id = "client-1";
    config.client_secret = Secret("client-secret-1");
    auto const refused = Client::create(host.io->get_executor(), std::move(config));
    if (refused || refused.error() != TransportErrc::context_not_told) return "a client was made on the parent's epoll";
    if (auto const end = host.log_in_to_the_end("child-2"); end != not_told) return "on the parent's context: " + end;
    host.client.reset();
    return "";
  });
  BOOST_TEST(child.finish() == "");
  institution.release();
  BOOST_TEST(host.end_of("held") == "succeeded");
  BOOST_TEST(host.log_in_to_the_end("parent") == "succeeded");
  BOOST_TEST((connected_sockets() == of_parent));
  for (auto const* const user : {"first", "held", "child", "parent"}) BOOST_TEST(institution.times_asked(user) == 1);
  BOOST_TEST(institution.times_asked("child-2") == 0);
  BOOST_TEST(institution.connections() == of_parent.size() + 1);
}
#endif

BOOST_AUTO_TEST_CASE(a_child_that_is_not_told_and_drops_its_client_does_not_make_the_parent_deaf) {
  InstitutionProcess institution;
  Host host(institution);
  BOOST_TEST_REQUIRE(host.log_in_to_the_end("first") == "succeeded");
  auto child = Child::start([&]() -> std::string {
    host.client.reset();
    host.io->restart();
    host.io->poll();  // Here the client's descriptors leave the epoll that the parent has as well.
    return "";
  });
  BOOST_TEST(child.finish() == "");
  BOOST_TEST(host.log_in_to_the_end("parent") == "succeeded");
  BOOST_TEST(institution.connections() == 1);
}

BOOST_AUTO_TEST_CASE(a_connection_of_the_parent_ends_when_the_parent_closes_it_whatever_children_there_are) {
  auto net = std::make_unique<Loopback>();
  net->verifier.replies.push_back(granted());
  BOOST_TEST((net->login().second.kind == OutcomeKind::succeeded));
  std::array<int, 2> gate{};
  BOOST_TEST_REQUIRE(::pipe(gate.data()) == 0);
  auto child = Child::start([&]() -> std::string {
    ::close(gate[1]);
    char byte = 0;
    return ::read(gate[0], &byte, 1) == 0 ? "" : "the gate did not close";
  });
  net->client.reset();  // Its connections close, and the server hears of it.
  net->run_until([&net] { return net->server->counters().connections_open == 0; });
  ::close(gate[1]);
  BOOST_TEST(child.finish() == "");
  ::close(gate[0]);
}

BOOST_AUTO_TEST_CASE(a_server_that_was_started_serves_in_the_child_too_and_leaves_its_logins_to_the_parent) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 120));
  auto login = net.client->login(net.credentials());
  BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(net.begin(login).second));

  auto child = fork_told(net.io, [&]() -> std::string {
    if (!connected_sockets().empty()) return "it was born with a connection";
    if (!runs_until(net.io, [&] { return net.server->counters().sessions_open == 0; })) return "it kept the login";
    if (net.server->counters().connections_open != 0) return "it kept the connection";
    if (!net.verifier.forgotten.empty()) return "it told the verifier that the login is over";
    net.verifier.replies.push_back(granted());
    auto end = std::string("nothing");
    net.client->async_login(credentials_of("child"), net.responder, [&end](error_code ec, Outcome const& outcome) {
      end = ec ? ec.message() : std::string(name_of(outcome.kind));
    });
    runs_until(net.io, [&end] { return end != "nothing"; });
    return end == "succeeded" ? "" : "its own: " + end;
  });
  BOOST_TEST(child.finish() == "");
  BOOST_TEST(net.server->counters().sessions_open == 1);
  net.verifier.replies.push_back(granted());
  auto const [ec, turn] = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST(!ec, ec.message());
  BOOST_TEST((std::get<Outcome>(turn).kind == OutcomeKind::succeeded));
  // Its own, and one more where the child took so long that a post with a code no longer went over it.
  BOOST_TEST(net.server->counters().connections <= 2);
  BOOST_TEST(net.verifier.asked.size() == 2);
}

BOOST_AUTO_TEST_CASE(a_child_that_destroys_a_server_and_its_context_takes_nothing_from_its_parent) {
  Loopback net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 120));
  auto serving = std::make_unique<asio::io_context>();
  ServerConfig config;
  config.identity = net.certificates.identity();
  config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  std::optional<Server> server(Server::create(serving->get_executor(), std::move(config), net.verifier).value());
  server->start();
  auto client =
      net.another_client([&](ClientConfig& to) { to.url = "https://127.0.0.1:" + std::to_string(server->port()); });
  auto login = client.login(net.credentials());
  std::optional<Turn> turn;
  auto const take = [&turn](error_code, Turn came) { turn = std::move(came); };
  auto const serves_until = [&](auto condition) {
    return runs_until(net.io, [&] {
      serving->restart();
      serving->poll();
      return condition();
    });
  };
  login.async_begin(take);
  BOOST_TEST_REQUIRE(serves_until([&] { return turn && std::holds_alternative<Prompt>(*turn); }));

  auto child = Child::start([&]() -> std::string {
    server.reset();
    serving.reset();  // With it go the connection, the reactor, and the socket that listens.
    return "";
  });
  BOOST_TEST(child.finish() == "");
  net.verifier.replies.push_back(granted());
  login.async_answer(Answer::text(Secret("123456")), take);
  BOOST_TEST(serves_until([&] { return std::holds_alternative<Outcome>(*turn); }));
  BOOST_TEST(server->counters().connections == 1);
  BOOST_TEST(server->counters().sessions_open == 0);
}

BOOST_AUTO_TEST_CASE(a_keeper_leaves_the_refresh_to_the_parent) {
  Loopback net;
  KeptTokens tokens{.type = BrokerType::robinhood,
                    .access_token = Secret("access-token"),
                    .refresh_token = Secret("refresh-token"),
                    .expires_in = std::chrono::seconds(1)};
  TokenKeeper keeper(*net.client, std::move(tokens));
  std::string end;
  keeper.async_run([&end](error_code, KeeperEnd why) { end = name_of(why); });
  auto child = fork_told(net.io, [&] {
    runs_until(net.io, [&end] { return !end.empty(); });
    return end;
  });
  BOOST_TEST(child.finish() == "forked");
}

BOOST_AUTO_TEST_CASE(a_request_in_flight_ends_in_a_child_that_was_out_of_descriptors_at_first) {
  InstitutionProcess institution;
  Host host(institution);
  auto ended = false;
  host.client->async_authenticate(credentials_of("held"),
                                  [&ended](error_code, Client::AuthReply const&) { ended = true; });
  BOOST_TEST_REQUIRE(runs_until(*host.io, [&] { return institution.was_asked("held"); }));
  auto child = fork_told(*host.io, [&]() -> std::string {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return "no limit is known";
    auto none = limit;
    none.rlim_cur = 0;
    if (::setrlimit(RLIMIT_NOFILE, &none) != 0) return "no limit can be set";
    runs_for(*host.io, std::chrono::milliseconds(50));
    if (ended) return "it needed no descriptor";
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return "the limit stays";
    return runs_until(*host.io, [&ended] { return ended; }) ? "" : "it did not end";
  });
  BOOST_TEST(child.finish() == "");
  institution.release();
  BOOST_TEST(runs_until(*host.io, [&ended] { return ended; }));
}

BOOST_AUTO_TEST_CASE(parent_and_child_draw_different_bits) {
  RandomIds ids;
  static_cast<void>(ids.next());  // There is a stock now.
  auto child = Child::start([&ids] { return ids.next()->hex() + random_id().value(); });
  auto const of_child = child.finish();
  BOOST_TEST_REQUIRE(of_child.size() == 2 * 2 * RandomId::size);
  BOOST_TEST(ids.next()->hex() != of_child.substr(0, 2 * RandomId::size));
  BOOST_TEST(random_id().value() != of_child.substr(2 * RandomId::size));
}

BOOST_AUTO_TEST_SUITE_END()
