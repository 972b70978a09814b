#include <query.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <string_view>

BOOST_AUTO_TEST_SUITE(query)

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

BOOST_AUTO_TEST_SUITE_END()
