#include "scenario_laws.hpp"

#include <sandbox/player.hpp>

#include <sallyport/engine/verdict_table.hpp>
#include <sallyport/protocol/codec.hpp>
#include <sallyport/sandbox/judge.hpp>

#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

namespace sallyport::fuzz {
namespace {

bool is_door(Scenario const& scenario, std::optional<std::size_t> index) {
  return !index || *index < scenario.doors.size();
}

/// Whether a login that stands there may go on, be it by starting over.
bool goes_on(AuthStatus status) {
  auto const event = verdict_row(status).event;
  return event == EventType::challenge || event == EventType::wait || event == EventType::wrong_answer;
}

/// `from` is nothing where a first post or a restart leads there.
void check_edge(Door const* from, Door const& to) {
  if (to.silence != Silence::none) return;
  auto const before = from == nullptr ? std::nullopt : std::optional(from->reply.status.value());
  auto const step = from == nullptr ? std::nullopt : value_of(from->reply.auth_flow_step);
  demand(may_follow(before, step, to.reply.status.value(), value_of(to.reply.auth_flow_step)));
}

void check_edges(Scenario const& scenario, Door const& door) {
  auto const status = door.reply.status.value();
  if (door.silence != Silence::none || !goes_on(status)) return;
  check_edge(nullptr, scenario.doors[door.restart]);
  if (verdict_row(status).want == Want::restart) return;
  if (door.then) check_edge(&door, scenario.doors[*door.then]);
  if (door.another_way) check_edge(&door, scenario.doors[*door.another_way]);
}

AuthRequest request_for(Scenario const& scenario, EventType act, Door const& door) {
  if (act == EventType::login || act == EventType::restart) return test::first_post(scenario);
  if (act == EventType::answer) return test::right_answer(scenario, door);
  return {};
}

void check_judgement(Scenario const& scenario, Judgement judgement) {
  demand(judgement.reply_after >= Duration::zero());
  demand(judgement.next.door < scenario.doors.size());
  if (judgement.silence != Silence::none) return;
  auto const written = encode(envelope_of(std::move(judgement.reply)));
  demand(decode<ApiResult<AuthResponse>>(written.reveal()).has_value());
}

bool is_over(Judgement const& judgement) {
  return judgement.silence != Silence::none || !goes_on(judgement.reply.status.value());
}

}  // namespace

void check_doors(Scenario const& scenario, std::size_t doors_max) {
  demand(scenario.doors.size() <= doors_max);
  demand(scenario.reply_after >= Duration::zero());
  for (auto const& door : scenario.doors) {
    demand(is_door(scenario, door.then) && is_door(scenario, door.another_way) && is_door(scenario, door.restart));
    demand(door.reply_after >= Duration::zero());
    if (!scenario.irregular) check_edges(scenario, door);
  }
}

void check_play(Scenario const& scenario) {
  if (scenario.doors.empty()) return;
  static constexpr EventType acts[] = {EventType::poll,   EventType::answer,  EventType::another_way, EventType::poll,
                                       EventType::answer, EventType::restart, EventType::poll};
  constexpr auto acts_max = 40U;
  TimePoint now{std::chrono::hours(1)};
  auto judgement = judge(scenario, {}, EventType::login, test::first_post(scenario), now);
  for (auto count = 0U; count < acts_max && !is_over(judgement); ++count) {
    auto const progress = judgement.next;
    check_judgement(scenario, std::move(judgement));
    auto const act = acts[count % std::size(acts)];
    auto const request = request_for(scenario, act, scenario.doors[progress.door]);
    now += std::chrono::seconds(count);
    judgement = judge(scenario, progress, act, request, now);
  }
  check_judgement(scenario, std::move(judgement));
}

}  // namespace sallyport::fuzz
