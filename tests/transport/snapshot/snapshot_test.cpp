// A login that is saved in one process and goes on in another one.

#include <support/processes.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

BOOST_AUTO_TEST_SUITE(snapshots)

using namespace sallyport;
using namespace sallyport::test;
using boost::system::error_code;

BOOST_AUTO_TEST_CASE(a_login_saved_at_its_door_goes_on_in_another_process) {
  Processes net;
  net.verifier.replies.push_back(sms());
  net.verifier.replies.push_back(granted());
  auto const snapshot = net.saved_at_the_door();
  BOOST_TEST(snapshot.id.size() == 32U);
  BOOST_TEST(snapshot.generation == 1U);

  auto login = net.resumed(snapshot);
  auto const turn = net.begin(login);
  auto const& prompt = prompt_of(turn);
  BOOST_TEST(prompt.text == "We sent a code to *** 42.");
  BOOST_TEST((prompt.fields.size() == 1U && prompt.fields[0].field == Field::challenge_code));
  BOOST_TEST(prompt.attempts_left == 3U);
  auto const left = prompt.answer_by - std::chrono::steady_clock::now();
  BOOST_TEST((left > std::chrono::seconds(90) && left <= std::chrono::seconds(119)));
  BOOST_TEST(net.verifier.asked.size() == 1U);  // To stand at a door posts nothing.

  BOOST_TEST(kind_of(net.answer(login, Answer::text(Secret("123456")))) == "succeeded");
  BOOST_TEST_REQUIRE(net.verifier.asked.size() == 2U);
  auto const& answer = net.verifier.asked[1];
  BOOST_TEST(answer.login == net.verifier.asked[0].login);
  BOOST_TEST(answer.request.challenge_code->reveal() == "123456");
  BOOST_TEST(*answer.request.device_info == "device-1");
  BOOST_TEST(!answer.request.password.has_value());
}

BOOST_AUTO_TEST_CASE(a_resumed_login_may_be_answered_without_asking_for_its_door) {
  Processes net;
  net.verifier.replies.push_back(sms());
  net.verifier.replies.push_back(status(AuthStatus::challenge_failed));
  auto login = net.resumed(net.saved_at_the_door());
  auto const turn = net.answer(login, Answer::text(Secret("1")));
  BOOST_TEST(prompt_of(turn).answer_was_wrong);
  BOOST_TEST(prompt_of(turn).attempts_left == 2U);
}

BOOST_AUTO_TEST_CASE(a_login_that_was_saved_is_closed_where_it_was) {
  Processes net;
  net.verifier.replies.push_back(sms());
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  static_cast<void>(net.saved(login));
  BOOST_TEST(net.answer(login, Answer::text(Secret("1"))).first == SnapshotErrc::login_saved);
  BOOST_TEST(net.answer(login, Answer::cancel()).first == SnapshotErrc::login_saved);
  BOOST_TEST(net.begin(login).first == SnapshotErrc::login_saved);
  BOOST_TEST(net.save(login).first == SnapshotErrc::login_saved);
  BOOST_TEST(net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_resumed_once) {
  Processes net;
  net.verifier.replies.push_back(sms());
  auto const snapshot = net.saved_at_the_door();
  auto login = net.resumed(snapshot);
  BOOST_TEST(net.resume(snapshot).error() == SnapshotErrc::used);
  auto const again = net.saved(login);
  BOOST_TEST(net.answer(login, Answer::text(Secret("1"))).first == SnapshotErrc::login_saved);
  BOOST_TEST(again.id == snapshot.id);
  BOOST_TEST(again.generation == 2U);
  BOOST_TEST(net.resume(snapshot).error() == SnapshotErrc::used);
  static_cast<void>(net.resumed(again));
  BOOST_TEST(net.resume(again).error() == SnapshotErrc::used);
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_is_refused_is_not_claimed) {
  Processes net;
  net.verifier.replies.push_back(sms());
  auto const snapshot = net.saved_at_the_door();
  unsigned claims = 0;
  auto const claim = [&claims](std::string_view, std::uint64_t) { return ++claims > 0; };
  auto const bytes = std::string(snapshot.bytes.reveal());
  auto const other = std::move(*SnapshotKey::random());
  auto stranger = net.credentials("user-2");
  BOOST_TEST(net.client->resume(bytes, other, snapshot.id, claim).error() == SnapshotErrc::wrong_key);
  BOOST_TEST(net.client->resume(bytes, key(), "other", claim).error() == SnapshotErrc::foreign_id);
  BOOST_TEST(net.client->resume(bytes.substr(1), key(), snapshot.id, claim).error() == SnapshotErrc::not_a_snapshot);
  BOOST_TEST(net.client->resume(bytes + "x", key(), snapshot.id, claim).error() == SnapshotErrc::tampered);
  BOOST_TEST(net.client->resume(bytes, key(), snapshot.id, claim, std::move(stranger)).error() ==
             SnapshotErrc::credentials_mismatch);
  auto const strict = net.another_client([](ClientConfig& config) { config.limits.attempts_max = 2; });
  BOOST_TEST(strict.resume(bytes, key(), snapshot.id, claim).error() == EngineErrc::bad_snapshot);
  auto const junk = seal("junk", key(), snapshot.id, 1);
  BOOST_TEST(net.client->resume(junk->reveal(), key(), snapshot.id, claim).error() == SnapshotErrc::malformed);
  BOOST_TEST(claims == 0U);
  BOOST_TEST(net.client->resume(bytes, key(), snapshot.id, nullptr).error() == SnapshotErrc::used);
  BOOST_TEST(net.client->resume(bytes, key(), snapshot.id, claim).has_value());
  BOOST_TEST(claims == 1U);
}

BOOST_AUTO_TEST_CASE(a_challenge_that_died_meanwhile_ends_as_it_would_have_without_a_post) {
  for (auto const asks_for_the_door : {true, false}) {
    Processes net;
    net.verifier.replies.push_back(sms());
    auto login = net.resumed(net.aged(net.saved_at_the_door(), std::chrono::minutes(3)));
    auto const turn = asks_for_the_door ? net.begin(login) : net.answer(login, Answer::text(Secret("123456")));
    BOOST_TEST(kind_of(turn) == "expired");
    BOOST_TEST(net.verifier.asked.size() == 1U);
    BOOST_TEST(net.begin(login).first == EngineErrc::session_over);
  }
}

BOOST_AUTO_TEST_CASE(a_login_whose_user_stayed_away_meanwhile_says_so) {
  Processes net;
  net.verifier.replies.push_back(challenge(AuthStatus::mfa_required, MfaType::totp));
  auto login = net.resumed(net.aged(net.saved_at_the_door(), std::chrono::hours(1)));
  BOOST_TEST(kind_of(net.begin(login)) == "user_absent");
  BOOST_TEST(net.verifier.asked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_login_with_a_turn_under_way_or_at_its_end_is_not_saved) {
  Processes net;
  auto login = net.client->login(net.credentials());
  std::optional<Turn> turn;
  login.async_begin([&turn](error_code, Turn came) { turn.emplace(std::move(came)); });
  net.run_until([&net] { return !net.verifier.held.empty(); });
  BOOST_TEST(net.save(login).first == TransportErrc::request_in_flight);
  std::move(net.verifier.held[0])(error_code(), status(AuthStatus::failed));
  net.run_until([&turn] { return turn.has_value(); });
  BOOST_TEST(net.save(login).first == EngineErrc::session_over);
}

BOOST_AUTO_TEST_CASE(a_save_that_fails_leaves_the_login_where_it_stood) {
  Processes net;
  net.verifier.replies.push_back(sms());
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  BOOST_TEST(net.save(login, {SnapshotSecrets::with, std::string(65, 'i')}).first == SnapshotErrc::bad_id);
  BOOST_TEST(kind_of(net.answer(login, Answer::text(Secret("123456")))) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_login_that_has_not_begun_begins_elsewhere) {
  Processes net;
  net.verifier.replies.push_back(granted());
  auto login = net.client->login(net.credentials());
  auto const snapshot = net.saved(login, {SnapshotSecrets::with, "tenant-1/login-9"});
  BOOST_TEST(snapshot.id == "tenant-1/login-9");
  auto elsewhere = net.resumed(snapshot);
  BOOST_TEST(kind_of(net.begin(elsewhere)) == "succeeded");
  BOOST_TEST(net.password_in(0) == "Pass123");
}

BOOST_AUTO_TEST_CASE(a_wait_goes_on_polling_in_another_process) {
  Processes net(
      [](ServerConfig&, ClientConfig& config) { config.limits.poll_interval = std::chrono::milliseconds(30); });
  auto const push = [] { return challenge(AuthStatus::device_confirmation_required, MfaType::roaming); };
  net.verifier.replies.push_back(push());
  auto login = net.client->login(net.credentials());
  static_cast<void>(net.begin(login));
  auto const snapshot = net.saved(login);
  net.verifier.replies.push_back(push());
  net.verifier.replies.push_back(granted());
  auto elsewhere = net.resumed(snapshot);
  BOOST_TEST(kind_of(net.answer(elsewhere, Answer::wait())) == "succeeded");
  BOOST_TEST(net.server->counters().credential_posts == 1U);
  BOOST_TEST(net.server->counters().polls == 2U);
}

BOOST_AUTO_TEST_CASE(base64_goes_on_as_it_began) {
  Processes net;
  net.verifier.replies.push_back(sms());
  net.verifier.replies.push_back(granted());
  auto who = net.credentials();
  who.request.is_sensitive_fields_encrypted = true;
  auto login = net.client->login(std::move(who));
  static_cast<void>(net.begin(login));
  auto elsewhere = net.resumed(net.saved(login, SnapshotSecrets::with), net.credentials());
  BOOST_TEST(kind_of(net.answer(elsewhere, Answer::text(Secret("123456")))) == "succeeded");
  BOOST_TEST(net.verifier.asked.at(1).request.is_sensitive_fields_encrypted.value_or(false));
  BOOST_TEST(*net.verifier.asked.at(1).request.device_info == "device-1");
}

BOOST_AUTO_TEST_CASE(where_the_api_cannot_be_reached_the_resumed_login_stands_where_it_stood) {
  Processes net;
  net.verifier.replies.push_back(sms());
  auto const snapshot = net.saved_at_the_door();
  net.client = net.another_client([](ClientConfig& config) { config.url = "https://127.0.0.1:1"; });
  auto login = net.resumed(snapshot);
  for (auto attempt = 0; attempt < 2; ++attempt) {
    BOOST_TEST(net.answer(login, Answer::text(Secret("1"))).first == boost::asio::error::connection_refused);
    BOOST_TEST(kind_of(net.begin(login)) == "prompt");
  }
  BOOST_TEST(kind_of(net.answer(login, Answer::cancel())) == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_resumed_login_that_is_cancelled_at_once_posts_nothing) {
  Processes net;
  net.verifier.replies.push_back(sms());
  auto login = net.resumed(net.saved_at_the_door());
  boost::asio::cancellation_signal stop;
  auto const turn = await<Turn>(net.io, [&](auto handler) {
    login.async_answer(Answer::text(Secret("1")), boost::asio::bind_cancellation_slot(stop.slot(), std::move(handler)));
    stop.emit(boost::asio::cancellation_type::terminal);
  });
  BOOST_TEST(kind_of(turn) == "cancelled");
  net.run_for(std::chrono::milliseconds(100));  // The schemes that it had asked for come too late.
  BOOST_TEST(net.verifier.asked.size() == 1U);
  BOOST_TEST(net.save(login).first.failed());
}

BOOST_AUTO_TEST_SUITE_END()
