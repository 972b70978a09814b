// The reader beside Boost.JSON, which knows nothing of it: both must say yes and no to the same texts, and find the
// same strings in them.

#include "protocol/messages.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

BOOST_AUTO_TEST_SUITE(differential)

using namespace sallyport;
using namespace std::string_view_literals;

namespace {

class Dice {
public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

  template <class List>
  auto const& one_of(List const& list) {
    return list[below(list.size())];
  }

private:
  std::mt19937_64 random_;
};

std::uint64_t seed() {
  auto const* const text = std::getenv("SALLYPORT_SEED");
  return text == nullptr ? std::random_device{}() : std::strtoull(text, nullptr, 10);
}

bool boost_reads(std::string_view text) {
  boost::json::error_code ec;
  boost::json::parse_options options;
  options.max_depth = WireBounds{}.depth_max;
  boost::json::parse({text.data(), text.size()}, ec, {}, options);
  return !ec;
}

/// Whether the reader takes the text for JSON; nothing where it stopped for another reason.
std::optional<bool> is_json(std::optional<CodecError> const& error) {
  if (!error) return true;
  if (error->detail.starts_with("the text ") || error->detail.starts_with("the exponent ")) return false;
  return std::nullopt;
}

void check(std::string_view text, test::EchoFunction echo) {
  auto const echoed = echo(text, {});
  auto const read = is_json(echoed.error);
  if (read && *read != boost_reads(text)) {
    BOOST_FAIL((*read ? "read although it is no JSON: " : "not read although it is JSON: ") << echoed.why_not() << '\n'
                                                                                            << text);
  }
}

constexpr std::array pieces = {"{"sv,
                               "}"sv,
                               "["sv,
                               "]"sv,
                               ","sv,
                               ":"sv,
                               "\""sv,
                               "\\"sv,
                               "\\u"sv,
                               "\\ud83d"sv,
                               "0"sv,
                               "-"sv,
                               "."sv,
                               "1e5"sv,
                               "E-"sv,
                               "+"sv,
                               "01"sv,
                               "1e2147483648"sv,
                               "true"sv,
                               "nul"sv,
                               "null"sv,
                               "\n"sv,
                               "\t "sv,
                               "\r"sv,
                               "\0"sv,
                               "/**/"sv,
                               "\xEF\xBB\xBF"sv,
                               "\xC3\xA4"sv,
                               "\xED\xA0\x80"sv,
                               "\xF0\x9F\x98\x80"sv,
                               "\xFF"sv,
                               "\x7F"sv,
                               "\x1F"sv,
                               "\"a\":1,"sv,
                               "{}"sv,
                               "[[]]"sv,
                               "\"\\\"\""sv,
                               "'"sv};

std::string mutated(std::string text, Dice& dice) {
  for (auto count = 1 + dice.below(3); count > 0; --count) {
    auto const at = dice.below(text.size() + 1);
    auto const length = std::min(dice.below(4), text.size() - at);
    switch (dice.below(4)) {
      case 0: text.erase(at, length); break;
      case 1: text.insert(at, dice.one_of(pieces)); break;
      case 2: text.replace(at, length, dice.one_of(pieces)); break;
      case 3: text.insert(at, text.substr(dice.below(text.size() + 1), dice.below(40))); break;
    }
  }
  return text;
}

/// A string of JSON, quotes and all, that is right more often than not.
std::string some_string(Dice& dice) {
  static constexpr std::array parts = {"plain"sv,
                                       "a longer piece that has more than sixteen bytes"sv,
                                       "\\n"sv,
                                       "\\/"sv,
                                       "\\\\"sv,
                                       "\\\""sv,
                                       "\\b\\f\\r\\t"sv,
                                       "\\u0000"sv,
                                       "\\u00e4"sv,
                                       "\\u20AC"sv,
                                       "\\ud83d\\ude00"sv,
                                       "\\uDBFF\\uDFFF"sv,
                                       "\xC3\xA4"sv,
                                       "\xE2\x82\xAC"sv,
                                       "\xF0\x9F\x98\x80"sv,
                                       "\x7F"sv,
                                       "\\uFFFF"sv,
                                       "x"sv,
                                       "0123456789abcde"sv,
                                       "0123456789abcdef"sv};
  static constexpr std::array wrong = {"\\x"sv,  "\\ud83d"sv, "\\ude00"sv, "\\u12"sv,        "\n"sv,
                                       "\xC3"sv, "\xFF"sv,    "\0"sv,      "\xED\xA0\x80"sv, "\\ud83d\\u0041"sv};
  std::string text(1, '"');
  for (auto count = dice.below(6); count > 0; --count) {
    text += dice.below(40) == 0 ? dice.one_of(wrong) : dice.one_of(parts);
  }
  return text + '"';
}

}  // namespace

BOOST_AUTO_TEST_CASE(both_agree_on_what_is_json_in_members_that_are_passed_over) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    for (auto const& example : test::examples()) {
      auto const inner = test::text_of_file(example.file);
      auto const text = R"({"status":"ok","x":[)" + inner + R"(,-1.5e-3,null]})";
      check(text, test::echo<ApiResult<NoContent>>);
      for (int round = 0; round < 400; ++round) check(mutated(text, dice), test::echo<ApiResult<NoContent>>);
    }
  }
}

BOOST_AUTO_TEST_CASE(both_agree_on_what_is_json_in_messages) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    for (auto const& example : test::examples()) {
      auto const text = test::text_of_file(example.file);
      for (int round = 0; round < 400; ++round) check(mutated(text, dice), example.echo);
    }
  }
}

BOOST_AUTO_TEST_CASE(both_find_the_same_strings) {
  auto const the_seed = seed();
  Dice dice(the_seed);
  BOOST_TEST_CONTEXT("SALLYPORT_SEED=" << the_seed) {
    std::size_t read = 0;
    for (int round = 0; round < 5000; ++round) {
      auto const key = some_string(dice);
      auto const text = R"({"type":"okx","refreshToken":"r","metadata":{)" + key + ":" + some_string(dice) + "}}";
      check(text, test::echo<RefreshRequest>);
      auto const request = decode<RefreshRequest>(text);
      if (!request) continue;
      ++read;
      auto const value = boost::json::parse(text);
      auto const& member = *value.at("metadata").as_object().begin();
      auto const& [name, secret] = request->metadata->at(0);
      if (std::string_view(member.key()) != name || std::string_view(member.value().as_string()) != secret->reveal()) {
        BOOST_FAIL(text);
      }
    }
    BOOST_TEST(read > 3000U);
  }
}

BOOST_AUTO_TEST_CASE(both_agree_on_numbers) {
  for (auto const* number : {"0",
                             "-0",
                             "00",
                             "01",
                             "-01",
                             "-",
                             "+1",
                             "1.",
                             "1.0",
                             ".5",
                             "1e",
                             "1e+",
                             "1e5",
                             "1E-5",
                             "1e+05",
                             "1.5e5.",
                             "0x1",
                             "1e2147483647",
                             "1e2147483648",
                             "1e-2147483648",
                             "1e0002",
                             "1 2",
                             "--1",
                             "1-",
                             "Infinity",
                             "NaN",
                             "-.5",
                             "1.5e99999999999999999999"}) {
    for (auto const* after : {"", " ", "x", ","}) {
      auto const text = R"({"status":"ok","x":)" + std::string(number) + after + "}";
      BOOST_TEST_CONTEXT(text) {
        check(text, test::echo<ApiResult<NoContent>>);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
