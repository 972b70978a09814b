#include "commands/load_run.hpp"

#include "view/words.hpp"

#include <sallyport/protocol/field.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace sallyport::app {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

std::chrono::microseconds cpu_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  auto const of = [](timeval const& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// What the users of the sandbox know; docs/scenarios.md publishes it.
std::string_view published_answer(Field field, Prompt const& prompt) {
  if (field == Field::password || field == Field::auth_token) return "Pass123";
  if (field == Field::trade_pin) return "246810";
  if (field != Field::challenge_answer) return "123456";
  if (prompt.status == AuthStatus::captcha_challenge) return "portcullis";
  return prompt.text.find("pet") != std::string::npos ? "Rex" : "Carcassonne";
}

Answer answer_to(Prompt const& prompt) {
  if (prompt.refused || prompt.answer_was_wrong) return Answer::cancel();
  // The answers to questions are not fixed: each question has its own.
  auto const is_question = prompt.text.find('?') != std::string::npos;
  if (prompt.kind == PromptKind::input && !is_question && !may_say_what_is_fixed(prompt)) return Answer::cancel();
  if (prompt.kind == PromptKind::confirm) return Answer::confirmed();
  if (prompt.kind == PromptKind::another_way) return Answer::another_way();
  if (prompt.kind != PromptKind::input && prompt.kind != PromptKind::restart) return Answer::wait();
  auto answer = prompt.kind == PromptKind::restart ? Answer::restart() : Answer();
  auto first = prompt.kind == PromptKind::input;
  for (auto const& asked : prompt.fields) {
    Secret value(published_answer(asked.field, prompt));
    Answer next = first ? Answer::field(asked.field, std::move(value))
                        : std::move(answer).and_field(asked.field, std::move(value));
    answer = std::move(next);
    first = false;
  }
  return answer;
}

}  // namespace

/// One login after the other, on one client.
class LoadRun::Lane final : public Responder {
public:
  Lane(LoadRun& run, asio::io_context& context, Client client, steady_clock::duration begins_after)
      : run_(&run), client_(std::move(client)), timer_(context, begins_after) {}

  void start() {
    timer_.async_wait([this](error_code) { next(); });
  }

  void stop() {
    timer_.cancel();
    stop_.emit(asio::cancellation_type::terminal);
  }

private:
  void next() {
    auto& figures = run_->figures_;
    if (run_->stopped_ || run_->begun_count_ == figures.wanted) return run_->lane_is_idle();
    figures.most_running = std::max(figures.most_running, ++figures.running);
    door_ = "user name and password";
    sent_at_ = steady_clock::now();
    client_.async_login(credentials(), *this,
                        asio::bind_cancellation_slot(
                            stop_.slot(), [this](error_code ec, Outcome const& outcome) { ended(ec, outcome); }));
  }

  Credentials credentials() {
    auto const& scenario = run_->next_scenario();
    Credentials who;
    who.user_id = Secret("load-" + std::to_string(run_->begun_count_));
    auto& request = who.request;
    request.type = run_->options_->broker;
    request.username = Secret(scenario.empty() ? "Mesh" : "Mesh+" + scenario);
    request.password = Secret("Pass123");
    request.device_info = "sallyport load";
    request.auth_flow_step = AuthFlowStep::login_password;
    return who;
  }

  void respond(Prompt const& prompt, Handler handler) override {
    came();
    door_ = place_of_door(prompt);
    auto answer = answer_to(prompt);
    // Where nothing is typed there is nothing to think about.
    if (run_->options_->think == steady_clock::duration::zero() || answer.kind() == Answer::Kind::wait) {
      sent_at_ = steady_clock::now();
      return std::move(handler)(error_code(), std::move(answer));
    }
    auto const slot = asio::get_associated_cancellation_slot(handler);
    timer_.expires_after(run_->options_->think);
    timer_.async_wait(asio::bind_cancellation_slot(
        slot, [this, answer = std::move(answer), handler = std::move(handler)](error_code ec) mutable {
          sent_at_ = steady_clock::now();
          std::move(handler)(ec, std::move(answer));
        }));
  }

  void came() { run_->figures_.latencies[door_].push_back(steady_clock::now() - sent_at_); }

  void ended(error_code ec, Outcome const& outcome) {
    auto& figures = run_->figures_;
    --figures.running;
    ++figures.ended;
    if (ec) {
      ++figures.errors[ec.message()];
    } else {
      came();
      ++figures.outcomes[std::string(name_of(outcome.kind))];
    }
    run_->measure();
    next();
  }

  LoadRun* run_;
  Client client_;
  asio::steady_timer timer_;
  asio::cancellation_signal stop_;
  std::string door_;
  steady_clock::time_point sent_at_;
};

LoadRun::LoadRun(asio::io_context& context, LoadOptions const& options, std::vector<Client> clients,
                 std::function<void()> done)
    : options_(&options), clients_(std::move(clients)), done_(std::move(done)) {
  figures_.wanted = options.logins;
  auto heaviest = 0U;
  for (auto const& [name, weight] : options.mix) heaviest = std::max(heaviest, weight);
  for (auto turn = 0U; turn < heaviest; ++turn) {
    for (auto const& [name, weight] : options.mix) {
      if (turn < weight) order_.push_back(&name);
    }
  }
  auto const lane_count = std::min(options.concurrency, options.logins);
  for (std::size_t index = 0; index < lane_count; ++index) {
    auto const begins_after = options.ramp * static_cast<int>(index) / static_cast<int>(lane_count);
    lanes_.push_back(std::make_unique<Lane>(*this, context, clients_[index % clients_.size()], begins_after));
  }
}

LoadRun::~LoadRun() = default;

void LoadRun::start() {
  begun_ = steady_clock::now();
  cpu_at_start_ = cpu_time();
  resident_at_start_ = resident_bytes();
  for (auto const& lane : lanes_) lane->start();
}

void LoadRun::stop() {
  if (std::exchange(stopped_, true)) return;
  figures_.interrupted = true;
  for (auto const& lane : lanes_) lane->stop();
}

std::string const& LoadRun::next_scenario() {
  return *order_[begun_count_++ % order_.size()];
}

void LoadRun::lane_is_idle() {
  if (++idle_lanes_ < lanes_.size()) return;
  figures_.elapsed = steady_clock::now() - begun_;
  figures_.cpu = cpu_time() - cpu_at_start_;
  done_();
}

// Reading the kernel's figures costs as much as a round trip, so it is not done for each login.
void LoadRun::measure() {
  constexpr std::size_t every = 256;
  if (figures_.ended % every != 1 && figures_.ended != figures_.wanted) return;
  auto const now = resident_bytes();
  if (now > resident_at_start_) figures_.resident_bytes = std::max(figures_.resident_bytes, now - resident_at_start_);
}

LoadFigures const& LoadRun::figures() {
  figures_.elapsed = steady_clock::now() - begun_;
  return figures_;
}

LoadFigures LoadRun::take_figures() {
  return std::move(figures_);
}

}  // namespace sallyport::app
