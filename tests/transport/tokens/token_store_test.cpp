// A host whose functions fail, throw or never call: the only valid refresh token is not lost, and nobody waits for
// ever.

#include <support/fork_told.hpp>
#include <support/keeper_net.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <vector>

BOOST_AUTO_TEST_SUITE(token_store)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// A store that is away for the first so many times.
struct Store {
  enum class Failing { throws, says_so };

  Failing how = Failing::throws;
  unsigned failures_left = 0;
  std::vector<std::string> offered;
  std::optional<std::string> stored;

  error_code operator()(KeptTokens const& now) {
    offered.emplace_back(now.refresh_token->reveal());
    if (failures_left > 0) {
      --failures_left;
      if (how == Failing::throws) throw std::runtime_error("the store is away");
      return boost::system::errc::make_error_code(boost::system::errc::no_space_on_device);
    }
    stored = offered.back();
    return {};
  }
};

TokenKeeperConfig config_with(Store& store) {
  TokenKeeperConfig config;
  config.pause = milliseconds(10);
  config.refresh_interval_min = milliseconds(1);
  config.on_refreshed = std::ref(store);
  return config;
}

ApiResult<RefreshResponse> wants_a_code() {
  RefreshResponse question;
  question.status = RefreshStatus::mfa_required;
  return envelope<RefreshResponse>(ApiResultStatus::ok, std::move(question));
}

/// Throws, lets go of the handler, or keeps it and says nothing whatever is asked of it.
class FaultyResponder final : public Responder {
public:
  bool throws = false;
  bool drops = false;
  std::vector<Handler> kept;
  std::vector<Prompt const*> prompts;

private:
  void respond(Prompt const& prompt, Handler handler) override {
    if (throws) throw std::runtime_error("no terminal");
    if (drops) return;
    prompts.push_back(&prompt);
    kept.push_back(std::move(handler));
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(tokens_that_could_not_be_stored_are_offered_again_and_serve_meanwhile) {
  for (auto const how : {Store::Failing::throws, Store::Failing::says_so}) {
    KeeperNet net;
    Store store;
    store.how = how;
    store.failures_left = 3;
    net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
    auto keeper = net.keeper(tokens_that_are_over(), config_with(store));
    BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
    net.loopback.run_until([&store] { return store.stored.has_value(); });
    BOOST_TEST(*store.stored == "refresh-2");
    BOOST_TEST(store.offered.size() == 4U);
    net.loopback.run_for(milliseconds(200));
    BOOST_TEST(store.offered.size() == 4U);  // What is stored is not offered again.
  }
}

BOOST_AUTO_TEST_CASE(a_store_that_comes_back_gets_the_newest_tokens) {
  KeeperNet net;
  Store store;
  store.failures_left = 1;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
  net.accounts.replies.push_back(refreshed("access-3", "refresh-3", 3600));
  auto config = config_with(store);
  config.pause = std::chrono::minutes(1);
  auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
  keeper.reject_access_token(Secret("access-2"));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-3");
  BOOST_TEST(store.stored.value() == "refresh-3");
}

BOOST_AUTO_TEST_CASE(a_store_that_comes_back_is_waited_for_from_the_least_pause_when_it_goes_again) {
  KeeperNet net;
  Store store;
  store.failures_left = 9;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
  net.accounts.replies.push_back(refreshed("access-3", "refresh-3", 3600));
  auto config = config_with(store);
  config.pause = milliseconds(4);
  auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
  net.loopback.run_until([&store] { return store.stored.has_value(); });
  store.failures_left = 1;
  keeper.reject_access_token(Secret("access-2"));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-3");
  auto const since = std::chrono::steady_clock::now();
  net.loopback.run_until([&store] { return store.stored == "refresh-3"; });
  BOOST_TEST((std::chrono::steady_clock::now() - since < scaled(milliseconds(500))));  // Another doubling: two seconds.
}

BOOST_AUTO_TEST_CASE(a_keeper_that_is_cancelled_offers_once_more_and_says_what_is_not_stored) {
  for (auto const comes_back : {true, false}) {
    KeeperNet net;
    Store store;
    store.failures_left = comes_back ? 1 : 1000;
    net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
    auto config = config_with(store);
    config.pause = std::chrono::minutes(1);
    auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
    asio::cancellation_signal signal;
    std::optional<error_code> problem;
    keeper.async_run(
        asio::bind_cancellation_slot(signal.slot(), [&problem](error_code ec, KeeperEnd) { problem = ec; }));
    net.loopback.run_until([&store] { return store.offered.size() == 1; });
    signal.emit(asio::cancellation_type::terminal);
    net.loopback.run_until([&problem] { return problem.has_value(); });
    BOOST_TEST(store.offered.size() == 2U);
    BOOST_TEST((*problem == (comes_back ? error_code() : make_error_code(TransportErrc::callback_failed))));
  }
}

BOOST_AUTO_TEST_CASE(a_refresh_in_flight_is_the_parents_to_hear) {
  KeeperNet net;
  auto keeper = net.keeper(tokens_that_are_over());
  std::string end;
  keeper.async_run([&end](error_code, KeeperEnd why) { end = name_of(why); });
  net.loopback.run_until([&net] { return !net.accounts.held.empty(); });
  auto child = fork_told(net.loopback.io, [&] {
    runs_until(net.loopback.io, [&end] { return !end.empty(); });
    return end;
  });
  BOOST_TEST(child.finish() == "forked");
  std::move(net.accounts.held.front())(error_code(), refreshed("access-2", "refresh-2", 3600));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
  BOOST_TEST(end == "");
}

BOOST_AUTO_TEST_CASE(tokens_that_could_not_be_stored_are_offered_again_by_the_parent_alone) {
  KeeperNet net;
  auto offered = 0U;
  TokenKeeperConfig config;
  config.pause = scaled(milliseconds(200));
  config.on_refreshed = [&offered](KeptTokens const&) {
    return ++offered == 1 ? error_code(TransportErrc::callback_failed) : error_code();
  };
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
  auto keeper = net.keeper(tokens_that_are_over(), std::move(config));
  BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
  auto child = fork_told(net.loopback.io, [&] {
    runs_for(net.loopback.io, scaled(milliseconds(500)));
    return std::to_string(offered);
  });
  BOOST_TEST(child.finish() == "1");
  net.loopback.run_until([&offered] { return offered == 2; });
}

BOOST_AUTO_TEST_CASE(an_asker_that_throws_takes_nothing_from_the_others) {
  KeeperNet net;
  net.accounts.replies.push_back(refreshed("access-2", "refresh-2", 3600));
  auto keeper = net.keeper(tokens_that_are_over());
  auto got = 0;
  keeper.async_access_token([](error_code, Secret) { throw std::runtime_error("a host's own"); });
  keeper.async_access_token([&got](error_code, Secret) { ++got; });
  auto thrown = 0;
  for (auto const until = std::chrono::steady_clock::now() + patience;
       got == 0 && std::chrono::steady_clock::now() < until;) {
    try {
      net.loopback.io.run_one_for(milliseconds(100));
    } catch (std::runtime_error const&) {
      ++thrown;
    }
  }
  BOOST_TEST(thrown == 1);
  BOOST_TEST(got == 1);
  BOOST_TEST(net.token(keeper).second.reveal() == "access-2");
}

BOOST_AUTO_TEST_CASE(a_responder_that_throws_or_lets_go_of_its_handler_has_given_no_code) {
  for (auto const throws : {true, false}) {
    KeeperNet net;
    FaultyResponder responder;
    responder.throws = throws;
    responder.drops = !throws;
    net.accounts.replies.push_back(wants_a_code());
    TokenKeeperConfig config;
    config.responder = &responder;
    auto keeper = net.keeper(tokens_that_are_over(BrokerType::vanguard), std::move(config));
    BOOST_TEST(name_of(net.run(keeper).second) == "mfa_needed");
    BOOST_TEST(net.token(keeper).first == make_error_code(TransportErrc::keeper_ended));
    BOOST_TEST(net.accounts.refreshes.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_responder_that_ignores_its_cancellation_does_not_keep_a_keeper_alive) {
  FaultyResponder responder;
  KeeperNet net;
  net.accounts.replies.push_back(wants_a_code());
  TokenKeeperConfig config;
  config.responder = &responder;
  auto keeper = net.keeper(tokens_that_are_over(BrokerType::vanguard), std::move(config));
  asio::cancellation_signal signal;
  std::optional<KeeperEnd> end;
  keeper.async_run(asio::bind_cancellation_slot(signal.slot(), [&end](error_code, KeeperEnd why) { end = why; }));
  std::optional<error_code> refused;
  keeper.async_access_token([&refused](error_code ec, Secret) { refused = ec; });
  net.loopback.run_until([&responder] { return !responder.kept.empty(); });
  signal.emit(asio::cancellation_type::terminal);
  net.loopback.run_until([&] { return end.has_value() && refused.has_value(); });
  BOOST_TEST(name_of(*end) == "cancelled");
  BOOST_TEST((*refused == TransportErrc::keeper_ended));
  // Its prompt is still there, and what it says now is void.
  BOOST_TEST(responder.prompts.front()->fields.size() == 1U);
  std::move(responder.kept.front())(error_code(), Answer::text(Secret("123456")));
  net.loopback.run_for(milliseconds(50));
  BOOST_TEST(net.accounts.refreshes.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
