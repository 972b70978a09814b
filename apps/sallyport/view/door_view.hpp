#pragma once

#include "terminal/screen.hpp"
#include "view/door_log.hpp"
#include "view/qr_picture.hpp"

#include <sallyport/transport/prompt.hpp>

#include <string>
#include <string_view>

namespace sallyport::app {

/// Columns that what belongs to a door is indented by.
inline constexpr std::size_t door_indent = 4;

/// "  answered  123456, read from the sandbox's SMS": a labelled line of a door, broken to the width of the screen.
void show_detail(Screen& screen, Shown const& label, Shown const& text);

/// The heading of the first door, which is the first post.
void show_first_door(Screen& screen, DoorLog const& log);

/// A door as it opens: its number, its name, its place on the wire, the peer's text, its QR code, its life span.
void show_door(Screen& screen, DoorLog const& log, Prompt const& prompt, QrPicture const& picture);

/// Why one stands at the same door again, and what it says now.
void show_same_door(Screen& screen, Prompt const& prompt, QrPicture const& picture);

/// "0:58 left"; empty where the door has no end.
[[nodiscard]] std::string time_left(Prompt const& prompt);

/// What the QR code of a door says, as far as one can be drawn; else the link. Empty where there is none.
[[nodiscard]] std::string_view qr_text(Prompt const& prompt);

}  // namespace sallyport::app
