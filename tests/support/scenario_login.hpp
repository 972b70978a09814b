#pragma once

// Logs in through a scenario of the sandbox over the wire: a responder that knows the right answers, and what it saw.

#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/sandbox/scenario.hpp>
#include <sallyport/transport/client.hpp>
#include <sallyport/transport/outcome.hpp>
#include <sallyport/transport/prompt.hpp>
#include <sallyport/transport/responder.hpp>

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::test {

/// One way through one integration.
struct ScenarioLogin {
  AuthenticationScheme const* scheme;
  Scenario const* scenario;
  bool is_default = false;  ///< Played without naming it.
  bool takes_another_way = false;
  bool is_wrong_first = false;  ///< The first answer is wrong.
};

/// Where the scenarios that every integration has are played: everywhere, or at a few that stand for all.
enum class Breadth : std::uint8_t { everywhere, at_a_few };

/// Every scenario at every integration that has it by name or as its default, and those of all integrations as the
/// breadth says; with its other ways, and with a wrong answer first.
[[nodiscard]] std::vector<ScenarioLogin> all_logins(Catalogue const& catalogue, Breadth breadth = Breadth::at_a_few);

[[nodiscard]] std::string title_of(ScenarioLogin const& login);
[[nodiscard]] Credentials credentials_for(ScenarioLogin const& login, std::string_view user_id);

/// How the login has to end.
[[nodiscard]] OutcomeKind expected_outcome(ScenarioLogin const& login);

/// What a run of logins has met on the wire, by their spellings there.
struct Sightings {
  std::set<std::string> statuses;
  std::set<std::string> factors;
  std::set<std::string> flow_steps;
  std::set<std::string> mfa_schemes;   ///< Those that the integration lists and that a door of its login used.
  std::set<std::string> api_statuses;  ///< Of the envelopes.
};

class ScenarioResponder final : public Responder {
public:
  ScenarioResponder(ScenarioLogin const& login, Sightings& sightings) : login_(login), sightings_(&sightings) {}

private:
  void respond(Prompt const& prompt, Handler handler) override;
  [[nodiscard]] Answer answer_to(Prompt const& prompt);
  [[nodiscard]] Answer fill_in(Prompt const& prompt);
  [[nodiscard]] Answer start_over(Prompt const& prompt) const;

  ScenarioLogin login_;
  Sightings* sightings_;
  bool switched_ = false;
  bool erred_ = false;
};

/// One login that has ended.
struct Played {
  ScenarioLogin login;
  boost::system::error_code ec;
  Outcome outcome;

  [[nodiscard]] bool is_as_expected() const;
};

/// Plays the logins, many at the same time, each as a user of its own, and returns when the last has ended.
[[nodiscard]] std::vector<Played> play(boost::asio::io_context& io, Client& client,
                                       std::vector<ScenarioLogin> const& logins, Sightings& sightings);

}  // namespace sallyport::test
