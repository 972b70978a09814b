// Rules about doors: which members fit which kind, and which door may stand behind which. What may follow what is not
// decided here; the engine's verdict table says it.

#include "door_checks.hpp"

#include <sallyport/engine/verdict_table.hpp>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

namespace sallyport::scenario_file {
namespace {

void refuse(Place const& place, std::initializer_list<std::string_view> names, std::string_view why) {
  for (auto const name : names) {
    if (auto const member = place.find(name)) member->complain(std::string(why));
  }
}

void check_status(Door const& door, Place const& place) {
  if (door.silence != Silence::none) return;
  if (door.reply.status == AuthStatus::succeeded) {
    place.complain("a login succeeds behind a door; write \"then\": \"succeeded\" instead of a door");
  } else if (door.reply.status == AuthStatus::challenge_failed) {
    place.complain("challengeFailed is the sandbox's reply to a wrong answer; the door itself says what it asks for");
  }
}

void check_deliveries(Door const& door, Place const& place) {
  for (auto const& message : door.delivers) {
    if (message.code.empty()) continue;
    auto const opens = [&](Expectation const& expectation) { return expectation.value == message.code; };
    if (std::ranges::none_of(door.accept, opens)) place.complain("it delivers a code that does not open it");
    if (message.text.find(message.code) != std::string::npos) {
      place.complain("the text of a delivery repeats the code; leave it out");
    }
  }
}

void check_edge(Door const* from, Door const& to, Place const& place) {
  if (from && from->silence != Silence::none) return;
  if (to.silence != Silence::none) return;
  auto const before = from ? std::optional(from->reply.status.value()) : std::nullopt;
  auto const step = from ? value_of(from->reply.auth_flow_step) : std::nullopt;
  if (may_follow(before, step, to.reply.status.value(), value_of(to.reply.auth_flow_step))) return;
  auto problem = "'" + std::string(to.reply.status.spelling()) + "' of door '" + to.name + "' may not follow ";
  problem += from ? "'" + std::string(from->reply.status.spelling()) + "' of this one"
                  : std::string("a first post or a restart");
  place.complain(problem + "; only an irregular scenario may do that");
}

}  // namespace

DoorKind kind_of(Door const& door) noexcept {
  if (door.silence != Silence::none) return DoorKind::end;
  // What opens a door by an answer is typed, whatever the factor.
  auto const factor = door.accept.empty() ? value_of(door.reply.mfa_type) : std::nullopt;
  auto const row = verdict_row(door.reply.status.value(), factor);
  switch (row.want) {
    case Want::input: return DoorKind::answer;
    case Want::act_elsewhere: return DoorKind::wait;
    case Want::restart: return DoorKind::restart;
    case Want::hand_off: return DoorKind::end;
    case Want::nothing: return row.event == EventType::wait ? DoorKind::wait : DoorKind::end;
  }
  return DoorKind::end;
}

void check_door(Door const& door, Place const& place) {
  check_status(door, place);
  switch (kind_of(door)) {
    case DoorKind::answer:
      refuse(place, {"atPolls", "opensAfterPolls", "opensAfterSeconds", "needsCredentials"},
             "this door takes an answer");
      if (door.accept.empty() && !door.another_way && !place.find("restart")) {
        place.complain("nothing opens this door: it needs accept, anotherWay or restart");
      }
      break;
    case DoorKind::wait: refuse(place, {"accept", "locksAfter"}, "one waits at this door; it takes no answer"); break;
    case DoorKind::restart:
      refuse(place,
             {"accept", "locksAfter", "atPolls", "opensAfterPolls", "opensAfterSeconds", "needsCredentials", "then",
              "anotherWay"},
             "only a restart leads out of this door");
      if (!place.require("restart")) return;
      break;
    case DoorKind::end:
      refuse(place,
             {"accept", "locksAfter", "delivers", "atPolls", "opensAfterPolls", "opensAfterSeconds", "needsCredentials",
              "then", "anotherWay", "restart"},
             "the login ends here");
      break;
  }
  check_deliveries(door, place);
}

void check_ways(Scenario const& scenario, Place const& doors) {
  if (scenario.doors.empty()) return;
  auto const places = doors.elements(0, scenario.doors.size());
  if (places.size() != scenario.doors.size()) return;
  std::vector<bool> seen(scenario.doors.size(), false);
  std::vector<std::size_t> agenda{0};
  seen[0] = true;
  auto const go = [&](Door const* from, std::optional<std::size_t> to, Place const& place) {
    if (!to) return;
    if (!scenario.irregular) check_edge(from, scenario.doors[*to], place);
    if (!seen[*to]) agenda.push_back(*to);
    seen[*to] = true;
  };
  go(nullptr, 0, places[0]);
  while (!agenda.empty()) {
    auto const index = agenda.back();
    agenda.pop_back();
    auto const& door = scenario.doors[index];
    auto const kind = kind_of(door);
    if (kind == DoorKind::answer || kind == DoorKind::wait) {
      go(&door, door.then, places[index]);
      go(&door, door.another_way, places[index]);
    }
    if (kind != DoorKind::end) go(nullptr, door.restart, places[index]);
  }
  auto const lost = std::ranges::find(seen, false);
  if (lost != seen.end()) {
    places[static_cast<std::size_t>(lost - seen.begin())].complain("no way leads to this door");
  }
}

}  // namespace sallyport::scenario_file
