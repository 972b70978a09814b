// How English says that an account is locked: a word of locking, whose nearest noun is the account and not, say, the
// user's notifications, in a sentence that tells what is and not what may come. The words were chosen by what brokers,
// exchanges and banks write; tests/engine/lock_words_test.cpp has the sentences.

#include "governor/lock_words.hpp"

#include "governor/lock_lexicon.hpp"

#include <algorithm>

namespace sallyport {
namespace {

using View = std::span<Senses const>;

enum class Noun : std::uint8_t { none, account, other };

/// What "it" means in the next sentence.
struct Topic {
  bool names_account = false;
  Noun last = Noun::none;
};

/// A sentence, and the word in it that is looked at.
struct Sentence {
  View words;
  View sums;    ///< What the first words mean together: of none, of one, and so on.
  Topic topic;  ///< Of the sentence before.
  bool is_question = false;
  std::size_t at = 0;

  [[nodiscard]] Senses word() const noexcept { return words[at]; }
  [[nodiscard]] View before() const noexcept { return words.first(at); }
  [[nodiscard]] View behind() const noexcept { return words.subspan(at + 1); }
  /// Whether any word before, however far, has one of the senses.
  [[nodiscard]] bool had(Senses any) const noexcept { return sums[at].has(any); }
  [[nodiscard]] bool has(Senses any) const noexcept { return sums.back().has(any); }
  /// Whether the word at hand stands behind such a one.
  [[nodiscard]] bool follows(Senses any) const noexcept { return at > 0 && words[at - 1].has(any); }
};

bool has(View words, Senses any) noexcept {
  return std::ranges::any_of(words, [any](Senses word) { return word.has(any); });
}

View last(View words, std::size_t count) noexcept {
  return words.size() > count ? words.last(count) : words;
}
View front(View words, std::size_t count) noexcept {
  return words.size() > count ? words.first(count) : words;
}

/// Whether what is said is only possible, denied or asked, at least up to the word.
bool is_only_possible(Sentence const& sentence) noexcept {
  if (sentence.is_question || sentence.had(Sense::condition)) return true;
  for (auto const word : front(sentence.behind(), 3)) {
    // "Locked, if you believe that this is an error": what the lock hangs on is not set off.
    if (word.has(Sense::behind_break)) break;
    if (word.has(Sense::condition)) return true;
  }
  auto const before = sentence.before();
  if (has(last(before, 2), Sense::lasting)) return false;
  for (std::size_t step = 1; step <= 7 && step <= before.size(); ++step) {
    auto const word = before[before.size() - step];
    if (word.has(Sense::possible)) return true;
    if (word.has(Sense::behind_break | Sense::reason)) break;
  }
  return false;
}

/// "Accounts are locked", "an account is locked", and not "your account is locked".
bool is_about_accounts_at_large(Sentence const& sentence) noexcept {
  return sentence.had(Sense::general) && !sentence.had(Sense::whose | Sense::past);
}

/// "Account locked after 5 failed attempts": without a verb it tells what has happened.
bool is_a_headline(Sentence const& sentence) noexcept {
  return !sentence.before().empty() && !sentence.had(Sense::been | Sense::general | Sense::possible);
}

/// "After 3 wrong codes the account is locked", "accounts are locked after 5 failures": a rule, not an event. "After
/// too many wrong codes your account is locked" may be either; a rule would say how many, so it is taken for an event.
bool is_a_rule(Sentence const& sentence) noexcept {
  auto const behind = front(sentence.behind(), 4);
  for (std::size_t step = 0; step + 1 < behind.size(); ++step) {
    if (!behind[step].has(Sense::is_after)) continue;
    if (behind[step + 1].has(Sense::number)) {
      return !has(last(sentence.before(), 3), Sense::past) && !is_a_headline(sentence);
    }
    if (has(behind.subspan(step), Sense::after_repeated)) return is_about_accounts_at_large(sentence);
  }
  if (!sentence.had(Sense::is_after) || sentence.had(Sense::past)) return false;
  return !sentence.had(Sense::after_repeated) || is_about_accounts_at_large(sentence);
}

Noun noun_of(Senses word) noexcept {
  if (word.has(Sense::account)) return Noun::account;
  return word.has(Sense::other) ? Noun::other : Noun::none;
}

/// "Withdrawals from your account": the account is not what this is about.
bool stands_in_a_phrase(View words, std::size_t at) noexcept {
  while (at > 0 && (words[at - 1].has(Sense::article) || noun_of(words[at - 1]) == Noun::other)) --at;
  return at > 0 && words[at - 1].has(Sense::preposition);
}

/// What the words are about, by their last noun.
Noun last_noun(View words) noexcept {
  auto found = Noun::none;
  for (auto at = words.size(); at-- > 0;) {
    auto const noun = noun_of(words[at]);
    if (noun == Noun::none) continue;
    if (found == Noun::account) return noun;
    // "Camera access", "face ID": what stands before says of what.
    auto const is_of_something = words[at].has(Sense::is_access | Sense::is_id);
    if (is_of_something && at > 0 && noun_of(words[at - 1]) == Noun::other) return Noun::other;
    if (noun == Noun::other || !stands_in_a_phrase(words, at)) return noun;
    found = noun;
    // What stands before the phrase may be what it is about.
    while (at > 0 && !words[at - 1].has(Sense::preposition)) --at;
  }
  return found;
}

Noun first_noun(View words) noexcept {
  for (auto const word : words) {
    if (auto const noun = noun_of(word); noun != Noun::none) return noun;
  }
  return Noun::none;
}

/// What stands before the participle and is none of "have", "been" and the like; nothing where no word does.
Senses subject_of(View before) noexcept {
  for (auto at = before.size(); at-- > 0;) {
    if (!before[at].has(Sense::been)) return before[at];
  }
  return {};
}

bool is_about_the_account(Sentence const& sentence) noexcept {
  auto const behind = front(sentence.behind(), 6);
  auto const subject = subject_of(sentence.before());
  auto const names_what_follows = subject.has(Sense::naming | Sense::article);
  if (names_what_follows && first_noun(behind) != Noun::none) return first_noun(behind) == Noun::account;
  if (subject.has(Sense::you)) return behind.empty() || !behind.front().has(Sense::is_in);
  if (auto const noun = last_noun(last(sentence.before(), 12)); noun != Noun::none) return noun == Noun::account;
  if (auto const noun = first_noun(behind); noun != Noun::none) return noun == Noun::account;
  // "It has been locked": what the sentence before was about.
  return subject.has(Sense::is_it) && sentence.topic.names_account && sentence.topic.last != Noun::other;
}

/// "Your account has been locked", "we've suspended your access", "you are locked out".
bool is_locked(Sentence const& sentence) noexcept {
  auto const had_to = sentence.word().has(Sense::lock_verb) && sentence.follows(Sense::is_to) && sentence.at > 1 &&
                      sentence.words[sentence.at - 2].has(Sense::is_had);
  if (!sentence.word().has(Sense::locked) && !had_to) return false;
  return !is_only_possible(sentence) && !is_a_rule(sentence) && is_about_the_account(sentence);
}

/// "A security hold has been placed on your account."
bool has_a_lock(Sentence const& sentence) noexcept {
  if (!sentence.word().has(Sense::locking) || is_only_possible(sentence)) return false;
  if (sentence.word().has(Sense::is_hold) && sentence.follows(Sense::is_on)) {
    auto at_on = sentence;
    --at_on.at;
    return is_about_the_account(at_on);
  }
  return sentence.has(Sense::placed) && has(front(sentence.behind(), 5), Sense::is_on) &&
         first_noun(front(sentence.behind(), 8)) == Noun::account;
}

/// "Contact support to unlock your account", "your account must be unlocked", "to regain access".
bool needs_unlocking(Sentence const& sentence) noexcept {
  auto const behind = front(sentence.behind(), 6);
  if (sentence.word().has(Sense::unlock)) {
    if (is_only_possible(sentence)) return false;
    auto const noun = first_noun(front(behind, 5));
    return noun == Noun::none ? sentence.had(Sense::helper) : noun == Noun::account;
  }
  if (sentence.word().has(Sense::regain)) {
    return !sentence.is_question && !behind.empty() && first_noun(front(behind, 2)) == Noun::account &&
           first_noun(behind.subspan(1)) != Noun::other;
  }
  if (!sentence.word().has(Sense::unlocked)) return false;
  return has(last(sentence.before(), 4), Sense::must) && last_noun(last(sentence.before(), 12)) != Noun::other;
}

/// "Too many failed attempts", "you've entered it wrong too many times".
bool were_too_many(Sentence const& sentence) noexcept {
  if (!sentence.word().has(Sense::is_many) || !sentence.follows(Sense::is_too)) return false;
  return !is_only_possible(sentence) && !is_a_rule(sentence) && has(front(sentence.behind(), 3), Sense::failing);
}

/// "You have exceeded the number of login attempts", "maximum attempts reached", "you have used all your attempts".
bool is_over_the_limit(Sentence const& sentence) noexcept {
  auto const used = sentence.word().has(Sense::is_used) && has(front(sentence.behind(), 2), Sense::limit);
  if ((!sentence.word().has(Sense::over) && !used) || is_only_possible(sentence)) return false;
  if (sentence.has(Sense::trying)) return true;
  return sentence.has(Sense::limit) &&
         (has(last(sentence.before(), 4), Sense::login) || has(front(sentence.behind(), 6), Sense::login));
}

bool says_locked(Sentence const& sentence) noexcept {
  return is_locked(sentence) || has_a_lock(sentence) || needs_unlocking(sentence) || were_too_many(sentence) ||
         is_over_the_limit(sentence);
}

/// The senses of each word of a text, and their sums within each sentence: each word is looked up once, however many
/// words of locking ask about it.
class Reading {
public:
  explicit Reading(std::span<Word const> words) noexcept : words_(words) {}

  [[nodiscard]] bool finds_a_lock() noexcept {
    Topic topic;
    for (std::size_t begin = 0; begin < words_.size();) {
      auto sentence = read_sentence(begin, topic);
      for (; sentence.at < sentence.words.size(); ++sentence.at) {
        if (says_locked(sentence)) return true;
      }
      topic = {.names_account = sentence.has(Sense::account), .last = last_noun(sentence.words)};
      begin += sentence.words.size() + 1;
    }
    return false;
  }

private:
  [[nodiscard]] Sentence read_sentence(std::size_t begin, Topic topic) noexcept {
    std::size_t size = 0;
    for (; begin + size < words_.size() && !words_[begin + size].ends_sentence; ++size) {
      senses_[size] = senses_at(begin + size, size);
      sums_[size + 1] = sums_[size] | senses_[size];
    }
    auto const end = begin + size;
    return {.words = std::span(senses_).first(size),
            .sums = std::span(sums_).first(size + 1),
            .topic = topic,
            .is_question = end < words_.size() && words_[end].ends_question};
  }

  /// The word that stands at `at` in the text and behind `before` others in its sentence.
  [[nodiscard]] Senses senses_at(std::size_t at, std::size_t before) const noexcept {
    auto senses = senses_of(words_[at].text());
    if (words_[at].number) senses = senses | Sense::number;
    if (words_[at].after_break) senses = senses | Sense::behind_break;
    auto const known = View(senses_).first(before);
    auto const too_many = before > 1 && known[before - 1].has(Sense::is_too);
    auto const is_behind_after = before > 0 && known[before - (too_many ? 2 : 1)].has(Sense::is_after);
    if (senses.has(Sense::repeated) && is_behind_after) senses = senses | Sense::after_repeated;
    return senses;
  }

  std::span<Word const> words_;
  std::array<Senses, Words::size_max> senses_;
  std::array<Senses, Words::size_max + 1> sums_;
};

}  // namespace

bool says_locked(std::span<Word const> words) noexcept {
  return Reading(words).finds_a_lock();
}

}  // namespace sallyport
