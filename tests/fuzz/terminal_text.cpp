// The door to a terminal: whatever goes in, what comes out is UTF-8 without a character that a terminal obeys or a
// reader cannot see. The search for those is another than the door's own: block by block, as the Unicode Standard names
// them.

#include "demand.hpp"
#include "targets.hpp"

#include <sallyport/protocol/printable.hpp>
#include <sallyport/view/shown.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <cstddef>
#include <string>

namespace sallyport::fuzz {
namespace {

using app::Shown;

/// The code point at the front, which it takes off; the text must be UTF-8 without surrogates and long forms.
char32_t take(std::string_view& text) {
  auto const byte = [&text](std::size_t at) -> char32_t { return static_cast<unsigned char>(text[at]); };
  auto const lead = byte(0);
  std::size_t const length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  demand((lead < 0x80 || lead >= 0xC2) && lead <= 0xF4 && text.size() >= length);
  constexpr char32_t bits[] = {0x7F, 0x1F, 0x0F, 0x07};
  constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
  auto code_point = lead & bits[length - 1];
  for (std::size_t at = 1; at < length; ++at) {
    demand((byte(at) & 0xC0U) == 0x80U);
    code_point = code_point << 6U | (byte(at) & 0x3FU);
  }
  demand(code_point >= least[length - 1] && code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF));
  text.remove_prefix(length);
  return code_point;
}

bool is_between(char32_t code_point, char32_t first, char32_t last) noexcept {
  return code_point >= first && code_point <= last;
}

void check_shown(std::string_view text, bool has_line_ends) {
  while (!text.empty()) {
    auto const code_point = take(text);
    if (code_point == '\n') demand(has_line_ends);
    demand(code_point == '\n' || code_point >= 0x20);
    demand(!is_between(code_point, 0x7F, 0x9F));      // DEL and C1.
    demand(!is_between(code_point, 0x200B, 0x200F));  // Zero width, marks of direction.
    demand(!is_between(code_point, 0x2028, 0x202E));  // Separators, embeddings, overrides.
    demand(!is_between(code_point, 0x2060, 0x206F));  // Invisible operators, isolates.
    demand(code_point != 0xFEFF && code_point != 0xAD && code_point != 0x61C);
    demand(!is_between(code_point, 0xFE00, 0xFE0F));    // Variation selectors.
    demand(!is_between(code_point, 0xE0000, 0xE0FFF));  // Tags, more variation selectors.
  }
}

/// What colours put around it is ours and left out here.
std::string without_colours(std::string_view text) {
  std::string bare;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      demand(text.substr(at).starts_with("\x1b[31m") || text.substr(at).starts_with("\x1b[0m"));
      at = text.find('m', at);
    } else {
      bare.push_back(text[at]);
    }
  }
  return bare;
}

void check_layout(Shown const& shown, std::size_t columns) {
  auto const cut = truncated(shown, columns);
  check_shown(without_colours(cut.text()), false);
  demand(columns_of(cut) <= columns);
  auto const lines = wrapped(shown, columns, 2);
  check_shown(without_colours(lines.text()), true);
  demand(columns_of(padded(shown, columns)) >= columns);
}

}  // namespace

void terminal_text(std::string_view bytes) {
  auto const text = printable(bytes);
  check_shown(text, false);
  demand(printable(text) == text);
  Shown const shown(bytes);
  demand(shown.text() == text);
  check_shown(Shown::lines(bytes).text(), true);
  check_layout(shown, 1 + bytes.size() % 40);
  check_layout(Shown(app::Colour::red, shown) + bytes, 1 + bytes.size() % 40);
  auto const as_it_is = printable_json(bytes);
  check_shown(as_it_is, true);
  auto const json = boost::json::serialize(boost::json::value(boost::json::string(bytes)));
  auto const escaped = printable_json(json);
  check_shown(escaped, false);
  boost::system::error_code ec;
  auto const read = boost::json::parse(escaped, ec);
  demand(!ec && read.is_string());
  auto const same = boost::json::parse(json, ec);
  if (!ec) demand(read == same);  // Else it was no UTF-8.
}

}  // namespace sallyport::fuzz
