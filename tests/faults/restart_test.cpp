// The server goes and comes back, between two acts and in the midst of one; it hangs up on connections that are idle.

#include "table.hpp"

#include <support/fault_proxy.hpp>

#include <sallyport/protocol/field.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <cstdint>
#include <stdexcept>

BOOST_AUTO_TEST_SUITE(restart)

using namespace sallyport;
using namespace sallyport::test;
using namespace sallyport::test::faults;
namespace asio = boost::asio;

namespace {

/// When the server restarts; every login that it had is lost.
enum class When : std::uint8_t { between_two_acts, in_the_midst_of_one };

/// At a port that the system gives to nobody who asks for any, and that no scene of this process gets twice: while the
/// server is away it must not become another's.
Server new_server_to_restart(Stage& stage, Verifier& verifier) {
  constexpr auto lowest = 20'000;
  constexpr auto count = 10'000;
  static auto next = ::getpid() * 20;
  while (true) {
    auto const port = static_cast<std::uint16_t>(lowest + next++ % count);
    try {
      return stage.new_server(verifier, [port](ServerConfig& config) { config.port = port; });
    } catch (std::runtime_error const&) {  // Somebody listens there.
    }
  }
}

class RestartScene final : public Scene {
public:
  RestartScene(Stage& stage, When when, Step step)
      : stage_(&stage),
        when_(when),
        verifier_(stage.new_verifier()),
        server_(new_server_to_restart(stage, verifier_)),
        port_(server_->port()),
        client_(stage.new_client("https://127.0.0.1:" + std::to_string(port_))) {
    verifier_.replies.push_back(reply_to(Step::password));
    for (auto const one : steps) {
      if (one == step && when == When::in_the_midst_of_one) break;
      verifier_.replies.push_back(reply_to(one));
    }
  }

  ~RestartScene() override { verifier_.on_hold = nullptr; }

  Client& client() override { return client_; }
  /// What reached the institution, whichever server it came through.
  Seen seen() const override {
    Seen seen;
    for (auto const& [login, act, client, user, request] : verifier_.asked) {
      ++(carries_credentials(request) || carries_answer(request) ? seen.secrets : seen.others);
    }
    return seen;
  }
  /// A few turns of the context are enough for the old server to let go of its port.
  asio::awaitable<void> strike() override {
    if (when_ == When::in_the_midst_of_one) {  // The verifier has no reply for this act, so it is held.
      verifier_.on_hold = [this] { server_.reset(); };
      co_return;
    }
    server_.reset();
    for (auto turn = 0; turn < 10; ++turn) co_await asio::post(stage_->io, asio::use_awaitable);
    restart();
  }
  bool has_struck() const override { return restarted_ || !server_; }
  void lift() override {
    if (!server_) restart();
  }

private:
  void restart() {
    server_.emplace(stage_->new_server(verifier_, [this](ServerConfig& config) { config.port = port_; }));
    restarted_ = true;
    if (verifier_.replies.empty()) verifier_.replies.push_back(reply_to(Step::password));  // Of whoever comes next.
  }

  Stage* stage_;
  When when_;
  ScriptedVerifier& verifier_;
  std::optional<Server> server_;
  std::uint16_t port_;
  Client client_;
  bool restarted_ = false;
};

class IdleScene final : public Scene {
public:
  IdleScene(Stage& stage, bool with_reset)
      : with_reset_(with_reset),
        verifier_(stage.new_verifier()),
        server_(stage.new_server(verifier_)),
        proxy_(stage.io, server_.port()),
        client_(stage.new_client("https://127.0.0.1:" + std::to_string(proxy_.port()))) {
    verifier_.replies.push_back(reply_to(Step::password));
    for (auto const step : steps) verifier_.replies.push_back(reply_to(step));
  }

  Client& client() override { return client_; }
  Seen seen() const override {
    auto const counted = server_.counters();
    return {.secrets = counted.credential_posts, .others = counted.polls};
  }
  asio::awaitable<void> strike() override {
    connections_ = server_.counters().connections;
    proxy_.hang_up(with_reset_);
    co_return;
  }
  bool has_struck() const override { return server_.counters().connections == connections_ + 1; }

private:
  bool with_reset_;
  ScriptedVerifier& verifier_;
  Server server_;
  FaultProxy proxy_;
  Client client_;
  std::uint64_t connections_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_server_that_restarts_is_never_posted_a_secret_twice) {
  Stage stage;
  std::vector<Case> cases;
  for (auto const step : steps) {
    auto const starts = step == Step::password || step == Step::resend;
    cases.push_back(
        {.fault = "the server restarts between two acts",
         .step = step,
         .expected = starts ? went_on : "rejected",
         .make = [&stage, step] { return std::make_unique<RestartScene>(stage, When::between_two_acts, step); }});
    cases.push_back(
        {.fault = "the server restarts in the midst of an act",
         .step = step,
         .expected = "outcome_unknown",
         .make = [&stage, step] { return std::make_unique<RestartScene>(stage, When::in_the_midst_of_one, step); }});
  }
  play(stage, cases);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_that_the_server_closed_just_now_is_not_posted_on) {
  Stage stage;
  std::vector<Case> cases;
  for (auto const step : steps) {
    for (auto const with_reset : {false, true}) {
      cases.push_back({.fault = with_reset ? "an idle connection is reset" : "an idle connection is closed",
                       .step = step,
                       .expected = went_on,
                       .make = [&stage, with_reset] { return std::make_unique<IdleScene>(stage, with_reset); }});
    }
  }
  play(stage, cases);
}

BOOST_AUTO_TEST_SUITE_END()
