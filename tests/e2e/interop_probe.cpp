// Logs in COUNT times, one after the other, at whatever server there is, and prints what became of each as JSON.
// The server may answer anything, so the responder answers anything and the limits are short.

#include "program.hpp"

#include <sallyport/transport/client.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <iostream>
#include <string>

namespace {

using namespace sallyport;

/// Answers every door with something that fits it; what cannot be answered, it leaves.
class AnyResponder final : public Responder {
public:
  void begin() noexcept { doors_ = 0; }

private:
  void respond(Prompt const& prompt, Handler handler) override {
    auto answer = ++doors_ > doors_max ? Answer::cancel() : answer_to(prompt);
    std::move(handler)(boost::system::error_code{}, std::move(answer));
  }

  static Answer answer_to(Prompt const& prompt) {
    if (prompt.kind == PromptKind::restart || prompt.kind == PromptKind::another_way) return Answer::cancel();
    if (prompt.kind == PromptKind::confirm) return Answer::confirmed();
    if (prompt.kind != PromptKind::input || prompt.fields.empty()) return Answer::wait();
    auto answer = Answer::field(prompt.fields.front().field, Secret("123456"));
    for (std::size_t index = 1; index < prompt.fields.size(); ++index) {
      answer = std::move(answer).and_field(prompt.fields[index].field, Secret("123456"));
    }
    return answer;
  }

  static constexpr unsigned doors_max = 8;
  unsigned doors_ = 0;
};

void list_outcomes() {
  for (std::size_t index = 0; index < outcome_kind_count; ++index) {
    std::cout << name_of(static_cast<OutcomeKind>(index)) << '\n';
  }
}

}  // namespace

int main(int count, char** words) {
  auto options = test::read_options(count, words);
  if (options.contains("--list-outcomes")) {
    list_outcomes();
    return 0;
  }
  auto config = test::client_config(options);
  config.limits.poll_interval = std::chrono::milliseconds(2);
  config.limits.step_life_span = std::chrono::milliseconds(50);
  config.limits.challenge_life_span = std::chrono::milliseconds(50);
  config.limits.flow_life_span = std::chrono::milliseconds(200);
  config.limits.resend_cool_down = {};
  auto const broker = options.contains("--broker") ? options["--broker"] : "robinhood";
  boost::asio::io_context io;
  auto client = test::make_client(io, std::move(config));
  AnyResponder responder;
  auto const logins = options.contains("--count") ? std::stoi(options["--count"]) : 1;
  for (auto login = 0; login < logins; ++login) {
    Credentials who;
    who.user_id = Secret("probe-" + std::to_string(login));
    who.request.type = Open<BrokerType>::from_wire(broker);
    who.request.username = Secret("username");
    who.request.password = Secret("password");
    responder.begin();
    client.async_login(std::move(who), responder, [](boost::system::error_code ec, Outcome outcome) {
      boost::json::object line;
      line["outcome"] = ec ? boost::json::value() : boost::json::value(name_of(outcome.kind));
      line["error"] = ec ? boost::json::value(ec.message()) : boost::json::value();
      line["reason"] = outcome.diagnostics.reason;
      std::cout << boost::json::serialize(line) << '\n';
    });
    io.restart();
    io.run();
  }
  return 0;
}
