#include "door_reader.hpp"

#include <sallyport/protocol/field.hpp>

#include "door_checks.hpp"
#include "reply_reader.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::scenario_file {
namespace {

// The reserved name of what lies behind the last door.
constexpr std::string_view success = "succeeded";

bool is_name(std::string_view text) {
  auto const lower = [](char letter) { return letter >= 'a' && letter <= 'z'; };
  auto const fits = [&](char letter) { return lower(letter) || (letter >= '0' && letter <= '9') || letter == '-'; };
  return !text.empty() && text.size() <= 32 && lower(text.front()) && std::ranges::all_of(text, fits);
}

Duration read_seconds(Place const& place, ScenarioBounds const& bounds) {
  std::chrono::duration<double> const seconds(place.number(0, bounds.seconds_max));
  return std::chrono::duration_cast<Duration>(seconds);
}

std::vector<Expectation> read_accept(Place const& place, ScenarioBounds const& bounds) {
  std::vector<Expectation> accept;
  for (auto const& [name, member] : place.members()) {
    auto const field = field_named(name);
    auto spelling = std::string(wire_name(field));
    spelling.front() = static_cast<char>(spelling.front() - 'A' + 'a');
    if (name != spelling || !is_asked_of_the_user(field) || field == Field::country_info) {
      member.complain("this is not a member of a request that a user fills in");
    }
    accept.push_back({field, member.text(bounds.string_length_max)});
  }
  if (accept.empty()) place.complain("expected at least one member");
  return accept;
}

std::vector<DoorMessage> read_deliveries(Place const& place, ScenarioBounds const& bounds) {
  std::vector<DoorMessage> messages;
  for (auto const& element : place.elements(1, bounds.delivers_max)) {
    element.allow_only({"by", "text", "code"});
    auto& message = messages.emplace_back();
    if (auto const by = element.require("by")) message.by = read_named<DeliveryChannel>(*by, delivery_channel_count);
    if (auto const text = element.require("text")) message.text = text->text(bounds.string_length_max);
    if (auto const code = element.find("code")) message.code = code->text(bounds.string_length_max);
  }
  return messages;
}

Silence read_silence(Place const& place) {
  auto const text = place.text(32);
  std::string names;
  for (std::size_t i = 1; i < silence_count; ++i) {
    auto const silence = static_cast<Silence>(i);
    if (text == name_of(silence)) return silence;
    names.append(names.empty() ? "" : ", ").append(name_of(silence));
  }
  if (!text.empty()) place.complain("expected one of " + names);
  return Silence::error;
}

// Everything of a door but the ways to other doors: those need all names first.
Door read_door(Place const& place, bool irregular, ScenarioBounds const& bounds) {
  place.allow_only({"name", "reply", "silence", "accept", "delivers", "atPolls", "opensAfterPolls", "opensAfterSeconds",
                    "needsCredentials", "locksAfter", "then", "anotherWay", "restart", "replyAfterSeconds"});
  Door door;
  if (auto const name = place.require("name")) {
    door.name = read_name(*name);
    if (door.name == success) name->complain("this name means the end of the login");
  }
  if (auto const silence = place.find("silence")) {
    door.silence = read_silence(*silence);
    if (auto const reply = place.find("reply")) reply->complain("an institution that is silent gives no reply");
  } else if (auto const reply = place.require("reply")) {
    door.reply = read_reply(*reply, irregular);
  }
  if (auto const accept = place.find("accept")) door.accept = read_accept(*accept, bounds);
  if (auto const delivers = place.find("delivers")) door.delivers = read_deliveries(*delivers, bounds);
  if (auto const changes = place.find("atPolls")) {
    for (auto const& change : changes->elements(1, bounds.at_polls_max)) {
      door.at_polls.push_back(read_change(change, bounds.string_length_max));
    }
  }
  if (auto const polls = place.find("opensAfterPolls")) {
    door.opens_after_polls = static_cast<std::uint32_t>(polls->integer(1, bounds.polls_max));
  }
  if (auto const seconds = place.find("opensAfterSeconds")) door.opens_after = read_seconds(*seconds, bounds);
  if (auto const needs = place.find("needsCredentials")) door.needs_credentials = needs->flag();
  if (auto const wrong = place.find("locksAfter")) {
    door.locks_after = static_cast<std::uint32_t>(wrong->integer(1, bounds.polls_max));
  }
  if (auto const seconds = place.find("replyAfterSeconds")) door.reply_after = read_seconds(*seconds, bounds);
  return door;
}

std::optional<std::size_t> find_door(std::vector<Door> const& doors, Place const& place) {
  auto const name = place.text(32);
  auto const found = std::ranges::find(doors, name, &Door::name);
  if (found != doors.end()) return static_cast<std::size_t>(found - doors.begin());
  if (!name.empty() && name != success) place.complain("there is no door '" + name + "'");
  return std::nullopt;
}

void read_ways(std::vector<Door>& doors, std::size_t index, Place const& place) {
  auto& door = doors[index];
  door.restart = index;
  if (index + 1 < doors.size()) door.then = index + 1;
  if (auto const then = place.find("then")) door.then = find_door(doors, *then);
  if (auto const way = place.find("anotherWay")) door.another_way = find_door(doors, *way);
  if (auto const restart = place.find("restart")) door.restart = find_door(doors, *restart).value_or(index);
}

}  // namespace

std::string read_name(Place const& place) {
  auto const name = place.text(32);
  if (!name.empty() && !is_name(name)) place.complain("a name is small letters, digits and hyphens: 'push-denied'");
  return name;
}

void read_doors(Scenario& scenario, Place const& place, Complaint const& complaint, ScenarioBounds const& bounds) {
  auto const places = place.elements(0, bounds.doors_max);
  for (auto const& element : places) {
    auto door = read_door(element, scenario.irregular, bounds);
    if (std::ranges::find(scenario.doors, door.name, &Door::name) != scenario.doors.end()) {
      element.complain("there are two doors '" + door.name + "'");
    }
    scenario.doors.push_back(std::move(door));
  }
  for (std::size_t i = 0; i < places.size(); ++i) read_ways(scenario.doors, i, places[i]);
  for (std::size_t i = 0; i < places.size(); ++i) check_door(scenario.doors[i], places[i]);
  if (!complaint.made()) check_ways(scenario, place);
}

}  // namespace sallyport::scenario_file
