#include <sallyport/protocol/codec.hpp>

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

BOOST_AUTO_TEST_SUITE(number)

using namespace sallyport;

namespace {

using Reply = ApiResult<AuthResponse>;

auto read_int32(std::string const& number) {
  return decode<Reply>(R"({"status":"ok","content":{"status":"failed","expiresInSeconds":)" + number + "}}");
}

auto read_int64(std::string const& number) {
  return decode<ApiResult<std::vector<HealthStatus>>>(R"({"status":"ok","content":[{"type":"okx","downTimeStart":)" +
                                                      number + "}]}");
}

auto read_double(std::string const& number) {
  return decode<Reply>(R"({"status":"ok","content":{"status":"failed","account":{"cash":)" + number + "}}}");
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_integer_is_read_however_it_is_spelled) {
  struct {
    char const* text;
    std::int32_t value;
  } const cases[] = {{"0", 0},
                     {"-0", 0},
                     {"7200", 7200},
                     {"1.0", 1},
                     {"1.50e1", 15},
                     {"1e3", 1000},
                     {"1E+3", 1000},
                     {"1200e-2", 12},
                     {"0.0e99", 0},
                     {"0e-99", 0},
                     {"2147483647", 2147483647},
                     {"-2147483648", -2147483647 - 1},
                     {"0.0000000000000000000000000007e28", 7},
                     {"70000000000000000000000000000e-28", 7}};
  for (auto const& [text, value] : cases) {
    BOOST_TEST_CONTEXT(text) {
      auto const reply = read_int32(text);
      BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message());
      BOOST_TEST(*reply->content->expires_in_seconds == value);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_fraction_is_no_integer) {
  for (auto const* text : {"1.5", "1e-1", "0.1", "1.00000000000000000000000000001", "12e-2", "-7.25"}) {
    BOOST_TEST_CONTEXT(text) {
      auto const reply = read_int32(text);
      BOOST_REQUIRE(!reply.has_value());
      BOOST_TEST((reply.error().code == CodecErrc::wrong_type));
      BOOST_TEST(reply.error().path == "$.content.expiresInSeconds");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_integer_that_does_not_fit_is_out_of_range) {
  for (auto const* text : {"2147483648", "-2147483649", "9223372036854775808", "18446744073709551616", "1e10",
                           "1e2147483647", "1e99999999999", "100000000000000000000000000000000000000000"}) {
    BOOST_TEST_CONTEXT(text) {
      auto const reply = read_int32(text);
      BOOST_REQUIRE(!reply.has_value());
      BOOST_TEST((reply.error().code == CodecErrc::number_out_of_range));
      BOOST_TEST(reply.error().path == "$.content.expiresInSeconds");
    }
  }
  for (auto const* text : {"9223372036854775808", "-9223372036854775809", "1e19", "9223372036854775807.5e1"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST((read_int64(text).error().code == CodecErrc::number_out_of_range));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_ends_of_64_bits_are_exact) {
  BOOST_TEST(*read_int64("9223372036854775807")->content->at(0).down_time_start ==
             std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(*read_int64("-9223372036854775808")->content->at(0).down_time_start ==
             std::numeric_limits<std::int64_t>::min());
  BOOST_TEST(*read_int64("9007199254740993.0")->content->at(0).down_time_start == 9007199254740993);
}

BOOST_AUTO_TEST_CASE(a_double_is_the_nearest_one) {
  struct {
    char const* text;
    double value;
  } const cases[] = {{"0", 0},
                     {"12", 12},
                     {"-1.5", -1.5},
                     {"0.1", 0.1},
                     {"1e22", 1e22},
                     {"1e23", 1e23},
                     {"8.41571e-300", 8.41571e-300},
                     {"123456789012345678901234567890", 123456789012345678901234567890.0},
                     {"1.7976931348623157e308", std::numeric_limits<double>::max()},
                     {"5e-324", std::numeric_limits<double>::denorm_min()},
                     {"1e-400", 0},
                     {"9007199254740993", 9007199254740992.0},
                     {"18446744073709551615", 18446744073709551615.0}};
  for (auto const& [text, value] : cases) {
    BOOST_TEST_CONTEXT(text) {
      auto const reply = read_double(text);
      BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message());
      BOOST_TEST(*reply->content->account->cash == value);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_double_is_finite) {
  for (auto const* text : {"1e309", "-1e309", "1e999", "1e99999999999"}) {
    BOOST_TEST_CONTEXT(text) {
      auto const reply = read_double(text);
      BOOST_REQUIRE(!reply.has_value());
      BOOST_TEST((reply.error().code == CodecErrc::number_out_of_range));
      BOOST_TEST(reply.error().path == "$.content.account.cash");
    }
  }
  for (auto const* text : {"NaN", "Infinity", "-Infinity", "+1", "01", "1.", ".5", "0x10", "1e", "--1"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST((read_double(text).error().code == CodecErrc::syntax));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_double_comes_back_bit_for_bit) {
  std::mt19937_64 random(20260601);
  for (int i = 0; i < 2000; ++i) {
    auto const value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    AccountTokens tokens;
    tokens.account.emplace().cash = value;
    Reply reply{ApiResultStatus::ok, {}, {}, {}, {}, AuthResponse{}};
    reply.content->account_tokens.emplace().push_back(std::move(tokens));
    auto const read = decode<Reply>(encode(reply).reveal());
    BOOST_REQUIRE(read.has_value());
    auto const back = *read->content->account_tokens->at(0).account->cash;
    BOOST_TEST(std::bit_cast<std::uint64_t>(back) == std::bit_cast<std::uint64_t>(value), value);
  }
}

BOOST_AUTO_TEST_CASE(what_json_cannot_hold_is_written_as_null) {
  for (double const value : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    Reply reply{ApiResultStatus::ok, {}, {}, {}, {}, AuthResponse{}};
    reply.content->account_tokens.emplace().emplace_back().account.emplace().fund = value;
    BOOST_TEST(encode(reply).reveal() ==
               R"({"status":"ok","content":{"status":"unknown","accountTokens":[{"account":{"fund":null}}]}})");
  }
}

BOOST_AUTO_TEST_SUITE_END()
