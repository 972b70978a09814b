#pragma once

#include <sallyport/protocol/auth_request.hpp>
#include <sallyport/protocol/scheme.hpp>
#include <sallyport/sandbox/error.hpp>
#include <sallyport/sandbox/scenario.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// How an authentication scheme of the catalogue is known.
enum class Basis : std::uint8_t {
  documented,  ///< The API's documentation shows it.
  inferred,    ///< Ours, from the statuses and fields that the documentation names.
};

[[nodiscard]] std::string_view name_of(Basis basis) noexcept;

/// The ways in which a first post can begin a login there; every one has a default scenario in the embedded catalogue.
[[nodiscard]] std::vector<Opening> openings_of(AuthenticationScheme const& scheme);

/// A scenario, or what the institution says where there is none; that repeats nothing of the request.
struct ScenarioChoice {
  Scenario const* scenario = nullptr;
  std::string problem;
  std::shared_ptr<Scenario const> composed{};  ///< What holds a composed scenario; the catalogue holds the others.
};

/// The integrations that a sandbox shows, and the scenarios that it can play at them.
class Catalogue {
public:
  /// The data that is compiled into the library.
  [[nodiscard]] static Catalogue embedded();

  /// Adds every scenario of the directory's *.json files. One that has the name and an integration of an older one is
  /// played instead of it there, and a new default likewise. On error nothing has changed.
  [[nodiscard]] ScenarioResult<void> load(std::filesystem::path const& directory, ScenarioBounds const& bounds = {});

  [[nodiscard]] std::vector<AuthenticationScheme> const& schemes() const noexcept { return schemes_; }
  [[nodiscard]] AuthenticationScheme const* find_scheme(BrokerType broker) const noexcept;
  [[nodiscard]] std::optional<Basis> basis_of(BrokerType broker) const noexcept;

  /// All scenarios, those that take precedence last.
  [[nodiscard]] std::span<Scenario const> scenarios() const noexcept { return scenarios_; }
  /// The scenario with that name at that integration; nullptr where there is none. Valid until the next `load`.
  [[nodiscard]] Scenario const* find_scenario(BrokerType broker, std::string_view name) const noexcept;
  /// What a login there plays that names no scenario.
  [[nodiscard]] Scenario const* find_default(BrokerType broker, Opening begins) const noexcept;
  /// What a first post plays: the scenario that its user name names ("Mesh+push") or composes ("Mesh+sms+pin"), else
  /// the default one.
  [[nodiscard]] ScenarioChoice choose(AuthRequest const& first_post) const;

private:
  std::vector<AuthenticationScheme> schemes_;
  std::vector<std::pair<BrokerType, Basis>> bases_;
  std::vector<Scenario> scenarios_;
  Population population_;
};

}  // namespace sallyport
