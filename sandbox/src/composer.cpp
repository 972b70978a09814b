#include "composer.hpp"

#include <sallyport/engine/verdict_table.hpp>

#include "door_checks.hpp"
#include "term_doors.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace sallyport::grammar {
namespace {

using scenario_file::DoorKind;
using scenario_file::kind_of;

constexpr std::uint32_t seconds_max = 24 * 60 * 60;
constexpr std::uint32_t attempts_max = 10;

bool has_life_span(Door const& door) noexcept {
  auto const bound = verdict_row(door.reply.status.value()).bound;
  auto const kind = kind_of(door);
  return (kind == DoorKind::answer || kind == DoorKind::wait) && (bound == Bound::challenge || bound == Bound::step);
}

bool takes_an_answer(Door const& door) noexcept {
  return kind_of(door) == DoorKind::answer && !door.accept.empty();
}

/// Whether the first of a row, or the one that `before` leads to, may be such a door.
bool may_come(Door const* before, Door const& door) noexcept {
  if (door.silence != Silence::none) return true;
  auto const starts = before == nullptr || kind_of(*before) == DoorKind::restart;
  auto const status = starts ? std::nullopt : std::optional(before->reply.status.value());
  auto const step = starts ? std::nullopt : value_of(before->reply.auth_flow_step);
  return may_follow(status, step, door.reply.status.value(), value_of(door.reply.auth_flow_step));
}

/// Only another door leads out of these.
bool is_dead_end(Door const& door) noexcept {
  return door.reply.status == AuthStatus::device_login_verified ||
         (kind_of(door) == DoorKind::answer && door.accept.empty());
}

Door make_silent_door(Silence silence) {
  Door door;
  door.silence = silence;
  return door;
}

}  // namespace

Composer::Composer(Opening begins, std::shared_ptr<ScenarioUsers const> users, std::size_t doors_max)
    : doors_max_(doors_max) {
  scenario_.name = "composed";
  scenario_.description = "Composed by the user name.";
  scenario_.begins = begins;
  scenario_.users = std::move(users);
  scenario_.grant.expires_in_seconds = 7200;
}

Result<void> Composer::add(Term const& term) {
  auto const kind = kind_of_term(term.name);
  if (kind == TermKind::none) return GrammarError{term.position, "a door, a modifier, an ending or a fault"};
  if (kind == TermKind::modifier) return modify(term);
  if (over_) return GrammarError{term.position, "the end: nothing comes behind an ending or a fault"};
  last_term_ = scenario_.doors.size();
  if (kind == TermKind::fault) {
    if (term.argument) {
      return GrammarError{term.position + term.name.size(), "a plus or the end: this term takes no argument"};
    }
    auto added = add_doors(make_doors_of_fault(term.name), term.position);
    over_ = true;
    return added;
  }
  auto doors = make_doors(term);
  if (!doors) return doors.error();
  return add_doors(std::move(*doors), term.position);
}

Result<void> Composer::add_doors(std::vector<Door> doors, std::size_t position) {
  for (auto& door : doors) {
    auto const index = scenario_.doors.size();
    if (index == doors_max_) return GrammarError{position, "the end: there are too many doors"};
    door.name = "door-" + std::to_string(index + 1);
    door.restart = index;
    // The link of an e-mail is sent again, once it was received.
    if (door.reply.status == AuthStatus::email_received && index > last_term_) door.restart = last_term_;
    distinguish(door);
    apply_to_all(door);
    if (auto const linked = link(door, position); !linked) return linked.error();
    scenario_.doors.push_back(std::move(door));
  }
  auto const& first = scenario_.doors.front();
  if (first.reply.status == AuthStatus::qr_code_required && scenario_.begins == Opening::password) {
    scenario_.begins = Opening::qr_code;
  }
  over_ = kind_of(scenario_.doors.back()) == DoorKind::end;
  return {};
}

// The faults alone may break the order of the API; they say so by making the scenario irregular.
Result<void> Composer::link(Door& door, std::size_t position) {
  auto const index = scenario_.doors.size();
  auto* const before = index == 0 ? nullptr : &scenario_.doors.back();
  if (!scenario_.irregular && !may_come(before, door)) {
    return GrammarError{position, before ? "a door that may follow the one before it" : "a door that may come first"};
  }
  if (before == nullptr) return {};
  if (kind_of(*before) == DoorKind::restart) {
    before->restart = index;
  } else if (is_dead_end(*before)) {
    before->another_way = index;
  } else {
    before->then = index;
  }
  return {};
}

Result<void> Composer::modify(Term const& term) {
  auto const is_life = term.name == "life";
  auto const is_slow = term.name == "slow";
  auto const number =
      is_life || is_slow
          ? number_of(term, "", true, seconds_max, "seconds in brackets, such as (3s), up to a day")
          : number_of(term, "after", false, attempts_max, "a number of wrong answers in brackets, such as (after=3)");
  if (!number) return number.error();
  auto const life = static_cast<std::int32_t>(*number);
  if (scenario_.doors.empty()) {
    if (is_slow) scenario_.reply_after = std::chrono::seconds(*number);
    if (is_life) life_of_all_ = life;
    if (!is_life && !is_slow) lock_of_all_ = *number;
    return {};
  }
  auto fits = false;
  for (auto index = last_term_; index < scenario_.doors.size(); ++index) {
    auto& door = scenario_.doors[index];
    auto const fits_this = is_slow || (is_life ? has_life_span(door) : takes_an_answer(door));
    if (!fits_this) continue;
    fits = true;
    if (is_slow) door.reply_after = std::chrono::seconds(*number);
    if (is_life) door.reply.challenge_expires_in_seconds = life;
    if (!is_life && !is_slow) door.locks_after = *number;
  }
  if (fits) return {};
  return GrammarError{term.position, is_life ? "a door with a life span before this modifier"
                                             : "a door that takes an answer before this modifier"};
}

// The server takes a reply like the one before for the same door.
void Composer::distinguish(Door& door) const {
  auto const likeness = std::ranges::count_if(scenario_.doors, [&door](Door const& other) {
    return other.reply.status == door.reply.status && other.reply.mfa_type == door.reply.mfa_type;
  });
  if (likeness == 0 || kind_of(door) == DoorKind::end) return;
  auto text = door.reply.challenge_text.value_or("");
  text += (text.empty() ? "" : " ") + ("This is number " + std::to_string(likeness + 1) + ".");
  if (door.reply.challenge_text != text) door.reply.challenge_text = std::move(text);
}

void Composer::apply_to_all(Door& door) const {
  if (life_of_all_ && has_life_span(door)) door.reply.challenge_expires_in_seconds = *life_of_all_;
  if (takes_an_answer(door)) door.locks_after = lock_of_all_;
}

std::vector<Door> Composer::make_doors_of_fault(std::string_view name) {
  std::vector<Door> doors;
  if (name == "429") doors.push_back(make_silent_door(Silence::rate_limited));
  if (name == "503") doors.push_back(make_silent_door(Silence::unavailable));
  if (name == "reply-lost") doors.push_back(make_silent_door(Silence::lost));
  if (name == "truncate") doors.push_back(make_silent_door(Silence::truncated));
  if (name == "silent") doors.push_back(make_silent_door(Silence::for_ever));
  if (name == "breaks-off") doors.push_back(make_silent_door(Silence::error));
  if (!doors.empty()) return doors;
  scenario_.irregular = true;
  if (name == "unknown-status") {
    doors.emplace_back().reply.status = Open<AuthStatus>::from_wire("sealedByMoonlight");
  } else if (name == "illegal-status") {
    auto& door = doors.emplace_back();
    door.reply.status = AuthStatus::qr_code_expired;
    auto const* const before = scenario_.doors.empty() ? nullptr : &scenario_.doors.back();
    if (may_come(before, door)) door.reply.status = AuthStatus::email_received;
  } else {
    // Back from the API key to the second factor.
    doors.push_back(make_totp_door());
    doors.back().reply.auth_flow_step = AuthFlowStep::create_api_key;
    doors.push_back(make_totp_door());
    doors.back().reply.auth_flow_step = AuthFlowStep::mfa_flow;
  }
  return doors;
}

Result<Scenario> Composer::finish(std::size_t end) {
  if (scenario_.doors.empty()) {
    if (life_of_all_ || lock_of_all_ != 0) return GrammarError{end, "a door that the modifier applies to"};
  } else if (is_dead_end(scenario_.doors.back())) {
    return GrammarError{end, "another door: nothing else leads out of the one before"};
  }
  return std::move(scenario_);
}

}  // namespace sallyport::grammar
