// The tokens of a refresh go to the account that the reply names.

#include <sallyport/protocol/token.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <utility>
#include <vector>

BOOST_AUTO_TEST_SUITE(new_tokens)

using namespace sallyport;

namespace {

struct Ids {
  char const* mesh;
  char const* front;
  char const* account;
  char const* token;
};

AccountTokens with_ids(Ids const& ids) {
  AccountTokens tokens;
  if (ids.mesh != nullptr || ids.front != nullptr || ids.account != nullptr) tokens.account.emplace();
  if (ids.mesh != nullptr) tokens.account->mesh_account_id = ids.mesh;
  if (ids.front != nullptr) tokens.account->front_account_id = ids.front;
  if (ids.account != nullptr) tokens.account->account_id = ids.account;
  if (ids.token != nullptr) tokens.token_id = ids.token;
  return tokens;
}

constexpr Ids nobody{nullptr, nullptr, nullptr, nullptr};
constexpr Ids account_1{nullptr, nullptr, "1", nullptr};
constexpr Ids account_2{nullptr, nullptr, "2", nullptr};

/// An entry of a reply, or, with "old", an account as it stands.
AccountTokens entry(Ids const& ids, std::string const& access, std::string const& refresh) {
  auto tokens = with_ids(ids);
  if (!access.empty()) tokens.access_token = Secret(access);
  if (!refresh.empty()) tokens.refresh_token = Secret(refresh);
  return tokens;
}

template <class... Entries>
RefreshResponse reply_of(Entries... entries) {
  RefreshResponse reply;
  reply.status = RefreshStatus::succeeded;
  auto& list = reply.broker_account_tokens.emplace();
  (list.push_back(std::move(entries)), ...);
  return reply;
}

std::string shown(std::vector<Renewal> const& renewals, std::vector<AccountTokens> const& accounts) {
  std::string text;
  for (std::size_t index = 0; index < accounts.size(); ++index) {
    constexpr std::array names{"none", "refresh", "access"};
    auto const& tokens = accounts[index];
    text.append(names[static_cast<std::size_t>(renewals[index])]).append(" ");
    text.append(tokens.access_token ? tokens.access_token->reveal() : "-").append("/");
    text.append(tokens.refresh_token ? tokens.refresh_token->reveal() : "-").append("; ");
  }
  return text;
}

/// What two accounts with the refresh token "R" have after the reply.
std::string taken(RefreshResponse const& reply, Ids const& first, Ids const& second,
                  char const* access_of_second = "B") {
  std::vector<AccountTokens> accounts;
  accounts.push_back(entry(first, "A", "R"));
  accounts.push_back(entry(second, access_of_second, "R"));
  std::array<AccountTokens*, 2> const both{&accounts[0], &accounts[1]};
  return shown(take_new_tokens(reply, both), accounts);
}

/// What three accounts with the refresh token "R" have after the reply; the third is account 3.
std::string taken_by_three(RefreshResponse const& reply, char const* access_of_third = "C") {
  std::vector<AccountTokens> accounts;
  accounts.push_back(entry(account_1, "A", "R"));
  accounts.push_back(entry(account_2, "B", "R"));
  accounts.push_back(entry({nullptr, nullptr, "3", nullptr}, access_of_third, "R"));
  std::array<AccountTokens*, 3> const all{&accounts[0], &accounts[1], &accounts[2]};
  return shown(take_new_tokens(reply, all), accounts);
}

/// What a single account has.
std::string taken(RefreshResponse const& reply, Ids const& ids) {
  std::vector<AccountTokens> accounts;
  accounts.push_back(entry(ids, "A", "R"));
  std::array<AccountTokens*, 1> const one{accounts.data()};
  return shown(take_new_tokens(reply, one), accounts);
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_entries_are_of_one_account_where_an_id_says_so_and_none_denies_it) {
  struct Case {
    Ids left;
    Ids right;
    SameAccount same;
  };
  for (auto const& [left, right, same] :
       std::vector<Case>{{nobody, nobody, SameAccount::unknown},
                         {nobody, account_1, SameAccount::unknown},
                         {account_1, account_1, SameAccount::yes},
                         {account_1, account_2, SameAccount::no},
                         {{"m", nullptr, nullptr, nullptr}, {"m", nullptr, "1", nullptr}, SameAccount::yes},
                         {{"m", nullptr, nullptr, nullptr}, {nullptr, "m", nullptr, nullptr}, SameAccount::unknown},
                         {{"m", nullptr, "1", nullptr}, {"n", nullptr, "1", nullptr}, SameAccount::no},
                         {{"m", nullptr, "1", nullptr}, {"m", nullptr, "2", nullptr}, SameAccount::no},
                         {{nullptr, "f", nullptr, nullptr}, {nullptr, "f", nullptr, nullptr}, SameAccount::yes},
                         {{nullptr, "f", nullptr, nullptr}, {nullptr, "g", nullptr, nullptr}, SameAccount::no},
                         {{nullptr, nullptr, nullptr, "t"}, {nullptr, nullptr, nullptr, "t"}, SameAccount::yes},
                         {{nullptr, nullptr, nullptr, "t"}, {nullptr, nullptr, nullptr, "u"}, SameAccount::unknown},
                         {{nullptr, nullptr, "1", "t"}, {nullptr, nullptr, "1", "u"}, SameAccount::yes},
                         {{nullptr, nullptr, "1", "t"}, {nullptr, nullptr, "2", "t"}, SameAccount::no},
                         {{"", "", "", ""}, {"", "", "", ""}, SameAccount::unknown}}) {
    BOOST_TEST((same_account(with_ids(left), with_ids(right)) == same));
    BOOST_TEST((same_account(with_ids(right), with_ids(left)) == same));
  }
}

BOOST_AUTO_TEST_CASE(an_account_has_its_tokens_wherever_they_stand_in_the_reply) {
  constexpr Ids mesh_1{"m1", nullptr, nullptr, nullptr};
  constexpr Ids mesh_2{"m2", nullptr, nullptr, nullptr};
  constexpr Ids token_1{nullptr, nullptr, nullptr, "t1"};
  constexpr Ids token_2{nullptr, nullptr, nullptr, "t2"};
  for (auto const& [first, second] : {std::pair(account_1, account_2), {mesh_1, mesh_2}, {token_1, token_2}}) {
    for (auto const in_order : {true, false}) {
      auto one = entry(first, "A2", "S");
      auto two = entry(second, "B2", "T");
      auto const reply = in_order ? reply_of(std::move(one), std::move(two)) : reply_of(std::move(two), std::move(one));
      BOOST_TEST(taken(reply, first, second) == "access A2/S; access B2/T; ");
    }
  }
}

BOOST_AUTO_TEST_CASE(several_entries_that_name_nobody_give_what_they_agree_in) {
  auto const same = reply_of(entry(nobody, "N", "S"), entry(nobody, "N", "S"));
  BOOST_TEST(taken(same, account_1, account_2) == "access N/S; access N/S; ");
  auto const one_refresh_token = reply_of(entry(nobody, "M", "S"), entry(nobody, "N", "S"));
  BOOST_TEST(taken(one_refresh_token, account_1, account_2) == "refresh A/S; refresh B/S; ");
  BOOST_TEST(taken(one_refresh_token, account_1) == "refresh A/S; ");
  auto const each_its_own = reply_of(entry(nobody, "M", "S"), entry(nobody, "N", "T"));
  BOOST_TEST(taken(each_its_own, account_1, account_2) == "none A/R; none B/R; ");
  auto const one_is_named = reply_of(entry({nullptr, nullptr, "3", nullptr}, "M", "S"), entry(nobody, "N", "S"));
  BOOST_TEST(taken(one_is_named, account_1, account_2) == "none A/R; none B/R; ");
}

BOOST_AUTO_TEST_CASE(a_reply_that_names_others_leaves_an_account_alone) {
  BOOST_TEST(taken(reply_of(entry(account_2, "B2", "S")), account_1) == "none A/R; ");
  BOOST_TEST(taken(reply_of(entry(account_2, "B2", "S"), entry(nobody, "C2", "T")), account_1) == "none A/R; ");
  // Who has no ids cannot be told from either.
  BOOST_TEST(taken(reply_of(entry(account_1, "A2", "S"), entry(account_2, "B2", "T")), nobody) == "none A/R; ");
  BOOST_TEST(taken(reply_of(entry(account_1, "A2", "S")), nobody, nobody) == "none A/R; none B/R; ");
}

BOOST_AUTO_TEST_CASE(one_entry_alone_needs_no_name) {
  BOOST_TEST(taken(reply_of(entry(nobody, "A2", "S")), account_1) == "access A2/S; ");
  BOOST_TEST(taken(reply_of(entry(account_1, "A2", "S")), nobody) == "access A2/S; ");
  BOOST_TEST(taken(reply_of(entry(nobody, "N", "S")), account_1, account_2) == "access N/S; access N/S; ");
  RefreshResponse deprecated;
  deprecated.access_token = Secret("A2");
  deprecated.refresh_token = Secret("S");
  BOOST_TEST(taken(deprecated, account_1) == "access A2/S; ");
  deprecated.account.emplace().account_id = "2";
  BOOST_TEST(taken(deprecated, account_1) == "none A/R; ");
}

BOOST_AUTO_TEST_CASE(who_is_left_out_keeps_its_access_token_and_takes_the_refresh_token_that_it_shares) {
  auto const only_the_second = reply_of(entry(account_2, "B2", "S"));
  BOOST_TEST(taken(only_the_second, account_1, account_2) == "refresh A/S; access B2/S; ");
  BOOST_TEST(taken(only_the_second, nobody, account_2) == "refresh A/S; access B2/S; ");
  // Who had the same access token has the same new one.
  BOOST_TEST(taken(only_the_second, account_1, account_2, "A") == "access B2/S; access B2/S; ");
}

BOOST_AUTO_TEST_CASE(who_is_left_out_takes_a_refresh_token_only_where_all_in_the_reply_have_the_same) {
  auto const reply = [](char const* first, char const* second) {
    return reply_of(entry(account_1, "A2", first), entry(account_2, "B2", second));
  };
  BOOST_TEST(taken_by_three(reply("S", "S")) == "access A2/S; access B2/S; refresh C/S; ");
  BOOST_TEST(taken_by_three(reply("S", "T")) == "access A2/S; access B2/T; none C/R; ");
  // An entry without one says nothing against the others.
  BOOST_TEST(taken_by_three(reply("", "S")) == "access A2/R; access B2/S; refresh C/S; ");
  // One that is of nobody here shows all the same that each account has its own.
  auto const stranger = reply_of(entry(account_1, "A2", "S"), entry({nullptr, nullptr, "4", nullptr}, "D2", "T"));
  BOOST_TEST(taken_by_three(stranger) == "access A2/S; none B/R; none C/R; ");
}

BOOST_AUTO_TEST_CASE(who_is_left_out_has_the_tokens_of_those_with_its_access_token_where_they_agree) {
  auto const each_its_own = reply_of(entry(account_1, "A2", "S"), entry(account_2, "B2", "T"));
  BOOST_TEST(taken_by_three(each_its_own, "A") == "access A2/S; access B2/T; access A2/S; ");
  BOOST_TEST(taken_by_three(each_its_own, "B") == "access A2/S; access B2/T; access B2/T; ");
  std::vector<AccountTokens> accounts;
  for (auto const& ids : {account_1, account_2, Ids{nullptr, nullptr, "3", nullptr}}) {
    accounts.push_back(entry(ids, "A", "R"));
  }
  std::array<AccountTokens*, 3> const all{&accounts[0], &accounts[1], &accounts[2]};
  BOOST_TEST(shown(take_new_tokens(each_its_own, all), accounts) == "access A2/S; access B2/T; none A/R; ");
}

BOOST_AUTO_TEST_CASE(a_token_that_is_missing_or_empty_takes_nothing_away) {
  auto empty = entry(account_1, "", "");
  empty.access_token.emplace();
  empty.refresh_token.emplace();
  BOOST_TEST(taken(reply_of(std::move(empty)), account_1) == "none A/R; ");
  BOOST_TEST(taken(reply_of(entry(account_1, "A2", "")), account_1) == "access A2/R; ");
  BOOST_TEST(taken(reply_of(entry(account_1, "", "S")), account_1) == "refresh A/S; ");
  BOOST_TEST(taken(RefreshResponse(), account_1) == "none A/R; ");
}

BOOST_AUTO_TEST_CASE(an_account_learns_the_ids_that_it_lacked) {
  auto account = entry(account_1, "A", "R");
  auto* const one = &account;
  auto reply = reply_of(entry({"m", "f", "1", "t"}, "A2", "S"));
  reply.broker_account_tokens->front().account->account_name = "Margin";
  take_new_tokens(reply, {&one, 1});
  BOOST_TEST(account.account->mesh_account_id.value() == "m");
  BOOST_TEST(account.account->front_account_id.value() == "f");
  BOOST_TEST(account.account->account_name.value() == "Margin");
  BOOST_TEST(account.token_id.value() == "t");
}

BOOST_AUTO_TEST_SUITE_END()
