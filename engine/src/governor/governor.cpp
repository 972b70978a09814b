#include <sallyport/engine/governor.hpp>

#include "governor/budget.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sallyport {

using boost::system::error_code;

namespace {

constexpr std::array all_acts{Act::credential_post, Act::wrong_code, Act::code_send, Act::push, Act::poll};
constexpr Acts attempts = Act::credential_post | Act::wrong_code;
constexpr Acts all_that_locks = attempts | Act::code_send | Act::push;

std::string words_of(Act act) {
  switch (act) {
    case Act::credential_post: return "credential posts";
    case Act::wrong_code: return "wrong codes";
    case Act::code_send: return "codes sent";
    case Act::push: return "pushes";
    case Act::poll: return "polls";
  }
  return "acts";
}

std::string reason_of(Budget const& budget, Act act, Rule rule) {
  auto const minutes = std::chrono::duration_cast<std::chrono::minutes>(budget.window).count();
  auto const limit = std::to_string(budget.count_max) + " " + words_of(act) + " in " + std::to_string(minutes) + " min";
  switch (rule) {
    case Rule::count: return "the budget of " + limit + " is spent";
    case Rule::spacing: return "too soon after the one before, in the budget of " + limit;
    case Rule::pause: return "no " + words_of(act) + " until then, by what the server said";
    case Rule::words: return "no " + words_of(act) + " until then, by what the server's words seem to say";
    case Rule::ledger: break;
  }
  return "the ledger of the budgets failed";
}

/// The refusal that lasts longest. Time alone only loosens the rules, so from its end on all acts are safe.
std::optional<Refusal> judge(Budgets const& budgets, AccountRecord const& record, Acts acts, WallTime now) {
  std::optional<Refusal> longest;
  auto const at = std::max(now, record.latest);
  for (auto const act : all_acts) {
    if (!acts.has(act)) continue;
    auto const& budget = budgets.of(act);
    auto const held = budget::hold_at(budget, record.of(act), at);
    if (!held) continue;
    auto const safe = budget::next_safe(budget, record.of(act), at);
    if (longest && longest->next_safe >= safe) continue;
    longest = Refusal{.why = EngineErrc::would_risk_lockout,
                      .act = act,
                      .rule = held->rule,
                      .next_safe = safe,
                      .reason = reason_of(budget, act, held->rule)};
  }
  if (longest && now < record.latest) longest->reason += "; the clock stands before the newest act that was counted";
  return longest;
}

Refusal ledger_failed(error_code why, Acts acts, WallTime now) {
  auto const first = std::ranges::find_if(all_acts, [acts](Act act) { return acts.has(act); });
  return {.why = why,
          .act = first == all_acts.end() ? Act::credential_post : *first,
          .rule = Rule::ledger,
          .next_safe = now,
          .reason = "the ledger of the budgets failed: " + why.message()};
}

/// Ends a change of a record: the marks that are over go, and the moment is noted.
void close(Budgets const& budgets, AccountRecord& record, WallTime at) {
  record.latest = std::max(record.latest, at);
  record.over_at = record.latest;
  for (auto const act : all_acts) {
    budget::prune(budgets.of(act), record.of(act), record.latest);
    record.over_at = std::max(record.over_at, budget::over_at(budgets.of(act), record.of(act)));
  }
}

void count(Budgets const& budgets, AccountRecord& record, Acts acts, WallTime at) {
  for (auto const act : all_acts) {
    if (acts.has(act)) budget::add(budgets.of(act), record.of(act), at);
  }
  close(budgets, record, at);
}

}  // namespace

std::string_view name_of(Rule rule) noexcept {
  switch (rule) {
    case Rule::count: return "count";
    case Rule::spacing: return "spacing";
    case Rule::pause: return "pause";
    case Rule::words: return "words";
    case Rule::ledger: return "ledger";
  }
  return "unknown";
}

Governor::Governor(GovernorPolicy policy, std::shared_ptr<Ledger> ledger)
    : policy_(std::move(policy)), ledger_(ledger ? std::move(ledger) : std::make_shared<MemoryLedger>()) {}

Acts Governor::durable_acts(AccountKey const& key) const noexcept {
  auto const& budgets = policy_.budgets_of(key.broker);
  Acts durable;
  for (auto const act : all_acts) {
    if (budgets.of(act).durable) durable = durable | act;
  }
  return durable;
}

/// Works on the part of the account in the ledger and on the part in memory, where the acts have one.
template <class Work>
error_code Governor::update(AccountKey const& key, Acts acts, WallTime now, Work work) {
  auto const durable = durable_acts(key);
  auto const in_memory = acts.without(durable);
  auto const in_ledger = acts.without(in_memory);
  error_code ec;
  if (!in_ledger.empty()) {
    ec = ledger_->update(key, now, [&](AccountRecord& record) { return work(record, in_ledger); });
  }
  if (!in_memory.empty()) {
    auto const second = volatile_.update(key, now, [&](AccountRecord& record) { return work(record, in_memory); });
    if (!ec) ec = second;
  }
  return ec;
}

std::optional<Refusal> Governor::check(AccountKey const& key, Acts acts, WallTime now) {
  auto const& budgets = policy_.budgets_of(key.broker);
  auto const durable = durable_acts(key);
  auto const in_memory = acts.without(durable);
  std::optional<Refusal> in_memory_refused;
  if (!in_memory.empty()) {
    auto const record = volatile_.find(key);
    if (!record) return ledger_failed(record.error(), in_memory, now);
    in_memory_refused = judge(budgets, *record, in_memory, now);
  }
  auto const in_ledger = acts.without(in_memory);
  if (in_ledger.empty()) return in_memory_refused;
  auto const record = ledger_->find(key);
  if (!record) return ledger_failed(record.error(), in_ledger, now);
  auto refused = judge(budgets, *record, in_ledger, now);
  if (!refused || (in_memory_refused && in_memory_refused->next_safe > refused->next_safe)) return in_memory_refused;
  return refused;
}

boost::system::result<Permit, Refusal> Governor::admit(AccountKey const& key, Acts acts, WallTime now) {
  auto const& budgets = policy_.budgets_of(key.broker);
  auto const in_memory = acts.without(durable_acts(key));
  // What is in memory is looked at before the ledger counts: all acts or none.
  if (!in_memory.empty() && check(key, in_memory, now)) return std::move(*check(key, acts, now));
  Permit permit{.acts = acts, .at = now};
  std::optional<Refusal> refusal;
  auto const ec = update(key, acts, now, [&](AccountRecord& record, Acts part) {
    if (refusal) return false;
    refusal = judge(budgets, record, part, now);
    if (refusal) return false;
    auto const at = std::max(now, record.latest);
    permit.at = std::max(permit.at, at);
    count(budgets, record, part, at);
    return true;
  });
  if (refusal) return std::move(*refusal);
  if (ec) return ledger_failed(ec, acts, now);
  return permit;
}

error_code Governor::record(AccountKey const& key, Acts acts, WallTime now) {
  auto const& budgets = policy_.budgets_of(key.broker);
  return update(key, acts, now, [&](AccountRecord& record, Acts part) {
    count(budgets, record, part, std::max(now, record.latest));
    return true;
  });
}

error_code Governor::give_back(AccountKey const& key, Permit const& permit, WallTime now) {
  auto const& budgets = policy_.budgets_of(key.broker);
  return update(key, permit.acts, now, [&](AccountRecord& record, Acts part) {
    auto const before = record;
    for (auto const act : all_acts) {
      if (part.has(act)) budget::take_back(record.of(act), permit.at);
    }
    close(budgets, record, record.latest);
    return record != before;
  });
}

namespace {

struct Pause {
  Acts acts;
  WallDuration wait{};
};

/// A stated time outranks ours, as far as it is believed.
WallDuration stated_or(std::optional<std::chrono::seconds> stated, WallDuration most, WallDuration ours) {
  if (!stated || stated->count() <= 0) return ours;
  return std::min(*stated, std::chrono::duration_cast<std::chrono::seconds>(most));
}

/// What the protocol itself says, and for how long. A time in the words beside it counts where it is the later one.
Pause stated_pause(GovernorPolicy const& policy, PeerReport const& report) {
  auto const stated = std::max(report.retry_after, report.hint.wait);
  if (report.sign == PeerSign::locked) {
    return {all_that_locks, stated_or(stated, policy.peer_wait_max, policy.lock_wait)};
  }
  if (report.sign != PeerSign::rate_limited) return {};
  return {all_that_locks | Act::poll, stated_or(stated, policy.peer_wait_max, policy.rate_limit_wait)};
}

/// What the words seem to say of a lock. They add nothing where the protocol says so too, or names the time.
Pause worded_lock(GovernorPolicy const& policy, PeerReport const& report) {
  auto const& hint = report.hint;
  if (report.sign == PeerSign::locked || report.retry_after) return {};
  auto const few_left = hint.attempts_left && *hint.attempts_left <= policy.attempts_reserve;
  auto const waits = hint.wait && report.sign == PeerSign::none && !few_left;
  if (!hint.locked && !waits) return {};
  return {all_that_locks, stated_or(hint.wait, policy.words_wait_max, policy.words_wait)};
}

/// The attempts that are left are a figure of the server's, so what follows from them is not as short as what follows
/// from a sentence: the last one stays the user's own for the whole window, and none left is as long as a stated lock.
Pause worded_attempts(GovernorPolicy const& policy, Budgets const& budgets, LockoutHint const& hint) {
  if (!hint.attempts_left) return {};
  if (*hint.attempts_left == 0) {
    return {all_that_locks, stated_or(hint.wait, policy.words_wait_max, policy.lock_wait)};
  }
  if (*hint.attempts_left > policy.attempts_reserve) return {};
  auto const window = std::max(budgets.credential_post.window, WallDuration::zero());
  return {attempts, stated_or(hint.wait, policy.words_wait_max, window)};
}

void extend(WallTime& pause, WallTime at, Pause const& by, Act act) {
  if (by.acts.has(act) && by.wait > WallDuration::zero()) pause = std::max(pause, later(at, by.wait));
}

}  // namespace

error_code Governor::observe_peer(AccountKey const& key, PeerReport const& report, WallTime now) {
  auto const& budgets = policy_.budgets_of(key.broker);
  if (report.sign == PeerSign::succeeded) {
    return update(key, Act::wrong_code, now, [&](AccountRecord& record, Acts) {
      auto const at = std::max(now, record.latest);
      // A permit from before must not take back a code that is counted after.
      record.of(Act::wrong_code) = {.marks = {}, .cleared_at = at};
      close(budgets, record, at);
      return true;
    });
  }
  auto const stated = stated_pause(policy_, report);
  auto const lock = worded_lock(policy_, report);
  auto const last = worded_attempts(policy_, budgets, report.hint);
  auto const paused = stated.acts | lock.acts | last.acts;
  if (paused.empty()) return {};
  return update(key, paused, now, [&](AccountRecord& record, Acts part) {
    auto const at = std::max(now, record.latest);
    for (auto const act : all_acts) {
      if (!part.has(act)) continue;
      extend(record.of(act).not_before, at, stated, act);
      extend(record.of(act).words_before, at, lock, act);
      extend(record.of(act).words_before, at, last, act);
    }
    close(budgets, record, at);
    return true;
  });
}

error_code Governor::forget(AccountKey const& key) {
  static_cast<void>(volatile_.erase(key));
  return ledger_->erase(key);
}

}  // namespace sallyport
