// Every value of the API's enums, over HTTPS and in both roles: a tap on the wire saw our server send it, and our
// client read it.

#include "sandbox_net.hpp"

#include <support/scripted_accounts.hpp>

#include <iomanip>
#include <iostream>
#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(roles)

using namespace sallyport;
using namespace sallyport::test;

namespace {

using Names = std::set<std::string>;

/// Prints a line for each value and checks that both sides have had it.
template <class E>
void check_both(char const* title, Names const& sent, Names const& read, std::size_t count) {
  BOOST_TEST(enumerators<E>().size() == count);
  for (auto const value : enumerators<E>()) {
    std::string const name(wire_name(value));
    std::cout << std::left << std::setw(14) << title << std::setw(30) << name << std::setw(12)
              << (sent.contains(name) ? "sent" : "NOT SENT") << (read.contains(name) ? "read" : "NOT READ") << '\n';
    BOOST_TEST(sent.contains(name), title << " was not sent: " << name);
    BOOST_TEST(read.contains(name), title << " was not read: " << name);
  }
}

/// Lets the server answer a refresh with each status that an envelope can have.
void refresh_with_every_status(SandboxNet& net, ScriptedAccounts& accounts) {
  for (auto const status : enumerators<ApiResultStatus>()) {
    accounts.replies.push_back(status == ApiResultStatus::ok ? refreshed("access", "refresh", 60)
                                                             : refusal_envelope<RefreshResponse>(status, "No."));
    RefreshRequest request;
    request.type = BrokerType::kraken;
    request.refresh_token = Secret("refresh");
    auto const [ec, reply] = await<Client::RefreshReply>(
        net.net.io, [&](auto handler) { net.client->async_refresh(std::move(request), std::move(handler)); });
    BOOST_TEST(!ec, ec.message());
    BOOST_TEST((reply.status == status), wire_name(status));
    net.sightings.api_statuses.emplace(reply.status.spelling());
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_value_is_sent_by_the_server_and_read_by_the_client) {
  ScriptedAccounts accounts;
  SandboxNet net(false, &accounts, true);
  // Without those in which nothing is sent, or may not be.
  net.play_those([](ScenarioLogin const& login) {
    auto const& name = login.scenario->name;
    return name != "illegal" && !name.starts_with("silent");
  });
  refresh_with_every_status(net, accounts);
  auto const& wire = net.tap->seen();
  auto const& client = net.sightings;
  check_both<AuthStatus>("status", wire.statuses, client.statuses, 17);
  check_both<MfaType>("factor", wire.factors, client.factors, 13);
  check_both<AuthFlowStep>("flow step", wire.flow_steps, client.flow_steps, 5);
  check_both<MfaScheme>("MFA scheme", wire.mfa_schemes, client.mfa_schemes, 4);
  check_both<ApiResultStatus>("envelope", wire.api_statuses, client.api_statuses, 9);
}

BOOST_AUTO_TEST_SUITE_END()
