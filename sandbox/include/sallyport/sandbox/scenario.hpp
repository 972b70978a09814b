#pragma once

#include <sallyport/engine/time.hpp>
#include <sallyport/protocol/account.hpp>
#include <sallyport/protocol/auth_response.hpp>
#include <sallyport/protocol/broker.hpp>
#include <sallyport/protocol/field.hpp>
#include <sallyport/sandbox/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

// A scenario: what a simulated institution does with one login, as a row of doors. It is data of a file and holds
// published test values, so nothing in it is secret. docs/scenarios.md explains the files.

/// How an institution reaches its customer outside the API.
enum class DeliveryChannel : std::uint8_t { sms, email, authenticator, push, letter };
inline constexpr std::size_t delivery_channel_count = 5;

[[nodiscard]] std::string_view name_of(DeliveryChannel channel) noexcept;

/// What the first post of a login has to carry.
enum class Opening : std::uint8_t {
  password,    ///< Username and Password.
  identifier,  ///< Username alone; the password is a door of its own.
  qr_code,     ///< Nothing, with authFlowStep=loginQrCode; credentials that come all the same must be right.
  api_key,     ///< Username, Password and, where the integration has one, the passphrase as AuthToken.
  address,     ///< A blockchain address as Username.
  nothing,     ///< Nothing: the login goes on in a module of the institution.
  redirect,    ///< The RedirectLink to which the institution sent the browser after an OAuth login.
  true_auth,   ///< What a web view collected, as TrueAuthAuthRequest.
};
inline constexpr std::size_t opening_count = 8;

[[nodiscard]] std::string_view name_of(Opening opening) noexcept;

/// A customer of the simulated institutions.
struct ScenarioUser {
  std::string username;
  std::string password;
  std::string passphrase;
  std::vector<BrokerAccount> accounts;
};
using ScenarioUsers = std::vector<ScenarioUser>;

/// What an institution sends when a door is entered. The text never contains the code.
struct DoorMessage {
  DeliveryChannel by = DeliveryChannel::sms;
  std::string text;
  std::string code;
};

/// A member that an answer must carry, and its right value.
struct Expectation {
  Field field = Field::unknown;
  std::string value;
};

/// Whether an institution replies at all.
enum class Silence : std::uint8_t {
  none,      ///< It replies.
  error,     ///< It breaks off: the verifier completes with `SandboxErrc::no_reply`.
  for_ever,  ///< It says nothing until the login is forgotten.
  // What happens to the reply on its way: see `VerifyErrc`.
  rate_limited,  ///< HTTP status 429.
  unavailable,   ///< HTTP status 503.
  lost,          ///< The connection closes instead.
  truncated,     ///< The connection closes in the midst of it.
};
inline constexpr std::size_t silence_count = 7;

[[nodiscard]] std::string_view name_of(Silence silence) noexcept;

/// One step of a login. What kind it is follows from the status of its reply: a door for an answer, a door that one
/// waits at, a door that only a restart leads out of, or the end.
struct Door {
  std::string name;
  AuthResponse reply;
  std::vector<AuthResponse> at_polls;  ///< A door that one waits at: what it shows instead from its n-th poll on.
  std::vector<Expectation> accept;     ///< What opens a door for an answer; none where no answer can.
  std::vector<DoorMessage> delivers;
  std::uint32_t opens_after_polls = 0;     ///< A door that one waits at: 0 where polls do not open it.
  std::optional<Duration> opens_after;     ///< A door that one waits at: the first poll after this time opens it.
  std::uint32_t locks_after = 0;           ///< The wrong answer that locks the account; 0 where none does.
  bool needs_credentials = false;          ///< A door that one waits at: only a poll with credentials counts.
  std::optional<std::size_t> then;         ///< The door behind this one; nothing where the login has succeeded.
  std::optional<std::size_t> another_way;  ///< Where "another way" leads; nothing where there is none.
  std::size_t restart = 0;                 ///< Where a restart leads.
  Duration reply_after{};                  ///< How long the institution thinks before it shows this door.
  Silence silence = Silence::none;
};

/// What a login that succeeds gets beside its accounts.
struct Grant {
  std::optional<std::int32_t> expires_in_seconds;
  std::optional<std::int32_t> refresh_token_expires_in_seconds;
  std::optional<bool> requires_reauthentication;
};

struct Scenario {
  std::string name;
  std::string description;
  std::vector<BrokerType> broker_types;  ///< Where it can be played; everywhere where empty.
  std::vector<BrokerType> default_at;    ///< Where it is played by a login that names no scenario.
  bool default_everywhere = false;       ///< The same wherever no other scenario is the default one.
  Opening begins = Opening::password;
  bool irregular = false;  ///< Does what the API does not describe: an unknown status, or one that may not follow.
  std::shared_ptr<ScenarioUsers const> users;
  std::vector<Door> doors;
  Duration reply_after{};  ///< How long the institution thinks before every reply, a door's own time apart.
  Grant grant;
};

/// A user name and the scenario that it carries: "Mesh+push" is "Mesh" with "push", and so is "Mesh+push@example.com",
/// who may also be called "Mesh@example.com".
struct ScenarioUsername {
  std::string_view username;
  std::optional<std::string_view> scenario;
  std::string_view domain;  ///< From the @ on, where a scenario stands before it.
};
[[nodiscard]] ScenarioUsername split_username(std::string_view text) noexcept;

/// Whether the scenario can be played at that integration.
[[nodiscard]] bool plays_at(Scenario const& scenario, BrokerType broker) noexcept;

/// The bounds of a scenario file; each is far above what a scenario of the API needs.
struct ScenarioBounds {
  std::size_t text_bytes_max = 64 * 1024;
  std::size_t string_length_max = 4096;
  std::size_t doors_max = 32;
  std::size_t users_max = 32;
  std::size_t broker_types_max = 64;
  std::size_t delivers_max = 4;
  std::size_t at_polls_max = 8;
  std::size_t files_max = 1024;  ///< Files of one directory.
  std::int64_t polls_max = 10'000;
  double seconds_max = 24 * 60 * 60;
};

/// The sets of accounts that users in a file refer to by name, and the users of a scenario that names none.
struct Population {
  std::vector<std::pair<std::string, std::vector<BrokerAccount>>> account_sets;
  std::shared_ptr<ScenarioUsers const> users;
};

/// Reads one scenario. `file` is only for the error.
[[nodiscard]] ScenarioResult<Scenario> read_scenario(std::string_view text, std::string_view file,
                                                     Population const& population, ScenarioBounds const& bounds = {});

/// Reads the named sets of accounts and the users.
[[nodiscard]] ScenarioResult<Population> read_population(std::string_view accounts_text, std::string_view users_text,
                                                         ScenarioBounds const& bounds = {});

}  // namespace sallyport
