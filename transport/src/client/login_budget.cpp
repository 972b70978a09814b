#include "client/login_budget.hpp"

#include "login/door_renewal.hpp"

#include <sallyport/protocol/field.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace sallyport {
namespace {

/// Twice as many doors as the longest login of the catalogue has. A server that opens one after the other gets the
/// credentials so often in one login; from then on each post counts as a login of its own.
constexpr unsigned doors_max = 8;

/// What an institution does by itself when it comes to this door.
Acts sent_by(AuthResponse const& door) {
  auto const status = door.status.value();
  if (status == AuthStatus::device_confirmation_required) return Act::push;
  if (status == AuthStatus::email_verification) return Act::code_send;
  if (status != AuthStatus::challenge_issued && status != AuthStatus::mfa_required) return {};
  auto const factor = value_of(door.mfa_type);
  if (factor == MfaType::mobile || factor == MfaType::roaming) return Act::push;
  if (factor == MfaType::read_email) return Act::code_send;
  if (factor == MfaType::phone || factor == MfaType::email || factor == MfaType::phone_and_email) return Act::code_send;
  auto const asks = door.challenge_text && door.challenge_text->find('?') != std::string::npos;
  if (!factor && status == AuthStatus::challenge_issued && !asks) return Act::code_send;
  return {};
}

/// The name that the institution knows.
Secret const* name_of(AuthRequest const& login) noexcept {
  for (auto const* const name : {&login.username, &login.phone, &login.key}) {
    if (*name && !(*name)->empty()) return &**name;
  }
  return nullptr;
}

void read_words(std::optional<Secret> const& text, LockoutHint& hint) {
  if (!text) return;
  auto const read = read_lockout_hint(text->reveal());
  hint.locked = hint.locked || read.locked;
  if (read.attempts_left) {
    hint.attempts_left = std::min(*read.attempts_left, hint.attempts_left.value_or(*read.attempts_left));
  }
  if (read.wait) hint.wait = std::max(*read.wait, hint.wait.value_or(*read.wait));
}

/// Whether the reply refuses, or does not take an answer: only then its words are about the account. A door that opens
/// talks of blocked notifications and locked phones.
bool says_no(Session const& session, AuthResponse const& response) noexcept {
  return session.state() == State::failed || session.answer_was_wrong() ||
         response.status == AuthStatus::challenge_failed;
}

LockoutHint words_of(ReplyNote const& note) {
  LockoutHint hint;
  read_words(note.message, hint);
  read_words(note.display_text, hint);
  return hint;
}

}  // namespace

std::optional<AccountKey> named_account_of(SharedGovernor const& governor, Credentials const& who) {
  auto const* const name = name_of(who.request);
  if (name == nullptr) return std::nullopt;
  return governor.key_of(who.request.type, *name);
}

Acts acts_of_login(AuthRequest const& login, AuthResponse const* door) {
  auto const acts = carries_credentials(login) ? Acts(Act::credential_post) : Acts();
  if (door != nullptr) return acts | sent_by(*door);
  return carries_answer(login) ? acts | Act::wrong_code : acts;
}

Acts acts_of_answer(StepFields const& fields, Answer const& answer, unsigned door) {
  auto const posts_again = !fields.resent.empty();
  if (answer.values().empty() && !posts_again) return {};
  return posts_again && door > doors_max ? Act::wrong_code | Act::credential_post : Acts(Act::wrong_code);
}

// Which way the institution takes then, nobody knows; most send a code. `Limits::another_way_max` bounds how often.
Acts acts_of_another_way() noexcept {
  return Act::code_send;
}

std::optional<Refusal> LoginBudget::admit(Credentials const& who, Acts acts) {
  if (!governor_) return std::nullopt;
  permit_.reset();
  // The name may have been left behind; then the account is the one that began.
  if (auto named = named_account_of(*governor_, who)) {
    key_ = std::move(named);
  } else if (!key_) {
    key_ = governor_->key_of(who.request.type, who.user_id);
  }
  if (acts.empty()) return std::nullopt;
  auto admitted = governor_->admit(*key_, acts);
  if (!admitted) return admitted.error();
  permit_ = *admitted;
  return std::nullopt;
}

std::optional<std::chrono::seconds> LoginBudget::wait_of(Refusal const& refusal) const {
  return governor_ ? governor_->wait_of(refusal) : std::nullopt;
}

void LoginBudget::not_sent() {
  if (auto const permit = std::exchange(permit_, std::nullopt)) governor_->give_back(*key_, *permit);
}

void LoginBudget::not_yet() {
  if (!permit_ || !permit_->acts.has(Act::wrong_code)) return;
  governor_->give_back(*key_, {.acts = Act::wrong_code, .at = permit_->at});
  permit_->acts = permit_->acts.without(Act::wrong_code);
}

void LoginBudget::replied(Session const& session, AuthResponse const& response, ReplyNote const& note,
                          AuthResponse const& before, bool new_door) {
  if (!governor_ || !key_) return;
  auto const permit = std::exchange(permit_, std::nullopt);
  // Where the same kind of door opens again, the code may have been wrong and a new one sent. A kind at which this
  // login stood before has not led on either, even where another one stood between the two.
  auto const came_on = (new_door && session.led_on() && !are_of_one_kind(response, before)) ||
                       session.state() == State::succeeded || session.state() == State::handed_off;
  if (permit && came_on && permit->acts.has(Act::wrong_code)) {
    governor_->give_back(*key_, {.acts = Act::wrong_code, .at = permit->at});
  }
  if (session.state() == State::succeeded) {
    governor_->observe_peer(*key_, {.sign = PeerSign::succeeded, .hint = {}, .retry_after = {}});
    return;
  }
  auto const sent = new_door ? sent_by(response).without(permit ? permit->acts : Acts()) : Acts();
  if (!sent.empty()) governor_->record(*key_, sent);
  auto const may_be_wrong = permit && permit->acts.has(Act::wrong_code) && !came_on;
  if (!may_be_wrong && !says_no(session, response)) return;
  auto hint = words_of(note);
  // A prompt that says "again in 30 seconds" means the next code, not this answer: of its words only the attempts
  // count.
  auto const prompt = read_lockout_hint(response.challenge_text.value_or(""));
  if (!hint.attempts_left) hint.attempts_left = prompt.attempts_left;
  governor_->observe_peer(*key_, {.sign = PeerSign::none, .hint = hint, .retry_after = {}});
}

void LoginBudget::refused(LoginReply const& reply, ReplyNote const& note) {
  if (!governor_ || !key_) return;
  permit_.reset();
  PeerReport report{.sign = PeerSign::none, .hint = words_of(note), .retry_after = {}};
  if (reply.refusal == OutcomeKind::locked) report.sign = PeerSign::locked;
  if (reply.refusal == OutcomeKind::rate_limited) report.sign = PeerSign::rate_limited;
  if (report.sign != PeerSign::none) report.retry_after = reply.retry_after;
  governor_->observe_peer(*key_, report);
}

}  // namespace sallyport
