#include "governor_support.hpp"
#include "seed.hpp"

#include <string>
#include <vector>

namespace sallyport::engine_test {

BOOST_AUTO_TEST_SUITE(lockout_hint)

BOOST_AUTO_TEST_CASE(a_servers_words_are_understood) {
  struct Case {
    std::string_view text;
    std::optional<std::uint32_t> attempts_left;
    std::optional<std::chrono::seconds> wait;
    bool locked;
  };
  std::vector<Case> const cases{
      {"Wrong code. 2 attempts left.", 2, {}, false},
      {"You have 3 attempts remaining", 3, {}, false},
      {"You have 1 more attempt", 1, {}, false},
      {"You have one attempt left before your account is locked.", 1, {}, false},
      {"Only 1 login attempt remaining!", 1, {}, false},
      {"2 remaining attempts", 2, {}, false},
      {"Attempts left: 4", 4, {}, false},
      {"Remaining attempts: 2", 2, {}, false},
      {"attempts remaining is 0", 0, {}, false},
      {"No attempts left.", 0, {}, false},
      {"You have no more attempts", 0, {}, false},
      {"3 tries left", 3, {}, false},
      {"After 2 more failed attempts your account will be locked.", 2, {}, false},
      {"Too many attempts, try again in 15 minutes.", {}, 15min, true},
      {"TRY AGAIN IN 2 HOURS", {}, 2h, false},
      {"Please try again in 30 seconds.", {}, 30s, false},
      {"Please try again in about an hour", {}, 1h, false},
      {"Try again after 1 hour and 30 minutes", {}, 90min, false},
      {"Retry in 5m", {}, 5min, false},
      {"Please wait 45 sec", {}, 45s, false},
      {"Please wait at least 10 minutes", {}, 10min, false},
      {"Your account is locked for 24 hours.", {}, 24h, true},
      {"Account locked for 24h", {}, 24h, true},
      {"Your account has been temporarily suspended.", {}, {}, true},
      {"Login blocked for 2 days", {}, 48h, true},
      {"1 attempt left. Try again in 10 minutes.", 1, 10min, false},
      {"5 attempts left, no: 2 attempts left", 2, {}, false},
      {"Incorrect code. 1 of 3 attempts remaining.", 1, {}, false},
      {"You have 1 out of 5 attempts left.", 1, {}, false},
      {"1/3 attempts remaining", 1, {}, false},
      {"3 attempts left of 5", 3, {}, false},
      {"This is your last attempt.", 1, {}, false},
      {"Last attempt remaining", 1, {}, false},
      {"You have one last chance", 1, {}, false},
      {"2 attempts used, 1 remaining", 1, {}, false},
      {"1 failed attempt, 2 remaining", 2, {}, false},
      {"Account 12345678: 2 attempts left", 2, {}, false},
      // What only looks like it.
      {"", {}, {}, false},
      {"The code is wrong.", {}, {}, false},
      {"You made 3 attempts.", {}, {}, false},
      {"3 failed attempts", {}, {}, false},
      {"Your last attempt failed.", {}, {}, false},
      {"Your last attempts were wrong. Try again.", {}, {}, false},
      {"Enter the last 4 digits of your card.", {}, {}, false},
      {"Attempt 2 of 3", {}, {}, false},
      {"Your code expires in 2 minutes.", {}, {}, false},
      {"The code is valid for 10 minutes.", {}, {}, false},
      {"Your account will be locked.", {}, {}, false},
      {"Your account is not locked.", {}, {}, false},
      {"Try again. The code lives for 10 minutes.", {}, {}, false},
      {"Try again in 99999999999999999999 hours", {}, {}, false},
      {"99999999999 attempts left", {}, {}, false},
      {"2 attempts. Left over 3.", {}, {}, false},
  };
  for (auto const& one : cases) {
    BOOST_TEST_CONTEXT(one.text) {
      auto const hint = read_lockout_hint(one.text);
      BOOST_TEST((hint.attempts_left == one.attempts_left));
      BOOST_TEST((hint.wait == one.wait));
      BOOST_TEST(hint.locked == one.locked);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_stands_beyond_the_bound_is_not_read) {
  std::string text(lockout_hint_text_max, ' ');
  BOOST_TEST(read_lockout_hint(text + "2 attempts left").empty());
  text.resize(lockout_hint_text_max - 100);
  BOOST_TEST((read_lockout_hint(text + "2 attempts left").attempts_left == 2U));
}

BOOST_AUTO_TEST_CASE(any_bytes_are_read_within_bounds) {
  Dice dice(seed());
  constexpr std::string_view pieces[] = {"try ",    "again ", "in ",   "1 ",  "999999 ", "hours ", "attempts ", "left ",
                                         "locked ", "an ",    "and ",  "no ", "more ",   ".",      "for ",      "wait ",
                                         "\xff",    "\n",     "days ", "0",   ":",       "a ",     "remaining "};
  for (auto round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto count = dice.below(40); count > 0; --count) {
      if (dice.once_in(5)) {
        text.push_back(static_cast<char>(dice.below(256)));
      } else {
        text += pieces[dice.below(std::size(pieces))];
      }
    }
    auto const hint = read_lockout_hint(text);
    BOOST_TEST_REQUIRE(hint.wait.value_or(0s) >= 0s);
    BOOST_TEST_REQUIRE(hint.wait.value_or(0s) <= 3 * 999'999 * 24h);
    BOOST_TEST_REQUIRE(hint.attempts_left.value_or(0) <= 999'999U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::engine_test
