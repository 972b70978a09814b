// A token is refreshed in time and once at a time.

#include <support/keeper_net.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>

BOOST_AUTO_TEST_SUITE(token_keeper)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::seconds;

namespace {

ApiResult<RefreshResponse> answered(RefreshStatus status) {
  RefreshResponse response;
  response.status = status;
  return envelope<RefreshResponse>(ApiResultStatus::ok, std::move(response));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_refreshes_until_the_tokens_no_longer_expire) {
  KeeperNet net;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 1));
  net.accounts.replies.push_back(refreshed("access-3", "refresh-3", std::nullopt));
  std::vector<std::string> stored;
  TokenKeeperConfig config;
  config.on_refreshed = [&stored](KeptTokens const& now) { stored.emplace_back(now.access_token.reveal()); };
  config.refresh_interval_min = std::chrono::milliseconds(1);
  auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
  auto const [ec, end] = net.run(keeper);
  BOOST_TEST(!ec);
  BOOST_TEST(name_of(end) == "not_needed");
  BOOST_TEST(stored == (std::vector<std::string>{"access-2", "access-3"}), boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(net.accounts.refreshes.size() == 2U);
  BOOST_TEST(net.accounts.refreshes[1].refresh_token.reveal() == "refresh-2");
  BOOST_TEST(net.accounts.refreshes[1].access_token->reveal() == "access-2");
}

BOOST_AUTO_TEST_CASE(what_needs_no_refresh_gets_none) {
  struct Case {
    KeptTokens tokens;
    std::string_view end;
  };
  std::vector<Case> cases;
  cases.push_back({tokens_with(std::nullopt), "not_needed"});
  cases.push_back({tokens_with(seconds(60)), "reauthentication_needed"});
  cases.back().tokens.requires_reauthentication = true;
  cases.push_back({tokens_with(seconds(60)), "reauthentication_needed"});
  cases.back().tokens.refresh_token.reset();
  for (auto& [kept, expected] : cases) {
    KeeperNet net;
    auto keeper = net.keeper(std::move(kept));
    auto const [ec, end] = net.run(keeper);
    BOOST_TEST(!ec);
    BOOST_TEST(name_of(end) == expected);
    auto const [token_ec, token] = net.token(keeper);
    BOOST_TEST(!token_ec);  // What cannot be refreshed serves as long as it lives.
    BOOST_TEST(token.reveal() == "access-1");
    BOOST_TEST(net.accounts.refreshes.empty());
  }
}

BOOST_AUTO_TEST_CASE(all_who_ask_meanwhile_share_one_refresh) {
  KeeperNet net;
  auto keeper = net.keeper(tokens_that_are_over());
  std::vector<std::string> got;
  for (auto asker = 0; asker < 5; ++asker) {
    keeper.async_access_token([&got](error_code ec, Secret token) {
      BOOST_TEST(!ec);
      got.emplace_back(token.reveal());
    });
  }
  net.loopback.run_until([&net] { return !net.accounts.held.empty(); });
  net.loopback.run_for(std::chrono::milliseconds(20));
  BOOST_TEST(got.empty());
  std::move(net.accounts.held.front())(error_code(), refreshed("access-2", "refresh-2", 3600));
  net.loopback.run_until([&got] { return got.size() == 5; });
  for (auto const& token : got) BOOST_TEST(token == "access-2");
  BOOST_TEST(net.accounts.refreshes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_token_that_lives_is_handed_out_without_a_refresh) {
  KeeperNet net;
  auto keeper = net.keeper(tokens_with(seconds(3600)));
  auto const [ec, token] = net.token(keeper);
  BOOST_TEST(!ec);
  BOOST_TEST(token.reveal() == "access-1");
  BOOST_TEST(net.accounts.refreshes.empty());
}

BOOST_AUTO_TEST_CASE(a_refusal_is_final) {
  for (auto const refused_by_content : {false, true}) {
    KeeperNet net;
    net.accounts.replies.push_back(refused_by_content ? answered(RefreshStatus::failed)
                                                      : envelope<RefreshResponse>(ApiResultStatus::bad_request));
    auto keeper = net.keeper(tokens_that_are_over());
    BOOST_TEST(name_of(net.run(keeper).second) == "refused");
    BOOST_TEST(name_of(net.run(keeper).second) == "refused");
    BOOST_TEST(net.token(keeper).first == make_error_code(TransportErrc::keeper_ended));
    BOOST_TEST(net.accounts.refreshes.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_refresh_that_never_left_is_tried_again_later) {
  KeeperNet net;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", std::nullopt));
  // Nobody listens there yet.
  boost::asio::ip::tcp::acceptor place(net.loopback.io, {asio::ip::make_address("127.0.0.1"), 0});
  auto const port = place.local_endpoint().port();
  place.close();
  auto client = net.loopback.another_client([port](ClientConfig& config) {
    config.url = "https://127.0.0.1:" + std::to_string(port);
    config.connect_attempts_max = 1;
  });
  TokenKeeperConfig config;
  config.pause = std::chrono::milliseconds(20);
  TokenKeeper keeper(client, tokens_that_are_over(), std::move(config));
  std::optional<KeeperEnd> end;
  keeper.async_run([&end](error_code, KeeperEnd why) { end = why; });
  net.loopback.run_for(std::chrono::milliseconds(60));
  BOOST_TEST(!end.has_value());
  ServerConfig serving;
  serving.port = port;
  serving.identity = net.loopback.certificates.identity();
  serving.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  auto server =
      Server::create(net.loopback.io.get_executor(), std::move(serving), net.loopback.verifier, &net.accounts);
  BOOST_TEST_REQUIRE(server.has_value());
  server->start();
  net.loopback.run_until([&end] { return end.has_value(); });
  BOOST_TEST(name_of(*end) == "not_needed");
  BOOST_TEST(net.accounts.refreshes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_second_factor_is_asked_for_and_sent_with_the_new_access_token) {
  KeeperNet net;
  auto question = answered(RefreshStatus::mfa_required);
  question.content->broker_account_tokens.emplace().emplace_back().access_token = Secret("access-for-mfa");
  net.accounts.replies.push_back(std::move(question));
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", std::nullopt));
  net.loopback.responder.answers.push_back(Answer::text(Secret("123456")));
  TokenKeeperConfig config;
  config.responder = &net.loopback.responder;
  auto keeper = net.keeper(tokens_that_are_over(BrokerType::vanguard), std::move(config));
  BOOST_TEST(name_of(net.run(keeper).second) == "not_needed");
  BOOST_TEST_REQUIRE(net.accounts.refreshes.size() == 2U);
  BOOST_TEST(net.accounts.refreshes[1].mfa_code->reveal() == "123456");
  BOOST_TEST(net.accounts.refreshes[1].access_token->reveal() == "access-for-mfa");
}

BOOST_AUTO_TEST_CASE(a_second_factor_that_nobody_can_give_ends_it) {
  KeeperNet net;
  net.accounts.replies.push_back(answered(RefreshStatus::mfa_required));
  auto keeper = net.keeper(tokens_that_are_over(BrokerType::vanguard));
  BOOST_TEST(name_of(net.run(keeper).second) == "mfa_needed");
}

BOOST_AUTO_TEST_CASE(cancelled_it_says_whether_a_refresh_may_have_arrived) {
  for (auto const in_flight : {false, true}) {
    KeeperNet net;
    auto keeper = net.keeper(in_flight ? tokens_that_are_over() : tokens_with(seconds(3600)));
    asio::cancellation_signal signal;
    std::optional<KeeperEnd> end;
    keeper.async_run(asio::bind_cancellation_slot(signal.slot(), [&end](error_code, KeeperEnd why) { end = why; }));
    if (in_flight) net.loopback.run_until([&net] { return !net.accounts.held.empty(); });
    signal.emit(asio::cancellation_type::terminal);
    net.loopback.run_until([&end] { return end.has_value(); });
    BOOST_TEST(name_of(*end) == (in_flight ? "outcome_unknown" : "cancelled"));
  }
}

BOOST_AUTO_TEST_CASE(two_runs_of_one_keeper_are_one_too_many) {
  KeeperNet net;
  auto keeper = net.keeper(tokens_with(seconds(3600)));
  asio::cancellation_signal signal;
  std::optional<KeeperEnd> first;
  keeper.async_run(asio::bind_cancellation_slot(signal.slot(), [&first](error_code, KeeperEnd why) { first = why; }));
  BOOST_TEST(net.run(keeper).first == make_error_code(TransportErrc::request_in_flight));
  signal.emit(asio::cancellation_type::terminal);
  net.loopback.run_until([&first] { return first.has_value(); });
}

BOOST_AUTO_TEST_SUITE_END()
