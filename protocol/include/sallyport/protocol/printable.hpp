#pragma once

#include <string>
#include <string_view>

namespace sallyport {

/// Foreign text as it may be shown on a terminal or written to a log: valid UTF-8 on one line. Line ends and tabs
/// become spaces, a byte that is not UTF-8 becomes U+FFFD. What a terminal obeys or a reader cannot see is left out:
/// controls, marks of direction, zero-width and tag characters, whatever Unicode calls a format character or ignorable.
/// It hides no secret: a peer's words may echo what a user typed, whatever they look like.
[[nodiscard]] std::string printable(std::string_view text);

/// JSON that means the same, with every character that `printable` would change written as its escape of four hex
/// digits; a byte that is not UTF-8 becomes the escape of U+FFFD. Line ends stay, so give it JSON as a serializer
/// writes it: it has none within a string.
[[nodiscard]] std::string printable_json(std::string_view json);

}  // namespace sallyport
