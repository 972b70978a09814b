#include "report.hpp"

#include "world.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace sallyport::simulation {
namespace {

template <class... Value>
std::string line(char const* format, Value... values) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

using Count = unsigned long long;

std::string row(std::string_view name, std::uint64_t count) {
  return line("  %-22.*s %10llu\n", static_cast<int>(name.size()), name.data(), static_cast<Count>(count));
}

}  // namespace

std::string Report::complaint() const {
  if (!breach) return "";
  auto const at = std::chrono::duration<double>(breach->at).count();
  return "the law \"" + std::string(name_of(breach->law)) + "\" was broken by login " + std::to_string(breach->login) +
         " after " + std::to_string(at) + " s: " + breach->what + "\nThe newest of what became of it:\n" + story +
         "To see it again: " + command;
}

std::string text_of(Report const& report, Plan const& plan, double cpu_seconds) {
  auto const hours = std::chrono::duration<double, std::ratio<3600>>(report.lasted).count();
  std::string text =
      line("seed %llu, %u logins, %.2f hours of virtual time\n", static_cast<Count>(plan.seed), plan.logins, hours);
  text += line("%llu events in %.1f s of processor time: %.0f logins/s\n", static_cast<Count>(report.events),
               cpu_seconds, plan.logins / std::max(cpu_seconds, 0.001));
  text += line("acts of users %llu, posts of secrets %llu, polls %llu\n", static_cast<Count>(report.acts),
               static_cast<Count>(report.posts), static_cast<Count>(report.polls));
  text += "\noutcomes\n";
  for (std::size_t kind = 0; kind < outcome_kind_count; ++kind) {
    text += row(name_of(static_cast<OutcomeKind>(kind)), report.outcomes[kind]);
  }
  text += row("not carried out", report.gave_up) + row("lost in a crash", report.lost);
  text += "\nfaults\n";
  for (std::size_t fault = 0; fault < fault_count; ++fault) {
    text += row(name_of(static_cast<Fault>(fault)), report.faults[fault]);
  }
  text += line("\ntrace %016llx\n", static_cast<Count>(report.hash));
  text += report.breach ? report.complaint() + "\n" : "no law was broken\n";
  return text;
}

Report simulate(Plan const& plan) {
  World world(plan);
  return world.run();
}

}  // namespace sallyport::simulation
