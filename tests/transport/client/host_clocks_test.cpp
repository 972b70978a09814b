// A host whose governor has a clock or a ledger that throws, or whose claim of a snapshot does.

#include <support/despite.hpp>
#include <support/processes.hpp>

#include <sallyport/transport/shared_governor.hpp>

#include <memory>
#include <string_view>
#include <utility>

BOOST_AUTO_TEST_SUITE(host_clocks)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
using boost::system::error_code;
// ------------------------------------------------------------------------

namespace {

/// A governor whose clock is away when the test says so.
struct Governed {
  bool is_away = false;
  std::shared_ptr<SharedGovernor> governor =
      std::make_shared<SharedGovernor>(Secret("host-key"), GovernorPolicy{}, nullptr, [this]() -> WallTime {
        if (is_away) fail();
        return WallTime(1'772'000'000'000ms);
      });
  Loopback net{[this](ServerConfig&, ClientConfig& config) {
    config.governor = governor;
    config.limits.poll_interval = 10ms;
  }};
};

constexpr std::string_view governor_threw = "the governor's clock or ledger threw: the database is away";

}  // namespace

BOOST_AUTO_TEST_CASE(a_governor_whose_clock_throws_lets_nothing_leave_and_the_login_stands) {
  Governed host;
  auto& net = host.net;
  net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto login = net.client->login(net.credentials());
  auto const expect_a_refusal = [&net](std::pair<error_code, Turn> const& turn, std::size_t asked) {
    BOOST_TEST(turn.first == TransportErrc::callback_failed, turn.first.message());
    BOOST_TEST(std::get<Outcome>(turn.second).diagnostics.reason == governor_threw);
    BOOST_TEST(net.verifier.asked.size() == asked);
  };
  host.is_away = true;
  expect_a_refusal(net.begin(login), 0);
  host.is_away = false;
  BOOST_TEST(!net.begin(login).first);
  host.is_away = true;
  expect_a_refusal(net.answer(login, Answer::text(Secret("123456"))), 1);
  host.is_away = false;
  net.verifier.replies.push_back(granted());
  auto const turn = net.answer(login, Answer::text(Secret("123456")));
  BOOST_TEST(name_of(std::get<Outcome>(turn.second).kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_clock_of_a_governor_that_throws_after_a_reply_changes_no_login) {
  Governed host;
  auto& net = host.net;
  net.verifier.on_hold = [&host] { host.is_away = true; };
  auto login = net.client->login(net.credentials());
  std::optional<std::pair<error_code, Turn>> turn;
  login.async_begin([&turn](error_code ec, Turn how) { turn.emplace(ec, std::move(how)); });
  net.run_until([&net] { return !net.verifier.held.empty(); });
  std::move(net.verifier.held.front())(error_code(), granted());
  net.run_until([&turn] { return turn.has_value(); });
  BOOST_TEST(!turn->first);
  BOOST_TEST(name_of(std::get<Outcome>(turn->second).kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_whole_login_says_what_the_governor_threw) {
  Governed host;
  host.is_away = true;
  auto const [ec, outcome] = host.net.login();
  BOOST_TEST(ec == TransportErrc::callback_failed, ec.message());
  BOOST_TEST(outcome.diagnostics.reason == governor_threw);
  host.is_away = false;
  host.net.verifier.replies.push_back(granted());
  auto const next = host.net.login();
  BOOST_TEST(!next.first);
  BOOST_TEST(name_of(next.second.kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_ledger_that_throws_lets_nothing_leave) {
  struct Broken final : Ledger {
    error_code update(AccountKey const&, WallTime, Change const&) override { fail(); }
    boost::system::result<AccountRecord> find(AccountKey const&) override { fail(); }
    error_code erase(AccountKey const&) override { fail(); }
  };
  auto const governor = std::make_shared<SharedGovernor>(Secret("key"), GovernorPolicy{}, std::make_shared<Broken>());
  Loopback net([&governor](ServerConfig&, ClientConfig& config) { config.governor = governor; });
  auto const [ec, outcome] = net.login();
  BOOST_TEST(ec == TransportErrc::callback_failed, ec.message());
  BOOST_TEST(outcome.diagnostics.reason == governor_threw);
  BOOST_TEST(net.verifier.asked.empty());
  auto const account = governor->key_of(BrokerType::robinhood, Secret("Mesh"));
  BOOST_TEST(governor->forget(account) == TransportErrc::callback_failed);
  BOOST_TEST(governor->check(account, Act::credential_post)->why == TransportErrc::callback_failed);
}

BOOST_AUTO_TEST_CASE(what_a_claim_throws_comes_out_of_resume_and_the_snapshot_can_still_be_resumed) {
  Processes net;
  net.verifier.replies.push_back(sms());
  net.verifier.replies.push_back(granted());
  auto const snapshot = net.saved_at_the_door();
  auto const broken = [](std::string_view, std::uint64_t) -> bool { fail(); };
  BOOST_CHECK_THROW(static_cast<void>(net.client->resume(snapshot.bytes.reveal(), key(), snapshot.id, broken)),
                    std::runtime_error);
  auto login = net.resumed(snapshot);
  BOOST_TEST(kind_of(net.answer(login, Answer::text(Secret("123456")))) == "succeeded");
}

BOOST_AUTO_TEST_SUITE_END()
