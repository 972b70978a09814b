#pragma once

#include <support/loopback.hpp>
#include <support/scenario_login.hpp>
#include <support/tap.hpp>

#include <sallyport/sandbox/accounts.hpp>
#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/sandbox/sandbox.hpp>
#include <sallyport/transport/observers.hpp>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::test {

/// Passes every question on and keeps which steps of the flow the requests were at.
class ListeningVerifier final : public Verifier {
public:
  explicit ListeningVerifier(Verifier& inner) : inner_(&inner) {}

  std::set<std::string> flow_steps;

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const override { return inner_->schemes(); }
  void forget(LoginId login) noexcept override { inner_->forget(login); }

private:
  void verify(VerifyRequest request, Handler handler) override {
    if (request.request.auth_flow_step) flow_steps.emplace(request.request.auth_flow_step->spelling());
    inner_->async_verify(std::move(request), std::move(handler));
  }

  Verifier* inner_;
};

/// A server with the sandbox behind it, and clients that poll quickly.
struct SandboxNet {
  /// `service` answers what is no login, else the sandbox does. A tap is slower, so it is there for who asks.
  explicit SandboxNet(bool strict = false, AccountService* service = nullptr, bool tapped = false)
      : sandbox(net.io.get_executor(), Catalogue::embedded(), {.pace = 20, .clock = {}}),
        listener(sandbox),
        accounts(*sandbox.catalogue()) {
    ServerConfig config;
    config.identity = net.certificates.identity();
    config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
    config.observer = recorder;
    config.limits.request_life_span = scaled(config.limits.request_life_span);
    config.limits.confirmations_max = 10'000;
    auto* const connections = service != nullptr ? service : &accounts;
    net.server.emplace(std::move(*Server::create(net.io.get_executor(), std::move(config), listener, connections)));
    net.server->start();
    if (tapped) tap.emplace(net.io, net.certificates, net.server->port());
    client = net.another_client([this, strict](ClientConfig& tweaked) {
      tweaked.observer = recorder;
      if (tap) tweaked.url = tap->url();
      tweaked.connections_max = 128;  // A reply that never comes holds one for as long as a request may take.
      tweaked.limits.strict = strict;
      tweaked.limits.poll_interval = std::chrono::milliseconds(10);
      // The scenarios in which no reply comes wait so long. A tap makes every handshake two.
      tweaked.limits.request_life_span = scaled(std::chrono::seconds(tap ? 20 : 4));
      tweaked.limits.step_life_span = scaled(std::chrono::seconds(3));
      // Where no poll of a delayed login is ever answered it waits so long.
      tweaked.limits.flow_life_span = scaled(std::chrono::seconds(30));
      tweaked.limits.confirmations_max = 10'000;  // They come a hundred times as fast as those of a user.
    });
  }

  /// Plays those that the condition picks and checks how each has ended.
  template <class Picks>
  std::vector<Played> play_those(Picks picks, std::optional<OutcomeKind> all_end_as = std::nullopt,
                                 Breadth breadth = Breadth::at_a_few) {
    std::vector<ScenarioLogin> logins;
    for (auto const& login : all_logins(*sandbox.catalogue(), breadth)) {
      if (picks(login)) logins.push_back(login);
    }
    auto played = play(net.io, *client, logins, sightings);
    BOOST_TEST(played.size() == logins.size());
    for (auto const& one : played) {
      BOOST_TEST_CONTEXT(title_of(one.login)) {
        BOOST_TEST(!one.ec, one.ec.message());
        auto const as_it_should = all_end_as ? one.outcome.kind == *all_end_as : one.is_as_expected();
        BOOST_TEST(as_it_should, name_of(one.outcome.kind));
        BOOST_TEST(replays(Role::claimant, one.outcome.login));
      }
    }
    LoginId id = 1;
    while (recorder->record(Role::verifier, id)) BOOST_TEST(replays(Role::verifier, id++));
    BOOST_TEST(id > played.size());
    return played;
  }

  /// Whether the flight record of a login is decided again as it was, after a way through its text.
  bool replays(Role role, std::uint64_t login) const {
    auto const record = recorder->record(role, login);
    if (!record) return false;
    auto const read = read_flight_record(write_flight_record(*record));
    BOOST_TEST_REQUIRE(read.has_value());
    return replay(*read, [](ReplayedStep const& step) { BOOST_TEST(step.difference == ""); });
  }

  /// The rings are so small that the longer logins do not fit.
  std::shared_ptr<FlightRecorder> recorder = std::make_shared<FlightRecorder>(FlightRing::steps_min, 20'000);
  Loopback net;
  Sandbox sandbox;
  ListeningVerifier listener;
  SandboxAccounts accounts;
  std::optional<Tap> tap;
  std::optional<Client> client;
  Sightings sightings;
};

}  // namespace sallyport::test
