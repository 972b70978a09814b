// How late do alarms ring under load? N logins stand at challenges that expire within a span, one io_context rings them
// through a table and one timer as a server does, and between two rings it has traffic to work at without a pause.
//   bench_lateness --sessions N --span MILLISECONDS

#include "dialogue.hpp"
#include "meter.hpp"

#include <sallyport/engine/session_table.hpp>
#include <sallyport/protocol/codec.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <random>
#include <vector>

using namespace sallyport::bench;
using namespace sallyport;
using std::chrono::milliseconds;

namespace {

TimePoint now() {
  return TimePoint(std::chrono::steady_clock::now().time_since_epoch());
}

class Bench {
public:
  Bench(std::size_t count, milliseconds span)
      : count_(count), table_(count, now()), due_(count), late_us_(), timer_(context_) {
    late_us_.reserve(count);
    std::mt19937_64 random(42);
    auto const lead = milliseconds(1000) + milliseconds(count / 500);  // Time enough to open them all.
    auto const first = now() + lead;
    std::uniform_int_distribution<std::int64_t> within(0, Duration(span).count());
    for (std::size_t index = 0; index < count; ++index) {
      auto const handle = table_.open(Role::verifier, limits_).value();
      static_cast<void>(table_.step(handle, EventType::login, first));
      due_[handle.slot] = first + Duration(within(random));
      Verdict verdict;
      verdict.status = AuthStatus::challenge_issued;
      static_cast<void>(table_.step(handle, verdict, first));
      table_.wake_at(handle, {.at = due_[handle.slot], .event = EventType::cancel});
    }
    if (now() > first) fail("the machine is too slow to open them in time");
  }

  void run() {
    arm();
    work();
    context_.run();
    std::ranges::sort(late_us_);
    auto const at = [this](double part) {
      return late_us_[static_cast<std::size_t>(part * static_cast<double>(late_us_.size() - 1))];
    };
    std::printf(
        "{\"rung\": %zu, \"lost\": %zu, \"early\": %zu, \"p50_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f, "
        "\"worst_tick_us\": %.0f, \"messages\": %zu}\n",
        late_us_.size(), count_ - late_us_.size(), early_, at(0.5), at(0.99), at(1), worst_us_, messages_);
  }

private:
  void arm() {
    auto const next = table_.next_alarm();
    if (!next) return;
    timer_.expires_at(std::chrono::steady_clock::time_point(next->time_since_epoch()));
    timer_.async_wait([this](boost::system::error_code) {
      auto const begun = now();
      table_.advance(begun, [this](SessionHandle handle, EventType event) { ring(handle, event); });
      worst_us_ = std::max(worst_us_, std::chrono::duration<double, std::micro>(now() - begun).count());
      arm();
    });
  }

  void ring(SessionHandle handle, EventType event) {
    auto const at = now();
    auto const late = std::chrono::duration<double, std::micro>(at - due_[handle.slot]).count();
    if (late < 0) ++early_;
    late_us_.push_back(late);
    if (!table_.step(handle, event, at)) fail("a session refused to end");
  }

  // About what one request costs without its system calls.
  void work() {
    if (late_us_.size() == count_) return;
    for (auto round = 0; round < 4; ++round) {
      if (!decode<ApiResult<AuthResponse>>(replies[messages_++ % post_count])) fail("a reply cannot be read");
    }
    boost::asio::post(context_, [this] { work(); });
  }

  std::size_t count_;
  Limits limits_;
  SessionTable table_;
  std::vector<TimePoint> due_;
  std::vector<double> late_us_;
  boost::asio::io_context context_{1};
  boost::asio::steady_timer timer_;
  double worst_us_ = 0;
  std::size_t early_ = 0;
  std::size_t messages_ = 0;
};

}  // namespace

int main(int count, char** values) {
  Arguments const arguments(count, values);
  Bench(arguments.number("sessions", 1'000'000), milliseconds(arguments.number("span", 10'000))).run();
}
