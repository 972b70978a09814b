#include "runtime/metrics.hpp"

#include "runtime/failure.hpp"
#include "runtime/plain_listener.hpp"

#include <sallyport/transport/config.hpp>

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::app {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

using CounterFamily = Family<Counter>;
using HistogramFamily = Family<Histogram>;

CounterFamily& counter(prometheus::Registry& registry, char const* name, char const* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

HistogramFamily& histogram(prometheus::Registry& registry, char const* name, char const* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

double seconds(Duration span) {
  return std::chrono::duration<double>(span).count();
}

// From the round trip to a nearby institution to the bound of a request.
constexpr std::initializer_list<double> reply_buckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25};
// From a program that answers to the life span of a whole login.
constexpr std::initializer_list<double> door_buckets{0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900};

template <class E>
std::string name_or_none(std::optional<E> const& value) {
  return std::string(value ? wire_name(*value) : "none");
}

/// Counts events. A label is an enumerator of ours, so the number of series is bounded.
class Counting final : public Observer {
public:
  explicit Counting(prometheus::Registry& registry)
      : started_(counter(registry, "sallyport_logins_started_total", "Logins that began.").Add({})),
        ended_(counter(registry, "sallyport_logins_ended_total", "Logins that ended, by their outcome.")),
        posts_(counter(registry, "sallyport_posts_total", "Questions to the institutions, by the act of the user.")),
        replies_(counter(registry, "sallyport_replies_total", "Replies of the institutions, by status and step.")),
        lost_(counter(registry, "sallyport_replies_lost_total", "Questions that got no reply.").Add({})),
        refusals_(counter(registry, "sallyport_refusals_total", "Requests that were refused, by the reason.")),
        alarms_(counter(registry, "sallyport_alarms_total", "Life spans that ended while somebody waited.").Add({})),
        doors_(histogram(registry, "sallyport_door_seconds", "Time that a login spent at a door, by its status.")),
        latency_(histogram(registry, "sallyport_reply_seconds", "Time that the institutions took to reply.")
                     .Add({}, Histogram::BucketBoundaries(reply_buckets))) {}

  void on_event(LoginEvent const& event) noexcept override {
    try {
      count(event);
    } catch (std::exception const&) {  // No memory for another series: the login matters more.
    }
  }

private:
  void count(LoginEvent const& event) {
    switch (event.kind) {
      case LoginEventKind::login_started: return started_.Increment();
      case LoginEventKind::login_posted: return posts_.Add({{"act", "login"}}).Increment();
      case LoginEventKind::answer_posted: return posts_.Add({{"act", "answer"}}).Increment();
      case LoginEventKind::another_way_posted: return posts_.Add({{"act", "another_way"}}).Increment();
      case LoginEventKind::resend_posted: return posts_.Add({{"act", "restart"}}).Increment();
      case LoginEventKind::poll_posted: return posts_.Add({{"act", "poll"}}).Increment();
      case LoginEventKind::reply_came:
        replies_.Add({{"status", name_or_none(event.status)}, {"step", name_or_none(event.flow_step)}}).Increment();
        return latency_.Observe(seconds(event.took.value_or(Duration::zero())));
      case LoginEventKind::reply_lost: return lost_.Increment();
      case LoginEventKind::door_left:
        return doors_.Add({{"status", name_or_none(event.status)}}, Histogram::BucketBoundaries(door_buckets))
            .Observe(seconds(event.took.value_or(Duration::zero())));
      case LoginEventKind::act_refused:
        return refusals_.Add({{"reason", std::string(name_of(event.refusal.value_or(ActRefusal::other)))}}).Increment();
      case LoginEventKind::alarm_rang: return alarms_.Increment();
      case LoginEventKind::outcome: return ended_.Add({{"outcome", std::string(name_of(*event.outcome))}}).Increment();
      case LoginEventKind::login_resumed:
      case LoginEventKind::login_saved:
      case LoginEventKind::not_sent:
      case LoginEventKind::door_opened:
      case LoginEventKind::prompt_raised: return;
    }
  }

  Counter& started_;
  CounterFamily& ended_;
  CounterFamily& posts_;
  CounterFamily& replies_;
  Counter& lost_;
  CounterFamily& refusals_;
  Counter& alarms_;
  HistogramFamily& doors_;
  Histogram& latency_;
};

prometheus::MetricFamily one(char const* name, char const* help, prometheus::MetricType type, double value) {
  prometheus::ClientMetric metric;
  (type == prometheus::MetricType::Gauge ? metric.gauge.value : metric.counter.value) = value;
  return {name, help, type, {std::move(metric)}};
}

/// What the server itself counts, read when it is asked for.
class Gauges final : public prometheus::Collectable {
public:
  explicit Gauges(std::function<ServerCounters()> counters) : counters_(std::move(counters)) {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
    using enum prometheus::MetricType;
    auto const now = counters_();
    ServerConfig const bounds;
    auto const number = [](auto count) { return static_cast<double>(count); };
    return {
        one("sallyport_sessions_open", "Logins that are open.", Gauge, number(now.sessions_open)),
        one("sallyport_sessions_max", "So many may be open.", Gauge, number(bounds.sessions_max)),
        one("sallyport_logins_kept", "Logins that are open or remembered; each has an alarm.", Gauge,
            number(now.logins_kept)),
        one("sallyport_connections_open", "Connections that are open.", Gauge, number(now.connections_open)),
        one("sallyport_connections_max", "So many may be open.", Gauge, number(bounds.connections_max)),
        one("sallyport_connections_total", "Connections that were accepted.", Counter, number(now.connections)),
        one("sallyport_requests_total", "Requests that were read.", Counter, number(now.requests)),
        one("sallyport_credential_posts_total", "Posts that carried a secret.", Counter, number(now.credential_posts)),
    };
  }

private:
  std::function<ServerCounters()> counters_;
};

}  // namespace

struct Metrics::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  Counting counting{*registry};
};

Metrics::Metrics() : state_(std::make_shared<State>()) {}
Metrics::~Metrics() = default;

std::shared_ptr<Observer> Metrics::observer() const {
  return {state_, &state_->counting};
}

struct MetricsListener::State {
  State(std::shared_ptr<prometheus::Registry> registry, std::uint16_t port, std::function<ServerCounters()> counters,
        std::function<bool()> is_ready)
      : events(std::move(registry)),
        gauges(std::move(counters)),
        ready(std::move(is_ready)),
        listener(port, [this](std::string_view path) { return show(path); }) {}

  [[nodiscard]] PlainPage show(std::string_view path) const {
    if (path == "/livez") return {.text = "ok\n"};
    if (path == "/readyz") return ready() ? PlainPage{.text = "ok\n"} : PlainPage{.status = 503, .text = "draining\n"};
    if (path != "/metrics") return {.status = 404, .text = "There is /metrics, /livez and /readyz.\n"};
    auto families = events->Collect();
    std::ranges::move(gauges.Collect(), std::back_inserter(families));
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
            .text = prometheus::TextSerializer().Serialize(families)};
  }

  std::shared_ptr<prometheus::Registry> events;
  Gauges gauges;
  std::function<bool()> ready;
  PlainListener listener;  ///< Its thread ends before what it reads goes.
};

MetricsListener::MetricsListener(Metrics const& metrics, std::uint16_t port, std::function<ServerCounters()> counters,
                                 std::function<bool()> is_ready) {
  try {
    state_ = std::make_unique<State>(metrics.state_->registry, port, std::move(counters), std::move(is_ready));
  } catch (std::exception const&) {
    throw UsageError("--metrics", "127.0.0.1:" + std::to_string(port) + ": cannot listen there");
  }
}

MetricsListener::~MetricsListener() = default;

std::uint16_t MetricsListener::port() const noexcept {
  return state_->listener.port();
}

}  // namespace sallyport::app
