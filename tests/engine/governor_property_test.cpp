// No sequence of calls exceeds a budget. The model is naive on purpose: it keeps every act that was admitted, and
// counts anew what any window holds.

#include "governor_support.hpp"
#include "seed.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace sallyport::engine_test {
namespace {

constexpr std::uint8_t accounts = 3;

struct Done {
  WallTime at;
  bool stands = true;
};

struct Held {
  std::uint8_t who;
  Permit permit;
  std::array<std::size_t, act_count> index;
};

class Model {
public:
  using List = std::vector<Done>;

  List& of(std::uint8_t who, Act act) { return done_[who][static_cast<std::size_t>(act)]; }

  /// Time for this account, as far as something was written of it: it follows no clock that goes back. What is kept
  /// in memory alone has a time of its own.
  WallTime time_of(std::uint8_t who, bool durable, WallTime now) {
    auto& latest = latest_.try_emplace({who, durable}, WallTime::min()).first->second;
    return latest = std::max(latest, now);
  }
  void forget_time(std::uint8_t who) { latest_.erase({who, false}); }

  static std::size_t in_window(List const& list, WallTime until, WallDuration window) {
    return static_cast<std::size_t>(std::ranges::count_if(
        list, [&](Done const& one) { return one.stands && one.at <= until && one.at > until - window; }));
  }

private:
  std::map<std::uint8_t, std::array<List, act_count>> done_;
  std::map<std::pair<std::uint8_t, bool>, WallTime> latest_;
};

Budget random_budget(Dice& dice) {
  return {.count_max = static_cast<std::uint32_t>(1 + (dice.once_in(4) ? dice.below(100) : dice.below(6))),
          .window = std::chrono::seconds(1 + dice.below(600)),
          .burst = static_cast<std::uint32_t>(dice.below(5)),
          .spacing = std::chrono::seconds(dice.below(20)),
          .spacing_max = std::chrono::seconds(dice.below(60)),
          .durable = !dice.once_in(5)};
}

class Run {
public:
  Run(std::uint64_t seed, bool clock_only_goes_back) : dice_(seed), only_back_(clock_only_goes_back) {
    policy_.budgets = {random_budget(dice_), random_budget(dice_), random_budget(dice_), random_budget(dice_),
                       random_budget(dice_)};
    if (only_back_) {
      for (auto* const budget : {&policy_.budgets.credential_post, &policy_.budgets.wrong_code,
                                 &policy_.budgets.code_send, &policy_.budgets.push, &policy_.budgets.poll}) {
        budget->durable = true;
      }
    }
    restart();
  }

  void go() {
    for (auto call = 0; call < 150; ++call) {
      move_time();
      auto const who = static_cast<std::uint8_t>(dice_.below(accounts));
      switch (dice_.below(12)) {
        case 0: restart(); break;
        case 1: give_back(); break;
        case 2: succeed(who); break;
        case 3: hint(who); break;
        default: admit(who); break;
      }
    }
  }

  std::size_t admitted = 0;
  std::size_t refused = 0;

private:
  // True time only goes on. The clock shows it, shifted; where `only_back_`, the shift only sinks.
  void move_time() {
    true_time_ += std::chrono::milliseconds(dice_.once_in(3) ? dice_.below(120'000) : dice_.below(3'000));
    if (dice_.once_in(8)) {
      auto const jump = std::chrono::milliseconds(dice_.below(dice_.once_in(3) ? 100'000'000 : 60'000));
      shift_ += only_back_ || dice_.once_in(2) ? -jump : jump;
    }
  }

  WallTime clock() const { return true_time_ + shift_; }

  /// The time that the model counts by.
  WallTime model_time(std::uint8_t who, Act act) {
    return only_back_ ? true_time_ : model_.time_of(who, policy_.budgets.of(act).durable, clock());
  }

  void restart() {
    if (governor_) {  // Acts that are not durable are forgotten with the process; that is what the policy asked for.
      for (std::uint8_t who = 0; who < accounts; ++who) {
        model_.forget_time(who);
        for (auto const act : every_act) {
          if (!policy_.budgets.of(act).durable) model_.of(who, act).clear();
        }
      }
      held_.clear();
    }
    governor_ = std::make_unique<Governor>(policy_, ledger_);
  }

  void admit(std::uint8_t who) {
    Acts acts = every_act[dice_.below(act_count)];
    if (dice_.once_in(3)) acts = acts | every_act[dice_.below(act_count)];
    auto const expected = governor_->check(account(who), acts, clock());
    auto const permit = governor_->admit(account(who), acts, clock());
    BOOST_TEST_REQUIRE(permit.has_value() == !expected.has_value());
    if (!permit) {
      ++refused;
      return check_next_safe(who, acts, permit.error());
    }
    ++admitted;
    Held held{who, *permit, {}};
    for (auto const act : every_act) {
      if (!acts.has(act)) continue;
      auto const at = model_time(who, act);
      auto& list = model_.of(who, act);
      list.push_back({at, true});
      held.index[static_cast<std::size_t>(act)] = list.size() - 1;
      auto const& budget = policy_.budgets.of(act);
      BOOST_TEST_REQUIRE(Model::in_window(list, at, budget.window) <= budget.count_max, name_of(act));
    }
    held_.push_back(held);
  }

  /// The next safe time is safe, and where nothing was joined it is the first.
  void check_next_safe(std::uint8_t who, Acts acts, Refusal const& refusal) {
    BOOST_TEST_REQUIRE(refusal.next_safe > clock());
    if (refusal.next_safe == WallTime::max()) return;
    BOOST_TEST_REQUIRE(!governor_->check(account(who), acts, refusal.next_safe));
    BOOST_TEST_REQUIRE(governor_->check(account(who), acts, refusal.next_safe - 1ms).has_value());
  }

  void give_back() {
    if (held_.empty()) return;
    auto const pick = held_.begin() + static_cast<std::ptrdiff_t>(dice_.below(held_.size()));
    BOOST_TEST_REQUIRE(!governor_->give_back(account(pick->who), pick->permit, clock()));
    for (auto const act : every_act) {
      if (pick->permit.acts.has(act))
        model_.of(pick->who, act)[pick->index[static_cast<std::size_t>(act)]].stands = false;
    }
    held_.erase(pick);
  }

  void succeed(std::uint8_t who) {
    if (!dice_.once_in(4)) return;
    BOOST_TEST_REQUIRE(!governor_->observe_peer(account(who), {PeerSign::succeeded, {}, {}}, clock()));
    static_cast<void>(model_time(who, Act::wrong_code));
    for (auto& one : model_.of(who, Act::wrong_code)) one.stands = false;
  }

  void hint(std::uint8_t who) {
    PeerReport report;
    report.hint.wait = std::chrono::seconds(1 + dice_.below(100));
    auto const one_left = dice_.once_in(3);
    if (one_left) report.hint.attempts_left = 1;
    BOOST_TEST_REQUIRE(!governor_->observe_peer(account(who), report, clock()));
    for (auto const act : {Act::credential_post, Act::wrong_code}) static_cast<void>(model_time(who, act));
    if (one_left) return;
    for (auto const act : {Act::code_send, Act::push}) static_cast<void>(model_time(who, act));
  }

  Dice dice_;
  bool only_back_;
  GovernorPolicy policy_;
  std::shared_ptr<MemoryLedger> ledger_ = std::make_shared<MemoryLedger>();
  std::unique_ptr<Governor> governor_;
  Model model_;
  std::vector<Held> held_;
  WallTime true_time_ = noon;
  WallDuration shift_{};
};

void play(bool clock_only_goes_back) {
  auto const first = seed();
  std::size_t admitted = 0;
  std::size_t refused = 0;
  for (std::uint64_t run = 0; run < 3000; ++run) {
    BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << first << ", run " << run) {
      Run one(first + run, clock_only_goes_back);
      one.go();
      admitted += one.admitted;
      refused += one.refused;
    }
  }
  // Neither a governor that refuses everything nor one that nothing challenges would prove anything.
  BOOST_TEST(admitted > 10'000U);
  BOOST_TEST(refused > 10'000U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(governor_property)

BOOST_AUTO_TEST_CASE(no_sequence_of_calls_exceeds_a_budget_whatever_the_clock_does) {
  play(false);
}

BOOST_AUTO_TEST_CASE(no_sequence_of_calls_exceeds_a_budget_in_true_time_where_the_clock_only_jumps_back) {
  play(true);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
