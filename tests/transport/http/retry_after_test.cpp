#include <http/http_reader.hpp>
#include <http/retry_after.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(retry_after)

using namespace sallyport;
using namespace std::chrono_literals;
using std::chrono::seconds;

namespace {

/// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110.
auto const now = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s;

}  // namespace

BOOST_AUTO_TEST_CASE(seconds_and_dates_are_read_and_nothing_else) {
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
           Case{"Sunday, 06-Nov-94 08:50:07 GMT", 30s},
           Case{"Sunday, 06-Nov-44 08:50:07 GMT", 24h},  // In fifty years.
           Case{"Sunday, 06-Nov-45 08:50:07 GMT", 0s},   // In 1945.
           Case{"Sun, 06-Nov-1994 08:50:07 GMT", 30s},
           Case{"Sun Nov  6 08:50:07 1994", 30s},
           Case{"Sun Nov 16 08:50:07 1994", 24h},
           Case{"Fri, 31 Dec 9999 23:59:59 GMT", 24h},
           Case{"Fri Dec 31 23:59:59 9999", 24h},
           Case{"Mon, 01 Jan 0000 00:00:00 GMT", 0s},
           Case{"Sun, 06-Nov-94 08:50:07 GMT", std::nullopt},
           Case{"Sun Nov   6 08:50:07 1994", std::nullopt},
           Case{"Sun Nov  6 08:50:07 94", std::nullopt},
           Case{"Sun, 06 Nov 1994 08:50:07 GMT ", std::nullopt},
       }) {
    BOOST_TEST_CONTEXT(text) {
      auto const read = parse_retry_after(text, now);
      BOOST_TEST(read.has_value() == wait.has_value());
      if (read && wait) BOOST_TEST(read->count() == wait->count());
    }
  }
}

BOOST_AUTO_TEST_CASE(of_several_waits_the_longest_counts) {
  struct Case {
    std::string_view text;
    std::optional<seconds> wait;
  };
  for (auto const& [text, wait] : {
           Case{"7", 7s},
           Case{"120, 60", 120s},
           Case{"60,120 ,, 7", 120s},
           Case{"soon, 7", 7s},
           Case{"Sun, 06 Nov 1994 08:50:07 GMT", 30s},
           Case{"7, Sun, 06 Nov 1994 08:50:07 GMT", 30s},
           Case{"Sun, 06 Nov 1994 08:50:07 GMT, 60", 60s},
           Case{"Sunday, 06-Nov-94 08:50:07 GMT, Sun, 06 Nov 1994 08:50:17 GMT", 40s},
           Case{"", std::nullopt},
           Case{", ,", std::nullopt},
           Case{"Sun, soon", std::nullopt},
       }) {
    BOOST_TEST_CONTEXT(text) {
      auto const read = longest_retry_after(text, now);
      BOOST_TEST(read.has_value() == wait.has_value());
      if (read && wait) BOOST_TEST(read->count() == wait->count());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wait_on_two_lines_is_the_longer_one) {
  std::string const head = "HTTP/1.1 429 X\r\nRetry-After: 7\r\nContent-Length: 0\r\nRetry-After: 90\r\n\r\n";
  ReplyReader reader(1024, 1024);
  boost::beast::error_code ec;
  reader.put(boost::asio::buffer(head), ec);
  BOOST_TEST_REQUIRE(reader.reply().retry_after.has_value());
  BOOST_TEST(reader.reply().retry_after->count() == 90);
}

BOOST_AUTO_TEST_CASE(a_date_is_reckoned_by_the_clock_of_whoever_wrote_it) {
  std::string_view const wait = "Retry-After: Sun, 06 Nov 1994 08:51:07 GMT\r\n";
  std::string_view const date = "Date: Sun, 06 Nov 1994 08:50:07 GMT\r\n";
  for (auto const date_first : {true, false}) {
    auto const head = "HTTP/1.1 429 X\r\nContent-Length: 0\r\n" + std::string(date_first ? date : wait) +
                      std::string(date_first ? wait : date) + "\r\n";
    ReplyReader reader(1024, 1024);
    boost::beast::error_code ec;
    reader.put(boost::asio::buffer(head), ec);
    BOOST_TEST(reader.is_done());
    BOOST_TEST_REQUIRE(reader.reply().retry_after.has_value());
    BOOST_TEST(reader.reply().retry_after->count() == 60);
    BOOST_TEST(reader.reply().date.has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
