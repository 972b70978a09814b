#include "answers/demo_responder.hpp"
#include "commands/commands.hpp"
#include "runtime/embedded_sandbox.hpp"
#include "runtime/run.hpp"
#include "terminal/screen.hpp"
#include "view/door_view.hpp"
#include "view/exit_code.hpp"
#include "view/human_report.hpp"
#include "view/outcome_view.hpp"
#include "view/words.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <chrono>
#include <utility>

namespace sallyport::app {
namespace {

constexpr auto broker = BrokerType::binance_international_direct;
constexpr std::string_view username = "Mesh";
constexpr std::string_view password = "Pass123";  // The API's own published sandbox account.
constexpr double quick_pace = 100;

Limits limits_of(DemoOptions const& options) {
  Limits limits;
  // A demonstration is watched: it must not stand still for the five seconds that an institution is spared with.
  limits.poll_interval = options.quick ? std::chrono::milliseconds(20) : std::chrono::milliseconds(1500);
  return limits;
}

Credentials credentials() {
  Credentials credentials;
  credentials.user_id = Secret("demo");
  credentials.request.type = broker;
  credentials.request.username = Secret(username);
  credentials.request.password = Secret(password);
  credentials.request.auth_flow_step = AuthFlowStep::login_password;
  credentials.request.device_info = "sallyport demo";
  return credentials;
}

void show_introduction(Screen& screen, EmbeddedSandbox const& sandbox) {
  auto const& style = screen.style();
  auto const paragraph = [&screen, &style](Shown const& text) { screen.line(wrapped(text, style.width, 0)); };
  paragraph(style.bold("Sallyport") + " logs in at " + style.bold(wire_name(broker)) + ", through every door.");
  paragraph("The sandbox in this process plays the exchange, over HTTPS at " + sandbox.url() +
            ". The demo plays the user: it reads the codes that the sandbox sends. No account anywhere is touched.");
}

class Demo {
public:
  explicit Demo(DemoOptions const& options)
      : sandbox_(context_.get_executor(), limits_of(options), options.quick ? quick_pace : 1),
        screen_(context_.get_executor(), STDOUT_FILENO),
        human_(screen_),
        user_(context_.get_executor(), screen_, options.quick) {
    sandbox_.on_delivery([this](Delivery const& delivery) { user_.delivered(delivery); });
  }

  int play() { return run(context_, async_play()); }

private:
  boost::asio::awaitable<int> async_play();
  int show_end(Outcome const& outcome);

  boost::asio::io_context context_{1};
  EmbeddedSandbox sandbox_;
  Screen screen_;
  HumanReport human_;
  DemoResponder user_;
  DoorLog log_;
};

boost::asio::awaitable<int> Demo::async_play() {
  auto client = sandbox_.connect();
  show_introduction(screen_, sandbox_);
  log_.begin("User name and password", std::string(wire_name(AuthFlowStep::login_password)));
  show_first_door(screen_, log_);
  show_detail(screen_, "sent", std::string(username) + ", and a password that is not shown");
  std::vector<Report*> reports{&human_};
  ReportingResponder responder(user_, log_, std::move(reports));
  auto who = credentials();
  human_.show_asking();
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  auto [ec, outcome] = co_await client.async_login(std::move(who), responder, token);
  sandbox_.stop();
  if (ec && ec != boost::asio::error::operation_aborted) give_up("the sandbox", ec);
  co_return show_end(outcome);
}

int Demo::show_end(Outcome const& outcome) {
  log_.end();
  screen_.clear_live();
  show_outcome(screen_, outcome, false);
  show_summary(screen_, log_);
  screen_.line();
  screen_.line("Now you: ./dev run login --broker " + std::string(wire_name(broker)));
  return exit_code_of(outcome.kind);
}

}  // namespace

int demo(DemoOptions const& options) {
  return Demo(options).play();
}

}  // namespace sallyport::app
