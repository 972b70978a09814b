// Plays every scenario of the sandbox that keeps to the API's description against a server that runs elsewhere.

#include "program.hpp"

#include <support/scenario_login.hpp>

#include <sallyport/sandbox/catalogue.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>

using namespace sallyport;

int main(int count, char** words) {
  auto options = test::read_options(count, words);
  auto config = test::client_config(options);
  config.limits.request_life_span = std::chrono::seconds(4);
  config.limits.step_life_span = std::chrono::seconds(8);
  boost::asio::io_context io;
  auto client = test::make_client(io, std::move(config));
  auto const catalogue = Catalogue::embedded();
  test::Sightings sightings;
  auto failures = 0;
  auto played = 0;
  for (auto const& login : test::all_logins(catalogue)) {
    if (login.scenario->irregular) continue;
    auto const silent =
        std::ranges::any_of(login.scenario->doors, [](Door const& door) { return door.silence == Silence::for_ever; });
    if (silent) continue;  // A reply that never comes breaks no rule of its shape.
    test::ScenarioResponder responder(login, sightings);
    auto const user = "e2e-" + std::to_string(++played);
    client.async_login(test::credentials_for(login, user), responder,
                       [&](boost::system::error_code ec, Outcome outcome) {
                         auto const expected = test::expected_outcome(login);
                         auto const good = !ec && outcome.kind == expected;
                         if (!good) ++failures;
                         std::cout << (good ? "ok    " : "WRONG ") << test::title_of(login) << ": "
                                   << (ec ? ec.message() : std::string(name_of(outcome.kind))) << '\n';
                       });
    io.restart();
    io.run();
  }
  std::cout << played << " logins, " << failures << " wrong\n";
  return failures == 0 ? 0 : 1;
}
