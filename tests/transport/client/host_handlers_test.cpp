// A host whose completion handlers and observers throw: the exception comes out of the executor, and nothing else
// changes. And a save that is cancelled.

#include <support/despite.hpp>
#include <support/processes.hpp>
#include <support/scripted_accounts.hpp>

#include <sallyport/transport/observers.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>

#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(host_handlers)

using namespace sallyport;
using namespace sallyport::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Counts its calls and throws at each.
struct Throwing {
  std::shared_ptr<int> calls = std::make_shared<int>(0);

  template <class... Result>
  void operator()(Result&&...) const {
    ++*calls;
    fail();
  }
};

/// Starts one operation after the other, each with a handler that throws, and expects the exception to come out.
class Operations {
public:
  explicit Operations(AccountNet& net) : net_(&net), login_(net.loopback.client->login(net.loopback.credentials())) {}

  void run_all(std::function<asio::any_io_executor()> const& executor) {
    auto& loopback = net_->loopback;
    auto const one = [&](std::string_view name, auto start) {
      BOOST_TEST_CONTEXT(name) {
        Throwing const handler;
        executor ? start(asio::bind_executor(executor(), handler)) : start(handler);
        BOOST_TEST(*handler.calls == 0);
        auto thrown = run_despite(loopback.io, [&handler] { return *handler.calls == 1; });
        for (auto& out : drain_despite(loopback.io)) thrown.push_back(std::move(out));
        BOOST_TEST(thrown == std::vector<std::string>{away}, boost::test_tools::per_element());
        BOOST_TEST(*handler.calls == 1);
      }
    };
    auto& client = *loopback.client;
    auto& verifier = loopback.verifier;
    one("schemes", [&](auto handler) { client.async_authentication_schemes(std::move(handler)); });
    one("status", [&](auto handler) { client.async_status(std::move(handler)); });
    one("link", [&](auto handler) { client.async_link(BrokerType::robinhood, Secret("user-1"), std::move(handler)); });
    one("a refresh that is refused here", [&](auto handler) { client.async_refresh({}, std::move(handler)); });
    verifier.replies.push_back(granted());
    one("authenticate", [&](auto handler) { client.async_authenticate(loopback.credentials(), std::move(handler)); });
    one("an answer before its time", [&](auto handler) { login_.async_answer(Answer::wait(), std::move(handler)); });
    verifier.replies.push_back(sms());
    one("begin", [&](auto handler) { login_.async_begin(std::move(handler)); });
    one("a second begin", [&](auto handler) { login_.async_begin(std::move(handler)); });
    verifier.replies.push_back(status(AuthStatus::challenge_failed));
    one("an answer", [&](auto handler) { login_.async_answer(Answer::text(Secret("1")), std::move(handler)); });
    one("a save", [&](auto handler) { login_.async_save(key(), SnapshotSecrets::with, std::move(handler)); });
    verifier.replies.push_back(granted());
    one("a whole login",
        [&](auto handler) { client.async_login(loopback.credentials("2"), loopback.responder, std::move(handler)); });
    one("the end of the server", [&](auto handler) { loopback.server->async_drain(20s, std::move(handler)); });
  }

private:
  AccountNet* net_;
  Login login_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_completion_handler_that_throws_comes_out_of_the_executor_once_and_the_next_operation_works) {
  AccountNet net;
  Operations(net).run_all({});
}

BOOST_AUTO_TEST_CASE(the_same_on_an_executor_of_its_own) {
  AccountNet net;
  Operations(net).run_all([&net]() -> asio::any_io_executor { return asio::make_strand(net.loopback.io); });
}

// --- Observers
// --------------------------------------------------------------------------------------------------------

namespace {

/// Notes what it is told, and throws at one kind of event, or at each step.
class Thrower final : public Observer {
public:
  std::optional<LoginEventKind> at;
  bool throws_at_steps = false;
  std::vector<std::pair<Role, LoginEventKind>> told;
  std::size_t thrown = 0;

  void on_event(LoginEvent const& event) override {
    told.emplace_back(event.role, event.kind);
    if (event.kind == at) refuse();
  }
  void on_step(LoginStep const&) override {
    if (throws_at_steps) refuse();
  }

private:
  void refuse() {
    ++thrown;
    fail();
  }
};

struct Story {
  std::vector<std::string> ends;
  std::vector<std::pair<Role, LoginEventKind>> told;
};

void note_end(Story& story, std::pair<error_code, Turn> const& turn) {
  auto const* const outcome = std::get_if<Outcome>(&turn.second);
  story.ends.push_back(turn.first.message() + ", " +
                       std::string(outcome != nullptr ? name_of(outcome->kind) : "prompt"));
}

/// Logins that meet all events but a few, turn by turn, with client and server under one observer.
Story logins_under(std::shared_ptr<Thrower> const& observer) {
  Processes net([&observer](ServerConfig& serving, ClientConfig& config) {
    serving.observer = observer;
    config.observer = observer;
    config.limits.poll_interval = 10ms;
    config.limits.challenge_life_span = 200ms;
    config.limits.resend_cool_down = 0ms;
    serving.limits.resend_cool_down = 0ms;
  });
  Story story;
  std::size_t thrown = 0;
  auto const turn = [&](auto start) {
    std::optional<std::pair<error_code, Turn>> ended;
    start([&ended](error_code ec, Turn how) { ended.emplace(ec, std::move(how)); });
    thrown += run_despite(net.io, [&ended] { return ended.has_value(); }).size();
    note_end(story, *ended);
  };
  auto const answer = [&](Login& login, Answer what) {
    turn([&](auto handler) { login.async_answer(std::move(what), std::move(handler)); });
  };
  auto& replies = net.verifier.replies;
  replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile, 60));
  replies.push_back(challenge(AuthStatus::device_confirmation_required, MfaType::mobile, 60));
  replies.push_back(sms());
  replies.push_back(status(AuthStatus::challenge_failed));
  replies.push_back(sms());
  auto login = net.client->login(net.credentials());
  turn([&](auto handler) { login.async_begin(std::move(handler)); });
  answer(login, Answer::wait());
  answer(login, Answer::field(Field::password, Secret("1")));
  answer(login, Answer::text(Secret("1")));
  answer(login, Answer::restart());
  std::optional<SealedSnapshot> saved;
  login.async_save(key(), SnapshotSecrets::with,
                   [&saved](error_code, SealedSnapshot snapshot) { saved.emplace(std::move(snapshot)); });
  thrown += run_despite(net.io, [&saved] { return saved.has_value(); }).size();
  auto resumed = net.resumed(*saved);
  replies.push_back(granted());
  answer(resumed, Answer::text(Secret("2")));
  // The door of the next one dies.
  replies.push_back(challenge(AuthStatus::challenge_issued, MfaType::phone));
  auto late = net.client->login(net.credentials("user-2"));
  turn([&](auto handler) { late.async_begin(std::move(handler)); });
  answer(late, Answer::wait());
  // The reply to the last one is lost.
  auto lost = net.client->login(net.credentials("user-3"));
  net.verifier.on_hold = [&net] { net.server->stop(); };
  turn([&](auto handler) { lost.async_begin(std::move(handler)); });
  thrown += drain_despite(net.io).size();
  BOOST_TEST(thrown == observer->thrown, "each exception comes out of the executor, once");
  story.told = observer->told;
  return story;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_observer_that_throws_changes_no_login_whatever_it_is_told) {
  auto const quiet = logins_under(std::make_shared<Thrower>());
  std::set<LoginEventKind> kinds;
  for (auto const& [role, kind] : quiet.told) kinds.insert(kind);
  BOOST_TEST(kinds.size() >= 14U);
  for (auto const kind : kinds) {
    BOOST_TEST_CONTEXT(name_of(kind)) {
      auto const observer = std::make_shared<Thrower>();
      observer->at = kind;
      auto const story = logins_under(observer);
      BOOST_TEST(observer->thrown > 0U);
      BOOST_TEST(story.ends == quiet.ends, boost::test_tools::per_element());
    }
  }
  auto const observer = std::make_shared<Thrower>();
  observer->throws_at_steps = true;
  BOOST_TEST(logins_under(observer).ends == quiet.ends, boost::test_tools::per_element());
  BOOST_TEST(observer->thrown > 0U);
}

BOOST_AUTO_TEST_CASE(an_observer_of_a_group_that_throws_hides_nothing_from_the_others) {
  auto const first = std::make_shared<Thrower>();
  auto const second = std::make_shared<Thrower>();
  first->at = LoginEventKind::outcome;
  ObserverGroup group({first, second});
  LoginEvent event;
  event.kind = LoginEventKind::outcome;
  BOOST_CHECK_THROW(group.on_event(event), std::runtime_error);
  BOOST_TEST(second->told.size() == 1U);
}

// --- A save that is cancelled
// -----------------------------------------------------------------------------------------

namespace {

/// A login at its door that is being saved, and the signal to cancel that.
struct Saving {
  Processes net;
  std::optional<Login> login;
  asio::cancellation_signal stop;
  std::optional<std::pair<error_code, SealedSnapshot>> result;

  Saving() {
    net.verifier.replies.push_back(sms());
    net.verifier.replies.push_back(granted());
    login.emplace(net.client->login(net.credentials()));
    static_cast<void>(prompt_of(net.begin(*login)));
    login->async_save(key(), SnapshotSecrets::with,
                      asio::bind_cancellation_slot(stop.slot(), [this](error_code ec, SealedSnapshot snapshot) {
                        result.emplace(ec, std::move(snapshot));
                      }));
  }
  void cancel() {
    stop.emit(asio::cancellation_type::terminal);
    net.run_until([this] { return result.has_value(); });
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_save_that_is_cancelled_before_it_is_sealed_leaves_the_login_where_it_stood) {
  Saving saving;
  saving.cancel();
  BOOST_TEST(saving.result->first == asio::error::operation_aborted);
  BOOST_TEST(saving.result->second.bytes.empty());
  BOOST_TEST(kind_of(saving.net.answer(*saving.login, Answer::text(Secret("123456")))) == "succeeded");
}

BOOST_AUTO_TEST_CASE(a_save_that_is_cancelled_when_it_is_sealed_still_gives_the_snapshot) {
  Saving saving;
  saving.net.io.restart();
  saving.net.io.run_one();  // It is sealed; the handler waits.
  BOOST_TEST(!saving.result.has_value());
  saving.cancel();
  BOOST_TEST(!saving.result->first);
  auto resumed = saving.net.resumed(saving.result->second);
  BOOST_TEST(kind_of(saving.net.answer(resumed, Answer::text(Secret("123456")))) == "succeeded");
}

BOOST_AUTO_TEST_SUITE_END()
