// How English says that an account is locked: a word of locking, whose nearest noun is the account and not, say, the
// user's notifications, in a sentence that tells what is and not what may come. The words were chosen by what brokers,
// exchanges and banks write; tests/engine/lock_words_test.cpp has the sentences.

#include "lock_words.hpp"

namespace sallyport {
namespace {

using namespace std::string_view_literals;

constexpr std::array locked_words{"locked"sv,  "blocked"sv, "suspended"sv,   "frozen"sv,  "disabled"sv, "restricted"sv,
                                  "banned"sv,  "barred"sv,  "deactivated"sv, "limited"sv, "closed"sv,   "terminated"sv,
                                  "lockout"sv, "revoked"sv, "inactivated"sv, "paused"sv};
constexpr std::array lock_verbs{"lock"sv,  "block"sv, "suspend"sv, "freeze"sv,     "disable"sv, "restrict"sv,
                                "limit"sv, "close"sv, "pause"sv,   "deactivate"sv, "revoke"sv};
constexpr std::array locking_words{"lock"sv, "block"sv, "hold"sv, "freeze"sv, "suspension"sv, "restriction"sv};
constexpr std::array placed_words{"placed"sv, "put"sv, "applied"sv, "imposed"sv, "is"sv, "has"sv, "active"sv};
constexpr std::array unlock_words{"unlock"sv, "reactivate"sv, "reinstate"sv, "unblock"sv, "unfreeze"sv};
constexpr std::array regain_words{"regain"sv, "restore"sv};
constexpr std::array unlocked_words{"unlocked"sv, "unblocked"sv, "reactivated"sv, "reinstated"sv};
constexpr std::array must_words{"must"sv, "needs"sv, "need"sv};

constexpr std::array account_nouns{"account"sv, "accounts"sv, "acct"sv,       "profile"sv,  "access"sv, "login"sv,
                                   "logins"sv,  "logon"sv,    "user"sv,       "username"sv, "id"sv,     "userid"sv,
                                   "banking"sv, "password"sv, "passcode"sv,   "pin"sv,      "signin"sv, "credentials"sv,
                                   "ip"sv,      "customer"sv, "membership"sv, "sign"sv};
constexpr std::array other_nouns{"notification"sv,
                                 "notifications"sv,
                                 "popup"sv,
                                 "popups"sv,
                                 "ups"sv,
                                 "browser"sv,
                                 "cookie"sv,
                                 "cookies"sv,
                                 "javascript"sv,
                                 "scripts"sv,
                                 "fund"sv,
                                 "funds"sv,
                                 "asset"sv,
                                 "assets"sv,
                                 "coins"sv,
                                 "token"sv,
                                 "tokens"sv,
                                 "staking"sv,
                                 "stake"sv,
                                 "staked"sv,
                                 "withdrawal"sv,
                                 "withdrawals"sv,
                                 "deposit"sv,
                                 "deposits"sv,
                                 "trading"sv,
                                 "trade"sv,
                                 "trades"sv,
                                 "transfer"sv,
                                 "transfers"sv,
                                 "transaction"sv,
                                 "transactions"sv,
                                 "order"sv,
                                 "orders"sv,
                                 "phone"sv,
                                 "device"sv,
                                 "devices"sv,
                                 "screen"sv,
                                 "app"sv,
                                 "camera"sv,
                                 "microphone"sv,
                                 "location"sv,
                                 "ads"sv,
                                 "blocker"sv,
                                 "vpn"sv,
                                 "extension"sv,
                                 "extensions"sv,
                                 "call"sv,
                                 "calls"sv,
                                 "sms"sv,
                                 "text"sv,
                                 "texts"sv,
                                 "message"sv,
                                 "messages"sv,
                                 "email"sv,
                                 "emails"sv,
                                 "mail"sv,
                                 "card"sv,
                                 "cards"sv,
                                 "feature"sv,
                                 "features"sv,
                                 "functions"sv,
                                 "market"sv,
                                 "markets"sv,
                                 "price"sv,
                                 "balance"sv,
                                 "margin"sv,
                                 "position"sv,
                                 "positions"sv,
                                 "options"sv,
                                 "bonus"sv,
                                 "reward"sv,
                                 "rewards"sv,
                                 "collateral"sv,
                                 "savings"sv,
                                 "rate"sv,
                                 "bluetooth"sv,
                                 "network"sv,
                                 "connection"sv,
                                 "site"sv,
                                 "website"sv,
                                 "page"sv,
                                 "link"sv,
                                 "links"sv,
                                 "images"sv,
                                 "window"sv,
                                 "windows"sv,
                                 "tab"sv,
                                 "factor"sv,
                                 "authentication"sv,
                                 "verification"sv,
                                 "biometrics"sv,
                                 "fingerprint"sv,
                                 "passkey"sv,
                                 "setting"sv,
                                 "settings"sv,
                                 "permission"sv,
                                 "permissions"sv,
                                 "vault"sv,
                                 "door"sv,
                                 "wallet"sv,
                                 "file"sv,
                                 "number"sv,
                                 "numbers"sv,
                                 "sender"sv,
                                 "country"sv,
                                 "countries"sv,
                                 "region"sv,
                                 "firewall"sv,
                                 "code"sv,
                                 "codes"sv,
                                 "keyboard"sv,
                                 "benefits"sv,
                                 "tier"sv,
                                 "level"sv,
                                 "products"sv,
                                 "face"sv,
                                 "touch"sv,
                                 "purchases"sv,
                                 "payments"sv,
                                 "payment"sv,
                                 "key"sv};

constexpr std::array prepositions{"from"sv, "on"sv, "in"sv, "for"sv, "of"sv, "within"sv, "at"sv, "with"sv, "via"sv};
constexpr std::array articles{"your"sv, "the"sv, "this"sv, "my"sv, "our"sv, "a"sv, "an"sv, "that"sv, "such"sv};
/// What may stand between a subject and its participle.
constexpr std::array been_words{"are"sv,       "is"sv,        "were"sv,          "was"sv,         "has"sv,
                                "have"sv,      "had"sv,       "been"sv,          "now"sv,         "temporarily"sv,
                                "also"sv,      "currently"sv, "just"sv,          "permanently"sv, "already"sv,
                                "being"sv,     "still"sv,     "automatically"sv, "fully"sv,       "briefly"sv,
                                "therefore"sv, "again"sv};
constexpr std::array lasting_words{"remain"sv, "remains"sv,   "stay"sv,    "stays"sv,
                                   "still"sv,  "currently"sv, "remained"sv};

constexpr std::array possible_words{"will"sv,   "would"sv,   "wont"sv,   "may"sv,     "might"sv, "could"sv,
                                    "can"sv,    "should"sv,  "shall"sv,  "gets"sv,    "get"sv,   "getting"sv,
                                    "never"sv,  "not"sv,     "isnt"sv,   "wasnt"sv,   "arent"sv, "hasnt"sv,
                                    "havent"sv, "before"sv,  "avoid"sv,  "prevent"sv, "being"sv, "risk"sv,
                                    "become"sv, "becomes"sv, "longer"sv, "without"sv, "until"sv, "against"sv};
constexpr std::array condition_words{"if"sv, "when"sv, "whenever"sv, "once"sv, "unless"sv, "whether"sv, "case"sv};
/// A new thought, which what was possible before it does not reach.
constexpr std::array reason_words{"because"sv, "since"sv, "as"sv, "but"sv, "so"sv, "while"sv};
constexpr std::array past_words{"has"sv, "have"sv, "was"sv, "were"sv, "been"sv, "now"sv, "weve"sv};

constexpr std::array try_words{"attempt"sv, "attempts"sv, "try"sv, "tries"sv, "retries"sv, "retry"sv};
constexpr std::array failing_words{"attempt"sv,   "attempts"sv, "tries"sv,        "failed"sv, "failures"sv,
                                   "incorrect"sv, "invalid"sv,  "wrong"sv,        "login"sv,  "logins"sv,
                                   "logon"sv,     "sign"sv,     "unsuccessful"sv, "times"sv,  "codes"sv,
                                   "passwords"sv, "guesses"sv,  "retries"sv};
constexpr std::array over_words{"exceeded"sv, "exhausted"sv, "reached"sv, "exceed"sv};
constexpr std::array limit_words{"limit"sv, "maximum"sv, "max"sv, "number"sv, "allowed"sv, "all"sv};
constexpr std::array login_words{"login"sv,    "logins"sv, "logon"sv, "otp"sv,      "password"sv, "pin"sv,
                                 "passcode"sv, "code"sv,   "codes"sv, "requests"sv, "sign"sv};

using View = std::span<Word const>;
using List = std::span<std::string_view const>;

/// The sentence around a word, and where in it the word stands.
struct Sentence {
  View words;
  std::size_t at = 0;
  bool is_question = false;

  [[nodiscard]] View before() const noexcept { return words.first(at); }
  [[nodiscard]] View behind() const noexcept { return words.subspan(at + 1); }
};

Sentence sentence_of(View words, std::size_t at) noexcept {
  auto begin = at;
  auto end = at;
  while (begin > 0 && !words[begin - 1].ends_sentence()) --begin;
  while (end < words.size() && !words[end].ends_sentence()) ++end;
  return {.words = words.subspan(begin, end - begin),
          .at = at - begin,
          .is_question = end < words.size() && words[end].ends_question};
}

bool has(View words, List list) noexcept {
  for (auto const& word : words) {
    if (word.is_one_of(list)) return true;
  }
  return false;
}

View last(View words, std::size_t count) noexcept {
  return words.size() > count ? words.last(count) : words;
}
View front(View words, std::size_t count) noexcept {
  return words.size() > count ? words.first(count) : words;
}

/// Whether what is said is only possible, denied or asked, at least up to the word.
bool is_only_possible(Sentence const& sentence) noexcept {
  if (sentence.is_question) return true;
  auto const before = sentence.before();
  if (has(before, condition_words) || has(front(sentence.behind(), 3), condition_words)) return true;
  if (has(last(before, 2), lasting_words)) return false;
  for (std::size_t step = 1; step <= 7 && step <= before.size(); ++step) {
    auto const& word = before[before.size() - step];
    if (word.is_one_of(possible_words)) return true;
    if (word.after_break || word.is_one_of(reason_words)) break;
  }
  return false;
}

/// "After 3 wrong codes the account is locked", "accounts are locked after 5 failures": a rule, not an event.
bool is_a_rule(Sentence const& sentence) noexcept {
  constexpr std::array after{"after"sv};
  auto const behind = front(sentence.behind(), 4);
  for (std::size_t step = 0; step + 1 < behind.size(); ++step) {
    if (behind[step].is("after") && behind[step + 1].number) return !has(last(sentence.before(), 3), past_words);
  }
  return has(sentence.before(), after) && !has(sentence.before(), past_words);
}

enum class Noun : std::uint8_t { none, account, other };

Noun noun_of(Word const& word) noexcept {
  if (word.is_one_of(account_nouns)) return Noun::account;
  return word.is_one_of(other_nouns) ? Noun::other : Noun::none;
}

/// "Withdrawals from your account": the account is not what this is about.
bool stands_in_a_phrase(View words, std::size_t at) noexcept {
  while (at > 0 && (words[at - 1].is_one_of(articles) || noun_of(words[at - 1]) == Noun::other)) --at;
  return at > 0 && words[at - 1].is_one_of(prepositions);
}

/// What the words are about, by their last noun.
Noun last_noun(View words) noexcept {
  auto found = Noun::none;
  for (auto at = words.size(); at-- > 0;) {
    auto const noun = noun_of(words[at]);
    if (noun == Noun::none) continue;
    if (found == Noun::account) return noun;
    // "Camera access", "face ID": what stands before says of what.
    auto const is_of_something = words[at].is("access") || words[at].is("id");
    if (is_of_something && at > 0 && noun_of(words[at - 1]) == Noun::other) return Noun::other;
    if (noun == Noun::other || !stands_in_a_phrase(words, at)) return noun;
    found = noun;
    // What stands before the phrase may be what it is about.
    while (at > 0 && !words[at - 1].is_one_of(prepositions)) --at;
  }
  return found;
}

Noun first_noun(View words) noexcept {
  for (auto const& word : words) {
    if (auto const noun = noun_of(word); noun != Noun::none) return noun;
  }
  return Noun::none;
}

/// The word before the participle that is none of "have", "been" and the like.
Word const* subject_of(View before) noexcept {
  for (auto at = before.size(); at-- > 0;) {
    if (!before[at].is_one_of(been_words)) return &before[at];
  }
  return nullptr;
}

bool is_about_the_account(View words, std::size_t at, Sentence const& sentence) noexcept {
  constexpr std::array we{"we"sv, "weve"sv, "and"sv, "to"sv};
  constexpr std::array you{"you"sv, "youve"sv, "youre"sv};
  auto const behind = front(sentence.behind(), 6);
  auto const* const subject = subject_of(sentence.before());
  auto const names_what_follows = subject != nullptr && (subject->is_one_of(we) || subject->is_one_of(articles));
  if (names_what_follows && first_noun(behind) != Noun::none) return first_noun(behind) == Noun::account;
  if (subject != nullptr && subject->is_one_of(you)) return behind.empty() || !behind.front().is("in");
  if (auto const noun = last_noun(last(sentence.before(), 12)); noun != Noun::none) return noun == Noun::account;
  if (auto const noun = first_noun(behind); noun != Noun::none) return noun == Noun::account;
  // "It has been locked": what the sentence before was about.
  auto const begin = at - sentence.at;
  return subject != nullptr && subject->is("it") && begin > 1 &&
         last_noun(sentence_of(words, begin - 2).words) != Noun::other &&
         has(sentence_of(words, begin - 2).words, account_nouns);
}

/// "Your account has been locked", "we've suspended your access", "you are locked out".
bool is_locked(View words, std::size_t at, Sentence const& sentence) noexcept {
  auto const had_to = words[at].is_one_of(lock_verbs) && at > 1 && words[at - 1].is("to") && words[at - 2].is("had");
  if (!words[at].is_one_of(locked_words) && !had_to) return false;
  return !is_only_possible(sentence) && !is_a_rule(sentence) && is_about_the_account(words, at, sentence);
}

/// "A security hold has been placed on your account."
bool has_a_lock(View words, std::size_t at, Sentence const& sentence) noexcept {
  if (!words[at].is_one_of(locking_words) || is_only_possible(sentence)) return false;
  if (words[at].is("hold") && at > 0 && words[at - 1].is("on")) {
    return is_about_the_account(words, at - 1, sentence_of(words, at - 1));
  }
  constexpr std::array on{"on"sv};
  return has(sentence.words, placed_words) && has(front(sentence.behind(), 5), on) &&
         first_noun(front(sentence.behind(), 8)) == Noun::account;
}

/// "Contact support to unlock your account", "your account must be unlocked", "to regain access".
bool needs_unlocking(View words, std::size_t at, Sentence const& sentence) noexcept {
  if (words[at].is_one_of(unlock_words)) {
    auto const behind = front(sentence.behind(), 5);
    if (is_only_possible(sentence)) return false;
    if (first_noun(behind) != Noun::none) return first_noun(behind) == Noun::account;
    constexpr std::array helpers{"support"sv, "contact"sv, "call"sv, "reset"sv};
    return has(sentence.before(), helpers);
  }
  if (words[at].is_one_of(regain_words)) {
    auto const behind = sentence.behind();
    return !sentence.is_question && !behind.empty() && first_noun(front(behind, 2)) == Noun::account &&
           first_noun(front(behind, 6).subspan(1)) != Noun::other;
  }
  if (!words[at].is_one_of(unlocked_words)) return false;
  return has(last(sentence.before(), 4), must_words) && last_noun(last(sentence.before(), 12)) != Noun::other;
}

/// "Too many failed attempts", "you've entered it wrong too many times".
bool were_too_many(View words, std::size_t at, Sentence const& sentence) noexcept {
  if (!words[at].is("many") || at == 0 || !words[at - 1].is("too")) return false;
  return !is_only_possible(sentence) && !is_a_rule(sentence) && has(front(sentence.behind(), 3), failing_words);
}

/// "You have exceeded the number of login attempts", "maximum attempts reached", "you have used all your attempts".
bool is_over_the_limit(View words, std::size_t at, Sentence const& sentence) noexcept {
  auto const used = words[at].is("used") && has(front(sentence.behind(), 2), limit_words);
  if ((!words[at].is_one_of(over_words) && !used) || is_only_possible(sentence)) return false;
  if (has(sentence.words, try_words)) return true;
  return has(sentence.words, limit_words) &&
         (has(last(sentence.before(), 4), login_words) || has(front(sentence.behind(), 6), login_words));
}

}  // namespace

bool says_locked(View words, std::size_t at) noexcept {
  if (words[at].size == 0) return false;
  auto const sentence = sentence_of(words, at);
  return is_locked(words, at, sentence) || has_a_lock(words, at, sentence) || needs_unlocking(words, at, sentence) ||
         were_too_many(words, at, sentence) || is_over_the_limit(words, at, sentence);
}

}  // namespace sallyport
