#include <sallyport/protocol/printable.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace sallyport::protocol_test {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string utf8(char32_t code_point) {
  auto const tail = [code_point](unsigned shift) { return static_cast<char>(0x80U | (code_point >> shift & 0x3FU)); };
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  if (code_point < 0x800) return {static_cast<char>(0xC0U | code_point >> 6U), tail(0)};
  if (code_point < 0x10000) return {static_cast<char>(0xE0U | code_point >> 12U), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | code_point >> 18U), tail(12), tail(6), tail(0)};
}

bool is_surrogate(char32_t code_point) {
  return code_point >= 0xD800 && code_point < 0xE000;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(printable_text)

BOOST_AUTO_TEST_CASE(what_could_drive_a_terminal_is_left_out) {
  struct Case {
    std::string_view name;
    std::string_view text;
    std::string_view shown;
  };
  for (auto const& one : {
           Case{"plain words", "Enter the code, please!", "Enter the code, please!"},
           Case{"other scripts", "Gib den Code ein: \u00e4\u00f6\u00fc \u4ee3\u7801 \U0001F511",
                "Gib den Code ein: \u00e4\u00f6\u00fc \u4ee3\u7801 \U0001F511"},
           Case{"line ends and tabs", "one\r\ntwo\tthree", "one  two three"},
           Case{"a title", "\x1b]0;owned\x07!", "]0;owned!"},
           Case{"a cleared screen", "\x1b[2J\x1b[31mred", "[2J[31mred"},
           Case{"the clipboard", "\x1b]52;c;cm0=\x1b\\", "]52;c;cm0=\\"},
           Case{"C1, which UTF-8 spells in two bytes",
                "a\xC2\x9B"
                "31mb\xC2\x90",
                "a31mb"},
           Case{"C1 as a byte",
                "a\x9B"
                "31m",
                "a\uFFFD31m"},
           Case{"erasing", "a\b\x7f\0b"sv, "ab"},
           Case{"overrides of direction", "\u202Edlrow\u202C \u202Ahi\u202B", "dlrow hi"},
           Case{"isolates and marks", "\u2066a\u2067b\u2068c\u2069\u200E\u200F\u061C", "abc"},
           Case{"zero width", "pass\u200Bw\u200Co\u200Dr\u2060d\uFEFF\u00AD", "password"},
           Case{"line and paragraph separators", "a\u2028b\u2029c", "abc"},
           Case{"tags", "a\U000E0001\U000E0068\U000E0069\U000E007Fb", "ab"},
           Case{"variation selectors", "a\uFE0F\U000E0100b", "ab"},
           Case{"blank letters", "a\u3164\u115F\uFFA0b", "ab"},
           Case{"no characters", "a\uFFFE\uFDD0\U0001FFFFb", "ab"},
           Case{"no UTF-8", "a\xFF\xC3(\xED\xA0\x80\xF0\x9F", "a\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
       }) {
    BOOST_TEST_CONTEXT(one.name) {
      BOOST_TEST(printable(one.text) == one.shown);
      BOOST_TEST(printable(one.shown) == one.shown);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_character_is_shown_as_it_is_or_not_at_all) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (is_surrogate(code_point)) continue;
    auto const text = utf8(code_point);
    auto const shown = printable(text);
    if (shown == text || shown.empty()) continue;
    BOOST_TEST_REQUIRE((shown == " " && (code_point == '\n' || code_point == '\r' || code_point == '\t')),
                       static_cast<unsigned>(code_point));
  }
}

BOOST_AUTO_TEST_CASE(json_is_escaped_and_means_the_same) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (is_surrogate(code_point)) continue;
    auto const text = utf8(code_point);
    auto const json = boost::json::serialize(boost::json::value(boost::json::string(text)));
    auto const shown = printable_json(json);
    if (shown == json && printable(shown) == shown) continue;
    BOOST_TEST_REQUIRE(printable(shown) == shown, static_cast<unsigned>(code_point));
    BOOST_TEST_REQUIRE((boost::json::parse(shown).as_string() == std::string_view(text)),
                       static_cast<unsigned>(code_point));
  }
  BOOST_TEST(printable_json("{\n\"a\":\"\u202E\x7f\U000E0001\"}\n") == "{\n\"a\":\"\\u202e\\u007f\\udb40\\udc01\"}\n");
  BOOST_TEST(printable_json("\"a\xFF\xED\xA0\x80\"") == R"("a\ufffd\ufffd\ufffd\ufffd")");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace sallyport::protocol_test
