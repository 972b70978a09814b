// What each term of a composed scenario stands for. The values that open a door are the published ones.

#include "term_doors.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace sallyport::grammar {
namespace {

using Doors = std::vector<Door>;

constexpr std::uint32_t seconds_max = 24 * 60 * 60;
constexpr std::uint32_t polls_max = 1000;
constexpr char const* code = "123456";
constexpr char const* code_text = "Your code to log in. Nobody of us will ask you for it.";

Door make_door(AuthStatus status, std::optional<MfaType> factor, std::string text) {
  Door door;
  door.reply.status = status;
  if (factor) door.reply.mfa_type = *factor;
  if (!text.empty()) door.reply.challenge_text = std::move(text);
  return door;
}

Door make_code_door(AuthStatus status, MfaType factor, Field field, DeliveryChannel by) {
  auto door = make_door(
      status, factor,
      by == DeliveryChannel::sms ? "We sent a code to the phone that ends in 42." : "We sent a code to your mailbox.");
  door.accept.push_back({field, code});
  door.delivers.push_back({by, code_text, code});
  return door;
}

Result<void> refuse_argument(Term const& term) {
  if (!term.argument) return {};
  return GrammarError{term.position + term.name.size(), "a plus or the end: this term takes no argument"};
}

Result<Doors> alone(Term const& term, Door door) {
  if (auto const fits = refuse_argument(term); !fits) return fits.error();
  Doors doors;
  doors.push_back(std::move(door));
  return doors;
}

Door make_failure(char const* why) {
  auto door = make_door(AuthStatus::failed, std::nullopt, "");
  door.reply.error_message = Secret(why);
  return door;
}

/// A door that one waits at; its argument says how it ends.
Result<Doors> waited_at(Term const& term, Door door) {
  constexpr std::string_view expected = "deny, never, after= and seconds, or polls= and a number";
  Doors doors;
  door.opens_after_polls = 2;
  auto const word = term.argument && term.argument->key.empty() ? term.argument->word : std::string_view();
  if (word == "deny") {
    door.opens_after_polls = 1;
  } else if (word == "never") {
    door.opens_after_polls = 0;
  } else if (term.argument && term.argument->key == "after") {
    auto const seconds = number_of(term, "after", true, seconds_max, expected);
    if (!seconds) return seconds.error();
    door.opens_after_polls = 0;
    door.opens_after = std::chrono::seconds(*seconds);
  } else if (term.argument) {
    auto const polls = number_of(term, "polls", false, polls_max, expected);
    if (!polls) return polls.error();
    door.opens_after_polls = *polls;
  }
  doors.push_back(std::move(door));
  if (word == "deny") doors.push_back(make_failure("The login was turned down on your phone."));
  return doors;
}

Result<Doors> make_sms(Term const& term) {
  return alone(
      term, make_code_door(AuthStatus::challenge_issued, MfaType::phone, Field::challenge_code, DeliveryChannel::sms));
}

Result<Doors> make_mfa_sms(Term const& term) {
  return alone(term, make_code_door(AuthStatus::mfa_required, MfaType::phone, Field::mfa_code, DeliveryChannel::sms));
}

Result<Doors> make_email_code(Term const& term) {
  return alone(term, make_code_door(AuthStatus::mfa_required, MfaType::email, Field::mfa_code, DeliveryChannel::email));
}

Result<Doors> make_two_codes(Term const& term) {
  auto door = make_code_door(AuthStatus::mfa_required, MfaType::phone_and_email, Field::mfa_code, DeliveryChannel::sms);
  door.reply.challenge_text = "We sent one code to your phone and another one to your mailbox.";
  door.accept.push_back({Field::challenge_code, code});
  door.delivers.push_back({DeliveryChannel::email, code_text, code});
  return alone(term, std::move(door));
}

Result<Doors> make_totp(Term const& term) {
  return alone(term, make_totp_door());
}

Result<Doors> make_key(Term const& term) {
  auto door = make_totp_door();
  door.reply.challenge_text = "An API key is made for the address shown. Confirm it.";
  door.reply.auth_flow_step = AuthFlowStep::create_api_key;
  door.reply.allocated_ip_address = "203.0.113.7";
  return alone(term, std::move(door));
}

Result<Doors> make_pin(Term const& term) {
  auto door = make_door(AuthStatus::mfa_required, MfaType::trading_pin, "Enter your trading PIN.");
  door.accept.push_back({Field::trade_pin, "246810"});
  return alone(term, std::move(door));
}

Result<Doors> make_password(Term const& term) {
  auto door = make_door(AuthStatus::mfa_required, MfaType::password, "Enter your password.");
  door.accept.push_back({Field::password, "Pass123"});
  return alone(term, std::move(door));
}

Result<Doors> make_question(Term const& term) {
  struct Question {
    char const* text;
    char const* answer;
  };
  static constexpr Question questions[] = {{"What is the name of your first pet?", "Rex"},
                                           {"In which city were you born?", "Carcassonne"},
                                           {"What guards the gate of your castle?", "portcullis"}};
  std::uint32_t count = 1;
  if (term.argument) {
    auto const number = number_of(term, "", false, std::size(questions), "a number of questions, 1 to 3");
    if (!number) return number.error();
    count = *number;
  }
  Doors doors;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto const factor = i == 0 ? std::nullopt : std::optional(MfaType::require_next_security_question);
    doors.push_back(make_door(AuthStatus::challenge_issued, factor, questions[i].text));
    doors.back().accept.push_back({Field::challenge_answer, questions[i].answer});
  }
  return doors;
}

Result<Doors> make_captcha(Term const& term) {
  auto door = make_door(AuthStatus::captcha_challenge, std::nullopt,
                        "Solve the captcha. In this sandbox the solution is: portcullis");
  door.accept.push_back({Field::challenge_answer, "portcullis"});
  return alone(term, std::move(door));
}

Result<Doors> make_push(Term const& term) {
  auto door =
      make_door(AuthStatus::device_confirmation_required, MfaType::mobile, "Open the app on your phone and tap Yes.");
  if (term.name == "roaming") {
    door.reply.mfa_type = MfaType::roaming;
    door.reply.challenge_text = "Confirm the login on one of your devices.";
  }
  door.delivers.push_back({DeliveryChannel::push, "Are you logging in?", ""});
  return waited_at(term, std::move(door));
}

Result<Doors> make_email(Term const& term) {
  auto sent = make_door(AuthStatus::email_verification, MfaType::read_email, "Open the link that we sent you.");
  sent.reply.email = "m***@example.com";
  sent.delivers.push_back(
      {DeliveryChannel::email, "Open https://example.invalid/confirm/c0de to log in.", std::string()});
  auto doors = waited_at(term, std::move(sent));
  if (!doors || doors->size() > 1) return doors;
  doors->push_back(make_door(AuthStatus::email_received, MfaType::read_email, ""));
  doors->back().opens_after_polls = 1;
  return doors;
}

void show_qr_code(Door& door, char const* link, char const* link_ios) {
  door.reply.qr_code = Secret(link);
  door.reply.qr_code_link = Secret(link);
  door.reply.qr_code_link_ios = Secret(link_ios);
}

Door make_qr_door() {
  auto door = make_door(AuthStatus::qr_code_required, MfaType::qr_code, "Scan the code with the app on your phone.");
  door.reply.auth_flow_step = AuthFlowStep::login_qr_code;
  door.reply.challenge_expires_in_seconds = 120;
  show_qr_code(door, "https://example.invalid/qr/c0de", "sandbox-bank://qr/c0de");
  door.opens_after_polls = 2;
  return door;
}

Result<Doors> make_qr(Term const& term) {
  if (!term.argument || !term.argument->key.empty() || term.argument->word != "expire") {
    return waited_at(term, make_qr_door());
  }
  Doors doors;
  doors.push_back(make_qr_door());
  doors.back().opens_after_polls = 1;
  auto expired = make_door(AuthStatus::qr_code_expired, MfaType::qr_code, "The code is too old. Ask for a new one.");
  expired.reply.auth_flow_step = AuthFlowStep::login_qr_code;
  doors.push_back(std::move(expired));
  doors.push_back(make_qr_door());
  return doors;
}

Result<Doors> make_face(Term const& term) {
  auto door = make_door(AuthStatus::face_verification, MfaType::face,
                        "Scan the code with your phone and look into its camera.");
  door.reply.auth_flow_step = AuthFlowStep::face_verification;
  show_qr_code(door, "https://example.invalid/face/c0de", "sandbox-bank://face/c0de");
  door.delivers.push_back({DeliveryChannel::push, "Verify your face to go on.", ""});
  return waited_at(term, std::move(door));
}

Result<Doors> make_delayed(Term const& term) {
  Doors doors;
  doors.push_back(make_door(AuthStatus::delayed, std::nullopt, ""));
  doors.back().opens_after_polls = 3;
  if (term.argument) {
    auto const polls = number_of(term, "", false, polls_max, "a number of polls, 1 to 1000");
    if (!polls) return polls.error();
    doors.back().opens_after_polls = *polls;
  }
  return doors;
}

Result<Doors> make_passkey(Term const& term) {
  return alone(term, make_door(AuthStatus::mfa_required, MfaType::passkey, "Use your passkey, or try another way."));
}

Result<Doors> make_verified(Term const& term) {
  return alone(term, make_door(AuthStatus::device_login_verified, std::nullopt,
                               "This device is known now. Log in with your password."));
}

Result<Doors> make_module(Term const& term) {
  return alone(term, make_door(AuthStatus::open_in_broker_module, std::nullopt, ""));
}

Result<Doors> make_deny(Term const& term) {
  return alone(term, make_failure("The institution refuses this login."));
}

Result<Doors> make_locked(Term const& term) {
  return alone(term, make_failure("The account is locked. Try again tomorrow."));
}

Result<Doors> make_key_error(Term const& term) {
  auto door = make_door(AuthStatus::api_key_generation_error, std::nullopt,
                        "You have too many API keys. Delete one and try again.");
  door.reply.auth_flow_step = AuthFlowStep::create_api_key;
  return alone(term, std::move(door));
}

Result<Doors> make_bind_mfa(Term const& term) {
  return alone(term, make_door(AuthStatus::bind_mfa_required, std::nullopt,
                               "Bind an authenticator app to your account and log in again."));
}

struct Row {
  std::string_view name;
  TermKind kind;
  Result<Doors> (*make)(Term const&);
};

// clang-format off
constexpr Row rows[] = {
  { "sms",            TermKind::door,     make_sms        },
  { "mfa-sms",        TermKind::door,     make_mfa_sms    },
  { "email-code",     TermKind::door,     make_email_code },
  { "two-codes",      TermKind::door,     make_two_codes  },
  { "totp",           TermKind::door,     make_totp       },
  { "pin",            TermKind::door,     make_pin        },
  { "password",       TermKind::door,     make_password   },
  { "question",       TermKind::door,     make_question   },
  { "captcha",        TermKind::door,     make_captcha    },
  { "push",           TermKind::door,     make_push       },
  { "roaming",        TermKind::door,     make_push       },
  { "email",          TermKind::door,     make_email      },
  { "qr",             TermKind::door,     make_qr         },
  { "face",           TermKind::door,     make_face       },
  { "delayed",        TermKind::door,     make_delayed    },
  { "passkey",        TermKind::door,     make_passkey    },
  { "verified",       TermKind::door,     make_verified   },
  { "key",            TermKind::door,     make_key        },
  { "module",         TermKind::ending,   make_module     },
  { "deny",           TermKind::ending,   make_deny       },
  { "locked",         TermKind::ending,   make_locked     },
  { "key-error",      TermKind::ending,   make_key_error  },
  { "bind-mfa",       TermKind::ending,   make_bind_mfa   },
  { "life",           TermKind::modifier, nullptr         },
  { "lock",           TermKind::modifier, nullptr         },
  { "slow",           TermKind::modifier, nullptr         },
  { "429",            TermKind::fault,    nullptr         },
  { "503",            TermKind::fault,    nullptr         },
  { "reply-lost",     TermKind::fault,    nullptr         },
  { "truncate",       TermKind::fault,    nullptr         },
  { "silent",         TermKind::fault,    nullptr         },
  { "breaks-off",     TermKind::fault,    nullptr         },
  { "illegal-status", TermKind::fault,    nullptr         },
  { "unknown-status", TermKind::fault,    nullptr         },
  { "wrong-step",     TermKind::fault,    nullptr         },
};
// clang-format on

Row const* find_row(std::string_view name) noexcept {
  auto const* const found = std::ranges::find(rows, name, &Row::name);
  return found == std::end(rows) ? nullptr : found;
}

}  // namespace

TermKind kind_of_term(std::string_view name) noexcept {
  auto const* const row = find_row(name);
  return row ? row->kind : TermKind::none;
}

Result<Doors> make_doors(Term const& term) {
  return find_row(term.name)->make(term);
}

Door make_totp_door() {
  auto door = make_door(AuthStatus::mfa_required, MfaType::totp, "Open your authenticator app.");
  door.accept.push_back({Field::mfa_code, code});
  door.delivers.push_back({DeliveryChannel::authenticator, "The code of this half minute.", code});
  return door;
}

Result<std::uint32_t> number_of(Term const& term, std::string_view key, bool is_seconds, std::uint32_t most,
                                std::string_view expected) {
  auto const& argument = term.argument;
  if (!argument) return GrammarError{term.end, expected};
  auto const fits = argument->key == key && argument->number && argument->is_seconds == is_seconds;
  if (!fits || *argument->number == 0 || *argument->number > most) return GrammarError{argument->position, expected};
  return {boost::system::in_place_value, *argument->number};
}

}  // namespace sallyport::grammar
