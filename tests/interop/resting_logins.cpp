// Logs many users in, each with a client and connections of its own, as in a back end where few log in at a time: many
// on one client would share connections that hardly rest. Prints what became of them as one JSON object.
//
// resting_logins --url URL --ca FILE --user NAME [--logins N] [--over MS] [--think MS] [--spread MS]
//                [--idle-timeout MS]
//
// The first logins begin over `--over` milliseconds. A code is typed `--think` milliseconds after it was asked for, by
// the first user half of `--spread` sooner, by the last as much later. All else is as by default.

#include "e2e/program.hpp"

#include <sallyport/transport/client.hpp>
#include <sallyport/transport/responder.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <iostream>
#include <list>
#include <map>
#include <string>
#include <utility>

namespace {

using namespace sallyport;
using std::chrono::milliseconds;

struct Figures {
  unsigned logins = 0;
  std::map<std::string, unsigned> ends;
  std::map<std::string, unsigned> poll_failures;
  unsigned polls_failed = 0;
};

/// One user: waits where there is something to wait for, and types a code after a while.
class User final : public Responder {
public:
  User(boost::asio::io_context& io, Client client, milliseconds thinks)
      : timer_(io), client_(std::move(client)), thinks_(thinks) {}

  void log_in_after(milliseconds delay, Credentials who, Figures& figures) {
    timer_.expires_after(delay);
    timer_.async_wait([this, who = std::move(who), &figures](boost::system::error_code) mutable {
      client_.async_login(std::move(who), *this, [&figures](boost::system::error_code ec, Outcome const& outcome) {
        note(figures, ec, outcome);
      });
    });
  }

private:
  static void note(Figures& figures, boost::system::error_code ec, Outcome const& outcome) {
    auto const& said = outcome.diagnostics;
    auto const end = ec ? ec.message() : std::string(name_of(outcome.kind));
    ++figures.ends[said.reason.empty() ? end : end + ": " + said.reason];
    figures.polls_failed += said.polls_failed;
    if (said.polls_failed > 0) ++figures.poll_failures[said.poll_failure];
  }

  void respond(Prompt const& prompt, Handler handler) override {
    if (prompt.kind != PromptKind::input || prompt.fields.empty()) {
      std::move(handler)(boost::system::error_code{}, Answer::wait());
      return;
    }
    timer_.expires_after(thinks_);
    timer_.async_wait([field = prompt.fields.front().field, handler = std::move(handler)](auto) mutable {
      std::move(handler)(boost::system::error_code{}, Answer::field(field, Secret("123456")));
    });
  }

  boost::asio::steady_timer timer_;
  Client client_;
  milliseconds thinks_;
};

template <class Counts>
boost::json::object counts_of(Counts const& counts) {
  boost::json::object object;
  for (auto const& [name, count] : counts) object[name] = count;
  return object;
}

long number(test::Options& options, std::string_view name, long otherwise) {
  auto const found = options.find(name);
  return found == options.end() ? otherwise : std::stol(found->second);
}

}  // namespace

int main(int count, char** words) {
  auto options = test::read_options(count, words);
  Figures figures;
  figures.logins = static_cast<unsigned>(number(options, "--logins", 1));
  auto const over = number(options, "--over", 0);
  auto const think = number(options, "--think", 0);
  auto const spread = number(options, "--spread", 0);
  boost::asio::io_context io;
  std::list<User> users;
  for (unsigned index = 0; index < figures.logins; ++index) {
    auto config = test::client_config(options);
    config.limits = Limits{};
    config.idle_timeout = milliseconds(number(options, "--idle-timeout", config.idle_timeout.count()));
    auto const thinks = think - spread / 2 + spread * index / figures.logins;
    users.emplace_back(io, test::make_client(io, std::move(config)), milliseconds(thinks));
    Credentials who;
    who.user_id = Secret(options["--user-id"] + std::to_string(index));
    who.request.type = Open<BrokerType>::from_wire("sandbox");
    who.request.username = Secret(options["--user"]);
    who.request.password = Secret("Pass123");
    users.back().log_in_after(milliseconds(over * index / figures.logins), std::move(who), figures);
  }
  io.run();
  std::cout << boost::json::serialize(boost::json::object{
                   {"logins", figures.logins},
                   {"ends", counts_of(figures.ends)},
                   {"pollsFailed", figures.polls_failed},
                   {"pollFailures", counts_of(figures.poll_failures)},
               })
            << '\n';
  return 0;
}
