#include <sallyport/protocol/api.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(api_names)

using namespace sallyport;

BOOST_AUTO_TEST_CASE(code_points_are_counted_and_not_bytes) {
  BOOST_TEST(api::code_points("") == 0U);
  BOOST_TEST(api::code_points("user") == 4U);
  BOOST_TEST(api::code_points("\u00e4\u20ac\U0001F600") == 3U);
  BOOST_TEST(api::code_points(std::string(50, 'a')) == api::user_id_length_max);
}

BOOST_AUTO_TEST_CASE(percent_encoding_leaves_the_unreserved_alone) {
  std::string_view const unreserved = "ABCXYZabcxyz0189-._~";
  BOOST_TEST(api::percent_encode(unreserved) == unreserved);
}

BOOST_AUTO_TEST_CASE(percent_encoding_covers_every_other_byte) {
  BOOST_TEST(api::percent_encode("a b&c=d/e?f#g%h+i") == "a%20b%26c%3Dd%2Fe%3Ff%23g%25h%2Bi");
  BOOST_TEST(api::percent_encode("\u00e4\U0001F600") == "%C3%A4%F0%9F%98%80");
  BOOST_TEST(api::percent_encode(std::string_view("\0\r\n\x7F\xFF", 5)) == "%00%0D%0A%7F%FF");
  BOOST_TEST(api::percent_encode("@:!$'()*,;[]\"<>\\^`{|}") ==
             "%40%3A%21%24%27%28%29%2A%2C%3B%5B%5D%22%3C%3E%5C%5E%60%7B%7C%7D");
}

BOOST_AUTO_TEST_SUITE_END()
