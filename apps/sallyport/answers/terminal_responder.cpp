#include "answers/terminal_responder.hpp"

#include "view/door_view.hpp"
#include "view/words.hpp"

#include <sallyport/protocol/printable.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <utility>

namespace sallyport::app {
namespace {

using std::chrono::steady_clock;

boost::system::error_code code_of(std::exception_ptr const& problem) {
  if (!problem) return {};
  try {
    std::rethrow_exception(problem);
  } catch (boost::system::system_error const& error) {
    return error.code();
  }
}

/// What Enter alone means at a door that takes no text.
std::string_view meaning_of_enter(PromptKind kind) noexcept {
  switch (kind) {
    case PromptKind::confirm: return "Press Enter once you have confirmed it";
    case PromptKind::restart: return "Press Enter to start over";
    case PromptKind::another_way: return "Press Enter to try another way";
    case PromptKind::act_elsewhere: return "Waiting for you to do it there";
    case PromptKind::wait: return "Waiting";
    case PromptKind::input: break;
  }
  return "Waiting";
}

std::optional<Answer> answer_of_enter(PromptKind kind) {
  if (kind == PromptKind::confirm) return Answer::confirmed();
  if (kind == PromptKind::restart) return Answer::restart();
  if (kind == PromptKind::another_way) return Answer::another_way();
  return std::nullopt;
}

/// Where Enter alone starts over there is no need of a command.
bool offers_restart(Prompt const& prompt) noexcept {
  return prompt.can_restart_at && prompt.kind != PromptKind::restart;
}

std::string resend_hint(Prompt const& prompt) {
  std::string hint = "/resend ";
  hint.append(prompt.kind == PromptKind::input ? "have it sent again" : "start over");
  auto const wait = *prompt.can_restart_at - steady_clock::now();
  if (wait > steady_clock::duration::zero()) hint.append(" (in ").append(clock_text(wait)).append(")");
  return hint;
}

/// A mistyped command must not be posted as an answer, so no answer begins with a slash but where it is doubled. What
/// is hidden may begin with anything.
bool is_command(std::string_view line, bool hidden) noexcept {
  if (hidden) return line == "/cancel" || line == "/another" || line == "/resend";
  return line.starts_with('/') && !line.starts_with("//");
}

std::string indented(std::string_view text) {
  return std::string(door_indent, ' ').append(text);
}

/// The label of a field, with the time that is left; short enough to leave room for an answer.
LinePrompt line_prompt(Prompt const& prompt, PromptField const& field, std::size_t width) {
  auto name = printable(field.description);
  if (name.empty() || columns_of(name) + 24 > width) name = wire_name(field.field);
  auto const label = [&prompt, name] { return indented(name + " (" + time_left(prompt) + "): "); };
  return {.label = label, .hidden = field.hidden};
}

}  // namespace

void TerminalResponder::respond(Prompt const& prompt, Handler handler) {
  auto const slot = boost::asio::get_associated_cancellation_slot(handler);
  auto done = [handler = std::move(handler)](std::exception_ptr problem, Answer answer) mutable {
    std::move(handler)(code_of(problem), std::move(answer));
  };
  boost::asio::co_spawn(executor_, async_converse(prompt), boost::asio::bind_cancellation_slot(slot, std::move(done)));
}

boost::asio::awaitable<Answer> TerminalResponder::async_converse(Prompt const& prompt) {
  terminal_->drop_typed_ahead();
  show_hints(prompt);
  if (prompt.kind == PromptKind::input && !prompt.fields.empty()) {
    std::optional<Answer> blank;
    auto filled = co_await async_fill_in(prompt, std::move(blank));
    co_return filled;
  }
  while (true) {
    auto const meaning = meaning_of_enter(prompt.kind);
    LinePrompt line_wanted;
    line_wanted.label = [&prompt, meaning] { return indented(std::string(meaning) + " (" + time_left(prompt) + ") "); };
    auto const line = co_await terminal_->async_read_line(*screen_, std::move(line_wanted));
    if (!line) co_return Answer::cancel();
    auto answer = line->empty() ? answer_of_enter(prompt.kind) : obey(line->reveal(), prompt);
    if (answer && answer->kind() == Answer::Kind::restart && !prompt.fields.empty()) {
      auto filled = co_await async_fill_in(prompt, std::move(answer));
      co_return filled;
    }
    if (answer) co_return std::move(*answer);
    if (line->empty()) show_hints(prompt);
  }
}

/// Asks for every field, in addition to what the answer holds already. A command may lead to another answer.
boost::asio::awaitable<Answer> TerminalResponder::async_fill_in(Prompt const& prompt, std::optional<Answer> answer) {
  for (auto const& field : prompt.fields) {
    std::optional<Secret> value;
    while (!value) {
      auto wanted = line_prompt(prompt, field, screen_->style().width);
      auto line = co_await terminal_->async_read_line(*screen_, std::move(wanted));
      if (!line) co_return Answer::cancel();
      if (line->empty()) {
        show_hints(prompt);
      } else if (!is_command(line->reveal(), field.hidden)) {
        value.emplace(std::move(*line));
      } else if (auto other = obey(line->reveal(), prompt)) {
        co_return std::move(*other);
      }
    }
    if (!field.hidden && value->reveal().starts_with('/')) value.emplace(Secret(value->reveal().substr(1)));
    auto const shown = field.hidden ? std::string_view("(not shown)") : value->reveal();
    screen_->line(indented(field.description) + ": " + std::string(shown));
    if (answer) {
      answer.emplace(std::move(*answer).and_field(field.field, std::move(*value)));
    } else {
      answer.emplace(Answer::field(field.field, std::move(*value)));
    }
  }
  co_return std::move(*answer);
}

/// What a line that is a command does; nothing, and a word why, where it does nothing now.
std::optional<Answer> TerminalResponder::obey(std::string_view command, Prompt const& prompt) {
  if (command == "/cancel") return Answer::cancel();
  if (command == "/another") {
    if (prompt.can_try_another_way) return Answer::another_way();
    show_detail(*screen_, "not now", "this door has no other way");
    return std::nullopt;
  }
  if (command == "/resend" && prompt.can_restart_at) {
    auto const wait = *prompt.can_restart_at - steady_clock::now();
    if (wait <= steady_clock::duration::zero()) return Answer::restart();
    show_detail(*screen_, "not yet", "in " + clock_text(wait));
    return std::nullopt;
  }
  show_detail(*screen_, "not known", command == "/resend" ? "no more of it at this door" : "no such command");
  show_hints(prompt);
  return std::nullopt;
}

void TerminalResponder::show_hints(Prompt const& prompt) {
  std::string hints;
  if (prompt.can_try_another_way) hints.append("/another try another way · ");
  if (offers_restart(prompt)) hints.append(resend_hint(prompt)).append(" · ");
  show_detail(*screen_, "or type", hints + "/cancel give up");
}

}  // namespace sallyport::app
