// What does a step of the engine cost? A poll and its reply, again and again: of one session that stays in the cache,
// and of a random one of many in a table, where each step sets the alarm anew.

#include <sallyport/engine/session_table.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>

namespace {

using namespace sallyport;

Limits patient() {
  Limits limits;
  limits.flow_life_span = std::chrono::hours(24);
  limits.step_life_span = std::chrono::hours(12);
  limits.polls_max = 60'000;
  return limits;
}

Verdict confirmation() {
  Verdict verdict;
  verdict.status = AuthStatus::device_confirmation_required;
  verdict.mfa_type = MfaType::mobile;
  verdict.fingerprint = 7;
  return verdict;
}

constexpr std::uint32_t first_generation = 1;
constexpr TimePoint start{std::chrono::hours(1)};

// Two steps an iteration, counted as items.
void one_session(benchmark::State& state) {
  auto const limits = patient();
  auto const reply = Event(confirmation());
  auto const poll = Event(EventType::poll);
  auto now = start;
  Session session(Role::verifier, limits);
  auto polls = limits.polls_max;
  for (auto _ : state) {
    if (polls++ == limits.polls_max) {
      session = Session(Role::verifier, limits);
      benchmark::DoNotOptimize(session.step(EventType::login, now));
      benchmark::DoNotOptimize(session.step(reply, now));
      polls = 1;
    }
    now += std::chrono::microseconds(1);
    if (!session.step(poll, now) || !session.step(reply, now)) state.SkipWithError("a step was refused");
  }
  state.SetItemsProcessed(2 * state.iterations());
}
BENCHMARK(one_session);

void random_of_many(benchmark::State& state) {
  auto const limits = patient();
  auto const reply = Event(confirmation());
  auto const poll = Event(EventType::poll);
  auto const count = static_cast<std::size_t>(state.range(0));
  SessionTable table(count, start);
  for (std::size_t index = 0; index < count; ++index) {
    auto const handle = table.open(Role::verifier, limits).value();
    auto const at = start + std::chrono::microseconds(index);
    if (!table.step(handle, EventType::login, at) || !table.step(handle, reply, at)) {
      state.SkipWithError("a step was refused");
    }
  }
  auto now = start + std::chrono::seconds(2);
  std::uint64_t random = 1;
  for (auto _ : state) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    // Whoever steps a session has its handle in hand; a list of a million of them would cost as much as the step.
    SessionHandle const handle{static_cast<std::uint32_t>((random >> 33U) % count), first_generation};
    now += std::chrono::nanoseconds(200);
    auto const step = table.find(handle)->state() == State::waiting ? poll : reply;
    if (!table.step(handle, step, now)) state.SkipWithError("a step was refused");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(random_of_many)->Arg(1'000)->Arg(1'000'000);

}  // namespace

BENCHMARK_MAIN();
