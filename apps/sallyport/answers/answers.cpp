#include "answers/answers.hpp"

#include "files/duplicate_member.hpp"
#include "files/file.hpp"
#include "files/wiping_memory.hpp"
#include "options/closest.hpp"
#include "runtime/failure.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace sallyport::app {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(std::string const& path, std::string const& problem) {
  throw UsageError("--answers", path + ": " + problem);
}

std::string_view text_of(json::value const& value, std::string const& path) {
  if (auto const* text = value.if_string(); text != nullptr && !text->empty()) return *text;
  refuse(path, "not a text");
}

std::string_view trimmed(std::string_view text) noexcept {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool same_question(std::string_view left, std::string_view right) noexcept {
  return same_but_for_case(trimmed(left), trimmed(right));
}

/// What the QR code of an authenticator says. The key alone is a text like any other, so it is not guessed at.
constexpr std::string_view authenticator_scheme = "otpauth:";

bool names_authenticator(std::string_view text) noexcept {
  return same_but_for_case(text.substr(0, authenticator_scheme.size()), authenticator_scheme);
}

TotpAccount read_authenticator(Field field, std::string_view uri, std::string const& path) {
  if (field != Field::mfa_code && field != Field::challenge_code) refuse(path, "an authenticator gives codes alone");
  auto account = totp_account_from_uri(uri);
  if (!account) refuse(path, "not otpauth://totp/… as the QR code of an authenticator says it");
  return std::move(*account);
}

void read_questions(json::object const& questions, FieldAnswers& answers, std::string const& path) {
  for (auto const& [question, answer] : questions) {
    std::string_view const asked = question;
    auto const is_known = [asked](auto const& known) { return same_question(known.first, asked); };
    auto const at = path + "." + std::string(asked);
    if (std::ranges::any_of(answers.by_question, is_known)) refuse(at, "the same question twice");
    answers.by_question.emplace_back(asked, Secret(text_of(answer, at)));
  }
}

FieldAnswers read_field(Field field, json::value const& value, std::string const& path) {
  FieldAnswers answers;
  answers.field = field;
  if (auto const* list = value.if_array()) {
    answers.is_list = true;
    for (auto const& element : *list) {
      answers.values.emplace_back(text_of(element, path));
      if (names_authenticator(text_of(element, path))) refuse(path, "an authenticator stands alone, in no list");
    }
  } else if (auto const* questions = value.if_object()) {
    read_questions(*questions, answers, path);
  } else if (auto const text = text_of(value, path); names_authenticator(text)) {
    answers.authenticator = read_authenticator(field, text, path);
  } else {
    answers.values.emplace_back(text);
  }
  return answers;
}

/// Names of fields are the same in any case, so two that differ in it alone are one field twice.
void add_field(std::vector<FieldAnswers>& fields, FieldAnswers answers, std::string const& path) {
  if (std::ranges::find(fields, answers.field, &FieldAnswers::field) != fields.end()) refuse(path, "given twice");
  fields.push_back(std::move(answers));
}

Field read_field_name(std::string_view name, std::string const& path) {
  auto const field = field_named(name);
  auto const known = field != Field::unknown && (is_asked_of_the_user(field) || is_credential(field));
  if (!known) refuse(path, "no field is called so");
  return field;
}

template <class Enum>
Enum read_name(json::value const& value, std::string const& path) {
  auto const found = enumerator_of<Enum>(text_of(value, path));
  if (found == Enum::unknown) refuse(path, "the API has no such value");
  return found;
}

std::optional<Answer::Kind> act_named(std::string_view name) noexcept {
  if (name == "another_way") return Answer::Kind::another_way;
  if (name == "restart") return Answer::Kind::restart;
  if (name == "confirm") return Answer::Kind::confirmed;
  if (name == "cancel") return Answer::Kind::cancel;
  return std::nullopt;
}

AnswerRule read_rule(json::value const& value, std::string const& path) {
  auto const* const members = value.if_object();
  if (members == nullptr) refuse(path, "not an object");
  AnswerRule rule;
  for (auto const& [key, member] : *members) {
    std::string_view const name = key;
    auto const at = path + "." + std::string(name);
    if (name == "status") {
      rule.status = read_name<AuthStatus>(member, at);
    } else if (name == "mfaType") {
      rule.mfa_type = read_name<MfaType>(member, at);
    } else if (name == "authFlowStep") {
      rule.flow_step = read_name<AuthFlowStep>(member, at);
    } else if (auto const act = act_named(name)) {
      if (rule.act || !member.is_bool() || !member.get_bool()) refuse(at, "one act a rule, and true");
      rule.act = act;
    } else {
      add_field(rule.fields, read_field(read_field_name(name, at), member, at), at);
    }
  }
  if (!rule.status && !rule.mfa_type && !rule.flow_step) refuse(path, "no status, mfaType or authFlowStep to fit");
  if (!rule.act && rule.fields.empty()) refuse(path, "says nothing to do");
  return rule;
}

Secret code_now(TotpAccount const& authenticator) {
  auto const window = totp_window(std::chrono::system_clock::now(), authenticator.parameters);
  return totp_code(authenticator.key, window, authenticator.parameters);
}

std::optional<Secret> take_from(std::vector<FieldAnswers>& fields, Field field, Prompt const* prompt) {
  auto const found = std::ranges::find(fields, field, &FieldAnswers::field);
  if (found == fields.end()) return std::nullopt;
  if (found->authenticator) return prompt == nullptr ? std::optional(code_now(*found->authenticator)) : std::nullopt;
  auto const may_be_wrong = prompt != nullptr && !may_say_what_is_fixed(*prompt);
  if (found->is_list) {
    if (found->given >= found->values.size()) return std::nullopt;
    return std::move(found->values[found->given++]);
  }
  if (!found->values.empty()) return may_be_wrong ? std::nullopt : std::optional(found->values.front().clone());
  if (prompt == nullptr) return std::nullopt;
  auto const asked = std::ranges::find_if(
      found->by_question, [prompt](auto const& known) { return same_question(known.first, prompt->text); });
  if (asked == found->by_question.end()) return std::nullopt;
  auto answer = std::move(asked->second);
  found->by_question.erase(asked);
  return answer;
}

FieldAnswers const* find(std::vector<FieldAnswers> const& fields, Field field) noexcept {
  auto const found = std::ranges::find(fields, field, &FieldAnswers::field);
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace

bool AnswerRule::fits(Prompt const& prompt) const noexcept {
  if (status && status != prompt.status) return false;
  if (mfa_type && mfa_type != prompt.mfa_type) return false;
  return !flow_step || flow_step == prompt.flow_step;
}

Answers Answers::read(std::filesystem::path const& path) {
  auto const text = read_private_file("--answers", path);
  WipingMemory memory;
  boost::system::error_code ec;
  auto const document = parse_wiped(text.reveal(), memory, ec);
  if (ec) refuse(path.string(), "not JSON: " + ec.message());
  if (auto const twice = duplicate_member(text.reveal())) refuse(path.string() + ": " + *twice, "given twice");
  auto const* const members = document.if_object();
  if (members == nullptr) refuse(path.string(), "not a JSON object");
  Answers answers;
  for (auto const& [name, value] : *members) {
    auto const at = path.string() + ": " + std::string(name);
    if (name != "on") {
      add_field(answers.fields_, read_field(read_field_name(name, at), value, at), at);
      continue;
    }
    auto const* const rules = value.if_array();
    if (rules == nullptr) refuse(at, "not a list of rules");
    for (std::size_t index = 0; index < rules->size(); ++index) {
      answers.rules_.push_back(read_rule((*rules)[index], at + "[" + std::to_string(index) + "]"));
    }
  }
  return answers;
}

std::optional<Answer::Kind> Answers::act_at(Prompt const& prompt) {
  auto const rule = std::ranges::find_if(rules_, [&](auto const& one) { return one.fits(prompt); });
  if (rule == rules_.end() || !rule->act) return std::nullopt;
  if (rule->act != Answer::Kind::restart && rule->act != Answer::Kind::another_way) return rule->act;
  DoorKind const here{prompt.status, prompt.mfa_type, prompt.flow_step};
  if (std::ranges::find(acted_at_, here) != acted_at_.end()) return std::nullopt;
  acted_at_.push_back(here);
  return rule->act;
}

bool Answers::has(Field field) const noexcept {
  return std::ranges::find(fields_, field, &FieldAnswers::field) != fields_.end();
}

TotpAccount const* Answers::authenticator(Field field, Prompt const& prompt) const noexcept {
  auto const* answers = find(fields_, field);
  for (auto const& rule : rules_) {
    if (!rule.fits(prompt)) continue;
    if (auto const* const of_rule = find(rule.fields, field)) {
      answers = of_rule;
      break;
    }
  }
  return answers != nullptr && answers->authenticator ? &*answers->authenticator : nullptr;
}

std::optional<Secret> Answers::take(Field field) {
  return take_from(fields_, field, nullptr);
}

std::optional<Secret> Answers::take(Field field, Prompt const& prompt) {
  for (auto& rule : rules_) {
    if (!rule.fits(prompt)) continue;
    if (auto value = take_from(rule.fields, field, &prompt)) return value;
  }
  return take_from(fields_, field, &prompt);
}

}  // namespace sallyport::app
