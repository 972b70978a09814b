#include "governor/lock_lexicon.hpp"

#include <array>
#include <span>

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
constexpr std::array repeated_words{"many"sv, "several"sv, "multiple"sv, "repeated"sv, "numerous"sv};
/// By which a sentence is about accounts at large, unless it says whose.
constexpr std::array general_words{"accounts"sv, "users"sv, "customers"sv, "an"sv, "any"sv, "every"sv};
constexpr std::array whose_words{"your"sv, "you"sv, "youre"sv, "the"sv, "this"sv};
constexpr std::array try_words{"attempt"sv, "attempts"sv, "try"sv, "tries"sv, "retries"sv, "retry"sv};
constexpr std::array failing_words{"attempt"sv,   "attempts"sv, "tries"sv,        "failed"sv, "failures"sv,
                                   "incorrect"sv, "invalid"sv,  "wrong"sv,        "login"sv,  "logins"sv,
                                   "logon"sv,     "sign"sv,     "unsuccessful"sv, "times"sv,  "codes"sv,
                                   "passwords"sv, "guesses"sv,  "retries"sv};
constexpr std::array over_words{"exceeded"sv, "exhausted"sv, "reached"sv, "exceed"sv};
constexpr std::array limit_words{"limit"sv, "maximum"sv, "max"sv, "number"sv, "allowed"sv, "all"sv};
constexpr std::array login_words{"login"sv,    "logins"sv, "logon"sv, "otp"sv,      "password"sv, "pin"sv,
                                 "passcode"sv, "code"sv,   "codes"sv, "requests"sv, "sign"sv};
/// What such a word stands before is named behind the participle: "we locked your account".
constexpr std::array naming_words{"we"sv, "weve"sv, "and"sv, "to"sv};
constexpr std::array you_words{"you"sv, "youve"sv, "youre"sv};
constexpr std::array helper_words{"support"sv, "contact"sv, "call"sv, "reset"sv};

struct Group {
  Sense sense;
  std::span<std::string_view const> words;
};

/// Words that have a sense of their own.
constexpr std::array after_word{"after"sv};
constexpr std::array access_word{"access"sv};
constexpr std::array had_word{"had"sv};
constexpr std::array hold_word{"hold"sv};
constexpr std::array id_word{"id"sv};
constexpr std::array in_word{"in"sv};
constexpr std::array it_word{"it"sv};
constexpr std::array many_word{"many"sv};
constexpr std::array on_word{"on"sv};
constexpr std::array to_word{"to"sv};
constexpr std::array too_word{"too"sv};
constexpr std::array used_word{"used"sv};

constexpr auto groups = std::to_array<Group>({
    {Sense::locked, locked_words},
    {Sense::lock_verb, lock_verbs},
    {Sense::locking, locking_words},
    {Sense::placed, placed_words},
    {Sense::unlock, unlock_words},
    {Sense::regain, regain_words},
    {Sense::unlocked, unlocked_words},
    {Sense::must, must_words},
    {Sense::account, account_nouns},
    {Sense::other, other_nouns},
    {Sense::preposition, prepositions},
    {Sense::article, articles},
    {Sense::been, been_words},
    {Sense::lasting, lasting_words},
    {Sense::possible, possible_words},
    {Sense::condition, condition_words},
    {Sense::reason, reason_words},
    {Sense::past, past_words},
    {Sense::repeated, repeated_words},
    {Sense::general, general_words},
    {Sense::whose, whose_words},
    {Sense::trying, try_words},
    {Sense::failing, failing_words},
    {Sense::over, over_words},
    {Sense::limit, limit_words},
    {Sense::login, login_words},
    {Sense::naming, naming_words},
    {Sense::you, you_words},
    {Sense::helper, helper_words},
    {Sense::is_after, after_word},
    {Sense::is_access, access_word},
    {Sense::is_had, had_word},
    {Sense::is_hold, hold_word},
    {Sense::is_id, id_word},
    {Sense::is_in, in_word},
    {Sense::is_it, it_word},
    {Sense::is_many, many_word},
    {Sense::is_on, on_word},
    {Sense::is_to, to_word},
    {Sense::is_too, too_word},
    {Sense::is_used, used_word},
});

constexpr std::size_t count_entries() noexcept {
  std::size_t count = 0;
  for (auto const& group : groups) count += group.words.size();
  return count;
}

struct Entry {
  std::string_view word;
  Senses senses;
};

constexpr std::size_t letters = 26;

/// All words by their first letter, so that a word is compared with a few of them.
struct Index {
  std::array<Entry, count_entries()> entries{};
  std::array<std::size_t, letters + 1> begin{};
};

constexpr Index make_index() noexcept {
  Index index;
  std::size_t size = 0;
  for (std::size_t letter = 0; letter < letters; ++letter) {
    index.begin[letter] = size;
    for (auto const& group : groups) {
      for (auto const word : group.words) {
        if (word.front() == static_cast<char>('a' + letter)) index.entries[size++] = {word, group.sense};
      }
    }
  }
  index.begin[letters] = size;
  return index;
}

constexpr auto index = make_index();
static_assert(index.begin.back() == index.entries.size(), "each word begins with a small letter");

}  // namespace

Senses senses_of(std::string_view word) noexcept {
  Senses senses;
  if (word.empty()) return senses;
  auto const letter = static_cast<std::size_t>(word.front() - 'a');
  auto const begin = index.begin[letter];
  for (auto const& entry : std::span(index.entries).subspan(begin, index.begin[letter + 1] - begin)) {
    if (entry.word == word) senses = senses | entry.senses;
  }
  return senses;
}

}  // namespace sallyport
