#pragma once

// Scenarios that a user name composes: "Mesh+captcha+sms+life(3s)" is Mesh, who solves a captcha and types a code that
// lives for three seconds. docs/scenarios.md lists the terms.

#include <sallyport/sandbox/scenario.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport {

/// Where a composed scenario goes wrong and what may stand there. It repeats nothing of the text.
struct GrammarError {
  std::size_t position = 0;  ///< Of a character, from 1 on; one behind the last where more is wanted.
  std::string_view expected;

  /// "at character 5: expected a number".
  [[nodiscard]] std::string message() const;
};

[[noreturn]] void throw_exception_from_error(GrammarError const& error, boost::source_location const& location);

/// The bounds of a composed scenario. A user name is short, and no login has so many doors.
struct GrammarBounds {
  std::size_t text_bytes_max = 256;
  std::size_t terms_max = 16;
  std::size_t doors_max = 32;
};

/// Composes the doors in the order of their terms. It is pure: the same text always gives the same scenario. `begins`
/// is the way in; a first door with a QR code changes it. The values that open a door are those of the sandbox's users.
[[nodiscard]] boost::system::result<Scenario, GrammarError> compose_scenario(std::string_view text, Opening begins,
                                                                             std::shared_ptr<ScenarioUsers const> users,
                                                                             GrammarBounds const& bounds = {});

}  // namespace sallyport
