#include "load_figures.hpp"

#include "style.hpp"
#include "words.hpp"

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

std::string line_of(std::string_view label, std::string const& text) {
  return "  " + padded(label, 22) + text + "\n";
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

std::string load_report(LoadFigures& figures) {
  sort(figures);
  std::string text;
  text += line_of("logins", std::to_string(figures.ended) + " of " + std::to_string(figures.wanted) +
                                (figures.interrupted ? ", interrupted" : ""));
  text += line_of("time", duration_text(figures.elapsed));
  text += line_of("throughput", with_digits(figures.per_second(), 1) + " logins a second");
  auto const whose = figures.with_sandbox ? ", the sandbox's share with it" : "";
  text += line_of("CPU",
                  with_digits(per(static_cast<double>(figures.cpu.count()), figures.ended), 1) + " µs a login" + whose);
  text +=
      line_of("memory", with_digits(per(static_cast<double>(figures.resident_bytes), figures.most_running) / 1024, 1) +
                            " KiB for each of " + std::to_string(figures.most_running) + " at a time" + whose);
  for (auto const& [name, count] : figures.outcomes) text += line_of("ended as " + name, std::to_string(count));
  for (auto const& [why, count] : figures.errors) text += line_of("error", std::to_string(count) + " × " + why);
  if (figures.latencies.empty()) return text;
  text += "\n  " + padded("milliseconds at", 44) + padded("posts", 10);
  for (auto const& [name, part] : parts) text += padded(name, 10);
  text += "\n";
  for (auto const& [door, samples] : figures.latencies) {
    text += "  " + padded(truncated(door, 42), 44) + padded(std::to_string(samples.size()), 10);
    for (auto const& [name, part] : parts) text += padded(with_digits(percentile(samples, part), 2), 10);
    text += "\n";
  }
  return text;
}

std::string load_json(LoadFigures& figures) {
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
  return json::serialize(report) + "\n";
}

}  // namespace sallyport::app
