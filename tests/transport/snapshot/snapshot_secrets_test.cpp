// What a login that was resumed can post, and on whose account it is.

#include <support/processes.hpp>

#include <sallyport/transport/shared_governor.hpp>

#include <memory>

BOOST_AUTO_TEST_SUITE(snapshot_secrets)

using namespace sallyport;
using namespace sallyport::test;

BOOST_AUTO_TEST_CASE(a_login_that_has_not_begun_needs_its_credentials) {
  Processes net;
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  auto bare = net.resumed(net.saved(login));
  BOOST_TEST(net.begin(bare).first == SnapshotErrc::credentials_missing);
  BOOST_TEST(net.verifier.asked.empty());
  auto given = net.resumed(net.saved(bare), net.credentials());
  BOOST_TEST(kind_of(net.begin(given)) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_step_that_wants_credentials_again_gets_them_from_the_snapshot_or_the_host_or_is_refused) {
  enum class From { nowhere, snapshot, host };
  for (auto const from : {From::nowhere, From::snapshot, From::host}) {
    Processes net;
    net.list_step(AuthStatus::challenge_issued, {"Username", "Password", "ChallengeCode"});
    net.verifier.replies.push_back(sms());
    net.verifier.replies.push_back(granted());
    auto const secrets = from == From::snapshot ? SnapshotSecrets::with : SnapshotSecrets::without;
    auto const snapshot = net.saved_at_the_door(secrets);
    auto login = net.resumed(snapshot, from == From::host ? std::optional(net.credentials()) : std::nullopt);
    auto const turn = net.answer(login, Answer::text(Secret("123456")));
    if (from == From::nowhere) {
      BOOST_TEST(turn.first == SnapshotErrc::credentials_missing);
      BOOST_TEST(net.answer(login, Answer::another_way()).first == SnapshotErrc::credentials_missing);
      BOOST_TEST(net.verifier.asked.size() == 1U);
      BOOST_TEST(kind_of(net.begin(login)) == "prompt");
    } else {
      BOOST_TEST(kind_of(turn) == "succeeded");
      BOOST_TEST(net.password_in(1) == "Pass123");
    }
  }
}

BOOST_AUTO_TEST_CASE(the_user_is_not_asked_for_credentials_that_were_left_out) {
  Processes net;
  net.list_step(AuthStatus::mfa_required, {"Username", "Password", "MfaCode"});
  net.verifier.replies.push_back(sms());
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  auto login = net.resumed(net.saved_at_the_door());
  auto const turn = net.answer(login, Answer::text(Secret("123456")));
  auto const& prompt = prompt_of(turn);
  BOOST_TEST_REQUIRE(prompt.fields.size() == 1U);
  BOOST_TEST((prompt.fields[0].field == Field::mfa_code));
  BOOST_TEST(net.answer(login, Answer::text(Secret("1"))).first == SnapshotErrc::credentials_missing);
  // Not lost either: saved once more, the login goes on with what the host gives.
  net.verifier.replies.push_back(granted());
  auto given = net.resumed(net.saved(login), net.credentials());
  BOOST_TEST(kind_of(net.answer(given, Answer::text(Secret("654321")))) == "succeeded");
  BOOST_TEST(net.password_in(2) == "Pass123");
}

BOOST_AUTO_TEST_CASE(a_restart_needs_the_credentials) {
  for (auto const secrets : {SnapshotSecrets::without, SnapshotSecrets::with}) {
    Processes net(
        [](ServerConfig& serving, ClientConfig&) { serving.limits.resend_cool_down = std::chrono::milliseconds(0); });
    net.verifier.replies.push_back(challenge(AuthStatus::email_verification, MfaType::read_email));
    net.verifier.replies.push_back(status(AuthStatus::device_login_verified));
    auto login = net.client->login(net.credentials());
    static_cast<void>(net.begin(login));
    auto const snapshot = net.aged(net.saved(login, secrets), std::chrono::seconds(61));
    auto elsewhere = net.resumed(snapshot);
    auto const turn = net.answer(elsewhere, Answer::restart());
    if (secrets == SnapshotSecrets::without) {
      BOOST_TEST(turn.first == SnapshotErrc::credentials_missing);
      BOOST_TEST(net.verifier.asked.size() == 1U);
    } else {
      BOOST_TEST(kind_of(turn) == "prompt");
      BOOST_TEST(net.password_in(1) == "Pass123");
    }
  }
}

BOOST_AUTO_TEST_CASE(whoever_answers_without_the_credentials_is_counted_as_the_account_that_began) {
  auto const at = WallTime(std::chrono::milliseconds(1'772'000'000'000));
  auto const governor =
      std::make_shared<SharedGovernor>(Secret("host-key"), GovernorPolicy{}, nullptr, [at] { return at; });
  auto const fresh =
      std::make_shared<SharedGovernor>(Secret("host-key"), GovernorPolicy{}, nullptr, [at] { return at; });
  auto const left = [](SharedGovernor& counts) {
    auto const mesh = counts.key_of(BrokerType::robinhood, Secret("Mesh"));
    unsigned count = 0;
    while (count < 100 && counts.admit(mesh, Act::wrong_code)) ++count;
    return count;
  };
  Processes net([&governor](ServerConfig&, ClientConfig& config) { config.governor = governor; });
  net.verifier.replies.push_back(sms());
  net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  auto elsewhere = net.resumed(net.saved(login));
  BOOST_TEST(prompt_of(net.answer(elsewhere, Answer::text(Secret("1")))).answer_was_wrong);
  BOOST_TEST(left(*governor) + 1 == left(*fresh));
}

BOOST_AUTO_TEST_CASE(no_other_account_rides_on_a_door_that_is_open) {
  auto const governor = std::make_shared<SharedGovernor>(Secret("host-key"), GovernorPolicy{}, nullptr);
  Processes net([&governor](ServerConfig&, ClientConfig& config) { config.governor = governor; });
  net.verifier.replies.push_back(sms());
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  auto const snapshot = net.saved(login);
  auto other = net.credentials();
  other.request.username = Secret("Somebody");
  BOOST_TEST(net.resume(snapshot, std::move(other)).error() == SnapshotErrc::credentials_mismatch);
  BOOST_TEST(net.resume(snapshot, net.credentials()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
