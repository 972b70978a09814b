// Plays every scenario of the sandbox that keeps to the API's description, at every integration that has it, against a
// server that runs elsewhere.
//   sallyport_e2e --url URL --ca FILE

#include "program.hpp"

#include <support/scenario_login.hpp>

#include <sallyport/sandbox/catalogue.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

using namespace sallyport;

int main(int count, char** words) {
  auto options = test::read_options(count, words);
  auto config = test::client_config(options);
  // A thousand logins at once, which the description's checker answers one by one: few polls, and patience with it.
  config.limits.poll_interval = std::chrono::milliseconds(500);
  config.limits.request_life_span = std::chrono::seconds(60);
  config.limits.step_life_span = std::chrono::seconds(20);
  boost::asio::io_context io;
  auto client = test::make_client(io, std::move(config));
  auto const catalogue = Catalogue::embedded();
  test::Sightings sightings;
  std::vector<test::ScenarioLogin> logins;
  for (auto const& login : test::all_logins(catalogue, test::Breadth::everywhere)) {
    // A reply that never comes breaks no rule of its shape.
    auto const silent =
        std::ranges::any_of(login.scenario->doors, [](Door const& door) { return door.silence == Silence::for_ever; });
    if (!login.scenario->irregular && !silent) logins.push_back(login);
  }
  auto const played = test::play(io, client, logins, sightings);
  auto failures = logins.size() - played.size();
  for (auto const& login : played) {
    if (!login.is_as_expected()) ++failures;
    std::cout << (login.is_as_expected() ? "ok    " : "WRONG ") << test::title_of(login.login) << ": "
              << (login.ec ? login.ec.message() : std::string(name_of(login.outcome.kind))) << '\n';
  }
  std::cout << logins.size() << " logins, " << failures << " not as expected\n";
  return failures == 0 ? 0 : 1;
}
