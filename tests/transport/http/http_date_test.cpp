#include <http/http_date.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

BOOST_AUTO_TEST_SUITE(dates_of_http)

using namespace sallyport;
using std::chrono::sys_seconds;
using std::chrono::system_clock;

namespace {

std::string date_of(system_clock::time_point moment) {
  auto const text = http_date(moment);
  return {text.data(), text.size()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_date_is_written_as_the_standard_shows_it) {
  using std::chrono::seconds;
  BOOST_TEST(date_of(sys_seconds(seconds(784111777))) == "Sun, 06 Nov 1994 08:49:37 GMT");
  BOOST_TEST(date_of(sys_seconds(seconds(0))) == "Thu, 01 Jan 1970 00:00:00 GMT");
  BOOST_TEST(date_of(sys_seconds(seconds(951782399))) == "Mon, 28 Feb 2000 23:59:59 GMT");
  BOOST_TEST(date_of(sys_seconds(seconds(951782400))) == "Tue, 29 Feb 2000 00:00:00 GMT");
}

BOOST_AUTO_TEST_CASE(parts_of_a_second_are_left_out) {
  BOOST_TEST(date_of(sys_seconds(std::chrono::seconds(1)) + std::chrono::milliseconds(999)) ==
             "Thu, 01 Jan 1970 00:00:01 GMT");
}

BOOST_AUTO_TEST_SUITE_END()
