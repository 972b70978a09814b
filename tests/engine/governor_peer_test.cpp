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

BOOST_AUTO_TEST_CASE(what_a_server_says_pauses_what_it_is_about) {
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
      {"a lock in words", words("Your account has been locked."), lock_acts, 30min},
      {"a lock in words with a time", words("Your account has been locked for 5 hours."), lock_acts, 5h},
      {"a lock in words, longer than words are believed", words("Your account is locked for 48 hours."), lock_acts,
       24h},
      {"a lock in words beside a time of the protocol",
       {PeerSign::rate_limited, read_lockout_hint("Too many attempts failed. Try again later."), 7s},
       lock_acts | Act::poll,
       7s},
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
        auto const rule = one.report.sign == PeerSign::none ? Rule::words : Rule::pause;
        if (refused) BOOST_TEST(refused->rule == rule);
        if (refused) BOOST_TEST(refused->next_safe == noon + one.wait);
        BOOST_TEST(!governor.check(account(), act, noon + one.wait), name_of(act));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_says_when_it_rests_on_words_alone) {
  Governor governor;
  BOOST_TEST(!governor.observe_peer(account(), words("Your account has been locked."), noon));
  auto const by_words = governor.check(account(), Act::credential_post, noon + 1min);
  BOOST_TEST_REQUIRE(by_words.has_value());
  BOOST_TEST(by_words->rule == Rule::words);
  BOOST_TEST(by_words->reason == "no credential posts until then, by what the server's words seem to say");
  // The protocol's own word outlasts what was read, and is told for what it is.
  BOOST_TEST(!governor.observe_peer(account(), {PeerSign::locked, {}, {}}, noon + 1min));
  auto const stated = governor.check(account(), Act::credential_post, noon + 2min);
  BOOST_TEST_REQUIRE(stated.has_value());
  BOOST_TEST(stated->rule == Rule::pause);
  BOOST_TEST(stated->next_safe == noon + 1min + 24h);
}

BOOST_AUTO_TEST_CASE(words_beside_too_many_requests_pause_what_the_protocol_does_not) {
  Governor governor;
  auto report = words("Your account has been locked.");
  report.sign = PeerSign::rate_limited;
  BOOST_TEST(!governor.observe_peer(account(), report, noon));
  BOOST_TEST(governor.check(account(), Act::credential_post, noon + 1s)->next_safe == noon + 30min);
  BOOST_TEST(governor.check(account(), Act::poll, noon + 1s)->next_safe == noon + 1min);
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
