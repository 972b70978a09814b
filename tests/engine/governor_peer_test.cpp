// What the governor makes of a server's words.

#include "governor_support.hpp"

#include <vector>

namespace sallyport::engine_test {
namespace {

constexpr auto lock_acts = Act::credential_post | Act::wrong_code | Act::code_send | Act::push;
constexpr auto attempts = Act::credential_post | Act::wrong_code;

PeerReport words(std::string_view text) {
  return {.sign = PeerSign::none, .hint = read_lockout_hint(text), .retry_after = {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(governor_peer)

BOOST_AUTO_TEST_CASE(a_servers_words_pause_what_they_are_about) {
  struct Case {
    std::string_view name;
    PeerReport report;
    Acts paused;
    WallDuration wait;
  };
  std::vector<Case> const cases{
      {"locked with a time", {PeerSign::locked, {}, 30min}, lock_acts, 30min},
      {"locked without a time", {PeerSign::locked, {}, {}}, lock_acts, 24h},
      {"locked, retry at once", {PeerSign::locked, {}, 0s}, lock_acts, 24h},
      {"rate limited with a time", {PeerSign::rate_limited, {}, 90s}, lock_acts | Act::poll, 90s},
      {"rate limited without a time", {PeerSign::rate_limited, {}, {}}, lock_acts | Act::poll, 1min},
      {"one attempt left", words("You have 1 attempt left."), attempts, 24h},
      {"one attempt left, a time", words("1 attempt remaining. Try again in 15 minutes."), attempts, 15min},
      {"no attempt left", words("You have no attempts left."), lock_acts, 24h},
      {"two attempts left", words("You have 2 attempts left."), {}, 0s},
      {"a wait", words("Please try again in 2 hours."), lock_acts, 2h},
      {"a lock in words", words("Your account has been locked for 48 hours."), lock_acts, 48h},
      {"the later of two times",
       {PeerSign::locked, read_lockout_hint("Try again in 10 minutes"), 60s},
       lock_acts,
       10min},
      {"a wait that nobody believes", {PeerSign::locked, {}, std::chrono::seconds::max()}, lock_acts, 24h * 7},
      {"nothing", words("The code is wrong."), {}, 0s},
  };
  for (auto const& one : cases) {
    BOOST_TEST_CONTEXT(one.name) {
      Governor governor;
      BOOST_TEST(!governor.observe_peer(account(), one.report, noon));
      for (auto const act : every_act) {
        auto const refused = governor.check(account(), act, noon + one.wait - 1ms);
        BOOST_TEST(refused.has_value() == one.paused.has(act), name_of(act));
        if (refused) BOOST_TEST(refused->rule == Rule::pause);
        if (refused) BOOST_TEST(refused->next_safe == noon + one.wait);
        BOOST_TEST(!governor.check(account(), act, noon + one.wait), name_of(act));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_shorter_pause_does_not_end_a_longer_one) {
  Governor governor;
  BOOST_TEST(!governor.observe_peer(account(), {PeerSign::locked, {}, 10h}, noon));
  BOOST_TEST(!governor.observe_peer(account(), {PeerSign::rate_limited, {}, 10s}, noon + 1s));
  BOOST_TEST(governor.check(account(), Act::credential_post, noon + 1min)->next_safe == noon + 10h);
}

BOOST_AUTO_TEST_CASE(a_success_clears_wrong_codes_but_no_posts) {
  Governor governor;
  for (auto const at : {0s, 1s, 2s}) {
    BOOST_TEST(governor.admit(account(), attempts, noon + at).has_value());
  }
  BOOST_TEST(governor.check(account(), Act::wrong_code, noon + 3s).has_value());
  BOOST_TEST(!governor.observe_peer(account(), {PeerSign::succeeded, {}, {}}, noon + 3s));
  BOOST_TEST(!governor.check(account(), Act::wrong_code, noon + 4s));
  BOOST_TEST(governor.check(account(), Act::credential_post, noon + 4s).has_value());
}

BOOST_AUTO_TEST_CASE(a_permit_from_before_a_success_takes_back_no_code_from_after) {
  Governor governor(
      policy_with(Act::wrong_code, {.count_max = 1, .window = 1h, .burst = 1, .spacing = {}, .spacing_max = {}}));
  auto const before = governor.admit(account(), Act::wrong_code, noon);
  BOOST_TEST(!governor.observe_peer(account(), {PeerSign::succeeded, {}, {}}, noon));
  BOOST_TEST(governor.admit(account(), Act::wrong_code, noon).has_value());
  BOOST_TEST(!governor.give_back(account(), *before, noon));
  BOOST_TEST(governor.admit(account(), Act::wrong_code, noon).has_error());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
