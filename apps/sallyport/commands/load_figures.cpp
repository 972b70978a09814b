#include "commands/load_figures.hpp"

#include "terminal/style.hpp"
#include "view/words.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace sallyport::app {
namespace {

namespace json = boost::json;

struct Part {
  std::string_view name;
  double part;
};
constexpr std::array<Part, 4> parts = {{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1}}};

void sort(LoadFigures& figures) {
  for (auto& [door, samples] : figures.latencies) std::ranges::sort(samples);
}

std::string with_digits(double amount, int digits) {
  std::array<char, 32> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%.*f", digits, amount));
  return text.data();
}

double rounded(double amount) {
  return std::round(amount * 1000) / 1000;
}

double per(double amount, std::size_t count) {
  return count == 0 ? 0 : amount / static_cast<double>(count);
}

template <class Counts>
json::object counts_of(Counts const& counts) {
  json::object object;
  for (auto const& [name, count] : counts) object[name] = count;
  return object;
}

Shown line_of(Shown const& label, Shown const& text) {
  return ("  " + padded(label, 22) + text).end_line();
}

}  // namespace

double LoadFigures::per_second() const noexcept {
  auto const seconds = std::chrono::duration<double>(elapsed).count();
  return seconds > 0 ? static_cast<double>(ended) / seconds : 0;
}

double percentile(std::vector<std::chrono::duration<float, std::milli>> const& sorted, double part) noexcept {
  auto const rank = std::ceil(part * static_cast<double>(sorted.size()));
  return static_cast<double>(sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1].count());
}

std::string load_progress(LoadFigures const& figures) {
  auto text = std::to_string(figures.ended) + " of " + std::to_string(figures.wanted) + " logins, " +
              std::to_string(figures.running) + " running, " + with_digits(figures.per_second(), 0) + " a second";
  std::size_t errors = 0;
  for (auto const& [why, count] : figures.errors) errors += count;
  return errors == 0 ? text : text + ", " + std::to_string(errors) + " errors";
}

Shown load_report(LoadFigures& figures) {
  sort(figures);
  Shown text;
  auto const line = [&text](Shown const& label, Shown const& what) { text.append(line_of(label, what)); };
  line("logins", std::to_string(figures.ended) + " of " + std::to_string(figures.wanted) +
                     (figures.interrupted ? ", interrupted" : ""));
  line("time", duration_text(figures.elapsed));
  line("throughput", with_digits(figures.per_second(), 1) + " logins a second");
  auto const whose = figures.with_sandbox ? ", the sandbox's share with it" : "";
  line("CPU", with_digits(per(static_cast<double>(figures.cpu.count()), figures.ended), 1) + " µs a login" + whose);
  line("memory", with_digits(per(static_cast<double>(figures.resident_bytes), figures.most_running) / 1024, 1) +
                     " KiB for each of " + std::to_string(figures.most_running) + " at a time" + whose);
  for (auto const& [name, count] : figures.outcomes) line("ended as " + name, std::to_string(count));
  for (auto const& [why, count] : figures.errors) line("error", std::to_string(count) + " × " + why);
  if (figures.latencies.empty()) return text;
  text.end_line().append("  " + padded("milliseconds at", 44) + padded("posts", 10));
  for (auto const& [name, part] : parts) text.append(padded(name, 10));
  text.end_line();
  for (auto const& [door, samples] : figures.latencies) {
    text.append("  " + padded(truncated(door, 42), 44) + padded(std::to_string(samples.size()), 10));
    for (auto const& [name, part] : parts) text.append(padded(with_digits(percentile(samples, part), 2), 10));
    text.end_line();
  }
  return text;
}

Shown load_json(LoadFigures& figures) {
  sort(figures);
  json::object doors;
  for (auto const& [door, samples] : figures.latencies) {
    json::object latencies{{"posts", samples.size()}};
    for (auto const& [name, part] : parts) latencies[name] = rounded(percentile(samples, part));
    doors[door] = std::move(latencies);
  }
  json::object report{
      {"logins", figures.ended},
      {"wanted", figures.wanted},
      {"interrupted", figures.interrupted},
      {"seconds", rounded(std::chrono::duration<double>(figures.elapsed).count())},
      {"loginsPerSecond", rounded(figures.per_second())},
      {"cpuMicrosecondsPerLogin", rounded(per(static_cast<double>(figures.cpu.count()), figures.ended))},
      {"residentBytesPerLogin", std::round(per(static_cast<double>(figures.resident_bytes), figures.most_running))},
      {"mostAtATime", figures.most_running},
      {"withSandbox", figures.with_sandbox},
      {"outcomes", counts_of(figures.outcomes)},
      {"errors", counts_of(figures.errors)},
      {"latencyMilliseconds", std::move(doors)},
  };
  return Shown::json(json::serialize(report) + "\n");
}

}  // namespace sallyport::app
