// What does a login cost the claimant? Logins one after the other on each of N connections, with all that belongs to
// them: encode, TLS, parse, step, alarm, deadlines.
//   bench_claimant --port N --ca FILE --connections N --logins N --warm-up N [--how turns|login] [--live N] [--hold 1]
// --how turns drives each login turn by turn, as a web backend does; login drives it to its end, with a responder.
// --live N leaves N logins at their first door before it begins, and says how many bytes each takes.
// --hold says at the end how many bytes a connection takes, and waits for a byte on the standard input.

#include "counted_new.hpp"
#include "dialogue.hpp"
#include "meter.hpp"

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/responders.hpp>

#include <boost/asio/io_context.hpp>

#include <malloc.h>

#include <cstdlib>
#include <deque>
#include <optional>
#include <utility>

using namespace sallyport::bench;
using namespace sallyport;
using boost::system::error_code;

namespace {

Credentials credentials(std::string const& user) {
  Credentials who;
  who.user_id = Secret(user);
  who.request.type = BrokerType::robinhood;
  who.request.username = Secret(user);
  who.request.password = Secret(password);
  who.request.device_info = std::string(device_info);
  who.request.auth_flow_step = AuthFlowStep::login_password;
  return who;
}

Answer answer_to(Prompt const& prompt) {
  if (prompt.kind != PromptKind::input || prompt.fields.size() != 1) fail("a prompt for something else");
  return Answer::text(Secret(prompt.status == AuthStatus::challenge_issued ? sms_code : authenticator_code));
}

void check(Outcome const& outcome) {
  if (outcome.kind != OutcomeKind::succeeded || outcome.accounts.size() != 1) {
    fail("a login ended as " + std::string(name_of(outcome.kind)) + ": " + outcome.diagnostics.reason);
  }
}

class Bench {
public:
  explicit Bench(Arguments const& arguments)
      : client_(connect(arguments)),
        meter_(arguments.number("warm-up", 0), arguments.number("logins", 1), &allocations),
        turn_by_turn_(arguments.text("how", "turns") == "turns"),
        responder_([](Prompt const& prompt) { return std::optional(answer_to(prompt)); }),
        logins_(arguments.number("connections", 64)) {
    for (std::size_t number = 0; number < logins_.size(); ++number)
      logins_[number].user = "user-" + std::to_string(number);
  }

  void park(std::size_t count) {
    if (count == 0) return;
    auto const before = resident_bytes();
    to_park_ = count;
    for (std::size_t started = 0; started < logins_.size() && to_park_ > 0; ++started) park_one();
    context_.run();
    context_.restart();
    malloc_trim(0);
    std::printf("{\"parked\": %zu, \"bytes\": %zu}\n", parked_.size(), (resident_bytes() - before) / parked_.size());
  }

  void run() {
    for (auto& login : logins_) begin(login);
    context_.run();
  }

  /// With all connections idle and no login: what is left is theirs.
  void hold() const {
    malloc_trim(0);
    std::printf("{\"connections\": %zu, \"bytes\": %zu}\n", logins_.size(),
                (resident_bytes() - at_start_) / logins_.size());
    std::fflush(stdout);
    std::getchar();
  }

private:
  struct Walk {
    std::string user;
    std::optional<Login> login;
  };

  Client connect(Arguments const& arguments) {
    ClientConfig config;
    config.url = "https://127.0.0.1:" + arguments.text("port");
    config.client_id = client_id;
    config.client_secret = Secret(client_secret);
    config.ca_file = arguments.text("ca");
    config.governor = no_governor;  // It logs one account in all the time.
    config.connections_max = arguments.number("connections", 64);
    config.limits.flow_life_span = std::chrono::hours(1);
    config.connect_timeout = config.handshake_timeout = std::chrono::minutes(5);  // All connections begin at once.
    config.limits.request_life_span = std::chrono::minutes(5);
    auto client = Client::create(context_.get_executor(), std::move(config));
    if (!client) fail(client.error().message());
    return std::move(*client);
  }

  void begin(Walk& walk) {
    if (turn_by_turn_) {
      walk.login.emplace(client_.login(credentials(walk.user)));
      return walk.login->async_begin([this, &walk](error_code ec, Turn const& turn) { turned(walk, ec, turn); });
    }
    client_.async_login(credentials(walk.user), responder_, [this, &walk](error_code ec, Outcome const& outcome) {
      if (ec) fail(ec.message());
      ended(walk, outcome);
    });
  }

  void turned(Walk& walk, error_code ec, Turn const& turn) {
    if (ec) fail(ec.message());
    if (auto const* const outcome = std::get_if<Outcome>(&turn)) return ended(walk, *outcome);
    walk.login->async_answer(answer_to(std::get<Prompt>(turn)),
                             [this, &walk](error_code failure, Turn const& next) { turned(walk, failure, next); });
  }

  void ended(Walk& walk, Outcome const& outcome) {
    check(outcome);
    walk.login.reset();
    auto const over = meter_.enough();
    if (!meter_.tick()) return begin(walk);
    if (!over) meter_.print(post_count);
  }

  void park_one() {
    --to_park_;
    auto& login = parked_.emplace_back(client_.login(credentials("parked-" + std::to_string(to_park_))));
    login.async_begin([this](error_code ec, Turn const& turn) {
      if (ec || !std::holds_alternative<Prompt>(turn)) fail("a login did not get to its door");
      if (to_park_ > 0) park_one();
    });
  }

  boost::asio::io_context context_{1};
  Client client_;
  Meter meter_;
  bool turn_by_turn_;
  CallbackResponder responder_;
  std::deque<Walk> logins_;
  std::deque<Login> parked_;
  std::size_t to_park_ = 0;
  std::size_t at_start_ = resident_bytes();
};

}  // namespace

int main(int count, char** values) {
  Arguments const arguments(count, values);
  Bench bench(arguments);
  bench.park(arguments.number("live", 0));
  bench.run();
  if (arguments.number("hold", 0) != 0) bench.hold();
  std::_Exit(0);  // What is parked need not be taken apart.
}
