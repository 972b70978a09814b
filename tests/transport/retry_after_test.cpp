#include <retry_after.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string_view>

BOOST_AUTO_TEST_SUITE(retry_after)

using namespace sallyport;
using std::chrono::seconds;

BOOST_AUTO_TEST_CASE(seconds_and_dates_are_read_and_nothing_else) {
  using namespace std::chrono_literals;
  // Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110.
  auto const now = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s;
  struct Case {
    std::string_view text;
    std::optional<seconds> wait;
  };
  for (auto const& [text, wait] : {
           Case{"0", 0s},
           Case{"120", 120s},
           Case{"86401", 24h},
           Case{"99999999999999999999", 24h},
           Case{"Sun, 06 Nov 1994 08:50:07 GMT", 30s},
           Case{"Sun, 06 Nov 1994 08:49:37 GMT", 0s},
           Case{"Sun, 06 Nov 1994 08:00:00 GMT", 0s},
           Case{"Tue, 06 Nov 2035 08:49:37 GMT", 24h},
           Case{"", std::nullopt},
           Case{"-1", std::nullopt},
           Case{"1.5", std::nullopt},
           Case{" 7", std::nullopt},
           Case{"soon", std::nullopt},
           Case{"Sun, 06 Nov 1994 08:50:07 CET", std::nullopt},
           Case{"Sun, 31 Feb 1994 08:50:07 GMT", std::nullopt},
           Case{"Sun, 06 Foo 1994 08:50:07 GMT", std::nullopt},
           Case{"Sun, 06 Nov 1994 24:50:07 GMT", std::nullopt},
           Case{"Sun, 06 Nov 1994 08:5 :07 GMT", std::nullopt},
           Case{"Sunday, 06-Nov-94 08:49:37 GMT", std::nullopt},
       }) {
    BOOST_TEST_CONTEXT(text) {
      auto const read = parse_retry_after(text, now);
      BOOST_TEST(read.has_value() == wait.has_value());
      if (read && wait) BOOST_TEST(read->count() == wait->count());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
