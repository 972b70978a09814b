// When a refresh is due, and what a reply changes: decided without a clock.

#include <tokens/token_set.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <optional>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(token_set)

using namespace sallyport;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

TokenSet::Moment const start{TokenSet::Clock::time_point(hours(1000)), TokenSet::WallClock::time_point(hours(480'000))};

TokenSet::Moment after(std::chrono::milliseconds time) {
  return {start.steady + time, start.wall + time};
}

KeptTokens tokens(std::optional<seconds> life) {
  KeptTokens made;
  made.type = BrokerType::kraken;
  made.access_token = Secret("access-1");
  made.refresh_token = Secret("refresh-1");
  made.expires_in = life;
  made.issued_at = start.wall;
  return made;
}

TokenSet set_of(KeptTokens tokens, TokenSet::Moment now = start) {
  return {std::move(tokens), seconds(60), now};
}

RefreshResponse reply(std::string const& access, std::string const& refresh, std::optional<std::int32_t> life) {
  RefreshResponse made;
  made.status = RefreshStatus::succeeded;
  made.access_token = Secret(access);
  made.refresh_token = Secret(refresh);
  made.expires_in_seconds = life;
  return made;
}

/// The seconds from the start to the moment when a refresh is due; -1 where none is.
double due(TokenSet const& set) {
  auto const at = set.due_at(start.wall);
  return at ? std::chrono::duration<double>(*at - start.steady).count() : -1;
}

std::string kept_access(TokenSet const& set) {
  return std::string(set.kept().access_token.reveal());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_token_is_due_a_margin_before_its_end_and_a_tenth_of_its_life_at_most) {
  BOOST_TEST(due(set_of(tokens(seconds(3600)))) == 3540);
  BOOST_TEST(due(set_of(tokens(seconds(100)))) == 90);
  BOOST_TEST(due(set_of(tokens(seconds(1)))) == 0.9);
}

BOOST_AUTO_TEST_CASE(a_life_of_zero_or_less_is_unknown_and_never_over) {
  for (auto const life : {std::int64_t(0), std::int64_t(-1), std::numeric_limits<std::int64_t>::min()}) {
    auto const set = set_of(tokens(seconds(life)));
    BOOST_TEST(set.may_expire());
    BOOST_TEST(due(set) == -1);
    BOOST_TEST((set.usable(0, after(hours(1000)).steady) != nullptr));
  }
  auto set = set_of(tokens(seconds(10)));
  BOOST_TEST(set.take(reply("access-2", "refresh-2", 0), start).is_renewed);
  BOOST_TEST(due(set) == -1);
}

BOOST_AUTO_TEST_CASE(no_life_is_too_long_for_the_clocks) {
  auto forever = tokens(std::chrono::seconds::max());
  forever.refresh_token_expires_at = TokenSet::WallClock::time_point::max();
  auto const set = set_of(std::move(forever));
  BOOST_TEST(due(set) > 0);
  BOOST_TEST(set.can_refresh(start.wall));
}

BOOST_AUTO_TEST_CASE(what_was_stored_has_the_time_that_is_left) {
  auto const later = after(seconds(3000));
  auto const set = set_of(tokens(seconds(3600)), later);
  BOOST_TEST(due(set) == 3540);
  auto const over = set_of(tokens(seconds(3600)), after(hours(24)));
  BOOST_TEST(due(over) <= 24 * 3600);
  BOOST_TEST((over.usable(0, after(hours(24)).steady) == nullptr));
}

BOOST_AUTO_TEST_CASE(a_wall_clock_that_was_set_back_gives_no_time) {
  auto from_the_future = tokens(seconds(3600));
  from_the_future.issued_at = start.wall + hours(48);
  BOOST_TEST(due(set_of(std::move(from_the_future))) == 3540);
}

BOOST_AUTO_TEST_CASE(a_refresh_token_that_is_over_is_not_spent) {
  auto ending = tokens(seconds(3600));
  ending.refresh_token_expires_at = start.wall + hours(1);
  auto const set = set_of(std::move(ending));
  BOOST_TEST(set.can_refresh(after(seconds(3599)).wall));
  BOOST_TEST(!set.can_refresh(after(seconds(3600)).wall));
}

BOOST_AUTO_TEST_CASE(a_refresh_token_is_spent_before_its_own_end_and_once) {
  auto ending = tokens(seconds(0));
  ending.refresh_token_expires_at = start.wall + hours(1);
  auto set = set_of(std::move(ending));
  BOOST_TEST(due(set) == 3540);
  // It stays, and so does its end: nothing more is to be gained.
  BOOST_TEST(set.take(reply("access-2", "refresh-1", 0), after(seconds(3540))).is_renewed);
  BOOST_TEST(due(set) == -1);
  BOOST_TEST((set.kept().refresh_token_expires_at == start.wall + hours(1)));
  // A new one, of which the server says when it ends.
  auto with_an_end = reply("access-3", "refresh-2", 0);
  with_an_end.refresh_token_expires_in_seconds = 7200;
  BOOST_TEST(set.take(with_an_end, after(seconds(3550))).is_renewed);
  BOOST_TEST(due(set) == 3550 + 7200 - 60);
  // And one of which it does not.
  BOOST_TEST(set.take(reply("access-4", "refresh-3", 0), after(seconds(3560))).is_renewed);
  BOOST_TEST((!set.kept().refresh_token_expires_at.has_value()));
}

BOOST_AUTO_TEST_CASE(a_token_that_was_rejected_is_due_at_once_and_once) {
  auto set = set_of(tokens(seconds(3600)));
  set.reject(Secret("access-0"));
  BOOST_TEST(due(set) == 3540);
  set.reject(Secret("access-1"));
  BOOST_TEST((set.due_at(start.wall) == TokenSet::Clock::time_point::min()));
  BOOST_TEST((set.usable(0, start.steady) == nullptr));
  BOOST_TEST((set_of(set.kept()).usable(0, start.steady) == nullptr));  // Nor after it was stored.
  BOOST_TEST(set.take(reply("access-1", "refresh-2", 3600), start).is_renewed);
  BOOST_TEST(due(set) == 3540);  // It came back as it was,
  set.reject(Secret("access-1"));
  BOOST_TEST(due(set) == 3540);  // and is not refreshed for that again.
  BOOST_TEST((set.usable(0, start.steady) != nullptr));
  BOOST_TEST(set.take(reply("access-2", "refresh-3", 3600), start).is_renewed);
  set.reject(Secret("access-2"));
  BOOST_TEST((set.due_at(start.wall) == TokenSet::Clock::time_point::min()));
}

BOOST_AUTO_TEST_CASE(a_question_lends_its_tokens_to_the_second_request_alone) {
  auto const set = set_of(tokens(seconds(3600)));
  RefreshResponse question;
  question.access_token = Secret("access-for-mfa");
  auto const request = set.request(&question);
  BOOST_TEST(request.access_token->reveal() == "access-for-mfa");
  BOOST_TEST(request.refresh_token.reveal() == "refresh-1");
  BOOST_TEST(kept_access(set) == "access-1");
}

BOOST_AUTO_TEST_CASE(what_is_kept_comes_back_as_it_was) {
  auto one = tokens(seconds(3600));
  one.account.emplace().account_id = "1";
  one.account->mesh_account_id = "m1";
  one.account->front_account_id = "f1";
  one.token_id = "t1";
  one.refresh_token_expires_at = start.wall + hours(24);
  auto& other = one.sharing.emplace_back(tokens(seconds(0)));
  other.access_token = Secret("other-1");
  other.account.emplace().account_id = "2";
  auto const kept = set_of(set_of(std::move(one)).kept(), after(seconds(10))).kept();
  BOOST_TEST(kept.access_token.reveal() == "access-1");
  BOOST_TEST(kept.refresh_token->reveal() == "refresh-1");
  BOOST_TEST(kept.expires_in->count() == 3600);
  BOOST_TEST((kept.issued_at == start.wall));
  BOOST_TEST((kept.refresh_token_expires_at == start.wall + hours(24)));
  BOOST_TEST(kept.account->account_id.value() == "1");
  BOOST_TEST(kept.account->mesh_account_id.value() == "m1");
  BOOST_TEST(kept.account->front_account_id.value() == "f1");
  BOOST_TEST(kept.token_id.value() == "t1");
  BOOST_TEST_REQUIRE(kept.sharing.size() == 1U);
  BOOST_TEST(kept.sharing[0].access_token.reveal() == "other-1");
  BOOST_TEST(kept.sharing[0].account->account_id.value() == "2");
  BOOST_TEST(kept.sharing[0].expires_in->count() == 0);
}

BOOST_AUTO_TEST_CASE(a_login_gives_an_entry_for_each_refresh_token) {
  Outcome outcome;
  outcome.expires_in = seconds(3600);
  outcome.refresh_token_expires_in = seconds(7200);
  for (auto const* const id : {"1", "2", "3"}) {
    auto& account = outcome.accounts.emplace_back();
    account.account.emplace().account_id = id;
    account.access_token = Secret(std::string("access-") + id);
    account.refresh_token = Secret(*id == '2' ? "alone" : "shared");
  }
  auto const all = kept_tokens(BrokerType::kraken, outcome, start.wall);
  BOOST_TEST_REQUIRE(all.size() == 2U);
  BOOST_TEST(all[0].account->account_id.value() == "1");
  BOOST_TEST_REQUIRE(all[0].sharing.size() == 1U);
  BOOST_TEST(all[0].sharing[0].account->account_id.value() == "3");
  BOOST_TEST(all[1].account->account_id.value() == "2");
  BOOST_TEST(all[1].sharing.empty());
  BOOST_TEST((all[1].issued_at == start.wall));
  BOOST_TEST((all[1].refresh_token_expires_at == start.wall + seconds(7200)));
  // Whichever account a host begins with, the others are not forgotten.
  auto const third = kept_tokens(BrokerType::kraken, outcome.accounts[2], outcome, start.wall);
  BOOST_TEST_REQUIRE(third.sharing.size() == 1U);
  BOOST_TEST(third.sharing[0].account->account_id.value() == "1");
}

namespace {

AccountTokens entry(std::string const& id, std::string const& refresh) {
  AccountTokens made;
  made.account.emplace().account_id = id;
  made.access_token = Secret(id + "-access-2");
  if (!refresh.empty()) made.refresh_token = Secret(refresh);
  return made;
}

template <class... Entries>
RefreshResponse reply_with(std::int32_t life, Entries... entries) {
  RefreshResponse made;
  made.status = RefreshStatus::succeeded;
  made.expires_in_seconds = life;
  auto& all = made.broker_account_tokens.emplace();
  (all.push_back(std::move(entries)), ...);
  return made;
}

/// The accounts A, B and C with one refresh token.
KeptTokens three_accounts() {
  auto all = tokens(seconds(3600));
  all.account.emplace().account_id = "A";
  for (auto const* const id : {"B", "C"}) {
    auto& other = all.sharing.emplace_back(tokens(seconds(3600)));
    other.account.emplace().account_id = id;
    other.access_token = Secret(std::string(id) + "-access-1");
  }
  return all;
}

std::string sent(TokenSet const& set) {
  return std::string(set.request(nullptr).refresh_token.reveal());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_refresh_token_that_a_reply_shows_to_be_spent_is_not_sent_again) {
  auto set = set_of(three_accounts());
  BOOST_TEST(set.take(reply_with(3600, entry("B", "B-refresh-2"), entry("C", "C-refresh-2")), start).is_renewed);
  BOOST_TEST(!set.can_refresh(0, start.wall));
  BOOST_TEST((!set.kept().refresh_token.has_value()));  // Nor by who reads what was stored.
  BOOST_TEST((set.usable(0, start.steady) != nullptr));
  for (auto times = 0; times < 2; ++times) {
    set.choose(start.wall);
    BOOST_TEST(sent(set) == "B-refresh-2");
  }
}

BOOST_AUTO_TEST_CASE(a_refresh_token_that_others_still_have_after_a_reply_serves_who_was_left_out_too) {
  for (auto const* const of_b : {"refresh-1", ""}) {
    auto set = set_of(three_accounts());
    BOOST_TEST(set.take(reply_with(3600, entry("B", of_b), entry("C", "C-refresh-2")), start).is_renewed);
    BOOST_TEST(set.can_refresh(0, start.wall));
  }
}

BOOST_AUTO_TEST_CASE(an_account_with_a_refresh_token_of_its_own_is_refreshed_with_that) {
  auto set = set_of(three_accounts());
  auto const all = reply_with(3600, entry("A", "refresh-2"), entry("B", "B-refresh-2"), entry("C", "refresh-2"));
  BOOST_TEST(set.take(all, start).is_renewed);
  set.choose(start.wall);
  BOOST_TEST(sent(set) == "refresh-2");
  // Its neighbours are renewed, so it is the one that is due; then nobody is before the margin.
  BOOST_TEST(set.take(reply_with(7200, entry("A", "refresh-3"), entry("C", "refresh-3")), start).is_renewed);
  BOOST_TEST(due(set) == 3540);
  set.choose(start.wall);
  BOOST_TEST(sent(set) == "B-refresh-2");
  BOOST_TEST(set.take(reply_with(7200, entry("B", "B-refresh-3")), after(seconds(3540))).is_renewed);
  BOOST_TEST(due(set) == 7140);
}

BOOST_AUTO_TEST_CASE(what_a_reply_gives_to_others_by_name_is_not_thrown_away) {
  auto set = set_of(three_accounts());
  auto const all = reply_with(3600, entry("A", "A-refresh-2"), entry("B", "B-refresh-2"), entry("C", "C-refresh-2"));
  BOOST_TEST(set.take(all, start).is_renewed);
  set.choose(start.wall);
  BOOST_TEST(sent(set) == "A-refresh-2");
  // It was spent for A alone, and yet spends the tokens of B as well.
  auto of_b = entry("B", "B-refresh-3");
  of_b.access_token = Secret("B-access-3");
  BOOST_TEST(set.take(reply_with(7200, entry("A", "A-refresh-3"), std::move(of_b)), start).is_renewed);
  auto const kept = set.kept();
  BOOST_TEST(kept.refresh_token->reveal() == "A-refresh-3");
  BOOST_TEST_REQUIRE(kept.sharing.size() == 2U);
  BOOST_TEST(kept.sharing[0].access_token.reveal() == "B-access-3");
  BOOST_TEST(kept.sharing[0].refresh_token->reveal() == "B-refresh-3");
  BOOST_TEST(kept.sharing[1].refresh_token->reveal() == "C-refresh-2");
}

BOOST_AUTO_TEST_CASE(a_refresh_token_that_rests_does_not_hold_up_another_one) {
  auto set = set_of(three_accounts());
  auto const all = reply_with(1, entry("A", "refresh-2"), entry("B", "B-refresh-2"), entry("C", "refresh-2"));
  BOOST_TEST(set.take(all, start).is_renewed);
  set.rest(start.steady + seconds(30));
  set.choose(start.wall);
  BOOST_TEST(sent(set) == "B-refresh-2");
  BOOST_TEST(due(set) == 0.9);
  set.rest(start.steady + seconds(40));
  BOOST_TEST(due(set) == 30);
  set.choose(start.wall);
  BOOST_TEST(sent(set) == "refresh-2");
}

BOOST_AUTO_TEST_CASE(a_refresh_token_that_is_given_up_leaves_the_others_to_be_spent) {
  auto set = set_of(three_accounts());
  auto const all = reply_with(3600, entry("A", "A-refresh-2"), entry("B", "B-refresh-2"), entry("C", "C-refresh-2"));
  BOOST_TEST(set.take(all, start).is_renewed);
  for (auto const* const next : {"A-refresh-2", "B-refresh-2", "C-refresh-2"}) {
    set.choose(start.wall);
    BOOST_TEST(sent(set) == next);
    BOOST_TEST(set.give_up(start.wall) == (next[0] != 'C'));
  }
  BOOST_TEST(set.kept().refresh_token->reveal() == "A-refresh-2");
}

BOOST_AUTO_TEST_CASE(an_account_whose_refresh_token_is_over_does_not_hide_one_that_is_due) {
  auto both = three_accounts();
  both.refresh_token_expires_at = start.wall + seconds(10);
  both.sharing.pop_back();
  both.sharing[0].refresh_token = Secret("B-refresh-1");
  auto set = set_of(std::move(both));
  auto const later = after(seconds(20));
  set.choose(later.wall);
  BOOST_TEST(sent(set) == "B-refresh-1");
  BOOST_TEST((set.due_at(later.wall) == start.steady + seconds(3540)));
}

BOOST_AUTO_TEST_SUITE_END()
