#include <http/query.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <string_view>

// Not "query": Asio calls a free function of that name, and sources are compiled in batches.
BOOST_AUTO_TEST_SUITE(query_strings)

using sallyport::problem_of_text;
using sallyport::query_parameter;

BOOST_AUTO_TEST_CASE(a_parameter_is_found_and_decoded) {
  BOOST_TEST(query_parameter("userId=u1", "userId").value() == "u1");
  BOOST_TEST(query_parameter("a=b&userId=u%20%C3%A4&c", "userId").value() == "u \xC3\xA4");
  BOOST_TEST(query_parameter("userId=a+b", "userId").value() == "a b");
  BOOST_TEST(query_parameter("userId=", "userId").value().empty());
  BOOST_TEST(query_parameter("userId", "userId").value().empty());
}

BOOST_AUTO_TEST_CASE(absent_doubled_and_broken_ones_are_refused) {
  for (std::string_view const text :
       {"", "a=b", "UserId=u", "userId=a&userId=a", "userId=%", "userId=%2", "userId=%GG", "userId=%+1"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!query_parameter(text, "userId").has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf_8_or_may_forge_a_line_is_told) {
  struct Case {
    std::string_view text;
    std::string_view problem;
  };
  for (auto const& [text, problem] : {
           Case{"", ""},
           Case{"u1 \xC3\xA4 \xE2\x82\xAC \xF0\x9F\x94\x91 \xF4\x8F\xBF\xBF \xC2\xA0 \xEE\x80\x80", ""},
           Case{"a\nb", "holds control characters"},
           Case{std::string_view("\0", 1), "holds control characters"},
           Case{"\x7F", "holds control characters"},
           Case{"\xC2\x9B", "holds control characters"},
           Case{"\xE2\x80\xA8", "holds control characters"},
           Case{"\xE2\x80\xAE", "holds control characters"},
           Case{"\xE2\x81\xA9", "holds control characters"},
           Case{"\x80", "not UTF-8"},
           Case{"\xC3", "not UTF-8"},
           Case{"\xC3\x41", "not UTF-8"},
           Case{"\xC0\x8A", "not UTF-8"},
           Case{"\xE0\x80\x8A", "not UTF-8"},
           Case{"\xF0\x80\x80\x8A", "not UTF-8"},
           Case{"\xED\xA0\x80", "not UTF-8"},
           Case{"\xF4\x90\x80\x80", "not UTF-8"},
           Case{"\xFF", "not UTF-8"},
       }) {
    BOOST_TEST(problem_of_text(text) == problem);
  }
}

BOOST_AUTO_TEST_SUITE_END()
