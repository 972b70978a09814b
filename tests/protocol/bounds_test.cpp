#include "protocol/messages.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(bounds)

using namespace sallyport;

namespace {

std::string repeated(std::string_view unit, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += unit;
  }
  return text;
}

std::string quoted(std::string_view text) {
  std::string result(1, '"');
  result += text;
  result += '"';
  return result;
}

std::string request_with(std::string const& members) {
  return R"({"type":"okx",)" + members + "}";
}

CodecError refusal(std::string const& text, WireBounds const& bounds) {
  auto const request = decode<AuthRequest>(text, bounds);
  BOOST_REQUIRE_MESSAGE(!request.has_value(), text);
  return request.error();
}

bool is_read(std::string const& text, WireBounds const& bounds) {
  return decode<AuthRequest>(text, bounds).has_value();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_text_of_the_bound_is_read_and_one_byte_more_is_not) {
  std::string const text = R"({"type":"okx"})";
  BOOST_TEST(is_read(text, {.text_bytes_max = text.size()}));
  auto const error = refusal(text, {.text_bytes_max = text.size() - 1});
  BOOST_TEST((error.code == CodecErrc::too_large));
  BOOST_TEST(error.path == "$");
}

BOOST_AUTO_TEST_CASE(a_string_of_the_bound_is_read_and_one_byte_more_is_not) {
  WireBounds const bounds{.string_bytes_max = 20};
  for (auto const* unit : {"a", "\\n", "\\u0041"}) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += unit;
    for (auto const* name : {"password", "deviceInfo", "unheardOf"}) {
      auto const member = quoted(name) + ':';
      BOOST_TEST(is_read(request_with(member + quoted(text)), bounds));
      auto const error = refusal(request_with(member + quoted(text + unit)), bounds);
      BOOST_TEST((error.code == CodecErrc::too_large));
      BOOST_TEST(error.path == std::string("$.") + name);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_long_string_with_escapes_is_whole) {
  std::string const run(9000, 'x');
  auto const request =
      decode<AuthRequest>(request_with(R"("password":")" + run + "\\n" + run + "\xC3\xA4" + run + "\""));
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST((request->password->reveal() == run + "\n" + run + "\xC3\xA4" + run));
}

BOOST_AUTO_TEST_CASE(a_key_has_the_bound_of_a_string) {
  WireBounds const bounds{.string_bytes_max = 200};
  BOOST_TEST(is_read(request_with(quoted(std::string(200, 'k')) + ":1"), bounds));
  BOOST_TEST((refusal(request_with(quoted(std::string(201, 'k')) + ":1"), bounds).code == CodecErrc::too_large));
  BOOST_TEST(
      (refusal(request_with(quoted(std::string(200, 'k') + "\\n") + ":1"), bounds).code == CodecErrc::too_large));
}

BOOST_AUTO_TEST_CASE(an_array_of_the_bound_is_read_and_one_element_more_is_not) {
  using Reply = ApiResult<std::vector<HealthStatus>>;
  WireBounds const bounds{.array_length_max = 10};
  auto const reply = [](std::size_t length) {
    return R"({"status":"ok","content":[)" + repeated(R"({"type":"okx"})", length) + "]}";
  };
  BOOST_TEST(decode<Reply>(reply(10), bounds)->content->size() == 10U);
  auto const error = decode<Reply>(reply(11), bounds).error();
  BOOST_TEST((error.code == CodecErrc::too_large));
  BOOST_TEST(error.path == "$.content[10]");
}

BOOST_AUTO_TEST_CASE(an_unknown_array_is_bounded_too) {
  WireBounds const bounds{.array_length_max = 10};
  BOOST_TEST(is_read(request_with("\"x\":[" + repeated("null", 10) + "]"), bounds));
  BOOST_TEST(refusal(request_with("\"x\":[" + repeated("null", 11) + "]"), bounds).path == "$.x[10]");
  BOOST_TEST(refusal(request_with("\"x\":[" + repeated("[]", 11) + "]"), bounds).path == "$.x[10]");
}

BOOST_AUTO_TEST_CASE(an_object_has_the_bound_of_an_array) {
  WireBounds const bounds{.array_length_max = 10};
  std::string headers = R"("0":"")";
  for (int i = 1; i < 10; ++i) headers += ',' + quoted(std::to_string(i)) + R"(:"")";
  auto const text = [](std::string const& members) {
    return request_with(R"("trueAuthAuthRequest":{"cookies":null,"userAgent":null,"requestHeaders":{)" + members +
                        "}}");
  };
  BOOST_TEST(is_read(text(headers), bounds));
  auto const error = refusal(text(headers + R"(,"x":"")"), bounds);
  BOOST_TEST((error.code == CodecErrc::too_large));
  BOOST_TEST(error.path == "$.trueAuthAuthRequest.requestHeaders.x");
}

BOOST_AUTO_TEST_CASE(lists_in_lists_do_not_multiply) {
  using Reply = ApiResult<std::vector<AuthenticationScheme>>;
  auto const scheme =
      R"({"brokerType":"okx","authenticationSchemeType":"apiKey","authenticationSteps":[)" + repeated("{}", 10) + "]}";
  WireBounds const bounds{.array_length_max = 10};
  auto const reply = [&scheme](std::size_t count) {
    return R"({"status":"ok","content":[)" + repeated(scheme, count) + "]}";
  };
  BOOST_TEST(decode<Reply>(reply(3), bounds).has_value());
  auto const error = decode<Reply>(reply(4), bounds).error();
  BOOST_TEST((error.code == CodecErrc::too_large));
  BOOST_TEST(error.path == "$.content[3].authenticationSteps[6]");
}

BOOST_AUTO_TEST_CASE(a_text_of_the_depth_is_read_and_one_level_more_is_not) {
  auto const nested = [](std::size_t depth) {
    return request_with("\"x\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']'));
  };
  for (std::size_t const depth : {std::size_t{2}, std::size_t{8}, std::size_t{32}, std::size_t{200}}) {
    BOOST_TEST_CONTEXT(depth) {
      WireBounds const bounds{.depth_max = depth};
      BOOST_TEST(is_read(nested(depth), bounds));
      auto const error = refusal(nested(depth + 1), bounds);
      BOOST_TEST((error.code == CodecErrc::too_deep));
      BOOST_TEST(error.path.starts_with("$.x[0]"));
      BOOST_TEST(error.path.size() <= 520U);
    }
  }
  BOOST_TEST((refusal("{}", {.depth_max = 0}).code == CodecErrc::too_deep));
}

BOOST_AUTO_TEST_CASE(a_million_brackets_are_no_danger) {
  for (auto const* unit : {"[", "{\"a\":", "[{\"\":"}) {
    std::string text;
    while (text.size() < 1000000) text += unit;
    for (auto const& format : test::formats()) {
      auto const echo = format.echo(text, {});
      BOOST_REQUIRE(echo.error.has_value());
    }
    BOOST_TEST((refusal(R"({"x":)" + text, {}).code == CodecErrc::too_deep));
  }
}

BOOST_AUTO_TEST_CASE(all_bounds_at_zero_refuse_everything) {
  WireBounds const bounds{0, 0, 0, 0};
  for (auto const& format : test::formats()) {
    BOOST_TEST(format.echo("{}", bounds).error.has_value());
    BOOST_TEST(format.echo("", bounds).error.has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
