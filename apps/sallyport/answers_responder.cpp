#include "answers_responder.hpp"

#include "door_view.hpp"

#include <sallyport/engine/error.hpp>

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

}  // namespace

void AnswersResponder::respond(Prompt const& prompt, Handler handler) {
  auto answer = find_answer(prompt);
  if (!answer && fallback_ != nullptr) {
    fallback_->async_respond(prompt, std::move(handler));
    return;
  }
  std::move(handler)(boost::system::error_code(), answer ? std::move(*answer) : Answer::cancel());
}

std::optional<Answer> AnswersResponder::find_answer(Prompt const& prompt) {
  if (prompt.refused == EngineErrc::would_risk_lockout && fallback_ == nullptr) {
    held_back_ = HeldBack{prompt.retry_after};
    return std::nullopt;
  }
  if (prompt.refused) {
    miss({"another answer"}, prompt.refused.message());
    return std::nullopt;
  }
  if (auto const act = answers_->act_at(prompt)) {
    show_detail(*screen_, "answered", std::string(name_of(*act)) + ", from the answers file");
    auto const asks_more = *act == Answer::Kind::restart && !prompt.fields.empty();
    return asks_more ? fill_in(prompt, answer_of(*act)) : answer_of(*act);
  }
  if (auto const wanted = act_wanted(prompt.kind); !wanted.empty()) {
    miss({std::string(wanted)}, "a rule of \"on\" can say it");
    return std::nullopt;
  }
  if (prompt.kind != PromptKind::input) {
    // A user at the terminal may want more than to wait: another way, or out.
    return fallback_ == nullptr ? std::optional(Answer::wait()) : std::nullopt;
  }
  return fill_in(prompt, std::nullopt);
}

std::optional<Answer> AnswersResponder::fill_in(Prompt const& prompt, std::optional<Answer> answer) {
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
  auto const* const hint = prompt.answer_was_wrong  ? "the value that was given is wrong"
                           : prompt.answered_before ? "the value that was given may have been wrong"
                                                    : "";
  miss(std::move(wanted), hint);
  return std::nullopt;
}

void AnswersResponder::miss(std::vector<std::string> wanted, std::string hint) {
  if (fallback_ != nullptr) return;
  missing_ = MissingInput{.wanted = std::move(wanted), .hint = std::move(hint)};
}

}  // namespace sallyport::app
