// A login that is watched turn by turn (`Answer::wait`), and a host that has something else to say meanwhile.

#include <support/loopback.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

BOOST_AUTO_TEST_SUITE(leave_watch)

using namespace sallyport;
using namespace sallyport::test;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Stands at a push, and is watched.
struct Watched {
  explicit Watched(std::chrono::milliseconds interval = std::chrono::seconds(60))
      : net([interval](ServerConfig&, ClientConfig& config) { config.limits.poll_interval = interval; }),
        login(net.client->login(net.credentials())) {
    net.verifier.replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile, 60));
    auto const first = net.begin(login);
    BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(first.second));
    login.async_answer(Answer::wait(), asio::bind_cancellation_slot(signal.slot(), [this](error_code ec, Turn turn) {
                         BOOST_TEST(!left.has_value(), "a handler was called twice");
                         left.emplace(ec, std::move(turn));
                       }));
    net.run_for(std::chrono::milliseconds(5));
    BOOST_TEST(!left.has_value());
  }

  /// Until a poll has reached the server, which does not answer it.
  void await_poll() {
    net.run_until([this] { return !net.verifier.held.empty(); });
  }
  void reply(AuthResponse response) {
    auto handler = std::move(net.verifier.held.at(0));
    net.verifier.held.clear();
    std::move(handler)(error_code(), std::move(response));
  }

  Loopback net;
  Login login;
  asio::cancellation_signal signal;
  std::optional<std::pair<error_code, Turn>> left;
};

}  // namespace

BOOST_AUTO_TEST_CASE(partial_cancellation_gives_the_prompt_back_and_the_login_goes_on) {
  Watched watched;
  watched.signal.emit(asio::cancellation_type::partial);
  watched.net.run_until([&watched] { return watched.left.has_value(); });
  BOOST_TEST(!watched.left->first, watched.left->first.message());
  BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(watched.left->second));
  BOOST_TEST((std::get<Prompt>(watched.left->second).kind == PromptKind::act_elsewhere));
  watched.net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto const next = watched.net.answer(watched.login, Answer::another_way());
  BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(next.second));
  BOOST_TEST((std::get<Prompt>(next.second).status == AuthStatus::challenge_issued));
}

BOOST_AUTO_TEST_CASE(terminal_cancellation_ends_the_login) {
  Watched watched;
  watched.signal.emit(asio::cancellation_type::all);
  watched.net.run_until([&watched] { return watched.left.has_value(); });
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(watched.left->second));
  BOOST_TEST(name_of(std::get<Outcome>(watched.left->second).kind) == "cancelled");
}

BOOST_AUTO_TEST_CASE(another_act_takes_the_place_of_a_watch) {
  Watched watched;
  watched.net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  auto const next = watched.net.answer(watched.login, Answer::another_way());
  BOOST_TEST_REQUIRE(watched.left.has_value());
  BOOST_TEST(watched.left->first == asio::error::operation_aborted);
  BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(next.second));
  BOOST_TEST((std::get<Prompt>(next.second).status == AuthStatus::challenge_issued));
  BOOST_TEST(watched.net.verifier.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(cancelling_takes_the_place_of_a_watch) {
  Watched watched;
  auto const next = watched.net.answer(watched.login, Answer::cancel());
  BOOST_TEST(watched.left->first == asio::error::operation_aborted);
  BOOST_TEST_REQUIRE(std::holds_alternative<Outcome>(next.second));
  BOOST_TEST(name_of(std::get<Outcome>(next.second).kind) == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_watched_login_can_be_saved_and_resumed) {
  Watched watched;
  auto const key = SnapshotKey::from_bytes(Secret(std::string(32, 'k')));
  BOOST_TEST_REQUIRE(key.has_value());
  auto const saved = await<SealedSnapshot>(watched.net.io, [&](auto handler) {
    watched.login.async_save(*key, SaveOptions(SnapshotSecrets::without), std::move(handler));
  });
  BOOST_TEST(!saved.first, saved.first.message());
  BOOST_TEST(watched.left->first == asio::error::operation_aborted);
  BOOST_TEST(watched.net.answer(watched.login, Answer::wait()).first == SnapshotErrc::login_saved);
  auto const& sealed = saved.second;
  auto resumed = watched.net.client->resume(sealed.bytes.reveal(), *key, sealed.id,
                                            [](std::string_view, std::uint64_t) { return true; });
  BOOST_TEST_REQUIRE(resumed.has_value());
  auto const turn = watched.net.begin(*resumed);
  BOOST_TEST((std::get<Prompt>(turn.second).kind == PromptKind::act_elsewhere));
}

BOOST_AUTO_TEST_CASE(a_poll_in_flight_is_awaited_and_then_the_other_act_goes_out) {
  Watched watched(std::chrono::milliseconds(20));
  watched.await_poll();
  std::optional<std::pair<error_code, Turn>> next;
  watched.login.async_answer(Answer::another_way(),
                             [&next](error_code ec, Turn turn) { next.emplace(ec, std::move(turn)); });
  watched.net.run_for(std::chrono::milliseconds(30));
  BOOST_TEST(!next.has_value());
  watched.net.verifier.replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone, 60));
  watched.reply(challenge(AuthStatus::device_confirmation_required, MfaType::mobile, 60));
  watched.net.run_until([&next] { return next.has_value(); });
  BOOST_TEST(watched.left->first == asio::error::operation_aborted);
  BOOST_TEST_REQUIRE(std::holds_alternative<Prompt>(next->second));
  BOOST_TEST((std::get<Prompt>(next->second).status == AuthStatus::challenge_issued));
}

BOOST_AUTO_TEST_CASE(what_was_said_to_the_challenge_before_is_not_posted_to_the_next) {
  Watched watched(std::chrono::milliseconds(20));
  watched.await_poll();
  std::optional<error_code> refused;
  watched.login.async_answer(Answer::another_way(), [&refused](error_code ec, Turn const&) { refused = ec; });
  watched.net.run_for(std::chrono::milliseconds(5));
  auto const posts = watched.net.verifier.asked.size();
  watched.reply(challenge(AuthStatus::mfa_required, MfaType::phone, 60));
  watched.net.run_until([&refused] { return refused.has_value(); });
  BOOST_TEST(*refused == TransportErrc::challenge_changed);
  BOOST_TEST(watched.net.verifier.asked.size() == posts);
  BOOST_TEST(!watched.left->first, watched.left->first.message());
  BOOST_TEST((std::get<Prompt>(watched.left->second).status == AuthStatus::mfa_required));
  watched.net.verifier.replies.push_back(granted());
  auto const turn = watched.net.answer(watched.login, Answer::text(Secret("123456")));
  BOOST_TEST(name_of(std::get<Outcome>(turn.second).kind) == "succeeded");
}

BOOST_AUTO_TEST_CASE(there_is_room_for_one_act_while_a_poll_is_awaited) {
  Watched watched(std::chrono::milliseconds(20));
  watched.await_poll();
  std::optional<error_code> first;
  watched.login.async_answer(Answer::another_way(), [&first](error_code ec, Turn const&) { first = ec; });
  auto const second = watched.net.answer(watched.login, Answer::restart());
  BOOST_TEST(second.first == TransportErrc::request_in_flight);
  BOOST_TEST(!first.has_value());
}

BOOST_AUTO_TEST_CASE(a_login_that_is_dropped_with_all_its_context_keeps_nothing) {
  auto const alive = std::make_shared<int>(0);
  {
    Watched watched(std::chrono::milliseconds(20));
    watched.await_poll();
    watched.login.async_answer(Answer::another_way(), [alive](error_code, Turn const&) {});
    watched.net.run_for(std::chrono::milliseconds(5));
  }
  BOOST_TEST(alive.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
