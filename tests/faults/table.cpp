#include "table.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <variant>

namespace sallyport::test::faults {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto tuple_token = asio::as_tuple(asio::use_awaitable);
/// So many logins at a time: enough that those which wait for a deadline wait together.
constexpr std::size_t players = 48;
/// The longest case: a poll that could not be sent, on so many connections, until the wire was mended.
auto const longest = 3 * connect_attempts_max * 2 * deadline;

/// One login at a time does something; those that are struck by a fault wait for its end beside it. So no login misses
/// a deadline because others keep the machine busy.
class Gate {
public:
  explicit Gate(asio::io_context& io) : slot_(io, 1) {}
  asio::awaitable<void> enter() {
    auto const nothing = error_code();
    co_await slot_.async_send(nothing, asio::use_awaitable);
  }
  void leave() {
    slot_.try_receive([](error_code) {});
  }

private:
  asio::experimental::channel<void(error_code)> slot_;
};

struct Row {
  Case const* what = nullptr;
  std::string outcome;
  std::string then = "-";
  Seen seen;   ///< During the act.
  Seen whole;  ///< During the whole login.
  Seen after;  ///< After a login has ended.
  milliseconds took{0};
  bool struck = false;
  bool over = false;
};

Seen operator-(Seen const& left, Seen const& right) {
  return {.secrets = left.secrets - right.secrets, .others = left.others - right.others};
}

asio::awaitable<std::tuple<error_code, Turn>> turn_of(Login& login, Step step) {
  if (step == Step::password) co_return co_await login.async_begin(tuple_token);
  auto answer = answer_at(step);
  co_return co_await login.async_answer(std::move(answer), tuple_token);
}

asio::awaitable<std::string> act(Login& login, Step step, Scene const& scene) {
  auto const [ec, turn] = co_await turn_of(login, step);
  if (ec) co_return std::string(not_sent) + ": " + ec.message();
  auto const* const outcome = std::get_if<Outcome>(&turn);
  if (outcome == nullptr) co_return step == Step::poll ? "no outcome" : std::string(went_on);
  scene.check(*outcome);
  if (outcome->kind == OutcomeKind::succeeded) co_return step == Step::poll ? std::string(went_on) : "in too early";
  co_return std::string(name_of(outcome->kind));
}

/// A login that has ended takes no act and sends nothing.
asio::awaitable<std::string> act_after_the_end(Login& login) {
  auto more = Answer::text(Secret("123456"));
  auto const [ec, turn] = co_await login.async_answer(std::move(more), tuple_token);
  co_return ec == EngineErrc::session_over ? "ended" : "ended, and took an act: " + ec.message();
}

asio::awaitable<void> warm_up(Scene& scene) {
  auto other = scene.client().login(credentials_of("user-0"));
  auto const [ec, turn] = co_await other.async_begin(tuple_token);
  if (ec) throw std::runtime_error("the first login failed: " + ec.message());
}

/// Whatever befell a login, the next one of the same client finds nothing of it: the client's only connection is free.
asio::awaitable<std::string> act_of_another(Scene& scene) {
  auto other = scene.client().login(credentials_of("user-2"));
  auto const [ec, turn] = co_await other.async_begin(tuple_token);
  auto const* const outcome = std::get_if<Outcome>(&turn);
  if (ec) co_return "ended, and the next failed: " + ec.message();
  if (outcome == nullptr || outcome->kind == OutcomeKind::succeeded) co_return "ended";
  co_return "ended, and the next too: " + std::string(name_of(outcome->kind));
}

/// Whether it could be lifted: a server that has just gone may not have let go of its port yet.
bool is_lifted(Scene& scene) {
  try {
    scene.lift();
    return true;
  } catch (std::runtime_error const&) {
    return false;
  }
}

/// A poll is asked again until it is answered, so what struck it has to end.
asio::awaitable<void> mend_once_struck(std::shared_ptr<Scene> scene, std::shared_ptr<bool const> over) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!*over && !(scene->has_struck() && is_lifted(*scene))) {
    timer.expires_after(milliseconds(5));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> play_case(Gate& gate, Case const& what, Row& row) {
  co_await gate.enter();
  std::shared_ptr<Scene> const scene = what.make();
  row.what = &what;
  if (scene->warms_up()) co_await warm_up(*scene);
  auto login = scene->client().login(credentials_of("user-1"));
  auto const at_first = scene->seen();
  auto told = std::string(went_on);
  for (auto const step : steps) {
    if (step != what.step) {
      told = co_await act(login, step, *scene);
    } else {
      auto const before = scene->seen();
      // What breaks while the client is still busy with the reply before is as if it broke after the post.
      auto const executor = co_await asio::this_coro::executor;
      co_await asio::post(executor, asio::use_awaitable);
      co_await scene->strike();
      auto const began = steady_clock::now();
      gate.leave();
      auto const over = std::make_shared<bool>(false);
      if (step == Step::poll) asio::co_spawn(executor, mend_once_struck(scene, over), asio::detached);
      row.outcome = co_await act(login, step, *scene);
      *over = true;
      row.took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
      co_await gate.enter();
      row.seen = scene->seen() - before;
      row.struck = scene->has_struck();
      scene->lift();
      told = row.outcome;
      if (told.starts_with(not_sent)) told = co_await act(login, step, *scene);
    }
    if (told != went_on) break;
  }
  auto const at_the_end = scene->seen();
  row.then = told == went_on ? "succeeded" : told;
  if (told != went_on && told == row.outcome) row.then = co_await act_after_the_end(login);
  row.whole = scene->seen() - at_first;
  row.after = scene->seen() - at_the_end;
  if (row.then == "ended") row.then = co_await act_of_another(*scene);
  row.over = true;
  gate.leave();
}

asio::awaitable<void> play_some(Gate& gate, std::vector<Case> const& cases, std::vector<Row>& rows, std::size_t& next) {
  while (next < cases.size()) {
    auto const index = next++;
    co_await play_case(gate, cases[index], rows[index]);
  }
}

void print(Row const& row) {
  std::ostringstream line;
  line << std::left << std::setw(48) << row.what->fault << " | " << std::setw(11) << name_of(row.what->step) << " | "
       << std::setw(18) << row.outcome.substr(0, row.outcome.find(':')) << " | " << row.seen.secrets << " | "
       << row.seen.others << " | " << std::setw(9) << row.then << " | " << std::right << std::setw(4)
       << row.took.count() << " ms\n";
  std::cout << line.str();
}

void check(Row const& row) {
  BOOST_TEST_CONTEXT(row.what->fault << ", at " << name_of(row.what->step)) {
    BOOST_TEST_REQUIRE(row.over, "the login hangs");
    BOOST_TEST(row.struck, "the fault did not happen");
    auto const kind = row.outcome.substr(0, row.outcome.find(':'));
    BOOST_TEST(kind == row.what->expected, row.outcome << " in place of " << row.what->expected);
    BOOST_TEST(row.seen.secrets <= 1U);
    BOOST_TEST((row.what->step == Step::poll || row.seen.secrets + row.seen.others <= 1U));
    BOOST_TEST((row.what->step != Step::poll || row.seen.secrets == 0U));
    BOOST_TEST((row.took < longest), row.took.count() << " ms");
    auto const goes_on = kind == not_sent || kind == went_on;
    BOOST_TEST(row.then == (goes_on ? "succeeded" : "ended"));
    if (kind == not_sent) BOOST_TEST(row.seen.secrets + row.seen.others == 0U);
    if (goes_on) BOOST_TEST(row.whole.secrets == secret_steps);
    BOOST_TEST(row.after.secrets + row.after.others == 0U);
  }
}

}  // namespace

std::string_view name_of(Step step) noexcept {
  static constexpr std::array<std::string_view, steps.size()> names{"password",    "resend", "code", "question",
                                                                    "another way", "totp",   "poll"};
  return names.at(static_cast<std::size_t>(step));
}

Answer answer_at(Step step) {
  switch (step) {
    case Step::password:
    case Step::poll: return Answer::wait();
    case Step::resend: return Answer::restart();
    case Step::code: return Answer::text(Secret("123456"));
    case Step::question: return Answer::text(Secret("Rome"));
    case Step::another_way: return Answer::another_way();
    case Step::totp: return Answer::text(Secret("654321"));
  }
  return Answer::wait();
}

AuthResponse reply_to(Step step) {
  constexpr auto life_span = 120;
  switch (step) {
    case Step::password:
    case Step::resend: return challenge(AuthStatus::mfa_required, MfaType::phone, life_span);
    case Step::code: {
      auto question = status(AuthStatus::challenge_issued);
      question.challenge_text = "Where were you born?";
      return question;
    }
    case Step::question: return challenge(AuthStatus::device_confirmation_required, MfaType::roaming);
    case Step::another_way: return challenge(AuthStatus::mfa_required, MfaType::totp);
    case Step::totp: return challenge(AuthStatus::device_confirmation_required, MfaType::mobile);
    case Step::poll: return granted();
  }
  return granted();
}

ScriptedVerifier& Stage::new_verifier() {
  return *verifiers.emplace_back(std::make_unique<ScriptedVerifier>());
}

Server Stage::new_server(Verifier& verifier, std::function<void(ServerConfig&)> const& tweak) {
  ServerConfig config;
  config.identity = certificates.identity();
  config.clients.push_back({.id = "client-1", .secret = Secret("client-secret-1")});
  config.limits.resend_cool_down = milliseconds(0);
  config.limits.poll_interval = milliseconds(1);
  config.sessions_max = 16;  // Their slots are made up front.
  if (tweak) tweak(config);
  auto made = Server::create(io.get_executor(), std::move(config), verifier);
  if (!made) throw std::runtime_error("no server: " + made.error().message());
  made->start();
  return std::move(*made);
}

Client Stage::new_client(std::string url, std::function<void(ClientConfig&)> const& tweak) {
  ClientConfig config;
  config.url = std::move(url);
  config.client_id = "client-1";
  config.client_secret = Secret("client-secret-1");
  config.ca_file = certificates.ca_file();
  config.governor = no_governor;  // The table logs one account in hundreds of times.
  config.limits.request_life_span = deadline;
  config.limits.resend_cool_down = milliseconds(0);
  config.limits.poll_interval = milliseconds(5);
  config.bounds.text_bytes_max = 64 * 1024;
  config.resolve_timeout = deadline;
  config.connect_timeout = deadline;
  config.handshake_timeout = deadline;
  config.connect_attempts_max = connect_attempts_max;
  config.connections_max = 1;
  if (tweak) tweak(config);
  auto made = Client::create(io.get_executor(), std::move(config));
  if (!made) throw std::runtime_error("no client: " + made.error().message());
  return std::move(*made);
}

void play(Stage& stage, std::vector<Case> const& cases) {
  Gate gate(stage.io);
  std::vector<Row> rows(cases.size());
  std::size_t next = 0;
  std::size_t playing = 0;
  std::exception_ptr failure;
  for (; playing < players; ++playing) {
    asio::co_spawn(stage.io, play_some(gate, cases, rows, next), [&playing, &failure](std::exception_ptr why) {
      --playing;
      if (why) failure = why;
    });
  }
  auto const began = steady_clock::now();
  auto const until = began + 10 * patience;
  while (playing != 0 && !failure && steady_clock::now() < until) stage.io.run_one_for(milliseconds(100));
  if (failure) std::rethrow_exception(failure);
  std::map<std::string, std::size_t> outcomes;
  std::uint64_t secrets_max = 0;
  std::cout << "fault | step | outcome | posts with a secret | other posts | then | time\n";
  for (auto const& row : rows) {
    if (row.what == nullptr) continue;
    print(row);
    ++outcomes[row.outcome.substr(0, row.outcome.find(':'))];
    secrets_max = std::max(secrets_max, row.seen.secrets);
  }
  std::cout << rows.size() << " rows in "
            << std::chrono::duration_cast<milliseconds>(steady_clock::now() - began).count() << " ms; at most "
            << secrets_max << " post with a secret for an act;";
  for (auto const& [outcome, count] : outcomes) std::cout << ' ' << count << ' ' << outcome << ';';
  std::cout << '\n';
  for (auto const& row : rows) {
    BOOST_TEST_REQUIRE(row.what != nullptr, "a login hangs");
    check(row);
  }
}

}  // namespace sallyport::test::faults
