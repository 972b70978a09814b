// What a keeper does with a server that claims odd lives, a host that got a 401, and tokens of several accounts.

#include <support/keeper_net.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

BOOST_AUTO_TEST_SUITE(token_keeper_limits)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

namespace {

ApiResult<RefreshResponse> refreshed_all(std::vector<AccountTokens> entries, std::int32_t life = 3600) {
  RefreshResponse response;
  response.status = RefreshStatus::succeeded;
  response.expires_in_seconds = life;
  response.broker_account_tokens = std::move(entries);
  return envelope<RefreshResponse>(ApiResultStatus::ok, std::move(response));
}

template <class... Entries>
ApiResult<RefreshResponse> refreshed_with(Entries... entries) {
  std::vector<AccountTokens> all;
  (all.push_back(std::move(entries)), ...);
  return refreshed_all(std::move(all));
}

/// Tokens that are over, of the account with that id.
KeptTokens tokens_of(std::string const& account_id) {
  auto made = tokens_that_are_over();
  made.account.emplace().account_id = account_id;
  made.access_token = Secret(account_id + "-access-1");
  return made;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_server_that_claims_lives_of_a_second_is_not_asked_more_often_than_the_floor_allows) {
  KeeperNet net;
  constexpr milliseconds floor(1500);
  std::vector<Clock::time_point> asked;
  net.accounts.on_refresh = [&] {
    asked.push_back(Clock::now());
    net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 1));
  };
  TokenKeeperConfig config;
  config.refresh_interval_min = floor;
  auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
  keeper.async_run([](error_code, KeeperEnd) {});
  net.loopback.run_until([&asked] { return asked.size() == 3; });
  for (std::size_t index = 1; index < asked.size(); ++index) {
    BOOST_TEST((asked[index] - asked[index - 1] >= floor));
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_claims_lives_of_nothing_is_not_asked_at_all) {
  for (auto const life : {0, -1, -2'000'000'000}) {
    KeeperNet net;
    TokenKeeperConfig config;
    config.refresh_interval_min = milliseconds(1);
    auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
    net.accounts.replies.push_back(refreshed("access-2", "refresh-2", life));
    std::optional<KeeperEnd> end;
    keeper.async_run([&end](error_code, KeeperEnd why) { end = why; });
    net.loopback.run_until([&net] { return !net.accounts.refreshes.empty(); });
    net.loopback.run_for(milliseconds(100));
    BOOST_TEST(!end.has_value());
    BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
    BOOST_TEST(net.accounts.refreshes.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_token_that_was_rejected_is_refreshed_before_it_is_given_out_again) {
  KeeperNet net;
  for (auto const running : {false, true}) {
    net.accounts.refreshes.clear();
    auto keeper = net.keeper(tokens_with(running ? seconds(0) : seconds(3600)));
    if (running) keeper.async_run([](error_code, KeeperEnd) {});
    net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
    keeper.reject_access_token(Secret("access-of-yesterday"));
    BOOST_TEST(net.token(keeper).second.reveal() == "access-1");
    keeper.reject_access_token(Secret("access-1"));
    BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
    keeper.reject_access_token(Secret("access-1"));  // Said late: it was replaced meanwhile.
    BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
    BOOST_TEST(net.accounts.refreshes.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(who_needs_a_token_before_the_floor_is_over_waits_for_it) {
  KeeperNet net;
  std::vector<Clock::time_point> asked;
  net.accounts.on_refresh = [&asked] { asked.push_back(Clock::now()); };
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
  net.accounts.replies.push_back(refreshed("access-3", "refresh-3", 3600));
  TokenKeeperConfig config;
  config.refresh_interval_min = milliseconds(300);
  auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
  keeper.reject_access_token(Secret("access-2"));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-3");
  BOOST_TEST_REQUIRE(asked.size() == 2U);
  BOOST_TEST((asked[1] - asked[0] >= milliseconds(300)));
}

BOOST_AUTO_TEST_CASE(who_asks_may_give_up_and_the_refresh_goes_on) {
  KeeperNet net;
  auto keeper = net.keeper(tokens_that_are_over());
  asio::cancellation_signal signal;
  std::optional<error_code> given_up;
  std::optional<std::string> got;
  keeper.async_access_token(
      asio::bind_cancellation_slot(signal.slot(), [&given_up](error_code ec, Secret) { given_up = ec; }));
  keeper.async_access_token([&got](error_code, Secret token) { got = token.reveal(); });
  net.loopback.run_until([&net] { return !net.accounts.held.empty(); });
  signal.emit(asio::cancellation_type::terminal);
  net.loopback.run_until([&given_up] { return given_up.has_value(); });
  BOOST_TEST((*given_up == asio::error::operation_aborted));
  BOOST_TEST(!got.has_value());
  std::move(net.accounts.held.front())(error_code(), refreshed("access-2", "refresh-2", 3600));
  net.loopback.run_until([&got] { return got.has_value(); });
  BOOST_TEST(*got == "access-2");
  signal.emit(asio::cancellation_type::terminal);  // Too late is harmless.
  BOOST_TEST(net.accounts.refreshes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(who_gave_up_waiting_for_the_floor_leaves_no_work_behind) {
  KeeperNet net;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
  auto keeper = net.keeper(tokens_that_are_over());
  BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
  keeper.reject_access_token(Secret("access-2"));
  asio::cancellation_signal signal;
  std::optional<error_code> given_up;
  keeper.async_access_token(
      asio::bind_cancellation_slot(signal.slot(), [&given_up](error_code ec, Secret) { given_up = ec; }));
  net.loopback.run_for(milliseconds(20));
  BOOST_TEST(!given_up.has_value());
  signal.emit(asio::cancellation_type::terminal);
  net.loopback.run_until([&given_up] { return given_up.has_value(); });
  BOOST_TEST(net.accounts.refreshes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(while_a_refresh_is_put_off_a_token_that_is_over_is_refused_with_the_reason) {
  KeeperNet net;
  net.accounts.replies.push_back(envelope<RefreshResponse>(ApiResultStatus::too_many_request));
  TokenKeeperConfig config;
  config.pause = std::chrono::minutes(1);
  auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
  for (auto times = 0; times < 2; ++times) {
    BOOST_TEST(net.token(keeper).first == make_error_code(TransportErrc::api_unavailable));
  }
  BOOST_TEST(net.accounts.refreshes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refresh_token_that_is_over_is_not_sent) {
  KeeperNet net;
  auto old = tokens_that_are_over();
  old.refresh_token_expires_at = std::chrono::system_clock::now() - seconds(1);
  auto keeper = net.keeper(std::move(old));
  BOOST_TEST(name_of(net.run(keeper).second) == "reauthentication_needed");
  BOOST_TEST(net.token(keeper).first == make_error_code(TransportErrc::keeper_ended));
  BOOST_TEST(net.accounts.refreshes.empty());
}

BOOST_AUTO_TEST_CASE(a_keeper_has_the_tokens_of_its_account_and_not_the_first_of_the_list) {
  KeeperNet net;
  std::vector<std::string> stored;
  TokenKeeperConfig config;
  config.on_refreshed = [&stored](KeptTokens const& now) { stored.emplace_back(now.refresh_token->reveal()); };
  net.accounts.replies.push_back(refreshed_with(account_tokens("A", 2), account_tokens("B", 2)));
  auto keeper = net.keeper(tokens_of("B"), std::move(config));
  BOOST_TEST(net.token(keeper).second.reveal() == "B-access-2");
  BOOST_TEST(stored == std::vector<std::string>{"B-refresh-2"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_reply_without_the_account_leaves_its_tokens_alone_and_says_so) {
  for (auto const with_others : {true, false}) {
    KeeperNet net;
    auto stored = 0;
    TokenKeeperConfig config;
    config.on_refreshed = [&stored](KeptTokens const&) { ++stored; };
    net.accounts.replies.push_back(with_others ? refreshed_with(account_tokens("A", 2), account_tokens("C", 2))
                                               : refreshed_all({}));
    auto living = tokens_of("B");
    living.issued_at = std::chrono::system_clock::now() - seconds(55);  // Five seconds are left, and it is due.
    living.expires_in = seconds(60);
    auto keeper = net.keeper(std::move(living), std::move(config));
    BOOST_TEST(name_of(net.run(keeper).second) == "tokens_missing");
    BOOST_TEST(net.accounts.refreshes.size() == 1U);
    BOOST_TEST(stored == 0);
    BOOST_TEST(name_of(net.run(keeper).second) == "tokens_missing");
  }
}

BOOST_AUTO_TEST_CASE(accounts_that_share_a_refresh_token_share_one_refresh) {
  KeeperNet net;
  std::vector<std::string> stored;
  TokenKeeperConfig config;
  config.on_refreshed = [&stored](KeptTokens const& now) {
    stored.emplace_back(now.access_token.reveal());
    for (auto const& other : now.sharing) stored.emplace_back(other.access_token.reveal());
  };
  auto both = tokens_of("A");
  both.sharing.push_back(tokens_of("B"));
  net.accounts.replies.push_back(refreshed_with(account_tokens("B", 2), account_tokens("A", 2)));
  auto keeper = net.keeper(std::move(both), std::move(config));
  BOOST_TEST(net.token_of(keeper, "B").second.reveal() == "B-access-2");
  BOOST_TEST(net.token_of(keeper, "A").second.reveal() == "A-access-2");
  BOOST_TEST(net.token(keeper).second.reveal() == "A-access-2");
  BOOST_TEST(net.accounts.refreshes.size() == 1U);
  BOOST_TEST(stored == (std::vector<std::string>{"A-access-2", "B-access-2"}), boost::test_tools::per_element());
  BOOST_TEST(net.token_of(keeper, "C").first == make_error_code(TransportErrc::missing_token));
}

BOOST_AUTO_TEST_CASE(one_of_several_accounts_that_a_reply_leaves_out_is_told_apart) {
  KeeperNet net;
  auto both = tokens_of("A");
  both.sharing.push_back(tokens_of("B"));
  auto only_one = account_tokens("A", 2);
  net.accounts.replies.push_back(refreshed_with(std::move(only_one)));
  auto keeper = net.keeper(std::move(both));
  BOOST_TEST(net.token(keeper).second.reveal() == "A-access-2");
  BOOST_TEST(net.token_of(keeper, "B").first == make_error_code(TransportErrc::missing_token));
  BOOST_TEST(net.accounts.refreshes.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
