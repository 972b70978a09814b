#pragma once

#include <sallyport/sandbox/catalogue.hpp>
#include <sallyport/sandbox/judge.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::test {

/// The embedded catalogue, read once.
[[nodiscard]] Catalogue const& catalogue();

/// The first post of a user of the sandbox, as the scenario wants it.
[[nodiscard]] AuthRequest first_post(Scenario const& scenario, BrokerType broker = BrokerType::sandbox);

/// An answer with the values that open the door.
[[nodiscard]] AuthRequest right_answer(Scenario const& scenario, Door const& door);

/// Plays a scenario through the judge. A script is words: login, poll, right, wrong, confirm, way, restart, and a
/// number of seconds that pass ("5s"). A word of another kind is a mistake of the test.
class Player {
public:
  explicit Player(Scenario const& scenario, BrokerType broker = BrokerType::sandbox)
      : scenario_(&scenario), broker_(broker) {}

  Judgement const& play(std::string_view word);
  Judgement const& act(EventType act, AuthRequest const& request);
  void wait(Duration duration) { now_ += duration; }

  /// The statuses of the replies so far, "void" where there was none.
  [[nodiscard]] std::string trail() const;
  [[nodiscard]] EventType last_act() const noexcept { return last_act_; }
  [[nodiscard]] TimePoint now() const noexcept { return now_; }
  [[nodiscard]] Door const& door() const { return scenario_->doors.at(judgement_.next.door); }

private:
  Scenario const* scenario_;
  BrokerType broker_;
  TimePoint now_{std::chrono::hours(1)};
  EventType last_act_ = EventType::login;
  Judgement judgement_;
  std::vector<std::string> statuses_;
};

[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

}  // namespace sallyport::test
