#include "answers/answers_responder.hpp"

#include "view/door_view.hpp"
#include "view/words.hpp"

#include <sallyport/engine/error.hpp>
#include <sallyport/transport/error.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>

#include <utility>

namespace sallyport::app {
namespace {

std::string_view name_of(Answer::Kind act) noexcept {
  switch (act) {
    case Answer::Kind::fields: return "fields";
    case Answer::Kind::wait: return "wait";
    case Answer::Kind::confirmed: return "confirm";
    case Answer::Kind::another_way: return "another_way";
    case Answer::Kind::restart: return "restart";
    case Answer::Kind::cancel: return "cancel";
  }
  return "unknown";
}

Answer answer_of(Answer::Kind act) {
  switch (act) {
    case Answer::Kind::confirmed: return Answer::confirmed();
    case Answer::Kind::another_way: return Answer::another_way();
    case Answer::Kind::restart: return Answer::restart();
    case Answer::Kind::cancel: return Answer::cancel();
    case Answer::Kind::fields:
    case Answer::Kind::wait: break;
  }
  return Answer::wait();
}

/// What a door of this kind wants of the file, where it is not fields.
std::string_view act_wanted(PromptKind kind) noexcept {
  switch (kind) {
    case PromptKind::confirm: return "confirm";
    case PromptKind::restart: return "restart";
    case PromptKind::another_way: return "another_way";
    case PromptKind::input:
    case PromptKind::act_elsewhere:
    case PromptKind::wait: break;
  }
  return "";
}

/// Why what the file has is not given again, where that is so.
char const* has_been_answered(Prompt const& prompt) noexcept {
  if (prompt.answer_was_wrong) return "the value that was given is wrong";
  return prompt.answered_before ? "the value that was given may have been wrong" : "";
}

/// Why an authenticator gave none.
std::string_view why_no_code(Prompt const& prompt) noexcept {
  std::string_view const before = has_been_answered(prompt);
  if (!before.empty()) return before;
  return prompt.mfa_type == MfaType::totp ? "the door is over before the authenticator's next code"
                                          : "an authenticator answers doors of mfaType totp alone";
}

}  // namespace

void AnswersResponder::respond(Prompt const& prompt, Handler handler) {
  TotpAccount const* authenticator = nullptr;
  auto answer = find_answer(prompt, authenticator);
  if (authenticator != nullptr) return ask(*authenticator, prompt, std::move(handler));
  if (!answer) return answer_without_file(prompt, std::move(handler));
  std::move(handler)(boost::system::error_code(), std::move(*answer));
}

void AnswersResponder::answer_without_file(Prompt const& prompt, Handler handler) {
  if (fallback_ != nullptr) return fallback_->async_respond(prompt, std::move(handler));
  std::move(handler)(boost::system::error_code(), Answer::cancel());
}

/// The prompt lives until the handler was called.
void AnswersResponder::ask(TotpAccount const& authenticator, Prompt const& prompt, Handler handler) {
  auto const slot = boost::asio::get_associated_cancellation_slot(handler);
  auto hear = [this, &prompt, handler = std::move(handler)](boost::system::error_code ec, Answer answer) mutable {
    if (ec == TransportErrc::declined) {
      miss({std::string(wire_name(prompt.fields.front().field))}, std::string(why_no_code(prompt)));
      return answer_without_file(prompt, std::move(handler));
    }
    if (!ec) show_detail(*screen_, "answered", "a code, by the authenticator of the answers file");
    std::move(handler)(ec, std::move(answer));
  };
  auto const [found, is_new] =
      authenticators_.try_emplace(&authenticator, executor_, authenticator.key.clone(), authenticator.parameters);
  found->second.async_respond(prompt, boost::asio::bind_cancellation_slot(slot, std::move(hear)));
}

/// A restart that is due may carry what the first post lacked; having a code sent again carries nothing. One before its
/// time would be refused by the client, in words that do not say whose act it was.
std::optional<Answer> AnswersResponder::start_over(Prompt const& prompt) {
  auto const now = std::chrono::steady_clock::now();
  if (prompt.can_restart_at && *prompt.can_restart_at > now) {
    miss({"restart"},
         "its rule of \"on\" is too early, the next one may be in " + duration_text(*prompt.can_restart_at - now));
    return std::nullopt;
  }
  show_detail(*screen_, "answered", std::string(name_of(Answer::Kind::restart)) + ", from the answers file");
  auto const asks_more = prompt.kind == PromptKind::restart && !prompt.fields.empty();
  if (!asks_more) return Answer::restart();
  TotpAccount const* none = nullptr;
  return fill_in(prompt, Answer::restart(), none);
}

std::optional<Answer> AnswersResponder::find_answer(Prompt const& prompt, TotpAccount const*& authenticator) {
  if (prompt.refused == EngineErrc::would_risk_lockout && fallback_ == nullptr) {
    held_back_ = HeldBack{prompt.retry_after};
    return std::nullopt;
  }
  if (prompt.refused) {
    miss({"another answer"}, prompt.refused.message());
    return std::nullopt;
  }
  if (auto const act = answers_->act_at(prompt)) {
    if (*act == Answer::Kind::restart) return start_over(prompt);
    show_detail(*screen_, "answered", std::string(name_of(*act)) + ", from the answers file");
    return answer_of(*act);
  }
  if (auto const wanted = act_wanted(prompt.kind); !wanted.empty()) {
    miss({std::string(wanted)}, "a rule of \"on\" can say it");
    return std::nullopt;
  }
  if (prompt.kind != PromptKind::input) {
    // A user at the terminal may want more than to wait: another way, or out.
    return fallback_ == nullptr ? std::optional(Answer::wait()) : std::nullopt;
  }
  return fill_in(prompt, std::nullopt, authenticator);
}

std::optional<Answer> AnswersResponder::fill_in(Prompt const& prompt, std::optional<Answer> answer,
                                                TotpAccount const*& authenticator) {
  if (!answer && prompt.fields.size() == 1) {
    authenticator = answers_->authenticator(prompt.fields.front().field, prompt);
    if (authenticator != nullptr) return std::nullopt;
  }
  std::string names;
  std::vector<std::string> wanted;
  for (auto const& asked : prompt.fields) {
    auto value = answers_->take(asked.field, prompt);
    if (!value) {
      wanted.emplace_back(wire_name(asked.field));
      continue;
    }
    answer.emplace(answer ? std::move(*answer).and_field(asked.field, std::move(*value))
                          : Answer::field(asked.field, std::move(*value)));
    names.append(names.empty() ? "" : ", ").append(wire_name(asked.field));
  }
  if (wanted.empty() && answer) {
    show_detail(*screen_, "answered", names + ", from the answers file");
    return answer;
  }
  miss(std::move(wanted), has_been_answered(prompt));
  return std::nullopt;
}

void AnswersResponder::miss(std::vector<std::string> wanted, std::string hint) {
  if (fallback_ != nullptr) return;
  missing_ = MissingInput{.wanted = std::move(wanted), .hint = std::move(hint)};
}

}  // namespace sallyport::app
