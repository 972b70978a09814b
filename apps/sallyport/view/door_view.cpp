#include "view/door_view.hpp"

#include "view/qr.hpp"
#include "view/words.hpp"

#include <chrono>

namespace sallyport::app {
namespace {

constexpr std::size_t label_columns = 12;

void show_heading(Screen& screen, DoorLog const& log) {
  auto const& style = screen.style();
  auto const& door = log.doors().back();
  auto const number = std::to_string(log.number());
  Shown const heading = std::string(number.size() < 2 ? 1 : 0, ' ').append(number).append("  ").append(door.name);
  Shown const place = door.place;
  auto const room = style.width > columns_of(heading) + 2 + columns_of(place);
  screen.line();
  if (room) {
    screen.line(style.bold(heading).append(2, ' ').append(style.dim(place)));
  } else {
    screen.line(style.bold(heading));
    screen.line(Shown().append(door_indent, ' ').append(style.dim(place)));
  }
}

void show_link(Screen& screen, std::string_view label, std::optional<Secret> const& link) {
  if (link && !link->empty()) show_detail(screen, label, link->reveal());
}

/// Text that is too long for a code on a screen, or a window that is too narrow, leaves the link.
void show_text_as_qr(Screen& screen, std::string_view text) {
  auto const& style = screen.style();
  auto const code = QrCode::of(text);
  auto const fits = code && drawn_columns(*code, style) + door_indent <= style.width;
  if (fits) {
    screen.block(draw(*code, style, door_indent));
  } else if (code) {
    auto const columns = drawn_columns(*code, style) + door_indent;
    show_detail(screen, "QR code", "needs a window of " + std::to_string(columns) + " columns; use the link");
  } else {
    show_detail(screen, "QR code", "says too much for a screen");
  }
}

void show_qr(Screen& screen, Prompt const& prompt, QrPicture const& picture) {
  if (!picture.path().empty()) show_detail(screen, "QR code", "open it and scan it: " + picture.path());
  if (!picture.problem().empty()) show_detail(screen, "QR code", picture.problem());
  if (auto const text = qr_text(prompt); !text.empty()) show_text_as_qr(screen, text);
  show_link(screen, "link", prompt.qr_code_link);
  show_link(screen, "on iOS", prompt.qr_code_link_ios);
}

/// What a door says, which may change while it stays.
void show_words(Screen& screen, Prompt const& prompt) {
  if (!prompt.text.empty()) show_detail(screen, "broker", "“" + prompt.text + "”");
  if (prompt.email) show_detail(screen, "mailbox", *prompt.email);
  if (prompt.allocated_ip_address) show_detail(screen, "IP address", *prompt.allocated_ip_address);
}

}  // namespace

void show_detail(Screen& screen, Shown const& label, Shown const& text) {
  auto const indent = door_indent + label_columns;
  auto const lines = wrapped(text, screen.style().width, indent);
  screen.line(Shown().append(door_indent, ' ').append(screen.style().dim(padded(label, label_columns))).append(lines));
}

void show_first_door(Screen& screen, DoorLog const& log) {
  show_heading(screen, log);
}

void show_door(Screen& screen, DoorLog const& log, Prompt const& prompt, QrPicture const& picture) {
  show_heading(screen, log);
  show_words(screen, prompt);
  show_qr(screen, prompt, picture);
  if (prompt.answered_before) {
    show_detail(screen, "again", screen.style().yellow("this was answered before; that answer may have been wrong"));
  }
  auto const left = prompt.answer_by - std::chrono::steady_clock::now();
  show_detail(screen, "life span", clock_text(left));
}

void show_same_door(Screen& screen, Prompt const& prompt, QrPicture const& picture) {
  auto const& style = screen.style();
  if (prompt.answer_was_wrong) {
    auto const left = std::to_string(prompt.attempts_left) + (prompt.attempts_left == 1 ? " attempt" : " attempts");
    show_detail(screen, "wrong", style.yellow("the broker did not take it; " + left + " left"));
  } else if (prompt.refused) {
    auto const again = prompt.retry_after ? "; again in " + duration_text(*prompt.retry_after) : std::string();
    show_detail(screen, "not sent", style.yellow(prompt.refused.message() + again));
  } else {
    show_detail(screen, "again",
                "a fresh one; life span " + clock_text(prompt.answer_by - std::chrono::steady_clock::now()));
    show_words(screen, prompt);
    show_qr(screen, prompt, picture);
  }
}

std::string time_left(Prompt const& prompt) {
  return clock_text(prompt.answer_by - std::chrono::steady_clock::now()) + " left";
}

std::string_view qr_text(Prompt const& prompt) {
  auto const is_picture = prompt.qr_code && is_qr_picture(prompt.qr_code->reveal());
  if (prompt.qr_code && !is_picture) return prompt.qr_code->reveal();
  return prompt.qr_code_link ? prompt.qr_code_link->reveal() : std::string_view{};
}

}  // namespace sallyport::app
