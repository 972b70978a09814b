// The bytes of a saved login: what is in them, and that nobody else makes, reads or changes them.

#include <snapshot/saved_login.hpp>
#include <snapshot/seal.hpp>
#include <support/random.hpp>

#include <support/loopback.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <ostream>
#include <set>
#include <string>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(sealing)

using namespace sallyport;
using namespace std::chrono_literals;

namespace {

constexpr WallTime noon{std::chrono::hours(24 * 365 * 50 + 12)};
constexpr ClockReading now{TimePoint(1h), noon};

SnapshotKey key_of(char letter) {
  auto key = SnapshotKey::from_bytes(Secret(std::string(SnapshotKey::size, letter)));
  BOOST_TEST_REQUIRE(key.has_value());
  return std::move(*key);
}

AuthResponse door() {
  AuthResponse door;
  door.status = AuthStatus::challenge_issued;
  door.mfa_type = MfaType::phone;
  door.challenge_id = "challenge-7";
  door.challenge_text = "We sent a code to *** 42.";
  door.qr_code = Secret("qr");
  door.email = "m***@example.com";
  door.error_message = Secret("canary-of-the-peer");
  door.access_token = Secret("canary-of-the-peer");
  door.account_tokens.emplace().emplace_back().access_token = Secret("canary-of-the-peer");
  return door;
}

AuthRequest first_post() {
  AuthRequest request;
  request.type = BrokerType::robinhood;
  request.device_info = "device-1";
  request.country_info.emplace().country_code = "canary";
  request.true_auth_auth_request.emplace().user_agent = "canary";
  for (std::size_t index = 1; index <= enumerator_count<Field>; ++index) {
    auto const field = static_cast<Field>(index);
    if (field != Field::device_info) static_cast<void>(set_field(request, field, "canary"));
  }
  return request;
}

SavedLogin example(SnapshotSecrets secrets = SnapshotSecrets::without) {
  Limits const limits;
  Session session(Role::claimant, limits);
  Verdict verdict;
  verdict.status = AuthStatus::challenge_issued;
  verdict.mfa_type = MfaType::phone;
  BOOST_TEST_REQUIRE(session.step(EventType::login, now.steady).has_value());
  BOOST_TEST_REQUIRE(session.step(verdict, now.steady).has_value());
  SavedLogin saved;
  saved.session = *save_session(session, now);
  saved.poll_not_before = noon + 5s;
  saved.account.emplace().broker = "robinhood";
  saved.account->digest.fill(7);
  saved.user_id = Secret("user-1");
  saved.request = copy_to_save(first_post(), secrets);
  saved.held = held_fields(first_post());
  saved.door = copy_to_save(door());
  saved.fields.asked.push_back({.field = Field::challenge_code, .description = "The code", .hidden = false});
  saved.fields.resent.push_back(Field::password);
  saved.note.status = AuthStatus::challenge_issued;
  saved.note.http_status = 200;
  saved.poll_failures.failed(PollFailures::Open::unknown, "HTTP status 502");
  return saved;
}

Secret packed(SavedLogin const& saved) {
  auto bytes = pack(saved);
  BOOST_TEST_REQUIRE(bytes.has_value());
  return std::move(*bytes);
}

std::string sealed() {
  auto const bytes = seal(packed(example()).reveal(), key_of('a'), "login-1", 7);
  BOOST_TEST_REQUIRE(bytes.has_value());
  return std::string(bytes->reveal());
}

boost::system::error_code refusal(std::string_view bytes) {
  auto const opened = unseal(bytes, key_of('a'), "login-1");
  return opened ? boost::system::error_code() : opened.error();
}

constexpr std::size_t version_at = 4;
constexpr std::size_t generation_at = 4 + 1 + 8;

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_sealed_can_be_opened_with_its_key_and_id) {
  auto const opened = unseal(sealed(), key_of('a'), "login-1");
  BOOST_TEST_REQUIRE(opened.has_value());
  BOOST_TEST(opened->generation == 7U);
  BOOST_TEST(equals(opened->clear, packed(example())));
}

BOOST_AUTO_TEST_CASE(one_login_is_never_sealed_to_the_same_bytes_twice) {
  BOOST_TEST(equals(packed(example()), packed(example())));
  BOOST_TEST(sealed() != sealed());
}

BOOST_AUTO_TEST_CASE(a_bit_changed_anywhere_is_refused) {
  auto const good = sealed();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto bad = good;
      bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ (1U << bit));
      BOOST_TEST(refusal(bad).failed(), "bit " << bit << " of byte " << at);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_snapshot_cut_short_at_any_length_is_truncated) {
  auto const good = sealed();
  for (std::size_t length = 0; length < good.size(); ++length) {
    BOOST_TEST_CONTEXT(length) BOOST_TEST(refusal(good.substr(0, length)) == SnapshotErrc::truncated);
  }
}

BOOST_AUTO_TEST_CASE(each_way_of_not_fitting_has_an_error_of_its_own) {
  auto const good = sealed();
  BOOST_TEST(refusal("{\"json\": 1}") == SnapshotErrc::not_a_snapshot);
  BOOST_TEST(refusal(good + "x") == SnapshotErrc::tampered);
  BOOST_TEST(unseal(good, key_of('b'), "login-1").error() == SnapshotErrc::wrong_key);
  for (auto const* const id : {"login-2", "login-", "login-10", ""}) {
    BOOST_TEST(unseal(good, key_of('a'), id).error() == SnapshotErrc::foreign_id);
  }
  auto other = good;
  other[version_at] = 0;
  BOOST_TEST(refusal(other) == SnapshotErrc::version_too_old);
  other[version_at] = static_cast<char>(snapshot_version + 1);
  BOOST_TEST(refusal(other) == SnapshotErrc::version_too_new);
  other = good;
  other[generation_at + 7] = 8;  // Passed off as a later generation, to be claimed once more.
  BOOST_TEST(refusal(other) == SnapshotErrc::tampered);
  other = good;
  other.back() = static_cast<char>(other.back() ^ 1);
  BOOST_TEST(refusal(other) == SnapshotErrc::tampered);
}

BOOST_AUTO_TEST_CASE(a_snapshot_passed_off_as_another_logins_is_refused) {
  auto forged = sealed();
  auto const at = forged.find("login-1");
  forged.replace(at, 7, "login-2");
  BOOST_TEST(unseal(forged, key_of('a'), "login-2").error() == SnapshotErrc::tampered);
}

BOOST_AUTO_TEST_CASE(ids_and_keys_have_their_sizes) {
  for (auto const size : {0U, 31U, 33U}) {
    BOOST_TEST(SnapshotKey::from_bytes(Secret(std::string(size, 'a'))).error() == SnapshotErrc::bad_key);
  }
  BOOST_TEST(seal("x", key_of('a'), "", 1).error() == SnapshotErrc::bad_id);
  BOOST_TEST(seal("x", key_of('a'), std::string(65, 'i'), 1).error() == SnapshotErrc::bad_id);
  BOOST_TEST(seal("x", key_of('a'), std::string(64, 'i'), 1).has_value());
  BOOST_TEST(!equals(SnapshotKey::random()->bytes(), SnapshotKey::random()->bytes()));
  BOOST_TEST(random_id()->size() == 32U);
  BOOST_TEST(*random_id() != *random_id());
  RandomIds ids;
  std::set<std::string> drawn;
  for (auto count = 0; count < 100; ++count) drawn.insert(ids.next().value().hex());
  BOOST_TEST(drawn.size() == 100U);
  BOOST_TEST(drawn.begin()->size() == 32U);
}

BOOST_AUTO_TEST_CASE(secrets_are_saved_only_where_the_host_asks) {
  auto const without = packed(example(SnapshotSecrets::without));
  auto const with = packed(example(SnapshotSecrets::with));
  BOOST_TEST(without.reveal().find("canary") == std::string_view::npos);
  BOOST_TEST(without.reveal().find("device-1") != std::string_view::npos);
  BOOST_TEST(with.reveal().find("\"password\":\"canary\"") != std::string_view::npos);
  BOOST_TEST(with.reveal().find("canary-of-the-peer") == std::string_view::npos);
  BOOST_TEST(example().held.size() == 16U);
}

BOOST_AUTO_TEST_CASE(a_login_comes_back_as_it_was_packed) {
  auto const saved = example(SnapshotSecrets::with);
  auto const again = unpack(packed(saved).reveal());
  BOOST_TEST_REQUIRE(again.has_value());
  BOOST_TEST(equals(packed(*again), packed(saved)));
  BOOST_TEST((again->held == saved.held));
  for (auto const field : saved.held) BOOST_TEST(has_field(again->request, field), wire_name(field));
  BOOST_TEST((again->account == saved.account));
  BOOST_TEST(again->user_id.reveal() == "user-1");
  BOOST_TEST((again->poll_not_before == noon + 5s));
  BOOST_TEST(*again->door.challenge_id == "challenge-7");
  BOOST_TEST((again->fields.resent == saved.fields.resent));
  BOOST_TEST(again->fields.asked.at(0).description == "The code");
  BOOST_TEST(!again->fields.asked.at(0).hidden);
  BOOST_TEST(again->session.fingerprint != 0U);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_a_login_are_malformed) {
  auto const bytes = packed(example());
  auto const good = std::string(bytes.reveal());
  for (std::size_t length = 0; length < good.size(); ++length) {
    BOOST_TEST_CONTEXT(length) BOOST_TEST(unpack(good.substr(0, length)).error() == SnapshotErrc::malformed);
  }
  BOOST_TEST(unpack(good + '\0').error() == SnapshotErrc::malformed);
  auto torn = example();
  torn.door.status = AuthStatus::mfa_required;
  BOOST_TEST(pack(torn).error() == SnapshotErrc::too_large);  // Session and door speak of different challenges.
}

BOOST_AUTO_TEST_CASE(a_byte_changed_before_sealing_does_no_harm) {
  auto const good = std::string(packed(example(SnapshotSecrets::with)).reveal());
  Limits const limits;
  unsigned read = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (auto const value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      auto odd = good;
      odd[at] = static_cast<char>(value);
      auto const saved = unpack(odd);
      if (!saved) continue;
      ++read;
      auto const session = restore_session(saved->session, limits, now);
      if (session && session->answer_by()) BOOST_TEST((*session->answer_by() <= now.steady + limits.flow_life_span));
      auto const again = packed(*saved);
      BOOST_TEST(equals(packed(*unpack(again.reveal())), again));
    }
  }
  BOOST_TEST(read > 100U);
}

BOOST_AUTO_TEST_CASE(what_could_not_be_read_back_is_not_saved) {
  auto saved = example(SnapshotSecrets::with);
  saved.request.web_data = Secret(std::string(2 * 1024 * 1024, 'x'));
  BOOST_TEST(pack(saved).error() == SnapshotErrc::too_large);
  saved.request.web_data = Secret(std::string(100'000, 'x'));
  BOOST_TEST(pack(saved).has_value());
}

BOOST_AUTO_TEST_CASE(a_generation_is_claimed_once_and_never_an_older_one) {
  OnceRegister once;
  BOOST_TEST(once.claim("a", 1));
  BOOST_TEST(!once.claim("a", 1));
  BOOST_TEST(once.claim("b", 1));
  BOOST_TEST(once.claim("a", 3));
  BOOST_TEST(!once.claim("a", 2));
  BOOST_TEST(once.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_full_register_refuses_until_a_login_is_forgotten) {
  OnceRegister once(1);
  BOOST_TEST(once.claim("a", 1));
  BOOST_TEST(!once.claim("b", 1));
  BOOST_TEST(once.claim("a", 2));
  once.forget("nobody");
  once.forget("a");
  BOOST_TEST(once.claim("b", 1));
}

BOOST_AUTO_TEST_CASE(of_many_threads_one_gets_the_claim) {
  OnceRegister once;
  constexpr int logins = 1000;
  std::vector<int> won(8, 0);
  std::vector<std::thread> threads;
  for (auto& mine : won) {
    threads.emplace_back([&once, &mine] {
      for (int login = 0; login < logins; ++login) mine += once.claim(std::to_string(login), 1) ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  int sum = 0;
  for (auto const mine : won) sum += mine;
  BOOST_TEST(sum == logins);
}

BOOST_AUTO_TEST_SUITE_END()
