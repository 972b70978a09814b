#pragma once

// Two processes that drive one login after another: here, two clients of one server.

#include "loopback.hpp"

#include <snapshot/saved_login.hpp>
#include <snapshot/seal.hpp>

namespace sallyport::test {

inline SnapshotKey key() {
  return std::move(*SnapshotKey::from_bytes(Secret(std::string(SnapshotKey::size, 'k'))));
}

inline std::string_view kind_of(std::pair<boost::system::error_code, Turn> const& turn) {
  BOOST_TEST(!turn.first, turn.first.message());
  auto const* const outcome = std::get_if<Outcome>(&turn.second);
  return outcome != nullptr ? name_of(outcome->kind) : "prompt";
}

inline Prompt const& prompt_of(std::pair<boost::system::error_code, Turn> const& turn) {
  BOOST_TEST(!turn.first, turn.first.message());
  BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(turn.second));
  return std::get<Prompt>(turn.second);
}

/// Two processes: a login begins in the first; the second has nothing but the key and what was stored.
struct Processes : Loopback {
  using Loopback::Loopback;

  std::pair<boost::system::error_code, SealedSnapshot> save(Login& login,
                                                            SaveOptions options = SnapshotSecrets::without) {
    return await<SealedSnapshot>(
        io, [&](auto handler) { login.async_save(key(), std::move(options), std::move(handler)); });
  }

  SealedSnapshot saved(Login& login, SaveOptions options = SnapshotSecrets::without) {
    auto [ec, snapshot] = save(login, std::move(options));
    BOOST_TEST_REQUIRE(!ec, ec.message());
    return std::move(snapshot);
  }

  /// A login that met its first door and was saved there; nothing of its process is left.
  SealedSnapshot saved_at_the_door(SaveOptions options = SnapshotSecrets::without) {
    auto login = client->login(credentials());
    static_cast<void>(prompt_of(begin(login)));
    auto snapshot = saved(login, std::move(options));
    client = another_client([](ClientConfig&) {});
    return snapshot;
  }

  boost::system::result<Login> resume(SealedSnapshot const& snapshot, std::optional<Credentials> who = {}) {
    return client->resume(
        snapshot.bytes.reveal(), key(), snapshot.id,
        [this](std::string_view id, std::uint64_t generation) { return once.claim(id, generation); }, std::move(who));
  }

  Login resumed(SealedSnapshot const& snapshot, std::optional<Credentials> who = {}) {
    auto login = resume(snapshot, std::move(who));
    BOOST_TEST_REQUIRE(login.has_value(), login.error().message());
    return std::move(*login);
  }

  /// The same snapshot, as if it had been stored for so long.
  SealedSnapshot aged(SealedSnapshot const& snapshot, std::chrono::seconds age) const {
    auto const opened = unseal(snapshot.bytes.reveal(), key(), snapshot.id);
    auto login = unpack(opened->clear.reveal());
    auto& session = login->session;
    for (auto* const moment :
         {&session.saved_at, &session.flow_deadline, &session.step_deadline, &session.restart_at, &session.poll_at}) {
      *moment -= age;
    }
    auto bytes = seal(pack(*login)->reveal(), key(), snapshot.id, snapshot.generation);
    return {.id = snapshot.id, .generation = snapshot.generation, .bytes = std::move(*bytes)};
  }

  /// Makes the scheme list these fields for the step that answers a reply. A server asks for its schemes once, so this
  /// is another one.
  void list_step(AuthStatus status, std::vector<std::string> const& fields) {
    auto& scheme = verifier.list.emplace_back();
    scheme.broker_type = BrokerType::robinhood;
    scheme.authentication_scheme_type = AuthenticationSchemeType::username_password;
    auto& step = scheme.authentication_steps.emplace().emplace_back();
    step.auth_response.emplace().status = status;
    step.fields.emplace();
    for (auto const& name : fields) step.fields->emplace_back().name = name;
    ServerConfig serving;
    serving.identity = certificates.identity();
    serving.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
    server.reset();
    server.emplace(std::move(*Server::create(io.get_executor(), std::move(serving), verifier)));
    server->start();
    client = another_client([](ClientConfig&) {});
  }

  /// What the server was told is the password, with request number `index`.
  std::string password_in(std::size_t index) const {
    BOOST_TEST_REQUIRE(index < verifier.asked.size());
    auto const& password = verifier.asked[index].request.password;
    return password ? std::string(password->reveal()) : "none";
  }

  OnceRegister once;
};

inline AuthResponse sms() {
  auto door = challenge(AuthStatus::challenge_issued, MfaType::phone, 120);
  door.challenge_text = "We sent a code to *** 42.";
  return door;
}

}  // namespace sallyport::test
